"""Badges as SD-JWTs: shown in parts, bound to their holder, and every way to cheat with either."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.proofs import base64url
from issuer.proofs.key_binding import bind
from issuer.proofs.sd_jwt_making import present, salts_from, secure

ACHIEVEMENT = "/credentialSubject/achievement"
PLACES = [f"{ACHIEVEMENT}/achievementType", f"{ACHIEVEMENT}/name", "/name"]
SALTS = salts_from(b"a secret of a test")
VCT = "https://issuer.test/types/badge"


def issued(world: Any, payload: Any = None, key: Any = None, places: Any = PLACES, typ: Any = "vc+sd-jwt") -> bytes:
    return secure(world.badge() if payload is None else payload, places, key or world.p256, SALTS, typ)


def resigned(world: Any, token: bytes, header: Any = None, key: Any = None, **claims: Any) -> bytes:
    """The same disclosures under another header or payload, signed again; None takes a member away."""
    jwt, rest = token.split(b"~", 1)
    parts = [json.loads(base64url.decode(segment)) for segment in jwt.split(b".")[:2]]
    parts[0] = {k: v for k, v in {**parts[0], **(header or {})}.items() if v is not None}
    return bytes(world.token(parts[0], {**parts[1], **claims}, key or world.p256)) + b"~" + rest


def plain_vc(world: Any, **changes: Any) -> dict[str, Any]:
    """An SD-JWT VC of the IETF's kind, which is no linked data."""
    payload = {
        "iss": world.ISSUER,
        "iat": 1_767_225_600,
        "vct": VCT,
        "sub": "urn:uuid:1",
        "given_name": "Ada",
        "cnf": {"jwk": world.did_key.public.jwk()},
    }
    return {name: value for name, value in {**payload, **changes}.items() if value is not None}


def sent(world: Any, token: bytes, media_type: str = "application/vc+sd-jwt") -> tuple[bytes, str]:
    return token, media_type


@pytest.mark.parametrize("key", ["ok", "p256", "p384", "rsa"])
@pytest.mark.parametrize("media_type", ["application/vc+sd-jwt", "application/sd-jwt", "text/plain"])
def test_pos_02_a_badge_of_each_kind_of_key(world: Any, key: str, media_type: str) -> None:
    token = issued(world, key=getattr(world, key))
    report = world.verify(sent(world, token, media_type))
    assert (report.verdict, report.flags, report.format, report.carrier) == ("valid", (), "sd-jwt", "token")
    assert report.document == world.badge()


def test_the_holder_leaves_parts_out(world: Any) -> None:
    report = world.verify(sent(world, present(issued(world), [f"{ACHIEVEMENT}/name"])))
    assert (report.verdict, report.flags) == ("valid", ())
    assert report.credential["achievement"]["name"] == "Formative Assessment"
    assert "achievementType" not in report.document["credentialSubject"]["achievement"]
    assert "name" not in report.document


def test_what_the_schema_needs_may_not_be_left_out(world: Any) -> None:
    world.expect(sent(world, present(issued(world), [])), "invalid", "schema.violation")


def test_without_typ_it_is_a_credential_of_the_data_model(world: Any) -> None:
    world.expect(sent(world, resigned(world, issued(world), {"typ": None})), "valid", None)
    world.expect(
        sent(world, resigned(world, issued(world), {"typ": "application/vc+sd-jwt", "cty": "vc"})), "valid", None
    )


def test_revoked_though_shown_in_parts(world: Any) -> None:
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX)))
    world.expect(sent(world, issued(world)), "invalid", "status.revoked")


@pytest.mark.parametrize("media_type", ["application/vc+sd-jwt", "application/sd-jwt"])
def test_a_status_list_as_an_sd_jwt(world: Any, media_type: str) -> None:
    """Bitstring Status List 1.0 §4 names the second type of the two."""
    for bits, expected in (((), ("valid", None)), ((world.INDEX,), ("invalid", "status.revoked"))):
        world.serve(world.LIST_URL, issued(world, world.status_list(*bits), places=[]), media_type)
        world.expect(sent(world, issued(world)), *expected)


TYPS = ["JWT", "vc+jwt", "kb+jwt", "at+jwt", "secevent+jwt", "example+sd-jwt", ""]
ALGS = ["none", "ES256K", "PS256", "HS256", "ES512"]
KIDS = ["../../../../dev/null", "file:///etc/passwd", "x' OR 1=1--", "`id`", "#", "a b", "k?x", "k" * 300]
HEADERS: list[Any] = [
    *((f"JWT-05 {alg}", {"alg": alg}, "invalid", "jose.alg_not_allowed") for alg in ALGS),
    ("JWT-04", {"alg": "EdDSA"}, "invalid", "jose.key_alg_mismatch"),
    ("JWT-06", {"alg": ["ES256"]}, "refused", "jose.malformed"),
    ("JWT-11 jku", {"jku": "https://evil.test/jwks.json"}, "invalid", "jose.header_not_allowed"),
    ("JWT-11 x5u", {"x5u": "https://evil.test/c"}, "invalid", "jose.header_not_allowed"),
    ("JWT-12", {"kid": "did:web:evil.test#k1"}, "invalid", "issuer.mismatch"),
    ("JWT-13", {"kid": "https://evil.test/key"}, "invalid", "issuer.mismatch"),
    *((f"JWT-14 {number}", {"kid": kid}, "invalid", "jose.kid_invalid") for number, kid in enumerate(KIDS)),
    ("JWT-15", {"kid": None}, "invalid", "key.ambiguous"),
    ("JWT-16", {"kid": 1}, "refused", "jose.malformed"),
    ("JWT-17", {"crit": ["x"], "x": 1}, "invalid", "jose.crit_unsupported"),
    *((f"JWT-38 {typ}", {"typ": typ}, "invalid", "jose.typ_not_allowed") for typ in TYPS),
    ("another content", {"cty": "vp"}, "invalid", "jose.header_not_allowed"),
    ("another key of the issuer", {"kid": "old"}, "invalid", "jose.key_alg_mismatch"),
    ("a key that is not there", {"kid": "#nobody"}, "invalid", "key.not_found"),
    ("another issuer in the header", {"iss": "did:web:evil.test"}, "invalid", "jose.claims_mismatch"),
    ("iss is a list", {"iss": ["did:web:issuer.test"]}, "refused", "jose.malformed"),
    ("a private key", {"jwk": {"kty": "EC", "d": "AA"}}, "invalid", "jose.jwk_private"),
    ("a fragment", {"kid": "#p256"}, "valid", None),
    ("a bare name", {"kid": "p256"}, "valid", None),
    ("the issuer in the header", {"iss": "did:web:issuer.test"}, "valid", None),
    ("a member nobody knows", {"x-note": "hello"}, "valid", None),
    ("a certificate nobody needs", {"x5c": ["MII"]}, "valid", None),
]


@pytest.mark.parametrize(("header", "verdict", "code"), [c[1:] for c in HEADERS], ids=[c[0] for c in HEADERS])
def test_header(world: Any, header: dict[str, Any], verdict: str, code: str | None) -> None:
    world.expect(sent(world, resigned(world, issued(world), header)), verdict, code)
    assert not [url for url in world.asked if "evil" in url]


CLAIMS: list[Any] = [
    ("JWT-21 iss", {"iss": "did:web:evil.test"}, "invalid", "jose.claims_mismatch"),
    ("JWT-21 jti", {"jti": "urn:uuid:0"}, "invalid", "jose.claims_mismatch"),
    ("JWT-21 sub", {"sub": "urn:uuid:0"}, "invalid", "jose.claims_mismatch"),
    ("JWT-24", {"exp": 1_767_225_600}, "invalid", "time.expired"),
    ("JWT-25", {"nbf": 4_102_444_800}, "invalid", "time.not_yet_valid"),
    ("JWT-26", {"iat": 4_102_444_800}, "invalid", "time.not_yet_valid"),
    ("JWT-41 vc", {"vc": {}}, "invalid", "jose.claims_mismatch"),
    ("JWT-41 vp", {"vp": {}}, "invalid", "jose.claims_mismatch"),
    ("JWT-42", {"aud": "https://other.test"}, "invalid", "jose.audience"),
    ("a type that is no text", {"vct": 5}, "invalid", "jose.claims_mismatch"),
    ("SHA-1", {"_sd_alg": "sha-1"}, "invalid", "jose.alg_not_allowed"),
    ("a digest twice", {"_sd": ["a", "a"]}, "invalid", "jose.malformed"),
    ("a member nobody defines", {"extraClaim": "PhD"}, "invalid", "ld.data_loss"),
    ("another life of the signature", {"iat": 1_767_225_600, "exp": 4_102_444_800}, "valid", None),
    ("claims that agree", {"iss": "did:web:issuer.test"}, "valid", None),
    ("a type beside the context", {"vct": VCT}, "valid", None),
]  # fmt: skip


@pytest.mark.parametrize(("claims", "verdict", "code"), [c[1:] for c in CLAIMS], ids=[c[0] for c in CLAIMS])
def test_claims(world: Any, claims: dict[str, Any], verdict: str, code: str | None) -> None:
    token = issued(world, places=[])
    world.expect(sent(world, resigned(world, token, **claims)), verdict, code)


def test_a_token_status_list_leaves_it_open(world: Any) -> None:
    """A status that cannot be checked here is never taken for none."""
    payload = {**world.badge(credentialStatus=None), "status": {"status_list": {"idx": 0, "uri": "https://i.test/t"}}}
    world.expect(sent(world, issued(world, payload)), "indeterminate", "status.type_unsupported")
    both = {**world.badge(), "status": {"status_list": {}}}
    _, codes = world.outcome(sent(world, issued(world, both)))
    assert "status.type_unsupported" in codes


def test_jwt_37_one_bit_of_any_part(world: Any) -> None:
    token = issued(world)
    for position in range(0, len(token), 41):
        changed = bytearray(token)
        changed[position] ^= 1 << position % 7
        verdict, _ = world.outcome(sent(world, bytes(changed)))
        assert verdict != "valid"


def test_a_part_of_another_badge(world: Any) -> None:
    other = secure(world.badge(name="Director"), ["/name"], world.p256, salts_from(b"another secret of it"))
    foreign = other.split(b"~")[1]
    world.expect(sent(world, present(issued(world), []) + foreign + b"~"), "invalid", "sig.invalid")


def test_json_serialisation_is_not_read(world: Any) -> None:
    world.expect(world.json_sent({"payload": "e30", "signatures": [], "disclosures": []}), "refused", "jose.malformed")


class TestHolder:
    """Key binding."""

    def bound(self, world: Any, signer: Any = None, **made: Any) -> bytes:
        payload = {**world.badge(), "cnf": {"jwk": world.did_key.public.jwk()}}
        made = {"audience": "https://me.test", "nonce": "n-1", "issued_s": int(world.now.timestamp()), **made}
        return bind(issued(world, payload, places=["/name"]), signer or world.did_key, **made)

    def test_for_me(self, world: Any) -> None:
        wishes = {"audience": "https://me.test", "nonce": "n-1"}
        report = world.verify(sent(world, self.bound(world)), **wishes)
        assert (report.verdict, report.flags) == ("valid", ())
        assert any("for you" in row.message for row in report.checks)

    def test_nobody_asked(self, world: Any) -> None:
        report = world.verify(sent(world, self.bound(world, issued_s=1_767_225_600)))
        assert (report.verdict, report.flags) == ("valid", ("proof.domain",))
        assert any("https://me.test" in row.message for row in report.checks)

    @pytest.mark.parametrize(
        ("wishes", "made", "code"),
        [
            ({"audience": "https://you.test"}, {}, "jose.audience"),
            ({"nonce": "n-2"}, {}, "proof.domain"),
            ({"nonce": "n-1"}, {"issued_s": 1_767_225_600}, "time.expired"),
            ({}, {"issued_s": 4_102_444_800}, "time.not_yet_valid"),
        ],
        ids=str,
    )
    def test_not_for_me(self, world: Any, wishes: dict[str, Any], made: dict[str, Any], code: str) -> None:
        world.expect(sent(world, self.bound(world, **made)), "invalid", code, **wishes)

    def test_signed_by_a_thief(self, world: Any) -> None:
        world.expect(sent(world, self.bound(world, world.evil)), "invalid", "sig.invalid")

    def test_the_issuer_names_no_holder(self, world: Any) -> None:
        token = bind(issued(world), world.did_key, "https://me.test", "n", 1_767_225_600)
        world.expect(sent(world, token), "invalid", "key.not_found")

    def test_stripped_although_asked_for(self, world: Any) -> None:
        token = self.bound(world)
        stripped = token[: token.rindex(b"~") + 1]
        world.expect(sent(world, stripped), "valid", None)
        world.expect(sent(world, stripped), "invalid", "jose.claims_missing", nonce="n-1")
        world.expect(world.di(world.badge()), "invalid", "jose.claims_missing", audience="https://me.test")


class TestPlainSdJwtVc:
    """Credentials that are no linked data, and no Open Badges either."""

    def made(self, world: Any, key: Any = None, places: Any = ("/given_name",), **changes: Any) -> Any:
        return sent(world, issued(world, plain_vc(world, **changes), key, places, "dc+sd-jwt"), "application/dc+sd-jwt")

    def test_no_open_badge(self, world: Any) -> None:
        world.expect(self.made(world), "invalid", "type.not_open_badge")
        assert world.asked == []

    def test_good(self, world: Any) -> None:
        report = world.verify(self.made(world, nbf=1_767_225_600, exp=4_102_444_800), any_credential=True)
        assert (report.verdict, report.format) == ("valid", "sd-jwt")
        assert report.credential["type"] == ["VerifiableCredential", VCT]
        assert report.credential["issuer"]["id"] == world.ISSUER
        assert report.credential["valid_until"] == "2100-01-01T00:00:00Z"
        assert report.document["credentialSubject"] == {"id": "urn:uuid:1", "given_name": "Ada"}

    @pytest.mark.parametrize(
        ("changes", "verdict", "code"),
        [
            ({"vct": None}, "invalid", "jose.claims_missing"),
            ({"iss": None}, "invalid", "issuer.unknown"),
            ({"exp": 1_767_225_600}, "invalid", "time.expired"),
            ({"nbf": "soon"}, "invalid", "time.malformed"),
            ({"status": {"status_list": {"idx": 1}}}, "indeterminate", "status.type_unsupported"),
            ({"aud": "x"}, "invalid", "jose.audience"),
        ],
        ids=str,
    )
    def test_defects(self, world: Any, changes: dict[str, Any], verdict: str, code: str) -> None:
        world.expect(self.made(world, **changes), verdict, code, any_credential=True)

    @pytest.mark.parametrize("claim", ["iss", "vct", "cnf", "exp"])
    def test_what_is_never_hidden(self, world: Any, claim: str) -> None:
        payload = plain_vc(world, exp=4_102_444_800)
        content = [SALTS(claim), claim, payload.pop(claim)]
        disclosure = base64url.encode(json.dumps(content).encode())
        hidden = {**payload, "_sd": [_digest(disclosure)]}
        token = world.token({"alg": "ES256", "kid": "p256", "typ": "dc+sd-jwt"}, hidden, world.p256)
        both = token + b"~" + disclosure + b"~"
        world.expect(sent(world, both), "invalid", "jose.claims_mismatch", any_credential=True)


def _digest(disclosure: bytes) -> str:
    return base64url.encode(sha256(disclosure).digest()).decode()


class TestHttpsIssuer:
    """Keys at the issuer's web address."""

    ISSUER = "https://issuer.test/tenant/1"
    METADATA = "https://issuer.test/.well-known/jwt-vc-issuer/tenant/1"
    KEY_SET = "https://issuer.test/.well-known/jwks.json"

    def made(self, world: Any, kid: str | None = "doc-1") -> Any:
        payload = plain_vc(world, iss=self.ISSUER)
        return sent(world, resigned(world, issued(world, payload, None, [], "dc+sd-jwt"), {"kid": kid}))

    def keys(self, world: Any) -> dict[str, Any]:
        return {"keys": [{"kid": "other", **world.rsa.public.jwk()}, {"kid": "doc-1", **world.p256.public.jwk()}]}

    def test_metadata_with_keys(self, world: Any) -> None:
        world.serve(self.METADATA, {"issuer": self.ISSUER, "jwks": self.keys(world)})
        world.expect(self.made(world), "valid", "issuer.bound_by_origin", any_credential=True)
        assert world.asked == [self.METADATA]

    def test_metadata_that_point_to_keys(self, world: Any) -> None:
        world.serve(self.METADATA, {"issuer": self.ISSUER, "jwks_uri": "https://keys.test/1.jwks"})
        world.serve("https://keys.test/1.jwks", self.keys(world), "application/jwk-set+json")
        world.expect(self.made(world), "valid", "issuer.bound_by_origin", any_credential=True)

    def test_key_set_without_metadata(self, world: Any) -> None:
        world.serve(self.KEY_SET, self.keys(world))
        world.expect(self.made(world), "valid", "issuer.bound_by_origin", any_credential=True)

    def test_vc_jose_by_key_set(self, world: Any) -> None:
        world.serve(self.KEY_SET, self.keys(world))
        badge = world.badge(issuer={"id": self.ISSUER, "type": ["Profile"]}, credentialStatus=None)
        token = world.token({"alg": "ES256", "kid": "doc-1", "typ": "vc+jwt"}, badge, world.p256)
        world.expect(token, "valid", "issuer.bound_by_origin")

    @pytest.mark.parametrize(
        ("metadata", "code"),
        [
            ({"issuer": "https://issuer.test/tenant/2", "jwks": {"keys": []}}, "did.id_mismatch"),
            ({"jwks": {"keys": []}}, "did.id_mismatch"),
            ({"issuer": ISSUER}, "key.malformed"),
            ({"issuer": ISSUER, "jwks": {"keys": []}, "jwks_uri": "https://issuer.test/k"}, "key.malformed"),
            ({"issuer": ISSUER, "jwks_uri": "http://issuer.test/k"}, "key.malformed"),
            ({"issuer": ISSUER, "jwks": {"keys": []}}, "key.not_found"),
            ({"issuer": ISSUER, "jwks": {"keys": "k"}}, "key.malformed"),
            ({"issuer": ISSUER, "jwks_uri": "https://issuer.test/gone"}, "did.malformed"),
        ],
        ids=str,
    )
    def test_bad_metadata(self, world: Any, metadata: dict[str, Any], code: str) -> None:
        world.serve(self.METADATA, metadata)
        world.serve(self.KEY_SET, self.keys(world))
        world.expect(self.made(world), "invalid", code, any_credential=True)

    def test_two_keys_and_no_name(self, world: Any) -> None:
        world.serve(self.METADATA, {"issuer": self.ISSUER, "jwks": self.keys(world)})
        world.expect(self.made(world, None), "invalid", "key.ambiguous", any_credential=True)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.lists(st.integers(0, 5), max_size=6), tail=st.sampled_from([b"~", b"", b"~~", b"~x"]))
def test_any_selection_of_parts(world: Any, choice: list[int], tail: bytes) -> None:
    """Valid is only what a holder may send: each part once, in any order, a tilde after each."""
    places = ["/name", f"{ACHIEVEMENT}/achievementType", "/issuer/name"]
    jwt, *parts = (issued(world, places=places)[:-1] + b"~e30").split(b"~")
    token = b"~".join([jwt, *(parts[min(number, 3)] for number in choice)]) + tail
    is_a_selection = tail == b"~" and len(set(choice)) == len(choice) and {0, 1, 2}.issuperset(choice)
    verdict, codes = world.outcome(sent(world, token))
    assert (verdict == "valid") == is_a_selection, codes


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=120) | st.text("ab~.eyJ=-_", max_size=60).map(str.encode))
def test_any_bytes(world: Any, data: bytes) -> None:
    assert world.outcome(sent(world, data + b"~", "application/dc+sd-jwt"))[0] != "valid"
