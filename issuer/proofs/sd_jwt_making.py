"""Making an SD-JWT: parts the holder may leave out, and leaving them out (RFC 9901 §4.2, §6, §7.2)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection
from typing import Any, Literal

from issuer.errors import Invalid
from issuer.proofs import base64url
from issuer.proofs.compact_json import write_compact
from issuer.proofs.jws import sign_compact
from issuer.proofs.sd_jwt import (
    DIGEST_ALGORITHM,
    DIGESTS,
    HIDDEN_ELEMENT,
    RESERVED_NAMES,
    SdJwt,
    digest_of,
    opened,
    read_sd_jwt,
)
from issuer.proofs.signer import Signer
from issuer.proofs.strict_json import JsonObject, parse_object

SdJwtType = Literal["vc+sd-jwt", "dc+sd-jwt", "vp+sd-jwt"]
ALWAYS_SHOWN = frozenset(
    {
        "@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialStatus", "credentialSchema",
        "refreshService", "termsOfUse", "relatedResource", "iss", "sub", "nbf", "exp", "iat", "jti", "cnf", "vct",
        "vct#integrity", "status",
    }
)  # fmt: skip
"""Members shown whole to every verifier; of the issuer, its id. Sources: VC-JOSE-COSE §3.2.1, SD-JWT VC §3.2.2.2."""

SALT_BYTES = 16


def salts_from(secret: bytes) -> Callable[[str], str]:
    """Salts that are as secret as `secret` (16 bytes or more), one for each place, the same every time.

    So one plan gives the same bytes however often it is signed. Errors: ValueError for a short secret.
    """
    if len(secret) < SALT_BYTES:
        raise ValueError(f"the secret behind salts has at least {SALT_BYTES} bytes")
    return lambda place: base64url.encode(hmac.digest(secret, place.encode(), "sha256")[:SALT_BYTES]).decode("ascii")


def secure(
    payload: JsonObject,
    disclosable: Collection[str],
    signer: Signer,
    salt_of: Callable[[str], str],
    typ: SdJwtType = "vc+sd-jwt",
    kid: str | None = None,
) -> bytes:
    """`payload` as an SD-JWT with all its disclosures, as the issuer hands it to the holder.

    disclosable: JSON pointers of the members and array elements that can be left out, also inside of each
    other. salt_of: pointer → 128 bits of salt in base64url that nobody can guess.
    Errors: Invalid ``jose.claims_missing`` (nothing stands at a pointer), ``jose.claims_mismatch`` (a member that
    is always shown, or one with a reserved name).
    """
    hiding = _Hiding(frozenset(disclosable), salt_of)
    concealed = hiding.members(payload, "")
    left = hiding.wanted - hiding.done
    if left:
        raise Invalid("jose.claims_missing", "Nothing that can be left out stands there.", min(left))
    header = write_compact({"alg": signer.alg, "kid": kid or signer.verification_method, "typ": typ})
    body = write_compact({**concealed, DIGEST_ALGORITHM: "sha-256"})
    jwt = sign_compact(base64url.encode(header), body, signer).encode("ascii")
    return b"~".join([jwt, *hiding.disclosures, b""])


def present(token: str | bytes, shown: Collection[str]) -> bytes:
    """The holder's presentation: only the disclosures of the parts at `shown` (JSON pointers), and of what they
    stand in. Key binding is left off; `issuer.proofs.key_binding.bind` adds it.

    Errors: those of `read_sd_jwt` and `opened`; Invalid ``jose.claims_missing`` for a pointer to nothing hidden.
    """
    sd_jwt = read_sd_jwt(token)
    places = places_of(sd_jwt)
    unknown = set(shown) - set(places.values())
    if unknown:
        raise Invalid("jose.claims_missing", "Nothing that can be shown or left out stands there.", min(unknown))
    kept = [one.encoded for one in sd_jwt.disclosures if _leads_to(places[one.encoded], shown)]
    return b"~".join([sd_jwt.presented.partition(b"~")[0], *kept, b""])


def places_of(sd_jwt: SdJwt) -> dict[bytes, str]:
    """Where the part of every disclosure stands, as a JSON pointer. Errors: those of `opened`."""
    return dict(opened(parse_object(sd_jwt.jws.payload), sd_jwt.disclosures).places)


def _leads_to(place: str, shown: Collection[str]) -> bool:
    return any(wanted == place or wanted.startswith(place + "/") for wanted in shown)


class _Hiding:
    """One walk over a payload, taking out what may be left out, the innermost first."""

    def __init__(self, wanted: frozenset[str], salt_of: Callable[[str], str]) -> None:
        self.wanted = wanted
        self.done: set[str] = set()
        self.disclosures: list[bytes] = []
        self._salt_of = salt_of
        self._digest = digest_of({})

    def members(self, members: JsonObject, place: str) -> JsonObject:
        _check_names(members, place)
        shown: JsonObject = {}
        digests = []
        for name, value in members.items():
            inside = f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
            content = self._value(value, inside)
            if inside not in self.wanted:
                shown[name] = content
            elif _is_always_shown(inside):
                raise Invalid("jose.claims_mismatch", "That is never left out of a credential.", inside)
            else:
                digests.append(self._hide(inside, name, content))
        return {DIGESTS: sorted(digests), **shown} if digests else shown

    def _elements(self, elements: list[Any], place: str) -> list[Any]:
        shown: list[Any] = []
        for index, element in enumerate(elements):
            inside = f"{place}/{index}"
            content = self._value(element, inside)
            hidden = inside in self.wanted and not _is_always_shown(inside)
            shown.append({HIDDEN_ELEMENT: self._hide(inside, content)} if hidden else content)
        return shown

    def _value(self, value: Any, place: str) -> Any:
        if isinstance(value, dict):
            return self.members(value, place)
        return self._elements(value, place) if isinstance(value, list) else value

    def _hide(self, place: str, *content: Any) -> str:
        disclosure = base64url.encode(write_compact([self._salt_of(place), *content]))
        self.disclosures.append(disclosure)
        self.done.add(place)
        return self._digest(disclosure)


def _is_always_shown(place: str) -> bool:
    """Whether what stands at a pointer may not be left out; of the issuer only the id has to be seen."""
    outermost = place.split("/", 2)[1]
    return outermost in ALWAYS_SHOWN and (place in ("/issuer", "/issuer/id") or outermost != "issuer")


def _check_names(members: JsonObject, place: str) -> None:
    reserved = RESERVED_NAMES & members.keys()
    if reserved:
        raise Invalid("jose.claims_mismatch", f"A member has the reserved name {min(reserved)!r}.", place or None)
