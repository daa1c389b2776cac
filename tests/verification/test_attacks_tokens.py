"""JWT: tokens whose algorithm, key, claims or framing lies."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA512

from issuer.proofs import base64url


def _hs256(world: Any) -> bytes:
    """HMAC with the public JWK's own text as secret (CVE-2026-48526)."""
    secret = json.dumps(world.p256.public.jwk()).encode()
    header = {"alg": "HS256", "kid": world.p256.verification_method, "typ": "JWT"}
    signing_input = world.jwt(key=world.p256, header=header).rpartition(b".")[0]
    return signing_input + b"." + base64url.encode(hmac.digest(secret, signing_input, hashlib.sha256))


def _payload_text(world: Any, change: Any) -> bytes:
    badge = world.badge()
    raw = json.dumps({**badge, **world.claims(badge)}, ensure_ascii=False)
    header = {"alg": "EdDSA", "kid": world.ok.verification_method, "typ": "JWT"}
    return bytes(world.token(header, change(raw)))


def _changed_segment(world: Any, number: int, change: Any) -> bytes:
    segments = world.jwt().split(b".")
    segments[number] = change(segments[number])
    return b".".join(segments)


def _twin(segment: bytes) -> bytes:
    """Another spelling of the same bytes: a bit that is thrown away when the last character is decoded."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return segment[:-1] + alphabet[alphabet.index(segment[-1:]) ^ 1 :][:1]


def _flipped(world: Any, position: int) -> bytes:
    header, payload, signature = world.jwt().split(b".")
    raw = bytearray(base64url.decode(payload))
    text = bytes(raw)
    place = text.index(b"Uses evidence of learning to adapt") + position
    raw[place] ^= 1
    return b".".join([header, base64url.encode(bytes(raw)), signature])


def _short_lived(world: Any, seconds: int) -> bytes:
    end = world.ago(seconds)
    return bytes(world.jwt(world.badge(validUntil=end)))


def _serve_weak_rsa(world: Any) -> bytes:
    private = rsa.generate_private_key(65537, 1024)
    numbers = private.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": _uint(numbers.n), "e": _uint(numbers.e)}
    return _serve_jwk(world, jwk)


def _uint(number: int) -> str:
    return base64url.encode(number.to_bytes((number.bit_length() + 7) // 8)).decode()


def _rsa_jwk(world: Any, n: int | None = None, e: int = 65537) -> bytes:
    good = world.rsa.private.public_key().public_numbers()
    return _serve_jwk(world, {"kty": "RSA", "n": _uint(n or good.n), "e": _uint(e)})


def _serve_jwk(world: Any, jwk: dict[str, Any]) -> bytes:
    method = {"id": world.rsa.verification_method, "controller": world.ISSUER, "type": "JsonWebKey"}
    world.serve_issuer([{**method, "publicKeyJwk": jwk}])
    return bytes(world.jwt(key=world.rsa))


def _jwt(*args: Any, **kwargs: Any) -> Any:
    return lambda world: world.jwt_sent(world.jwt(*args, **kwargs))


def _alg(alg: str) -> Any:
    return _jwt(header={"alg": alg})


def _mismatch(alg: str, key: str) -> Any:
    return lambda world: world.jwt_sent(world.jwt(key=getattr(world, key), header={"alg": alg}))


def _sent(build: Any, *args: Any) -> Any:
    return lambda world: world.jwt_sent(build(world, *args))


def _kid(kid: Any) -> Any:
    return _jwt(header={"kid": kid})


def _jwk_header(world: Any, key: Any) -> bytes:
    return bytes(world.jwt(key=key, header={"kid": None, "jwk": key.public.jwk()}))


def _by_evil(world: Any, **header: Any) -> bytes:
    return bytes(world.jwt(key=world.evil, header=header))


BAD_HEADERS = ["kb+jwt", "dc+sd-jwt", "at+jwt", "secevent+jwt"]
KIDS = ["../../../../dev/null", "file:///etc/passwd", "x' OR 1=1--", "`id`"]
ALGS = ["none", "ES256K", "PS256", "HS512", "RS1", "ES512", "Ed448"]

CASES: list[Any] = [
    ("JWT-03", _sent(_hs256), "invalid", "jose.alg_not_allowed"),
    ("JWT-04 RS256 with EC", _mismatch("RS256", "p256"), "invalid", "jose.key_alg_mismatch"),
    ("JWT-04 ES256 with P-384", _mismatch("ES256", "p384"), "invalid", "jose.key_alg_mismatch"),
    ("JWT-04 EdDSA with P-256", _mismatch("EdDSA", "p256"), "invalid", "jose.key_alg_mismatch"),
    *((f"JWT-05 {alg}", _alg(alg), "invalid", "jose.alg_not_allowed") for alg in ALGS),
    ("JWT-06 list", _jwt(header={"alg": ["ES256"]}), "refused", "jose.malformed"),
    ("JWT-06 number", _jwt(header={"alg": 5}), "refused", "jose.malformed"),
    ("JWT-06 missing", _jwt(header={"alg": None}), "refused", "jose.malformed"),
    ("JWT-07", lambda w: w.jwt_sent(_jwk_header(w, w.evil)), "invalid", "jose.key_unbound"),
    ("JWT-08", lambda w: w.jwt_sent(_jwk_header(w, w.p256)), "valid", None),
    ("JWT-11 jku", _jwt(header={"jku": "https://evil.test/jwks.json"}), "invalid", "jose.header_not_allowed"),
    ("JWT-11 x5u", _jwt(header={"x5u": "https://evil.test/c"}), "invalid", "jose.header_not_allowed"),
    ("JWT-12", _sent(_by_evil), "invalid", "issuer.mismatch"),
    ("JWT-13", lambda w: w.jwt_sent(_by_evil(w, kid="https://evil.test/key")), "invalid", "issuer.mismatch"),
    *((f"JWT-14 {number}", _kid(kid), "invalid", "jose.kid_invalid") for number, kid in enumerate(KIDS)),
    ("JWT-15", _kid(None), "invalid", "key.ambiguous"),
    ("JWT-16 number", _kid(1), "refused", "jose.malformed"),
    ("JWT-16 long", _kid("A" * 65_536), "refused", "jose.malformed"),
    ("JWT-17", _jwt(header={"crit": ["x"], "x": 1}), "invalid", "jose.crit_unsupported"),
    *(
        (f"JWT-20 {name}", _jwt(**{name: None}), "invalid", "jose.claims_missing")
        for name in ("iss", "jti", "sub", "nbf")
    ),
    ("JWT-21 sub", _jwt(sub="urn:uuid:other"), "invalid", "jose.claims_mismatch"),
    ("JWT-21 jti", _jwt(jti="urn:uuid:other"), "invalid", "jose.claims_mismatch"),
    ("JWT-21 iss", _jwt(iss="did:web:evil.test"), "invalid", "jose.claims_mismatch"),
    ("JWT-22", _jwt(nbf=1000), "invalid", "jose.claims_mismatch"),
    (
        "JWT-23",
        lambda w: w.jwt_sent(w.jwt(w.badge(validUntil="2026-02-01T00:00:00Z"), exp=4_102_444_800)),
        "invalid",
        "time.expired",
    ),
    ("JWT-24", _sent(_short_lived, 61), "invalid", "time.expired"),
    ("JWT-25", lambda w: w.jwt_sent(w.jwt(w.badge(validFrom=w.ago(-61)))), "invalid", "time.not_yet_valid"),
    (
        "JWT-26",
        lambda w: w.jwt_sent(w.jwt(iat=w.seconds(w.ago(-3600)))),
        "invalid",
        "time.not_yet_valid",
    ),
    (
        "JWT-29 past",
        lambda w: w.jwt_sent(w.jwt(w.badge(validUntil="2025-12-31T00:00:00Z"))),
        "invalid",
        "time.window_inverted",
    ),
    (
        "JWT-29 future",
        lambda w: w.jwt_sent(w.jwt(w.badge(validFrom="2028-01-01T00:00:00Z", validUntil="2027-01-01T00:00:00Z"))),
        "invalid",
        "time.window_inverted",
    ),
    *(
        (f"JWT-30 {moment}", _jwt_from(moment), "invalid", "time.malformed")
        for _jwt_from in (lambda moment: lambda w: w.jwt_sent(w.jwt(w.badge(validFrom=moment), nbf=1_483_228_800)),)
        for moment in ("2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z")
    ),
    (
        "JWT-31",
        lambda w: w.jwt_sent(w.jwt(w.badge(validUntil="2027-01-01T00:00:00"), exp=None)),
        "invalid",
        "time.malformed",
    ),
    (
        "JWT-32 payload",
        _sent(_payload_text, lambda raw: ('{"iss":"did:web:evil.test",' + raw[1:]).encode()),
        "refused",
        "json.duplicate_member",
    ),
    (
        "JWT-32 header",
        lambda w: w.jwt_sent(w.token(b'{"alg":"none","alg":"EdDSA"}', w.badge())),  # type: ignore[arg-type]
        "refused",
        "json.duplicate_member",
    ),
    ("JWT-33 UTF-16", _sent(_payload_text, lambda raw: raw.encode("utf-16-le")), "refused", "input.not_utf8"),
    ("JWT-33 BOM", _sent(_payload_text, lambda raw: raw.encode("utf-8-sig")), "refused", "input.not_utf8"),
    ("JWT-34 twin", _sent(_changed_segment, 2, _twin), "refused", "jose.noncanonical_b64"),
    ("JWT-34 padding", _sent(_changed_segment, 2, lambda s: s + b"=="), "refused", "jose.noncanonical_b64"),
    (
        "JWT-34 alphabet",
        _sent(_changed_segment, 1, lambda s: b"+/" + s[2:]),
        "refused",
        "jose.noncanonical_b64",
    ),
    ("JWT-34 newline", _sent(_changed_segment, 1, lambda s: s[:9] + b"\n" + s[9:]), "refused", "jose.noncanonical_b64"),
    ("JWT-35 two", lambda w: w.jwt_sent(w.jwt().rpartition(b".")[0]), "refused", "jose.malformed"),
    ("JWT-35 four", lambda w: w.jwt_sent(w.jwt() + b".e30"), "refused", "jose.malformed"),
    ("JWT-35 JWE", lambda w: w.jwt_sent(b"e30.e30.e30.e30.e30"), "refused", "jose.malformed"),
    (
        "JWT-35 JSON",
        lambda w: w.json_sent({"payload": "e30", "signatures": [{"protected": "e30", "signature": "AA"}]}),
        "refused",
        "jose.malformed",
    ),
    (
        "JWT-35 JSON as text",
        lambda w: (b'{"payload":"e30","signatures":[]}', "text/plain"),
        "refused",
        "jose.malformed",
    ),
    *((f"JWT-37 {position}", _sent(_flipped, position), "invalid", "sig.invalid") for position in range(32)),
    *((f"JWT-38 {typ}", _jwt(header={"typ": typ}), "invalid", "jose.typ_not_allowed") for typ in BAD_HEADERS),
    (
        "JWT-39",
        lambda w: w.jwt_sent(w.token({"alg": "EdDSA", "typ": "JWT"}, {"sub": "person-1", "exp": 4_102_444_800})),
        "invalid",
        "jose.claims_missing",
    ),
    ("JWT-41", lambda w: w.jwt_sent(w.jwt(vc=w.badge())), "invalid", "jose.claims_mismatch"),
    ("JWT-42", _jwt(aud="https://other.test"), "invalid", "jose.audience"),
    ("JWT-43 1024", _sent(_serve_weak_rsa), "invalid", "key.weak"),
    ("JWT-43 e=1", lambda w: w.jwt_sent(_rsa_jwk(w, e=1)), "invalid", "key.weak"),
    ("JWT-43 e=2", lambda w: w.jwt_sent(_rsa_jwk(w, e=2)), "invalid", "key.weak"),
    (
        "JWT-43 even",
        lambda w: w.jwt_sent(_rsa_jwk(w, n=w.rsa.private.public_key().public_numbers().n & ~1)),
        "invalid",
        "key.weak",
    ),
]


@pytest.mark.parametrize(("build", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_attack(world: Any, build: Any, verdict: str, code: str | None) -> None:
    world.expect(build(world), verdict, code)
    assert not [url for url in world.asked if "evil" in url]


def test_same_answer_on_every_thread(steady: Any) -> None:
    steady(CASES)


def test_jwt_08_key_of_an_https_issuer_by_its_key_set(world: Any) -> None:
    issuer = "https://issuer.test/issuers/1"
    badge = world.badge(issuer={"id": issuer, "type": ["Profile"]}, credentialStatus=None)
    token = world.jwt(badge, world.p256, {"kid": None, "jwk": world.p256.public.jwk()})
    url = "https://issuer.test/.well-known/jwks.json"
    world.serve(url, {"keys": [world.rsa.public.jwk(), world.p256.public.jwk()]}, "application/jwk-set+json")
    world.expect(token, "valid", "issuer.bound_by_origin")
    assert world.asked == [url]
    world.serve(url, {"keys": [{**world.p256.public.jwk(), "iss": "https://issuer.test/issuers/2"}]})
    world.expect(token, "invalid", "jose.key_unbound")


def test_jwt_13_https_issuer_and_a_kid_elsewhere(world: Any) -> None:
    badge = world.badge(issuer={"id": "https://issuer.test/1", "type": ["Profile"]})
    token = world.jwt(badge, world.evil, {"kid": "https://evil.test/key"})
    world.expect(token, "invalid", "issuer.mismatch")
    assert world.asked == []


def test_did_web_issuer_with_an_https_kid_needs_the_key_in_its_document(world: Any) -> None:
    url = "https://issuer.test/keys/p256"
    world.serve(url, world.p256.public.jwk(), "application/jwk+json")
    token = world.jwt(key=world.p256, header={"kid": url})
    assert world.outcome(token) == ("valid", frozenset())
    world.serve(url, world.evil.public.jwk(), "application/jwk+json")
    world.expect(world.jwt(key=world.evil, header={"kid": url}), "invalid", "jose.key_unbound")


def test_path_did_does_not_speak_for_its_host(world: Any) -> None:
    """Users of one host share it: a key elsewhere on it is not theirs."""
    did = "did:web:issuer.test:users:1"
    badge = world.badge(issuer={"id": did, "type": ["Profile"]})
    token = world.jwt(badge, world.evil, {"kid": "https://issuer.test/users/2/key"})
    world.expect(token, "invalid", "issuer.mismatch")
    assert world.asked == []


def test_jwt_23_reports_the_mismatch_too(world: Any) -> None:
    _, codes = world.outcome(world.jwt(world.badge(validUntil="2026-02-01T00:00:00Z"), exp=4_102_444_800))
    assert {"time.expired", "jose.claims_mismatch"} <= codes


def test_jwt_15_one_key_needs_no_name(world: Any) -> None:
    world.serve_issuer([world.ok.as_method()])
    world.expect(world.jwt(header={"kid": None}), "valid", None)


def test_jwt_47_inner_proof(world: Any) -> None:
    good = world.di(world.badge())
    assert world.outcome(world.jwt(good)) == ("valid", frozenset())
    tampered = {**good, "name": "Something else"}
    report = world.verify(world.jwt(tampered))
    assert (report.verdict, report.flags) == ("valid", ("proof.member_invalid",))


def test_unknown_context_leaves_a_token_open(world: Any) -> None:
    """Its signature covers every byte, but what an unknown term means cannot be said."""
    contexts = [world.V2, world.OB, "https://evil.test/ctx.jsonld"]
    world.expect(world.jwt(world.badge(**{"@context": contexts})), "indeterminate", "ld.context_unknown")
    assert not [url for url in world.asked if "evil" in url]


def test_undefined_member_in_a_token(world: Any) -> None:
    world.expect(world.jwt(world.badge(extraClaim="PhD")), "invalid", "ld.data_loss")


def test_jwt_37_every_character_of_the_signature_counts(world: Any) -> None:
    header, payload, signature = world.jwt().split(b".")
    raw = bytearray(base64.urlsafe_b64decode(signature + b"=="))
    for position in range(0, 64, 7):
        changed = bytearray(raw)
        changed[position] ^= 4
        token = b".".join([header, payload, base64url.encode(bytes(changed))])
        world.expect(token, "invalid", "sig.invalid")


@dataclass(frozen=True)
class _P521:
    """A key that is the issuer's own, and strong, of an algorithm that is not accepted."""

    private: ec.EllipticCurvePrivateKey
    verification_method: str = "did:web:issuer.test#p521"
    alg: str = "ES512"

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(SHA512())))
        return r.to_bytes(66) + s.to_bytes(66)

    def jwk(self) -> dict[str, str]:
        point = self.private.public_key().public_numbers()
        x, y = (base64url.encode(number.to_bytes(66)).decode() for number in (point.x, point.y))
        return {"kty": "EC", "crv": "P-521", "x": x, "y": y}


def test_jwt_05_a_good_signature_of_an_algorithm_that_is_not_accepted(world: Any) -> None:
    key = _P521(ec.generate_private_key(ec.SECP521R1()))
    method = {
        "id": key.verification_method,
        "type": "JsonWebKey",
        "controller": world.ISSUER,
        "publicKeyJwk": key.jwk(),
    }
    world.serve_issuer([world.ok.as_method(), method])
    world.expect(world.jwt(key=key), "invalid", "jose.alg_not_allowed")
    world.expect(world.jwt(key=key, header={"typ": "vc+jwt"}), "invalid", "jose.alg_not_allowed")
    world.expect(world.jwt(key=key, header={"kid": None, "jwk": key.jwk()}), "invalid", "jose.alg_not_allowed")
    world.expect(world.jwt(key=key, header={"alg": "ES256"}), "invalid", "jose.key_alg_mismatch")
    world.expect(world.di(world.badge(), key), "invalid", "key.mismatch")
    did = f"did:jwk:{base64url.encode(json.dumps(key.jwk()).encode()).decode()}"
    own = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
    world.expect(world.jwt(own, replace(key, verification_method=f"{did}#0")), "invalid", "jose.alg_not_allowed")
