"""Any credential or presentation in a token: what it holds, and whose key signed it.

Sources: VC-JOSE-COSE §3.1 (JWT), §3.2 (SD-JWT), §4.1; VCDM 2.0 §4.13; RFC 7515 §4.1.9 to §4.1.11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from issuer.errors import Invalid, Undecided
from issuer.proofs.key_binding import Expected, check_key_binding
from issuer.proofs.registered_claims import REGISTERED_CLAIMS, numeric_date
from issuer.proofs.strict_json import JsonObject
from issuer.verification.any_controller import Asked, check_token
from issuer.verification.documents import Documents
from issuer.verification.intake import listed, listed_texts, read_token
from issuer.verification.structure import V2_CONTEXT
from issuer.verification.validity import LEEWAY_S

CREDENTIAL, PRESENTATION = "vc", "vp"
SIGNER_OF: Mapping[str, str] = {CREDENTIAL: "issuer", PRESENTATION: "holder"}
"""Kinds of content, by the claim that older tokens hold it in, and the member that says whose it is."""

_DATA_URL = re.compile(r"data:(application/[A-Za-z0-9.+-]+)((?:;[A-Za-z0-9=+/._-]*)*),(.*)", re.DOTALL)
_TOKEN_MEDIA_TYPE = re.compile(r"application/(?:v[cp](?:-ld)?\+)?(?:sd-)?jwt")
_TOKEN = re.compile(r"[A-Za-z0-9._~-]+")


def opened(text: str, kind: str, asked: Asked, documents: Documents, now: datetime) -> tuple[JsonObject, str]:
    """What a token of `kind` holds, under the claim of that name or as its payload, and the controller of its key.

    asked: its domain is an audience of the token (`aud`), its challenge the token's `nonce`; where the holder has
    signed at the end of an SD-JWT, of that signature, which has to be good whatever is asked (RFC 9901 §7.3).
    Raises Refused and Invalid ``jose.*``, Invalid ``key.*``, ``did.*``, ``sig.*``, ``time.*``, ``issuer.mismatch``,
    ``proof.domain``, Undecided ``did.*``.
    """
    intake = read_token(text.encode("utf-8"), "token")
    payload, jws = intake.presented, intake.token
    assert jws is not None  # a token was read
    is_older = _check_kind(jws.header, kind, intake.sd_jwt is not None)
    content = _content(payload, kind, is_older)
    named = content.get(SIGNER_OF[kind], payload.get("iss"))
    whose = named.get("id") if isinstance(named, dict) else named
    controller = check_token(jws, str(whose), documents, now, is_selective=intake.sd_jwt is not None)
    if "iss" in payload and named is not None and payload["iss"] != whose:
        raise Invalid("jose.claims_mismatch", "The token and what it holds name different issuers.", "iss")
    _check_claimed_times(payload, now)
    if intake.sd_jwt is not None and intake.sd_jwt.key_binding is not None:
        check_key_binding(intake.sd_jwt, payload, now.timestamp(), Expected(asked.domain, asked.challenge))
    else:
        _check_made_for(payload, asked)
    return content, controller


def enveloped(document: JsonObject, kind: str) -> str | None:
    """The token in an envelope of that type; None for what is no envelope.

    Raises Invalid for a bad one, Undecided ``proof.suite_unsupported`` for one that holds something else.
    """
    if kind not in listed_texts(document.get("type")):
        return None
    if V2_CONTEXT not in listed(document.get("@context")):
        raise Invalid("ld.context_order", "An envelope has the context of the data model.", "/@context")
    identifier = document.get("id")
    match = _DATA_URL.fullmatch(identifier) if isinstance(identifier, str) else None
    if match is not None and not _TOKEN_MEDIA_TYPE.fullmatch(match[1]):
        raise Undecided("proof.suite_unsupported", f"Envelopes that hold {match[1][:60]} are not opened here.", "/id")
    if match is None or not _TOKEN.fullmatch(match[3]):
        raise Invalid("jose.malformed", "The id of an envelope is a data: URL that holds a token.", "/id")
    return match[3]


def _check_kind(header: JsonObject, kind: str, is_selective: bool) -> bool:
    """Whether the header leaves the content to a claim, as tokens did before they had a media type of their own."""
    if "crit" in header:
        raise Invalid("jose.crit_unsupported", "The token demands header extensions that are not known here.", "crit")
    typ = header.get("typ", "jwt").lower().removeprefix("application/")
    own = {f"{kind}{part}+{'sd-jwt' if is_selective else 'jwt'}" for part in ("", "-ld")}
    if typ not in own | {"jwt"}:
        raise Invalid("jose.typ_not_allowed", "The token is of another kind.", "typ")
    if header.get("cty", kind) not in (kind, f"application/{kind}"):
        raise Invalid("jose.header_not_allowed", "What the token says it holds is something else.", "cty")
    return typ == "jwt" and not is_selective


def _content(payload: JsonObject, kind: str, is_older: bool) -> JsonObject:
    """VC-JOSE-COSE §3.1.3: the claims `vc` and `vp` have no place in the tokens of today."""
    inner = payload.get(kind)
    if is_older and isinstance(inner, dict):
        return dict(inner)
    for claim in SIGNER_OF:
        if claim in payload:
            raise Invalid("jose.claims_mismatch", f"The token has no claim {claim}: its payload is the content.", claim)
    claims = REGISTERED_CLAIMS | {"nonce"} if kind == PRESENTATION else REGISTERED_CLAIMS
    return {name: value for name, value in payload.items() if name not in claims}


def _check_claimed_times(payload: JsonObject, now: datetime) -> None:
    """How long the signature counts; `iat` decides nothing."""
    starts, ends = numeric_date(payload, "nbf"), numeric_date(payload, "exp")
    if starts is not None and now.timestamp() + LEEWAY_S < starts:
        raise Invalid("time.not_yet_valid", "The token does not count yet.", "nbf")
    if ends is not None and now.timestamp() - LEEWAY_S > ends:
        raise Invalid("time.expired", "The token has expired.", "exp")


def _check_made_for(payload: JsonObject, asked: Asked) -> None:
    if asked.domain is not None and asked.domain not in listed(payload.get("aud")):
        raise Invalid("jose.audience", "The token was made for another audience.", "aud")
    if asked.challenge is not None and asked.challenge != payload.get("nonce"):
        raise Invalid("proof.domain", "The token answers another challenge.", "nonce")
