"""Tokens of the W3C kind (VC-JOSE-COSE), tokens of the data model 1.1, and credentials in envelopes."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.proofs import vc_jwt
from issuer.proofs.sd_jwt_making import salts_from, secure

V1 = "https://www.w3.org/2018/credentials/v1"
OB_301 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"


def token(world: Any, header: Any = None, key: Any = None, badge: Any = None, **claims: Any) -> bytes:
    key = key or world.p256
    names = {"alg": key.alg, "kid": key.verification_method, "typ": "vc+jwt", "cty": "vc", **(header or {})}
    return bytes(world.token(names, {**(badge or world.badge()), **claims}, key))


@pytest.mark.parametrize("key", ["ok", "p256", "p384", "rsa"])
def test_pos_02_made_here(world: Any, key: str) -> None:
    made = vc_jwt.secure_w3c(world.badge(), getattr(world, key)).encode()
    report = world.verify((made, "application/vc+jwt"))
    assert (report.verdict, report.flags, report.format) == ("valid", (), "vc-jose")
    assert report.document == world.badge()


HEADERS: list[Any] = [
    ("no cty", {"cty": None}, "valid", None),
    ("media types in full", {"typ": "application/vc+jwt", "cty": "application/vc"}, "valid", None),
    ("a fragment", {"kid": "#p256"}, "valid", None),
    ("a bare name", {"kid": "p256"}, "valid", None),
    ("a member nobody knows", {"x-note": ["hello"]}, "valid", None),
    ("the issuer in the header", {"iss": "did:web:issuer.test"}, "valid", None),
    ("another issuer in the header", {"iss": "did:web:evil.test"}, "invalid", "jose.claims_mismatch"),
    ("another content", {"cty": "vp"}, "invalid", "jose.header_not_allowed"),
    ("a presentation", {"typ": "vp+jwt"}, "invalid", "jose.typ_not_allowed"),
    ("an SD-JWT without disclosures", {"typ": "vc+sd-jwt"}, "invalid", "jose.typ_not_allowed"),
    ("JWT-04", {"alg": "ES384"}, "invalid", "jose.key_alg_mismatch"),
    ("JWT-05", {"alg": "none"}, "invalid", "jose.alg_not_allowed"),
    ("JWT-11 jku", {"jku": "https://evil.test/k"}, "invalid", "jose.header_not_allowed"),
    ("JWT-11 x5u", {"x5u": "https://evil.test/k"}, "invalid", "jose.header_not_allowed"),
    ("JWT-11 x5c", {"x5c": ["MII"]}, "invalid", "jose.header_not_allowed"),
    ("JWT-11 b64", {"b64": False}, "invalid", "jose.header_not_allowed"),
    ("JWT-12", {"kid": "did:web:evil.test#k1"}, "invalid", "issuer.mismatch"),
    ("JWT-13", {"kid": "https://evil.test/key"}, "invalid", "issuer.mismatch"),
    ("JWT-14 traversal", {"kid": "../../../../dev/null"}, "invalid", "jose.kid_invalid"),
    ("JWT-14 file", {"kid": "file:///etc/passwd"}, "invalid", "jose.kid_invalid"),
    ("JWT-14 SQL", {"kid": "x' OR 1=1--"}, "invalid", "jose.kid_invalid"),
    ("JWT-14 shell", {"kid": "`id`"}, "invalid", "jose.kid_invalid"),
    ("JWT-15", {"kid": None}, "invalid", "key.ambiguous"),
    ("JWT-17", {"crit": ["x-note"], "x-note": 1}, "invalid", "jose.crit_unsupported"),
    ("a key that is not there", {"kid": "nobody"}, "invalid", "key.not_found"),
    ("the name of another key", {"kid": "#rsa"}, "invalid", "jose.key_alg_mismatch"),
]


@pytest.mark.parametrize(("header", "verdict", "code"), [c[1:] for c in HEADERS], ids=[c[0] for c in HEADERS])
def test_header(world: Any, header: dict[str, Any], verdict: str, code: str | None) -> None:
    world.expect(token(world, header), verdict, code)
    assert not [url for url in world.asked if "evil" in url]


CLAIMS: list[Any] = [
    ("claims that agree", {"iss": "did:web:issuer.test", "nbf": 1_700_000_000, "iat": 1_700_000_000}, "valid", None),
    ("a signature that ends later than the credential", {"exp": 4_102_444_800}, "valid", None),
    ("JWT-21 iss", {"iss": "did:web:evil.test"}, "invalid", "jose.claims_mismatch"),
    ("JWT-21 sub", {"sub": "urn:uuid:0"}, "invalid", "jose.claims_mismatch"),
    ("JWT-21 jti", {"jti": "urn:uuid:0"}, "invalid", "jose.claims_mismatch"),
    ("JWT-24", {"exp": 1_767_225_601}, "invalid", "time.expired"),
    ("JWT-25", {"nbf": 4_102_444_800}, "invalid", "time.not_yet_valid"),
    ("JWT-26", {"iat": 4_102_444_800}, "invalid", "time.not_yet_valid"),
    ("JWT-41 vc", {"vc": {"id": "urn:uuid:0"}}, "invalid", "jose.claims_mismatch"),
    ("JWT-41 vp", {"vp": {}}, "invalid", "jose.claims_mismatch"),
    ("JWT-42", {"aud": "https://other.test"}, "invalid", "jose.audience"),
    ("a time that is none", {"exp": "soon"}, "invalid", "time.malformed"),
]


@pytest.mark.parametrize(("claims", "verdict", "code"), [c[1:] for c in CLAIMS], ids=[c[0] for c in CLAIMS])
def test_claims(world: Any, claims: dict[str, Any], verdict: str, code: str | None) -> None:
    world.expect(token(world, **claims), verdict, code)


class TestDataModel1:
    """The claim `vc` (VCDM 1.1 §6.3.1), whose content the registered claims complete."""

    def inner(self, world: Any, **changes: Any) -> dict[str, Any]:
        badge = world.badge(validFrom=None, credentialStatus=None, name=None, **{"@context": [V1, OB_301]}, **changes)
        return dict(badge)

    def claims(self, world: Any) -> dict[str, Any]:
        badge = world.badge()
        return {
            "iss": world.ISSUER,
            "jti": badge["id"],
            "sub": badge["credentialSubject"]["id"],
            "nbf": 1_767_225_600,
        }

    def sent(self, world: Any, inner: dict[str, Any], typ: str | None = "JWT", **claims: Any) -> bytes:
        header = {"alg": "RS256", "kid": world.rsa.verification_method, "typ": typ}
        return bytes(world.token(header, {**self.claims(world), "vc": inner, **claims}, world.rsa))

    @pytest.mark.parametrize("typ", ["JWT", None])
    def test_pos_21(self, world: Any, typ: str | None) -> None:
        report = world.verify(self.sent(world, self.inner(world, issuanceDate="2026-01-01T00:00:00Z"), typ))
        assert (report.verdict, report.flags, report.format) == ("valid", ("vcdm.1_1",), "vc-jwt")

    def test_pos_21_completed_from_the_claims(self, world: Any) -> None:
        inner = self.inner(world, id=None)
        del inner["credentialSubject"]["id"]
        report = world.verify(self.sent(world, inner, exp=4_102_444_800))
        assert (report.verdict, report.flags) == ("valid", ("vcdm.1_1",))
        assert report.document["id"] == world.badge()["id"]
        assert report.document["issuanceDate"] == "2026-01-01T00:00:00Z"
        assert report.credential["valid_until"] == "2100-01-01T00:00:00Z"
        assert report.credential["recipient"]["id"] == world.badge()["credentialSubject"]["id"]

    @pytest.mark.parametrize(
        ("claims", "code"),
        [
            ({"iss": "did:web:evil.test"}, "jose.claims_mismatch"),
            ({"nbf": 1_767_225_601}, "jose.claims_mismatch"),
            ({"exp": 1_767_225_700}, "time.expired"),
            ({"issuer": "did:web:evil.test"}, "jose.claims_mismatch"),
            ({"vc": "text"}, "jose.claims_mismatch"),
            ({"sub": None}, "jose.claims_missing"),
        ],
        ids=str,
    )
    def test_defects(self, world: Any, claims: dict[str, Any], code: str) -> None:
        world.expect(
            self.sent(world, self.inner(world, issuanceDate="2026-01-01T00:00:00Z"), **claims), "invalid", code
        )

    def test_jwt_41_the_newer_model_inside_the_claim(self, world: Any) -> None:
        world.expect(self.sent(world, world.badge()), "invalid", "jose.claims_mismatch")

    def test_the_claim_in_a_w3c_token(self, world: Any) -> None:
        inner = self.inner(world, issuanceDate="2026-01-01T00:00:00Z")
        world.expect(self.sent(world, inner, "vc+jwt"), "invalid", "jose.claims_mismatch")


class TestEnvelope:
    """EnvelopedVerifiableCredential: a data: URL with the token, and nothing else."""

    def sealed(self, world: Any, text: bytes, media_type: str = "application/vc+jwt", **changes: Any) -> Any:
        envelope = {
            "@context": world.V2,
            "id": f"data:{media_type},{text.decode()}",
            "type": "EnvelopedVerifiableCredential",
            **changes,
        }
        return world.json_sent({name: value for name, value in envelope.items() if value is not None})

    def test_a_token(self, world: Any) -> None:
        report = world.verify(self.sealed(world, token(world)))
        assert (report.verdict, report.format, report.carrier) == ("valid", "vc-jose", "json")

    def test_as_lists(self, world: Any) -> None:
        lists = {"@context": [world.V2], "type": ["EnvelopedVerifiableCredential"]}
        world.expect(self.sealed(world, token(world), **lists), "valid", None)

    def test_an_sd_jwt(self, world: Any) -> None:
        sd_jwt = secure(world.badge(), ["/name"], world.p256, salts_from(b"a secret of a test"))
        report = world.verify(self.sealed(world, sd_jwt, "application/vc+sd-jwt"))
        assert (report.verdict, report.format) == ("valid", "sd-jwt")

    def test_a_forged_token(self, world: Any) -> None:
        forged = token(world)[:-4] + b"AAAA"
        world.expect(self.sealed(world, forged), "invalid", "sig.invalid")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"issuer": "did:web:issuer.test"}, "input.nested_envelope"),
            ({"@context": None}, "input.nested_envelope"),
            ({"@context": "https://evil.test/"}, "input.nested_envelope"),
            ({"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]}, "input.nested_envelope"),
            ({"type": "EnvelopedVerifiablePresentation"}, "input.nested_envelope"),
            ({"id": "data:application/vc+cose,00"}, "input.nested_envelope"),
            ({"id": "data:application/vc+jwt;base64,e30"}, "input.nested_envelope"),
            ({"id": "https://issuer.test/token"}, "input.nested_envelope"),
            ({"id": 5}, "input.nested_envelope"),
            ({"id": "data:application/vc+jwt,"}, "jose.malformed"),
            ({"id": "data:application/vc+jwt,a.b"}, "jose.malformed"),
            ({"id": "data:application/vc+jwt,%41.e30.AA"}, "jose.noncanonical_b64"),
            ({"id": "data:application/vc+jwt,é.e30.AA"}, "jose.noncanonical_b64"),
        ],
        ids=str,
    )
    def test_refused(self, world: Any, changes: dict[str, Any], code: str) -> None:
        world.expect(self.sealed(world, token(world), **changes), "refused", code)

    def test_an_envelope_in_an_envelope(self, world: Any) -> None:
        inner = {
            "@context": world.V2,
            "id": "data:application/vc+jwt,e30.e30.",
            "type": "EnvelopedVerifiableCredential",
        }
        world.expect(self.sealed(world, token(world, badge=inner)), "refused", "input.nested_envelope")
