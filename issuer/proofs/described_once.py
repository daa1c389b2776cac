"""The nodes of a document that may be described in one place only.

Statements about one ``id`` merge in RDF. If the credential, or an entry of its status, were described a second
time elsewhere in the document, members could be moved there under a valid signature: an expiry date would
still be signed, but out of sight of the check that looks for it. General JSON-LD allows this; here it is
refused, which costs no document that is meant to be read. What stays allowed, because published credentials
do it: the credential's ``id`` with types (1EdTech's refresh service has the credential's own URL) or with what
an endorsement says of it, and a status entry repeated as it is (endorsements by one issuer share theirs).
"""

from __future__ import annotations

from issuer.errors import Invalid
from issuer.proofs import jcs
from issuer.proofs.strict_json import JsonObject

Places = dict[str, tuple[JsonObject, frozenset[str]]]
"""By ``id``: the one description, and the members that another mention may have."""

_STATUS_MEMBER = "credentialStatus"
_ID_ONLY = frozenset({"id"})
_NAMED_OR_ENDORSED = frozenset({"id", "type", "endorsementComment"})


def places(document: JsonObject) -> Places:
    """Where the credential and the entries of its status are described."""
    found: Places = {}
    status = document.get(_STATUS_MEMBER)
    if status is not None:
        for entry in status if isinstance(status, list) else [status]:
            described = {"id": entry} if isinstance(entry, str) else entry
            if isinstance(described, dict) and isinstance(described.get("id"), str):
                found[described["id"]] = (described, _ID_ONLY)
    identifier = document.get("id")
    if isinstance(identifier, str):
        found[identifier] = (document, _NAMED_OR_ENDORSED)
    return found


def check(node: JsonObject, place: tuple[JsonObject, frozenset[str]]) -> None:
    """Raise Invalid ``ld.data_loss`` when `node`, which has the ``id`` of `place`, describes it a second time."""
    description, may_mention = place
    if node is description or node.keys() <= may_mention:
        return
    if jcs.canonicalise(node) != jcs.canonicalise(description):  # as JSON values: Python has 1 == True
        raise Invalid(
            "ld.data_loss", "The credential or its status is described a second time here; the two would merge."
        )
