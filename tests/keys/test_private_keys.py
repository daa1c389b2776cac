from __future__ import annotations

import copy
import logging
import pickle
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from issuer.proofs.public_keys import from_jwk
from issuer.proofs.signer import Signer
from keys.errors import KeysError
from keys.software import ALGORITHMS, PrivateKey, SoftwareSigner

PASSPHRASE = b"correct horse battery staple"


@pytest.fixture(scope="module")
def private_keys() -> Mapping[str, PrivateKey]:
    return {alg: PrivateKey.generate(alg) for alg in ALGORITHMS}


def refusal_of(pem: bytes, passphrase: bytes = PASSPHRASE) -> str:
    with pytest.raises(KeysError) as caught:
        PrivateKey.from_pem(pem, passphrase, "di-2026-11-a1b2c3")
    assert caught.value.where == "di-2026-11-a1b2c3"
    return caught.value.code


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_what_a_key_signs_its_public_jwk_verifies(private_keys: Mapping[str, PrivateKey], alg: str) -> None:
    key = private_keys[alg]
    public = from_jwk(key.public_jwk())
    assert public.jwk() == key.public_jwk()
    assert public.verify(key.sign(b"message"), b"message", alg)
    assert not public.verify(key.sign(b"message"), b"another", alg)
    assert key.sign(b"message") == key.sign(b"message")
    key.self_test("kid")


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_secrets_are_those_of_one_key_and_one_purpose(private_keys: Mapping[str, PrivateKey], alg: str) -> None:
    key = private_keys[alg]
    again = PrivateKey.from_pem(key.to_pem(PASSPHRASE), PASSPHRASE, "kid")
    assert len(key.derive(b"one")) == 32
    assert key.derive(b"one") == again.derive(b"one") == SoftwareSigner(again, "did:web:a#k").derive(b"one")
    assert len({one.derive(info) for one in private_keys.values() for info in (b"one", b"two")}) == 2 * len(ALGORITHMS)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_key_survives_its_encrypted_file(private_keys: Mapping[str, PrivateKey], alg: str) -> None:
    pem = private_keys[alg].to_pem(PASSPHRASE)
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    opened = PrivateKey.from_pem(pem, PASSPHRASE, "kid")
    assert (opened.alg, opened.public_jwk()) == (alg, private_keys[alg].public_jwk())


def test_rsa_keys_have_3072_bits(private_keys: Mapping[str, PrivateKey]) -> None:
    assert len(private_keys["RS256"].sign(b"")) * 8 == 3072


def test_a_wrong_passphrase_is_said_clearly(private_keys: Mapping[str, PrivateKey]) -> None:
    pem = private_keys["EdDSA"].to_pem(PASSPHRASE)
    with pytest.raises(KeysError, match="the passphrase is wrong, or the file is damaged") as caught:
        PrivateKey.from_pem(pem, b"another passphrase", "kid")
    assert caught.value.code == "key.unavailable"
    assert b"another" not in str(caught.value).encode()


def test_files_that_are_no_key() -> None:
    plain = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert refusal_of(plain) == "key.malformed"
    assert refusal_of(b"") == "key.malformed"
    broken = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
    assert refusal_of(broken) == "key.unavailable"


def test_a_key_of_another_kind() -> None:
    sealed = BestAvailableEncryption(PASSPHRASE)
    other = ec.generate_private_key(ec.SECP521R1())
    assert refusal_of(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)) == "key.malformed"


def test_a_key_for_test_suites_is_not_read_from_a_file() -> None:
    key = PrivateKey.generate("ES512")
    assert (key.public_jwk()["crv"], len(key.sign(b"message"))) == ("P-521", 132)
    assert key.sign(b"message") == key.sign(b"message")
    key.self_test("kid")
    assert refusal_of(key.to_pem(PASSPHRASE)) == "key.malformed"


def test_a_short_passphrase_seals_nothing(private_keys: Mapping[str, PrivateKey]) -> None:
    with pytest.raises(KeysError, match="fewer than 16 bytes"):
        private_keys["EdDSA"].to_pem(b"fifteen letters")


def test_no_key_is_made_for_another_algorithm() -> None:
    with pytest.raises(ValueError, match="HS256"):
        PrivateKey.generate("HS256")


def test_key_halves_that_do_not_belong_together() -> None:
    class CrossedKey(PrivateKey):
        def sign(self, message: bytes) -> bytes:
            return bytes(64)

    crossed = CrossedKey("EdDSA", ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(KeysError, match=r"key\.mismatch"):
        crossed.self_test("kid")


@pytest.mark.parametrize("alg", ["EdDSA", "RS256"])
def test_key_09_a_key_never_shows_itself(
    private_keys: Mapping[str, PrivateKey], caplog: pytest.LogCaptureFixture, alg: str
) -> None:
    key = private_keys[alg]
    signer = SoftwareSigner(key, "did:web:issuer.test#k1")
    logging.getLogger("keys").warning("%s %r %s %r", key, key, signer, signer)
    assert caplog.messages == [
        f"<PrivateKey {alg}> <PrivateKey {alg}> "
        f"<SoftwareSigner {alg} did:web:issuer.test#k1> <SoftwareSigner {alg} did:web:issuer.test#k1>"
    ]
    for secret in (key, signer):
        for leak in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="not copied or pickled"):
                leak(secret)
        with pytest.raises(TypeError):
            vars(secret)


def test_a_software_signer_is_what_signing_needs(private_keys: Mapping[str, PrivateKey]) -> None:
    signer: Signer = SoftwareSigner(private_keys["ES256"], "did:web:issuer.test#k1")
    assert (signer.alg, signer.verification_method) == ("ES256", "did:web:issuer.test#k1")
    assert len(signer.sign(b"message")) == 64


def test_both_libraries_sign_the_same() -> None:
    """Ed25519 is deterministic (RFC 8032 §5.1.6): libsodium signs at run time, OpenSSL is the other reading."""
    loaded = ed25519.Ed25519PrivateKey.generate()
    for message in (b"", b"badge", bytes(5_000)):
        assert PrivateKey("EdDSA", loaded).sign(message) == loaded.sign(message)
