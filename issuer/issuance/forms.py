"""The forms a badge can be sealed in, each with how it is planned, sealed and read back.

A further form is one more entry here and in `domain.award.Form`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from issuer.domain.award import Form
from issuer.issuance import embedded, selective, selective_token, token
from issuer.issuance.signing import SignerWithKid
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject


@dataclass(frozen=True)
class Securing:
    """One way of securing a document.

    to_be_signed: (document, key, reader) → the bytes the key signs; raises Refused or Invalid.
    sealed: (document, those bytes, key, reader) → the finished bytes; the only step that signs with the key.
    check: (finished bytes, document, bytes to be signed, key, reader) → None; our own verification.
    check_again: (finished bytes, document, bytes to be signed, key) → None; by other code. Both raise
    Refused or Invalid.
    shown: (finished bytes, reader) → what anybody may be shown of them, here everything: what can be verified.
    """

    media_type: str
    to_be_signed: Callable[[JsonObject, SignerWithKid, Reader], bytes]
    sealed: Callable[[JsonObject, bytes, SignerWithKid, Reader], bytes]
    check: Callable[[bytes, JsonObject, bytes, SignerWithKid, Reader], None]
    check_again: Callable[[bytes, JsonObject, bytes, SignerWithKid], None]
    shown: Callable[[bytes, Reader], bytes] = lambda body, reader: body


SECURING: Mapping[Form, Securing] = {
    Form.EDDSA_RDFC_2022: Securing(
        embedded.MEDIA_TYPE,
        embedded.to_be_signed,
        lambda document, tbs, key, reader: embedded.sealed(document, tbs, key),
        embedded.check,
        embedded.check_again,
    ),
    Form.VC_JWT: Securing(
        token.MEDIA_TYPE,
        lambda document, key, reader: token.to_be_signed(document, key),
        lambda document, tbs, key, reader: token.sealed(document, tbs, key),
        lambda body, document, tbs, key, reader: token.check(body, document, tbs, key),
        token.check_again,
    ),
    Form.ECDSA_SD_2023: Securing(
        selective.MEDIA_TYPE,
        selective.to_be_signed,
        selective.sealed,
        selective.check,
        selective.check_again,
        selective.shown,
    ),
    Form.SD_JWT_VC: Securing(
        selective_token.MEDIA_TYPE,
        lambda document, key, reader: selective_token.to_be_signed(document, key),
        lambda document, tbs, key, reader: selective_token.sealed(document, tbs, key),
        lambda body, document, tbs, key, reader: selective_token.check(body, document, tbs, key),
        selective_token.check_again,
    ),
}
