from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyld import jsonld

from issuer.credentials.did_document import (
    KeyState,
    KeyUse,
    PublishedKey,
    bare_jwk,
    did_document,
    jwk_set,
)
from issuer.credentials.identity import IssuerIdentity, identify
from issuer.proofs.key_kinds import PublicKey, ed25519_key, elliptic_key, rsa_key

DID = "did:web:badges.example.org"


def an_ed25519_key() -> PublicKey:
    return ed25519_key(ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def a_p256_key() -> PublicKey:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    return elliptic_key("P-256", point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


def an_rsa_key() -> PublicKey:
    return rsa_key(rsa.generate_private_key(65537, 2048).public_key().public_numbers().n, 65537)


@pytest.fixture(scope="module")
def keys() -> list[PublishedKey]:
    di, jose = KeyUse.DATA_INTEGRITY, KeyUse.JOSE
    return [
        PublishedKey("ed-new", an_ed25519_key(), di, KeyState.ANNOUNCED),
        PublishedKey("ed-now", an_ed25519_key(), di, KeyState.ACTIVE),
        PublishedKey("ed-old", an_ed25519_key(), di, KeyState.RETIRED),
        PublishedKey("ed-bad", an_ed25519_key(), di, KeyState.COMPROMISED),
        PublishedKey("sd-now", a_p256_key(), di, KeyState.ACTIVE),
        PublishedKey("es-now", a_p256_key(), jose, KeyState.ACTIVE),
        PublishedKey("rs-now", an_rsa_key(), jose, KeyState.ACTIVE),
        PublishedKey("rs-bad", an_rsa_key(), jose, KeyState.COMPROMISED),
    ]


@pytest.fixture(scope="module")
def document(identity: IssuerIdentity, keys: list[PublishedKey]) -> dict[str, Any]:
    return did_document(identity, keys)


def test_each_key_is_one_method_with_absolute_id_and_the_did_as_controller(document: dict[str, Any]) -> None:
    names = ["ed-new", "ed-now", "ed-old", "sd-now", "es-now", "rs-now"]
    assert document["id"] == DID
    assert [method["id"] for method in document["verificationMethod"]] == [f"{DID}#{name}" for name in names]
    assert {method["controller"] for method in document["verificationMethod"]} == {DID}


def test_t6_assertion_method_is_an_array_of_the_absolute_ids(document: dict[str, Any]) -> None:
    assert document["assertionMethod"] == [method["id"] for method in document["verificationMethod"]]


def test_t23_retired_keys_stay_listed_and_compromised_ones_do_not(document: dict[str, Any]) -> None:
    assert f"{DID}#ed-old" in document["assertionMethod"]
    assert f"{DID}#ed-bad" not in str(document)
    assert f"{DID}#rs-bad" not in str(document)


def test_data_integrity_keys_are_multikeys_and_jose_keys_json_web_keys(
    document: dict[str, Any], keys: list[PublishedKey]
) -> None:
    methods = {method["id"].partition("#")[2]: method for method in document["verificationMethod"]}
    assert methods["ed-now"]["type"] == methods["sd-now"]["type"] == "Multikey"
    assert methods["ed-now"]["publicKeyMultibase"].startswith("z6Mk")
    assert methods["sd-now"]["publicKeyMultibase"].startswith("zDna")
    assert methods["es-now"]["type"] == methods["rs-now"]["type"] == "JsonWebKey"
    assert methods["rs-now"]["publicKeyJwk"] == {
        "kid": "rs-now", "use": "sig", "alg": "RS256", **keys[6].public.jwk(),
    }  # fmt: skip
    assert methods["es-now"]["publicKeyJwk"]["alg"] == "ES256"


def test_the_jwk_set_holds_the_jose_keys_by_the_kid_our_tokens_carry(
    identity: IssuerIdentity, keys: list[PublishedKey]
) -> None:
    listed = jwk_set(identity, keys)["keys"]
    assert [jwk["kid"] for jwk in listed] == [f"{DID}#es-now", f"{DID}#rs-now"]
    assert all(jwk["use"] == "sig" and "d" not in jwk for jwk in listed)


def test_a_bare_jwk_is_one_public_key(keys: list[PublishedKey]) -> None:
    assert bare_jwk(keys[6]) == {"kid": "rs-now", "use": "sig", "alg": "RS256", **keys[6].public.jwk()}


def test_an_ed25519_jose_key_is_a_json_web_key_too(identity: IssuerIdentity) -> None:
    key = PublishedKey("jose", an_ed25519_key(), KeyUse.JOSE, KeyState.ACTIVE)
    method = did_document(identity, [key])["verificationMethod"][0]
    assert method["type"] == "JsonWebKey"
    assert method["publicKeyJwk"]["crv"] == "Ed25519"


def test_the_port_stays_percent_encoded_in_every_id() -> None:
    here = identify("http://localhost:8000", "Demo")
    document = did_document(here, [PublishedKey("k", an_ed25519_key(), KeyUse.DATA_INTEGRITY, KeyState.ACTIVE)])
    assert document["assertionMethod"] == ["did:web:localhost%3A8000#k"]


def test_a_json_ld_processor_reads_every_method(
    document: dict[str, Any], official: Callable[[str], dict[str, Any]]
) -> None:
    """Source of the contexts: W3C did/v1, security/multikey/v1, security/jwk/v1."""
    files = {
        "https://www.w3.org/ns/did/v1": "contexts/did-v1.json",
        "https://w3id.org/security/multikey/v1": "contexts/multikey-v1.json",
        "https://w3id.org/security/jwk/v1": "contexts/jwk-v1.json",
    }

    def load(url: str, _options: Any) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": official(files[url])}

    expanded = jsonld.expand(document, {"documentLoader": load})[0]
    methods = expanded["https://w3id.org/security#verificationMethod"]
    assert len(methods) == 6
    assert {one for method in methods for one in method["@type"]} == {
        "https://w3id.org/security#Multikey", "https://w3id.org/security#JsonWebKey",
    }  # fmt: skip
    listed = expanded["https://w3id.org/security#assertionMethod"]
    assert [one["@id"] for one in listed] == document["assertionMethod"]
    assert methods[0]["https://w3id.org/security#publicKeyMultibase"]
    assert methods[5]["https://w3id.org/security#publicKeyJwk"]
