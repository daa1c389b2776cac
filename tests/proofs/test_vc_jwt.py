from __future__ import annotations

import json
from typing import Any

import jwt as pyjwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Invalid
from issuer.proofs import jws, vc_jwt
from issuer.proofs.strict_json import parse_object

ISSUER, SUBJECT, BADGE = "did:web:issuer.test", "did:example:earner", "urn:uuid:7b2e1c1e-8f7e-4d5a-9c53-2f4f0a4f8a11"
FROM, UNTIL = 1767225600, 1924992000
V1 = "https://www.w3.org/2018/credentials/v1"


def credential(**changed: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": BADGE,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "École"},
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2031-01-01T00:00:00Z",
        "credentialSubject": {"id": SUBJECT, "type": ["AchievementSubject"]},
    }
    return {name: value for name, value in {**document, **changed}.items() if value is not None}


def old_credential(**changed: Any) -> dict[str, Any]:
    document = credential(validFrom=None, validUntil=None, issuanceDate="2026-01-01T00:00:00Z")
    return {**document, "@context": [V1], **changed}


def payload(**changed: Any) -> dict[str, Any]:
    claims = {"iss": ISSUER, "jti": BADGE, "sub": SUBJECT, "nbf": FROM, "exp": UNTIL}
    members = {**credential(), **claims, **changed}
    return {name: value for name, value in members.items() if value is not ABSENT}


ABSENT = object()


def codes(claims: dict[str, Any], form: jws.JwtForm = "vc-jwt") -> list[tuple[str, str | None]]:
    try:
        problems = vc_jwt.claim_problems(claims, vc_jwt.credential_of(claims), form)
    except Invalid as refusal:
        problems = (refusal,)
    return [(problem.code, problem.where) for problem in problems]


@pytest.mark.parametrize("alg", ["EdDSA", "ES256", "ES384", "RS256"])
def test_pos_02_a_token_of_each_kind(memory_signers: Any, alg: str) -> None:
    signer = memory_signers[alg]
    parts = jws.read_compact(vc_jwt.secure(credential(), signer))
    assert parts.header == {"alg": alg, "kid": signer.verification_method, "typ": "JWT"}
    assert jws.check_header(parts.header) == "vc-jwt"
    jws.verify_signature(parts, signer.public)
    content = parse_object(parts.payload)
    assert content == payload()
    assert vc_jwt.credential_of(content) == credential()
    vc_jwt.check_claims(content, vc_jwt.credential_of(content))


def test_another_library_reads_the_token(memory_signers: Any) -> None:
    signer = memory_signers["ES256"]
    token = vc_jwt.secure(credential(), signer, kid="https://issuer.test/keys/1")
    key = pyjwt.PyJWK.from_dict(signer.public.jwk())
    assert pyjwt.decode(token, key, algorithms=["ES256"], options={"verify_nbf": False}) == payload()
    assert pyjwt.get_unverified_header(token)["kid"] == "https://issuer.test/keys/1"


@pytest.mark.parametrize("alg", ["EdDSA", "ES256", "ES384"])
def test_another_library_reads_our_w3c_tokens(memory_signers: Any, alg: str) -> None:
    signer = memory_signers[alg]
    token = vc_jwt.secure_w3c(credential(), signer)
    assert pyjwt.decode(token, signer.public.loaded, algorithms=[alg]) == credential()
    parts = jws.read_compact(token)
    assert parts.header == {"alg": alg, "kid": signer.verification_method, "typ": "vc+jwt", "cty": "vc"}
    assert jws.check_header(parts.header) == "vc-jose"
    assert codes(parse_object(parts.payload), "vc-jose") == []


def test_without_an_end_there_is_no_exp(memory_signers: Any) -> None:
    token = vc_jwt.secure(credential(validUntil=None), memory_signers["EdDSA"])
    assert "exp" not in parse_object(jws.read_compact(token).payload)


def test_an_issuer_that_is_only_an_id_and_a_subject_in_a_list(memory_signers: Any) -> None:
    document = credential(issuer=ISSUER, credentialSubject=[{"id": SUBJECT}])
    content = parse_object(jws.read_compact(vc_jwt.secure(document, memory_signers["EdDSA"])).payload)
    assert (content["iss"], content["sub"]) == (ISSUER, SUBJECT)
    vc_jwt.check_claims(content, vc_jwt.credential_of(content))


def test_jwt_47_an_embedded_proof_stays_as_it_was(memory_signers: Any) -> None:
    document = credential(proof={"type": "DataIntegrityProof", "proofValue": "z1"})
    content = parse_object(jws.read_compact(vc_jwt.secure(document, memory_signers["EdDSA"])).payload)
    assert vc_jwt.credential_of(content) == document


@pytest.mark.parametrize(
    ("changed", "code", "where"),
    [
        ({"id": None}, "jose.claims_missing", "jti"),
        ({"issuer": {"name": "x"}}, "jose.claims_missing", "iss"),
        ({"credentialSubject": {"type": ["AchievementSubject"]}}, "jose.claims_missing", "sub"),
        ({"credentialSubject": [{"id": SUBJECT}, {"id": "urn:x:2"}]}, "jose.claims_missing", "sub"),
        ({"validFrom": None}, "jose.claims_missing", "validFrom"),
        ({"validFrom": "2026-01-01"}, "time.malformed", "validFrom"),
        ({"validUntil": "2016-12-31T23:59:60Z"}, "time.malformed", "validUntil"),
        ({"iss": "did:web:evil.test"}, "jose.claims_mismatch", "iss"),
        ({"vc": {}}, "jose.claims_mismatch", "vc"),
        ({"name": "\ud800"}, "json.lone_surrogate", None),
        ({"points": float("nan")}, "json.non_finite_number", None),
        ({"points": [None, float("inf")]}, "json.non_finite_number", None),
    ],
)
def test_what_is_not_signed(memory_signers: Any, changed: dict[str, Any], code: str, where: str | None) -> None:
    with pytest.raises(Invalid) as caught:
        vc_jwt.secure(credential(**changed), memory_signers["EdDSA"])
    assert (caught.value.code, caught.value.where) == (code, where)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**70), 2**70)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
def test_what_is_signed_is_what_was_given(memory_signers: Any, extra: Any) -> None:
    document = credential() | {"extra": extra}
    signed = json.loads(jws.read_compact(vc_jwt.secure(document, memory_signers["EdDSA"])).payload)
    assert vc_jwt.credential_of(signed) == document


@pytest.mark.parametrize("claim", ["iss", "jti", "sub", "nbf"])
def test_jwt_20_a_claim_is_missing(claim: str) -> None:
    assert codes(payload(**{claim: ABSENT})) == [("jose.claims_missing", claim)]


def test_jwt_39_a_token_that_is_no_credential_at_all() -> None:
    assert ("jose.claims_missing", "jti") in codes({"sub": "account-1", "exp": UNTIL, "iat": FROM})


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        pytest.param({"sub": "did:example:other"}, "sub", id="JWT-21 sub"),
        pytest.param({"jti": "urn:uuid:0"}, "jti", id="JWT-21 jti"),
        pytest.param({"iss": "did:web:evil.test"}, "iss", id="iss"),
        pytest.param({"iss": {"id": ISSUER}}, "iss", id="iss is an object"),
        pytest.param({"sub": [SUBJECT]}, "sub", id="sub is a list"),
        pytest.param({"nbf": 1000}, "nbf", id="JWT-22 nbf"),
        pytest.param({"nbf": FROM + 0.5}, "nbf", id="JWT-22 half a second"),
        pytest.param({"exp": UNTIL + 86400 * 3650}, "exp", id="JWT-23 exp"),
        pytest.param({"credentialSubject": {"type": ["AchievementSubject"]}}, "sub", id="subject without id"),
        pytest.param({"credentialSubject": [{"id": SUBJECT}, {"id": "urn:x:2"}]}, "sub", id="two subjects"),
        pytest.param({"issuer": ABSENT}, "iss", id="no issuer"),
    ],
)
def test_claims_that_contradict_the_credential(changed: dict[str, Any], where: str) -> None:
    assert codes(payload(**changed)) == [("jose.claims_mismatch", where)]


@pytest.mark.parametrize(
    "value", ["1767225600", True, None, float("inf"), float("nan"), 10**20, -(10**20), [FROM]], ids=repr
)
def test_a_time_that_is_no_numeric_date(value: Any) -> None:
    assert codes(payload(nbf=value)) == [("time.malformed", "nbf")]
    with pytest.raises(Invalid, match=r"time\.malformed"):
        vc_jwt.times_of({"iat": value})


@pytest.mark.parametrize("text", ["0000-01-01T00:00:00Z", "2026-01-01T00:00:00"], ids=["JWT-30", "JWT-31"])
def test_a_malformed_valid_from(text: str) -> None:
    assert codes(payload(validFrom=text)) == [("time.malformed", "validFrom")]


@pytest.mark.parametrize("text", ["2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00.9999999Z"])
def test_the_same_second_written_another_way(text: str) -> None:
    assert codes(payload(validFrom=text)) == []


def test_exp_may_be_left_out_and_may_stand_alone() -> None:
    assert codes(payload(exp=ABSENT)) == []
    assert codes(payload(validUntil=ABSENT)) == []
    assert vc_jwt.times_of(payload(iat=5)) == vc_jwt.JwtTimes(FROM, UNTIL, 5)
    assert vc_jwt.times_of({}) == vc_jwt.JwtTimes(None, None, None)


@pytest.mark.parametrize("audience", ["https://other.test", [], None])
def test_jwt_42_an_audience(audience: Any) -> None:
    assert codes(payload(aud=audience)) == [("jose.audience", "aud")]


def test_every_problem_is_told() -> None:
    found = codes(payload(iss="did:web:evil.test", sub=ABSENT, aud="x", nbf=1))
    assert {code for code, _ in found} == {"jose.claims_mismatch", "jose.claims_missing", "jose.audience"}
    with pytest.raises(Invalid, match=r"jose\.claims_mismatch at iss"):
        vc_jwt.check_claims(payload(iss="x", aud="x"), credential())


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(payload(vc=credential()), id="JWT-41 beside the body"),
        pytest.param(payload(vc=None), id="JWT-41 null beside the body"),
        pytest.param({"iss": ISSUER, "vc": "text"}, id="vc is text"),
        pytest.param({"iss": ISSUER, "vc": credential()}, id="VCDM 2.0 inside vc"),
        pytest.param({"iss": ISSUER, "id": BADGE, "vc": old_credential()}, id="an id beside vc"),
        pytest.param({**old_credential(), "iss": ISSUER}, id="VCDM 1.1 outside vc"),
        pytest.param({"iss": ISSUER, "vc": {}}, id="empty vc"),
    ],
)
def test_jwt_41_the_place_of_the_credential(content: dict[str, Any]) -> None:
    assert codes(content) == [("jose.claims_mismatch", "vc")]


OLD_CLAIMS = {"iss": ISSUER, "jti": BADGE, "sub": SUBJECT, "nbf": FROM}


def test_pos_21_a_credential_of_version_1_1() -> None:
    assert codes({**OLD_CLAIMS, "vc": old_credential()}) == []
    assert codes({**OLD_CLAIMS, "vc": old_credential(), "nbf": 5}) == [("jose.claims_mismatch", "nbf")]
    assert codes({**OLD_CLAIMS, "vc": old_credential(issuer="did:web:x.test")}) == [("jose.claims_mismatch", "iss")]


def test_version_1_1_leaves_members_to_the_claims() -> None:
    inner = {"@context": [V1], "type": ["VerifiableCredential"], "credentialSubject": {"name": "A"}}
    content = {**OLD_CLAIMS, "exp": UNTIL, "vc": inner}
    assert vc_jwt.credential_of(content) == {
        **inner,
        "id": BADGE,
        "issuer": ISSUER,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "expirationDate": "2031-01-01T00:00:00Z",
        "credentialSubject": {"id": SUBJECT, "name": "A"},
    }
    assert codes(content) == []
    assert "id" not in inner["credentialSubject"]


def test_the_w3c_form_needs_no_claims_but_none_may_contradict() -> None:
    assert codes(credential(), "vc-jose") == []
    assert codes({**credential(), "iss": ISSUER, "exp": 5, "nbf": 1}, "vc-jose") == []
    assert codes({**credential(), "sub": "did:example:other"}, "vc-jose") == [("jose.claims_mismatch", "sub")]
    assert codes({**credential(), "aud": "x"}, "vc-jose") == [("jose.audience", "aud")]
    assert codes({**OLD_CLAIMS, "vc": old_credential()}, "vc-jose") == [("jose.claims_mismatch", "vc")]


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "iss",
                "sub",
                "jti",
                "nbf",
                "exp",
                "aud",
                "vc",
                "@context",
                "issuer",
                "id",
                "credentialSubject",
                "validFrom",
            ]
        ),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=8)
        | st.lists(st.text(max_size=3), max_size=2)
        | st.dictionaries(st.sampled_from(["id", "@context", "issuer"]), st.text(max_size=8), max_size=2),
    ),
    st.sampled_from(["vc-jwt", "vc-jose"]),
)
def test_no_payload_raises_anything_else(content: dict[str, Any], form: jws.JwtForm) -> None:
    assert {code for code, _ in codes(content, form)} <= {
        "jose.claims_missing",
        "jose.claims_mismatch",
        "jose.audience",
        "time.malformed",
    }
