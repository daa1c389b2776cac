"""The presentation that RFC 9901 prints, with its key binding, byte for byte.

Source: draft-ietf-oauth-selective-disclosure-jwt §6.2 "Presentation" (now RFC 9901 §5.2), keys of its appendix.
"""

from __future__ import annotations

from typing import Any

import pytest

from issuer.errors import Invalid
from issuer.proofs.jws import verify_signature
from issuer.proofs.key_binding import Expected, check_key_binding, holder_key
from issuer.proofs.public_keys import from_jwk
from issuer.proofs.sd_jwt import opened, read_sd_jwt
from issuer.proofs.strict_json import parse_object

ISSUER_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
    "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
}
PRESENTATION = (
    "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogImV4YW1wbGUrc2Qtand0In0.eyJfc2QiOiBb"
    "IkNyUWU3UzVrcUJBSHQtbk1ZWGdjNmJkdDJTSDVhVFkxc1VfTS1QZ2tqUEkiLCAiSnpZ"
    "akg0c3ZsaUgwUjNQeUVNZmVadTZKdDY5dTVxZWhabzdGN0VQWWxTRSIsICJQb3JGYnBL"
    "dVZ1Nnh5bUphZ3ZrRnNGWEFiUm9jMkpHbEFVQTJCQTRvN2NJIiwgIlRHZjRvTGJnd2Q1"
    "SlFhSHlLVlFaVTlVZEdFMHc1cnREc3JaemZVYW9tTG8iLCAiWFFfM2tQS3QxWHlYN0tB"
    "TmtxVlI2eVoyVmE1TnJQSXZQWWJ5TXZSS0JNTSIsICJYekZyendzY002R242Q0pEYzZ2"
    "Vks4QmtNbmZHOHZPU0tmcFBJWmRBZmRFIiwgImdiT3NJNEVkcTJ4Mkt3LXc1d1BFemFr"
    "b2I5aFYxY1JEMEFUTjNvUUw5Sk0iLCAianN1OXlWdWx3UVFsaEZsTV8zSmx6TWFTRnpn"
    "bGhRRzBEcGZheVF3TFVLNCJdLCAiaXNzIjogImh0dHBzOi8vaXNzdWVyLmV4YW1wbGUu"
    "Y29tIiwgImlhdCI6IDE2ODMwMDAwMDAsICJleHAiOiAxODgzMDAwMDAwLCAic3ViIjog"
    "InVzZXJfNDIiLCAibmF0aW9uYWxpdGllcyI6IFt7Ii4uLiI6ICJwRm5kamtaX1ZDem15"
    "VGE2VWpsWm8zZGgta284YUlLUWM5RGxHemhhVllvIn0sIHsiLi4uIjogIjdDZjZKa1B1"
    "ZHJ5M2xjYndIZ2VaOGtoQXYxVTFPU2xlclAwVmtCSnJXWjAifV0sICJfc2RfYWxnIjog"
    "InNoYS0yNTYiLCAiY25mIjogeyJqd2siOiB7Imt0eSI6ICJFQyIsICJjcnYiOiAiUC0y"
    "NTYiLCAieCI6ICJUQ0FFUjE5WnZ1M09IRjRqNFc0dmZTVm9ISVAxSUxpbERsczd2Q2VH"
    "ZW1jIiwgInkiOiAiWnhqaVdXYlpNUUdIVldLVlE0aGJTSWlyc1ZmdWVjQ0U2dDRqVDlG"
    "MkhaUSJ9fX0.U7vajjP8sLu-ekMnVywiDEMfgVRmFc5OqXLaAEryf6JtBw-96m0RiYgo"
    "E_82mRjZeZimg6RygBLsvbtKOKuw_g~WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgI"
    "mZhbWlseV9uYW1lIiwgIkRvZSJd~WyJBSngtMDk1VlBycFR0TjRRTU9xUk9BIiwgImFk"
    "ZHJlc3MiLCB7InN0cmVldF9hZGRyZXNzIjogIjEyMyBNYWluIFN0IiwgImxvY2FsaXR5"
    "IjogIkFueXRvd24iLCAicmVnaW9uIjogIkFueXN0YXRlIiwgImNvdW50cnkiOiAiVVMi"
    "fV0~WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd"
    "~WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIlVTIl0~eyJhbGciOiAiRVMyNTYiLCA"
    "idHlwIjogImtiK2p3dCJ9.eyJub25jZSI6ICIxMjM0NTY3ODkwIiwgImF1ZCI6ICJodH"
    "RwczovL3ZlcmlmaWVyLmV4YW1wbGUub3JnIiwgImlhdCI6IDE3MTUyNTU5NDMsICJzZF"
    "9oYXNoIjogIk9TeXVmNXFzRktQZnJGcjNaa3pMSGJsOE9KTFNRZllFN0FMVWpKd0JBSU"
    "EifQ.Qa4A1l20VqJts2Dwixz0UsvuMsdR9bdpKMLBm9jBxgCJ5VfHnE5a0yUrZ1KJMqU"
    "1gvaoZJrcpK41oUTE7AdZdQ"
)
SHOWN = {
    "iss": "https://issuer.example.com",
    "iat": 1683000000,
    "exp": 1883000000,
    "sub": "user_42",
    "nationalities": ["US"],
    "family_name": "Doe",
    "given_name": "John",
    "address": {"street_address": "123 Main St", "locality": "Anytown", "region": "Anystate", "country": "US"},
}
MADE_S = 1715255943


def processed() -> dict[str, Any]:
    sd_jwt = read_sd_jwt(PRESENTATION)
    return opened(parse_object(sd_jwt.jws.payload), sd_jwt.disclosures).payload


def test_issuer_signature_and_processed_payload() -> None:
    verify_signature(read_sd_jwt(PRESENTATION).jws, from_jwk(ISSUER_KEY))
    payload = processed()
    assert payload.pop("cnf")["jwk"]["kty"] == "EC"
    assert payload == SHOWN


def test_key_binding() -> None:
    expected = Expected("https://verifier.example.org", "1234567890")
    check_key_binding(read_sd_jwt(PRESENTATION), processed(), MADE_S + 5, expected)
    check_key_binding(read_sd_jwt(PRESENTATION), processed(), MADE_S + 10_000_000)
    assert holder_key(processed()).kind == "P-256"


@pytest.mark.parametrize(
    ("now_s", "audience", "nonce", "code"),
    [
        (MADE_S, "https://other.example.org", "1234567890", "jose.audience"),
        (MADE_S, "https://verifier.example.org", "0", "proof.domain"),
        (MADE_S - 61, None, None, "time.not_yet_valid"),
        (MADE_S + 601, None, "1234567890", "time.expired"),
    ],
)
def test_key_binding_for_somebody_else(now_s: int, audience: str | None, nonce: str | None, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_key_binding(read_sd_jwt(PRESENTATION), processed(), now_s, Expected(audience, nonce))
    assert caught.value.code == code


def test_key_binding_of_another_selection() -> None:
    parts = PRESENTATION.split("~")
    fewer = "~".join([*parts[:2], *parts[3:]])
    with pytest.raises(Invalid, match=r"sig\.invalid at sd_hash"):
        check_key_binding(read_sd_jwt(fewer), processed(), MADE_S)
