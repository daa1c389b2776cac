"""SIG and DID: signatures off by an edge, keys that are none, names that stand for something else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from issuer.proofs import base64url, multibase
from issuer.verification.documents import Missing, Unreachable

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
UNIVERSAL = bytes([1]) + bytes(63)  # R the neutral element, S zero


def _with_signature(change: Any) -> Any:
    def build(world: Any) -> Any:
        signed = world.di(world.badge())
        raw = multibase.decode(signed["proof"]["proofValue"])
        return world.json_sent({**signed, "proof": {**signed["proof"], "proofValue": multibase.encode(change(raw))}})

    return build


def _s_plus_order(raw: bytes) -> bytes:
    return raw[:32] + (int.from_bytes(raw[32:], "little") + ED25519_ORDER).to_bytes(32, "little")


def _ecdsa(change: Any) -> Any:
    def build(world: Any) -> Any:
        header, payload, signature = world.jwt(key=world.p256).split(b".")
        raw = base64url.decode(signature)
        r, s = change(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        try:
            forged = r.to_bytes(32) + s.to_bytes(32)
        except OverflowError:
            forged = (r % 2**256).to_bytes(32) + s.to_bytes(32)
        return world.jwt_sent(b".".join([header, payload, base64url.encode(forged)]))

    return build


def _did_key(raw: bytes, prefix: bytes = b"\xed\x01") -> str:
    return f"did:key:{multibase.encode(prefix + raw)}"


def _universal(world: Any, raw: bytes) -> Any:
    did = _did_key(raw)
    badge = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
    proof = world.proof(badge, world.did_key, verificationMethod=f"{did}#{did[8:]}")
    return world.json_sent({**badge, "proof": {**proof, "proofValue": multibase.encode(UNIVERSAL)}})


def _published(method: dict[str, Any], token: bool = False) -> Any:
    """The issuer publishes this as the key that signed."""

    def build(world: Any) -> Any:
        key = world.p256 if token else world.ok
        world.serve_issuer([{"id": key.verification_method, "controller": world.ISSUER, **method}])
        return world.jwt_sent(world.jwt(key=key)) if token else world.json_sent(world.di(world.badge()))

    return build


def _multikey(raw: bytes, prefix: bytes = b"\xed\x01") -> dict[str, Any]:
    return {"type": "Multikey", "publicKeyMultibase": multibase.encode(prefix + raw)}


def _okp(raw: bytes) -> dict[str, Any]:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64url.encode(raw).decode()}
    return {"type": "JsonWebKey", "publicKeyJwk": jwk}


def _ec_jwk(number: int = 1, **changes: Any) -> dict[str, Any]:
    coordinate = base64url.encode(number.to_bytes(32)).decode()
    jwk = {"kty": "EC", "crv": "P-256", "x": coordinate, "y": coordinate, **changes}
    return {"type": "JsonWebKey", "publicKeyJwk": jwk}


def _named(did: str) -> Any:
    """A badge in the name of `did`, signed by the stranger."""

    def build(world: Any) -> Any:
        badge = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
        method = did if "#" in did else f"{did}#k1"
        proof = {**world.proof(world.badge(), world.did_key), "verificationMethod": method}
        return world.json_sent({**badge, "proof": proof})

    return build


def _did_answer(answer: Any, media_type: str = "application/json") -> Any:
    def build(world: Any) -> Any:
        sent = world.json_sent(world.di(world.badge()))
        if isinstance(answer, Missing | Unreachable):
            world.web[world.DID_URL] = answer
        else:
            world.serve(world.DID_URL, answer, media_type)
        return sent

    return build


def _two_methods(world: Any) -> Any:
    evil = {**world.evil.as_method(), "id": world.ok.verification_method, "controller": world.ISSUER}
    world.serve_issuer([world.ok.as_method(), evil])
    return world.json_sent(world.di(world.badge()))


def _leaked(world: Any) -> Any:
    method = {"type": "JsonWebKey", "publicKeyJwk": {**world.ok.public.jwk(), "d": "AA"}}
    return _published(method)(world)


def _did_jwk(jwk: Any) -> Any:
    return lambda world: _named(f"did:jwk:{base64url.encode(json.dumps(jwk(world)).encode()).decode()}")(world)


def _fragment_mismatch(world: Any) -> Any:
    did = _did_key(world.evil.public.raw)
    other = world.did_key.public.multibase()
    badge = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
    return world.json_sent(world.di(badge, world.did_key, verificationMethod=f"{did}#{other}"))


ADDRESSES = [
    "did:web:127.0.0.1",
    "did:web:2130706433",
    "did:web:0x7f.1",
    "did:web:[::1]",
    "did:web:%5B::1%5D",
    "did:web:①②⑦.⓪.⓪.①",
]
NAMES = ["did:web:faß.test", "did:web:ⓔxample.test", "did:web:issuer.test:..:x", "did:web:issuer.test%2Fx", "did:web:"]
UNSUPPORTED = ["did:ion:x", "did:ethr:0x0", "did:web3:issuer.test", "did:WEB:issuer.test"]

CASES: list[Any] = [
    ("SIG-01", _with_signature(_s_plus_order), "invalid", "sig.invalid"),
    ("SIG-02", lambda w: _universal(w, bytes.fromhex(SMALL_ORDER[0])), "invalid", "key.weak"),
    *(
        (
            f"SIG-03 did:key {point[:4]}…{point[-2:]}",
            lambda w, p=point: _universal(w, bytes.fromhex(p)),
            "invalid",
            "key.weak",
        )
        for point in SMALL_ORDER[1:]
    ),
    *(
        (f"SIG-03 did:web {point[:4]}…{point[-2:]}", _published(_multikey(bytes.fromhex(point))), "invalid", "key.weak")
        for point in SMALL_ORDER
    ),
    *(
        (f"SIG-03 JWK {point[:4]}…{point[-2:]}", _published(_okp(bytes.fromhex(point))), "invalid", "key.weak")
        for point in SMALL_ORDER
    ),
    ("SIG-05 63", _with_signature(lambda raw: raw[:63]), "invalid", "sig.encoding"),
    ("SIG-05 65", _with_signature(lambda raw: raw + b"\0"), "invalid", "sig.encoding"),
    ("SIG-05 0", _with_signature(lambda raw: b""), "invalid", "sig.encoding"),
    ("SIG-07", _ecdsa(lambda r, s: (r, P256_ORDER - s)), "valid", None),
    ("SIG-08 r=0", _ecdsa(lambda r, s: (0, s)), "invalid", "sig.invalid"),
    ("SIG-08 s=0", _ecdsa(lambda r, s: (r, 0)), "invalid", "sig.invalid"),
    ("SIG-08 r=n", _ecdsa(lambda r, s: (P256_ORDER, s)), "invalid", "sig.invalid"),
    ("SIG-08 n+r", _ecdsa(lambda r, s: (P256_ORDER + r, s)), "invalid", "sig.invalid"),
    ("SIG-10 off curve", _published(_ec_jwk(), token=True), "invalid", "key.malformed"),
    ("SIG-10 infinity", _published(_ec_jwk(0), token=True), "invalid", "key.malformed"),
    ("SIG-10 short", _published(_ec_jwk(x="AQ", y="AQ"), token=True), "invalid", "key.malformed"),
    ("SIG-10 form 05", _published(_multikey(b"\x05" + bytes(32), b"\x80\x24"), token=True), "invalid", "key.malformed"),
    ("SIG-12 x25519", _published(_multikey(bytes(32), b"\xec\x01")), "invalid", "key.malformed"),
    ("SIG-12 secp256k1", _published(_multikey(b"\x02" + bytes(32), b"\xe7\x01")), "invalid", "key.malformed"),
    ("key in no form", _published({"type": "Multikey"}), "invalid", "key.malformed"),
    ("key as a number", _published({"type": "Multikey", "publicKeyMultibase": 5}), "invalid", "key.malformed"),
    *((f"DID-03 {did}", _named(did), "invalid", "did.malformed") for did in ADDRESSES),
    *((f"DID-04 {did}", _named(did), "invalid", "did.malformed") for did in NAMES),
    (
        "DID-06",
        lambda w: _did_answer(w.did_document("did:web:other.test", [w.ok.as_method()]))(w),
        "invalid",
        "did.id_mismatch",
    ),
    ("DID-07", _two_methods, "invalid", "key.ambiguous"),
    ("DID-08 no object", _did_answer(b"[]"), "invalid", "did.malformed"),
    ("DID-08 65 levels", _did_answer(b'{"a":' + b"[" * 65 + b"]" * 65 + b"}"), "invalid", "did.malformed"),
    ("DID-08 HTML", _did_answer(b"<html>", "text/html"), "invalid", "did.malformed"),
    ("DID-08 404", _did_answer(Missing("", "not_found", "No.")), "invalid", "did.malformed"),
    ("DID-08 2 MiB", _did_answer(Missing("", "fetch.too_large", "Big.")), "invalid", "did.malformed"),
    ("DID-08 500", _did_answer(Unreachable("", "verifier.unavailable", "500.")), "indeterminate", "did.unreachable"),
    ("DID-08 slow", _did_answer(Unreachable("", "fetch.timeout", "Slow.")), "indeterminate", "did.unreachable"),
    ("NET-20", _did_answer(Unreachable("", "fetch.timeout", "Slow.")), "indeterminate", "fetch.timeout"),
    ("DID-09", _leaked, "invalid", "jose.jwk_private"),
    ("DID-10", _did_answer(Missing("", "fetch.redirect", "301.")), "invalid", "fetch.redirect"),
    ("NET-23", _did_answer(Missing("", "fetch.content_encoding", "gzip.")), "invalid", "fetch.content_encoding"),
    ("DID-12", _fragment_mismatch, "invalid", "did.malformed"),
    ("DID-14 private", _did_jwk(lambda w: {**w.p256.public.jwk(), "d": "AA"}), "invalid", None),
    ("DID-14 50 KB", _did_jwk(lambda w: {**w.p256.public.jwk(), "x5c": "A" * 50_000}), "invalid", "did.malformed"),
    *((f"DID-15 {did}", _named(did), "indeterminate", "did.method_unsupported") for did in UNSUPPORTED),
]


@pytest.mark.parametrize(("build", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_attack(world: Any, build: Any, verdict: str, code: str | None) -> None:
    world.expect(build(world), verdict, code)
    assert set(world.asked) <= {world.DID_URL, world.LIST_URL}


def test_same_answer_on_every_thread(steady: Any) -> None:
    steady(CASES)


def test_did_14_private_did_jwk(world: Any) -> None:
    jwk = {**world.p256.public.jwk(), "d": "AA"}
    did = f"did:jwk:{base64url.encode(json.dumps(jwk).encode()).decode()}"
    badge = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
    world.expect(world.jwt(badge, world.p256, {"kid": f"{did}#0"}), "invalid", "jose.jwk_private")


@pytest.mark.parametrize("did", ADDRESSES + NAMES)
def test_did_03_nothing_is_asked(world: Any, did: str) -> None:
    world.verify(_named(did)(world))
    assert world.asked == []


def test_did_web_with_port_and_path(world: Any) -> None:
    did = "did:web:issuer.test%3A8443:users:1"
    key = world.key("EdDSA", f"{did}#k1")
    world.serve("https://issuer.test:8443/users/1/did.json", world.did_document(did, [key.as_method()]))
    badge = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
    world.expect(world.di(badge, key), "valid", None)


def test_changed_did_document_is_seen(world: Any) -> None:
    """A key taken off the document verifies nothing from then on."""
    signed = world.di(world.badge())
    world.expect(signed, "valid", None)
    world.serve_issuer([world.p256.as_method()])
    world.expect(signed, "invalid", "key.not_found")
