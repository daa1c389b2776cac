"""Who issued an assertion: its badge class, the issuer's profile and the issuer's key, each from its address.

At most three documents are asked for. A key is the issuer's when it stands on the issuer's own origin, says
that it is the issuer's, and the issuer's profile lists it. Source: Open Badges 2.0, "Signed Badges".
"""

from __future__ import annotations

from dataclasses import dataclass

from issuer.errors import Invalid, Refused
from issuer.proofs.key_kinds import PublicKey
from issuer.proofs.pem_keys import from_pem
from issuer.proofs.strict_json import JsonObject, parse_object
from issuer.verification.documents import Documents
from issuer.verification.fetching import fetched
from issuer.verification.intake import listed, listed_texts
from issuer.verification.names import origin_of, without_fragment
from issuer.verification.open_badges_2.assertion import id_of

ACCEPT = ("application/ld+json", "application/json")
_PROFILES = frozenset({"Issuer", "Profile"})


@dataclass(frozen=True, slots=True)
class Issuing:
    """Badge class and issuer's profile. The profile comes from the issuer's own address."""

    badge_class: JsonObject
    issuer: JsonObject

    @property
    def issuer_id(self) -> str:
        return str(self.issuer["id"])


def issuing_of(document: JsonObject, origin: str | None, documents: Documents) -> Issuing:
    """What the assertion says it was issued under and by whom.

    origin: where the issuer has to be, known by name from the key or the hosted assertion; None leaves it open.
    Errors: Invalid ``issuer.mismatch``, ``issuer.unknown``, ``did.malformed``, ``did.id_mismatch``,
    ``schema.violation``, ``fetch.*``; Undecided ``did.unreachable``.
    """
    badge = document["badge"]
    badge_class = badge if isinstance(badge, dict) and "issuer" in badge else document_at(str(id_of(badge)), documents)
    _require_type(badge_class, frozenset({"BadgeClass"}), "badge class")
    issuer_id = id_of(badge_class.get("issuer"))
    if issuer_id is None or origin_of(issuer_id) is None:
        raise Invalid("issuer.unknown", "The badge class does not name its issuer by a web address.")
    if origin is not None and origin_of(issuer_id) != origin:
        raise Invalid("issuer.mismatch", "What vouches for the badge does not belong to the issuer it names.")
    issuer = document_at(issuer_id, documents)
    _require_type(issuer, _PROFILES, "issuer's profile")
    return Issuing(badge_class, issuer)


def key_of(document: JsonObject, issuing: Issuing, documents: Documents) -> PublicKey:
    """The issuer's key that the assertion names, or the issuer's only one.

    Errors: Invalid ``key.not_authorized``, ``key.ambiguous``, ``key.controller_mismatch``, ``key.malformed``,
    ``issuer.mismatch``, and those of `issuing_of`.
    """
    keys = listed(issuing.issuer.get("publicKey"))
    names = [name for name in map(id_of, keys) if name is not None]
    name = id_of(document["verification"].get("creator"))
    if name is None and len(names) != 1:
        raise Invalid("key.ambiguous", "The assertion does not say which of the issuer's keys signed it.")
    name = name or names[0]
    if name not in names:
        raise Invalid("key.not_authorized", "The issuer's profile does not list the key that signed this.")
    if origin_of(name) != origin_of(issuing.issuer_id):
        raise Invalid("issuer.mismatch", "The key that signed this is not on the issuer's own web address.")
    written = next((key for key in keys if isinstance(key, dict) and key.get("id") == name), None)
    return _read_key(written or document_at(name, documents), issuing.issuer_id)


def document_at(url: str, documents: Documents) -> JsonObject:
    """A document that calls itself by the address it stands at."""
    unreachable = (
        "did.unreachable",
        "What the issuer publishes could not be fetched, so nothing is known yet. Try again later.",
    )
    found = fetched(without_fragment(url), ACCEPT, documents, unreachable)
    try:
        document = parse_object(found.body)
    except Refused as refused:
        raise Invalid("did.malformed", "What the issuer publishes is no readable JSON object.") from refused
    if document.get("id") != url:
        raise Invalid("did.id_mismatch", "What the issuer publishes calls itself by another address.", "id")
    return document


def _read_key(key: JsonObject, issuer_id: str) -> PublicKey:
    if id_of(key.get("owner")) != issuer_id:
        raise Invalid("key.controller_mismatch", "The key that signed this says it belongs to somebody else.")
    pem = key.get("publicKeyPem")
    if not isinstance(pem, str):
        raise Invalid("key.malformed", "The issuer's key is not given in PEM.")
    return from_pem(pem)


def _require_type(document: JsonObject, types: frozenset[str], what: str) -> None:
    if not types & set(listed_texts(document.get("type"))):
        raise Invalid("schema.violation", f"What stands in the place of the {what} is something else.", "/type")
    if not isinstance(document.get("name"), str):
        raise Invalid("schema.violation", f"The {what} has no name.", "/name")
