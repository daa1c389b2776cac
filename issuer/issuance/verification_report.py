"""The report on a verification, signed: who verified what, when, and what was found (RFC 7515, compact).

Its `typ` is its own and its key is not listed in `assertionMethod`, so that no report is ever taken for a
credential. It is checked with the key of our DID document that its `kid` names.
"""

from __future__ import annotations

import json
from datetime import datetime

from issuer.issuance.signing import NamedSigner, SignerWithKid
from issuer.proofs import base64url, jws
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import whole_seconds

MEDIA_TYPE = "application/jwt"
TYP = "verification-report+jwt"


def signed_report(report: JsonObject, issuer: str, now: datetime, key: SignerWithKid) -> str:
    """The compact JWS over ``{iss, iat, report}``.

    report: the published shape, with `checked_at` and `input_sha256`. issuer: our DID. Raises Unavailable
    (`key.unavailable`).
    """
    header = {"alg": key.signer.alg, "kid": key.kid, "typ": TYP}
    payload = {"iss": issuer, "iat": whole_seconds(now), "report": report}
    signer = NamedSigner(key.signer.alg, key.signer.verification_method, key.sign)
    return jws.sign_compact(base64url.encode(_encoded(header)), _encoded(payload), signer)


def _encoded(value: JsonObject) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
