"""Public keys in PEM: the kinds that are used, and nothing else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from issuer.errors import Invalid
from issuer.proofs.pem_keys import from_pem


def public_pem(private) -> str:
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("private", "alg"),
    [
        (ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
        (ec.generate_private_key(ec.SECP384R1()), "ES384"),
        (rsa.generate_private_key(65537, 2048), "RS256"),
    ],
    ids=["Ed25519", "P-256", "P-384", "RSA"],
)
def test_keys_that_are_read(private, alg: str) -> None:
    assert from_pem(public_pem(private)).alg == alg


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "key.malformed"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "key.malformed"),
        ("ключ", "key.malformed"),
        ("x" * 9_000, "key.malformed"),
        (public_pem(ec.generate_private_key(ec.SECP521R1())), "key.malformed"),
        (public_pem(dsa.generate_private_key(1024)), "key.malformed"),
        (public_pem(rsa.generate_private_key(65537, 1024)), "key.weak"),
        (
            ed25519.Ed25519PrivateKey.generate()
            .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            .decode(),
            "key.malformed",
        ),
    ],
    ids=["empty", "no key", "not ASCII", "long", "P-521", "DSA", "short RSA", "private"],
)
def test_keys_that_are_not(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        from_pem(text)
    assert caught.value.code == code
