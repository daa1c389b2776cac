"""The forms a badge can be sealed in, each with how it is planned, sealed and read back.

A further form is one more entry here and in `domain.award.Form`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from issuer.domain.award import Form
from issuer.issuance import embedded, token
from issuer.issuance.signing import SignerWithKid
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject


@dataclass(frozen=True)
class Securing:
    """One way of securing a document.

    to_be_signed: (document, key, reader) → the bytes the key signs; raises Refused or Invalid.
    sealed: (document, those bytes, key) → the finished bytes; the only step that uses the key.
    check: (finished bytes, document, bytes to be signed, key, reader) → None; our own verification.
    check_again: (finished bytes, document, bytes to be signed, key) → None; by other code. Both raise
    Refused or Invalid.
    """

    media_type: str
    to_be_signed: Callable[[JsonObject, SignerWithKid, Reader], bytes]
    sealed: Callable[[JsonObject, bytes, SignerWithKid], bytes]
    check: Callable[[bytes, JsonObject, bytes, SignerWithKid, Reader], None]
    check_again: Callable[[bytes, JsonObject, bytes, SignerWithKid], None]


SECURING: Mapping[Form, Securing] = {
    Form.EDDSA_RDFC_2022: Securing(
        embedded.MEDIA_TYPE, embedded.to_be_signed, embedded.sealed, embedded.check, embedded.check_again
    ),
    Form.VC_JWT: Securing(
        token.MEDIA_TYPE,
        lambda document, key, reader: token.to_be_signed(document, key),
        token.sealed,
        lambda body, document, tbs, key, reader: token.check(body, document, tbs, key),
        token.check_again,
    ),
}
