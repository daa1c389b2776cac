"""Next to the listed attacks: the same rule broken in another member, suite, carrier or encoding.

Each case once gave a wrong answer, or one that named another fault than its own.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from issuer.proofs import base64url, multibase

JSON, TEXT = "application/json", "text/plain"
V1 = "https://www.w3.org/2018/credentials/v1"
OB_1 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"


def _jwt(*args: Any, **kwargs: Any) -> Any:
    return lambda world: world.jwt_sent(world.jwt(*args, **kwargs))


def _with_jwk(signer: str, jwk: str) -> Any:
    """A token whose kid names a key of the issuer, with the JWK of `jwk` beside it."""

    def build(world: Any) -> Any:
        header = {"kid": world.ok.verification_method, "jwk": getattr(world, jwk).public.jwk()}
        return world.jwt_sent(world.jwt(key=getattr(world, signer), header={**header, "alg": "EdDSA"}))

    return build


def _older(beside: dict[str, Any], **changes: Any) -> Any:
    """A VCDM 1.1 credential in the claim `vc`, with other members beside it."""

    def build(world: Any) -> Any:
        credential = world.badge(validFrom=None, credentialStatus=None, name=None, issuanceDate="2026-01-01T00:00:00Z")
        credential = {**credential, "@context": [V1, OB_1], **changes}
        claims = {"iss": world.ISSUER, "jti": credential["id"], "sub": credential["credentialSubject"]["id"]}
        header = {"alg": "EdDSA", "typ": "JWT", "kid": world.ok.verification_method}
        payload = {**claims, "nbf": 1_767_225_600, "vc": credential, **beside}
        return world.jwt_sent(world.token(header, payload))

    return build


def _did(did: str, fragment: str) -> Any:
    """A badge in the name of `did`, with somebody's proof that names `fragment` of it."""

    def build(world: Any) -> Any:
        badge = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
        return world.json_sent({**badge, "proof": {**world.proof(world.badge()), "verificationMethod": did + fragment}})

    return build


def _did_jwk(**more: Any) -> str:
    jwk = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", **more}
    return "did:jwk:" + base64url.encode(json.dumps(jwk).encode()).decode()


def _method(**changes: Any) -> Any:
    """The issuer publishes its key in a method changed so; None takes a member away."""

    def build(world: Any) -> Any:
        method = {**world.ok.as_method(), **changes}
        world.serve_issuer([{name: value for name, value in method.items() if value is not None}])
        return world.json_sent(world.di(world.badge()))

    return build


def _null_in_status(member: str) -> Any:
    return lambda world: world.json_sent(
        {**world.di(world.badge()), "credentialStatus": {**world.entry(), member: None}}
    )


def _list_body(body: bytes) -> Any:
    def build(world: Any) -> Any:
        world.serve(world.LIST_URL, body)
        return world.json_sent(world.di(world.badge()))

    return build


def _revocations(entry: Any) -> Any:
    def build(world: Any) -> Any:
        url = "https://issuer.test/revocations"
        world.serve(url, {"id": url, "issuer": world.ISSUER, "revokedCredential": [entry]})
        contexts = {"@context": [world.V2, world.OB, world.EXTENSIONS]}
        return world.json_sent(
            world.di(world.badge(credentialStatus={"id": url, "type": "1EdTechRevocationList"}, **contexts))
        )

    return build


def _set_with_a_key_not_listed(world: Any) -> Any:
    badge = world.badge()
    return world.json_sent({**badge, "proof": [world.proof(badge), world.proof(badge, world.key("EdDSA", "unlisted"))]})


def _without_contexts(world: Any) -> Any:
    return world.json_sent({name: value for name, value in world.di(world.badge()).items() if name != "@context"})


PAST = "2026-02-01T00:00:00Z"
X25519 = "did:key:" + multibase.encode(b"\xec\x01" + bytes(32))

CASES: list[Any] = [
    ("ENC-18 objects beyond the size", lambda w: (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON), "refused",
     "json.too_deep"),
    ("ENC-18 arrays beyond the size", lambda w: (b'{"a":' + b"[" * 400_000 + b"]" * 400_000 + b"}", JSON), "refused",
     "json.too_deep"),
    ("ENC-04 before a token", lambda w: (b"\xef\xbb\xbf" + w.jwt(), TEXT), "refused", "input.bom"),
    ("ENC-05 a token", lambda w: (w.jwt().decode().encode("utf-16"), TEXT), "refused", "input.not_utf8"),
    ("ENC-06 a token", lambda w: (w.jwt().decode().encode("utf-32-be"), TEXT), "refused", "input.not_utf8"),
    ("JWT-09 a stranger's jwk, signed by the issuer", _with_jwk("ok", "evil"), "invalid", "jose.key_ambiguous"),
    ("JWT-09 a stranger's jwk, signed by the stranger", _with_jwk("evil", "evil"), "invalid", "jose.key_ambiguous"),
    ("JWT-09 another jwk of the issuer", _with_jwk("ok", "p256"), "invalid", "jose.key_ambiguous"),
    ("JWT-09 the same key twice", _with_jwk("ok", "ok"), "valid", None),
    *(
        (f"NET-05 kid {kid}", _jwt(header={"kid": kid}), "invalid", "fetch.blocked_address")
        for kid in ("https://①②⑦.⓪.⓪.①/", "https://[fe80::1%25eth0]/k", "https://１２７.1")
    ),
    ("JWT-14 kid with a name in other letters", _jwt(header={"kid": "https://\u212aelvin.test/"}), "invalid",
     "jose.kid_invalid"),
    ("JWT-29 exp alone, long past", _jwt(exp=1000), "invalid", "time.window_inverted"),
    ("JWT-24 exp alone, before nbf", _jwt(exp=1000), "invalid", "time.expired"),
    ("JWT-35 encrypted, as JSON", lambda w: w.json_sent({"protected": "e30", "ciphertext": "AA", "iv": "A"}), "refused",
     "jose.malformed"),
    ("JWT-35 signatures alone", lambda w: w.json_sent({"signatures": []}), "refused", "jose.malformed"),
    *(
        (f"JWT-41 {name} beside vc", _older({name: value}), "invalid", "jose.claims_mismatch")
        for name, value in {
            "credentialStatus": {"id": "urn:x", "type": "X"}, "expirationDate": PAST, "validUntil": PAST,
            "validFrom": PAST, "issuanceDate": PAST, "credentialSchema": [],
        }.items()
    ),
    ("JWT-24 validUntil under the data model 1.1", _older({}, validUntil=PAST), "invalid", "time.expired"),
    ("SIG-12 did:key", _did(X25519, f"#{X25519[8:]}"), "invalid", "key.malformed"),
    ("SIG-12 for agreeing on keys", _method(type="X25519KeyAgreementKey2020"), "invalid", "key.malformed"),
    ("SIG-12 no type", _method(type=None), "invalid", "key.malformed"),
    ("SIG-12 type of another form", _method(type="JsonWebKey"), "invalid", "key.malformed"),
    ("an older type", _method(type="Ed25519VerificationKey2020"), "valid", None),
    ("DID-09 secretKeyMultibase", _method(secretKeyMultibase="z3u2"), "invalid", "jose.jwk_private"),
    ("DID-09 privateKeyJwk", _method(privateKeyJwk={}), "invalid", "jose.jwk_private"),
    ("DID-14 private, of 50 KB", _did(_did_jwk(d="A" * 50_000), "#0"), "invalid", "jose.jwk_private"),
    ("DID-14 private, another fragment", _did(_did_jwk(d="AA"), "#k1"), "invalid", "jose.jwk_private"),
    ("DID-14 50 KB", _did(_did_jwk(pad="A" * 50_000), "#0"), "invalid", "did.malformed"),
    ("DI-08 no contexts", _without_contexts, "invalid", "ld.context_order"),
    ("DI-33 a key that is not listed", _set_with_a_key_not_listed, "invalid", "proof.set_member_invalid"),
    ("STL-07 null", _null_in_status("statusListIndex"), "invalid", "status.index_malformed"),
    ("STL-25 null", _null_in_status("statusSize"), "invalid", "status.malformed"),
    ("STL-26 null", _null_in_status("statusPurpose"), "invalid", "status.malformed"),
    ("STL-26 no type", lambda w: w.json_sent(w.di(w.badge(credentialStatus={"id": "urn:x"}))), "invalid",
     "status.malformed"),
    ("STL-19 an empty object", _list_body(b"{}"), "invalid", "status.list_invalid"),
    ("STL-28 an entry without an id", _revocations({"revoked": True}), "invalid", "status.list_invalid"),
    ("STL-28 an entry that is a list", _revocations([]), "invalid", "status.list_invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_attack(world: Any, build: Any, verdict: str, code: str | None) -> None:
    world.expect(build(world), verdict, code)
    assert not [url for url in world.asked if "issuer.test" not in url]


def test_same_answer_on_every_thread(steady: Any) -> None:
    steady(CASES)


@pytest.mark.parametrize("issuer", ["https://[::1]/1", "https://[fc00::1]:8443/1", "https://user@issuer.test/1"])
@pytest.mark.parametrize("form", ["di", "jwt"])
def test_net_07_an_odd_address_is_for_the_fetcher_to_refuse(world: Any, issuer: str, form: str) -> None:
    """The issuer's id itself: asked for like any other address, so that one guard judges them all."""
    key = world.key("EdDSA", f"{issuer}#k1")
    badge = world.badge(issuer={"id": issuer, "type": ["Profile"]}, credentialStatus=None)
    assert world.outcome(getattr(world, form)(badge, key))[0] == "invalid"
    assert world.asked == ([issuer] if form == "di" or "@" not in issuer else [])


def test_names_relative_to_the_document_they_stand_in(world: Any) -> None:
    """DID Core §3.2.2: genuine documents write ``#k1`` for a method of their own."""
    method = {**world.ok.as_method(), "id": "#k1"}
    signed = world.di(world.badge())
    for names in (["#k1"], [world.ok.verification_method]):
        world.serve(world.DID_URL, world.did_document(world.ISSUER, [method], assertionMethod=names))
        world.expect(signed, "valid", None)
    world.serve(world.DID_URL, world.did_document(world.ISSUER, [method, world.ok.as_method()]))
    world.expect(signed, "invalid", "key.ambiguous")
