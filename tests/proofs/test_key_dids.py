from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import Invalid
from issuer.proofs import multibase
from issuer.proofs.key_dids import from_did_jwk, from_did_key
from issuer.proofs.public_keys import PublicKey

KEY = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
OTHER = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


def did_jwk(document: Any) -> str:
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    return "did:jwk:" + base64.urlsafe_b64encode(text).decode().rstrip("=")


def code_of(load: Callable[[str], PublicKey], did: str) -> str | None:
    try:
        load(did)
    except Invalid as refusal:
        return refusal.code
    return None


def test_a_did_key_and_its_method() -> None:
    assert from_did_key(f"did:key:{KEY}") == from_did_key(f"did:key:{KEY}#{KEY}")
    assert from_did_key(f"did:key:{KEY}").multibase() == KEY


@pytest.mark.parametrize(
    ("did", "code"),
    [
        pytest.param(f"did:key:{KEY}#{OTHER}", "did.malformed", id="DID-12 another fragment"),
        pytest.param(f"did:key:{KEY}#", "did.malformed", id="DID-12 empty fragment"),
        pytest.param(f"did:key:{KEY}#{KEY}#{KEY}", "did.malformed", id="two fragments"),
        pytest.param(f"did:key:1.1:{KEY}", "did.malformed", id="version"),
        pytest.param("did:key:", "did.malformed", id="empty"),
        pytest.param("did:key:u7QFL3q_e", "did.malformed", id="base64url"),
        pytest.param(f"did:KEY:{KEY}", "did.malformed", id="capitals"),
        pytest.param(KEY, "did.malformed", id="no DID"),
        pytest.param(f"did:key:{KEY}?x=1", "key.malformed", id="query"),
        pytest.param(f"did:key:{KEY}{KEY}{KEY}", "key.malformed", id="too long"),
        pytest.param("did:key:" + multibase.encode(b"\xed\x01\x01" + bytes(31)), "key.weak", id="SIG-02"),
    ],
)
def test_a_did_key_that_is_refused(did: str, code: str) -> None:
    assert code_of(from_did_key, did) == code


def test_a_did_jwk_and_its_method() -> None:
    assert from_did_jwk(did_jwk(JWK)) == from_did_jwk(did_jwk(JWK) + "#0")
    assert from_did_jwk(did_jwk(JWK)).jwk() == JWK


@pytest.mark.parametrize(
    ("did", "code"),
    [
        pytest.param(did_jwk({**JWK, "d": "AAAA"}), "jose.jwk_private", id="DID-14 private"),
        pytest.param(did_jwk({**JWK, "kid": "A" * 50_000}), "did.malformed", id="DID-14 50 KB"),
        pytest.param(did_jwk(JWK) + "#1", "did.malformed", id="another fragment"),
        pytest.param(did_jwk(JWK) + "#", "did.malformed", id="empty fragment"),
        pytest.param(did_jwk(b'{"kty":"OKP","kty":"OKP"}'), "did.malformed", id="duplicate member"),
        pytest.param(did_jwk(b"[]"), "did.malformed", id="no object"),
        pytest.param("did:jwk:", "did.malformed", id="empty"),
        pytest.param("did:jwk:e30=", "did.malformed", id="padding"),
        pytest.param("did:jwk:é", "did.malformed", id="not ASCII"),
        pytest.param("did:jwk:e30", "key.malformed", id="empty JWK"),
        pytest.param("did:web:issuer.test", "did.malformed", id="another method"),
    ],
)
def test_a_did_jwk_that_is_refused(did: str, code: str) -> None:
    assert code_of(from_did_jwk, did) == code
