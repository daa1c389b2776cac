"""A status list credential, before it is signed."""

from __future__ import annotations

from datetime import datetime

from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.moments import written
from issuer.credentials.urls import PublicUrls
from issuer.credentials.vocabulary import CREDENTIALS_CONTEXT
from issuer.proofs.strict_json import JsonObject


def unsigned_status_list(
    identity: IssuerIdentity,
    number: int,
    purpose: str,
    encoded_list: str,
    valid_from: datetime,
    valid_until: datetime,
    ttl_ms: int,
) -> JsonObject:
    """A BitstringStatusListCredential of one purpose (Bitstring Status List 1.0 §2.2).

    encoded_list: as `issuer.proofs.bitstring.encode` gives it. ttl_ms: how long it may be cached.
    The order of publications is that of `validFrom`, which must rise from one to the next.
    Raises Unprocessable (`time.malformed`).
    """
    address = PublicUrls(identity.public_url).status_list(purpose, number)
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": identity.did,
        "validFrom": written(valid_from),
        "validUntil": written(valid_until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded_list,
            "ttl": ttl_ms,
        },
    }
