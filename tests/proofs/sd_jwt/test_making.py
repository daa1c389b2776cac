"""Making, presenting and binding SD-JWTs, checked with two implementations that are not ours."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from issuer.errors import Invalid, IssuerError, Refused
from issuer.proofs import base64url
from issuer.proofs.jws import verify_signature
from issuer.proofs.key_binding import Expected, bind, check_key_binding
from issuer.proofs.sd_jwt import opened, read_sd_jwt
from issuer.proofs.sd_jwt_making import ALWAYS_SHOWN, places_of, present, salts_from, secure
from issuer.proofs.strict_json import parse_object

ALGORITHMS = ["EdDSA", "ES256", "ES384"]
PLACES = [
    "/credentialSubject/identifier/0",
    "/credentialSubject/achievement",
    "/credentialSubject/achievement/description",
    "/evidence/1",
    "/issuer/name",
]
NOW_S = 1_800_000_000


def processed(token: bytes, signer: Any) -> dict[str, Any]:
    sd_jwt = read_sd_jwt(token)
    verify_signature(sd_jwt.jws, signer.public)
    return opened(parse_object(sd_jwt.jws.payload), sd_jwt.disclosures).payload


def their_view(token: bytes, signer: Any) -> dict[str, Any]:
    """What the reference implementation of the SD-JWT working group makes of a token."""
    key = JWK.from_json(json.dumps(signer.public.jwk()))
    return SDJWTVerifier(token.decode(), lambda issuer, header: key).get_verified_payload()


def test_everything_shown_is_everything(memory_signers: Any, badge: Any, salt_of: Any) -> None:
    token = secure(badge, PLACES, memory_signers["ES256"], salt_of)
    sd_jwt = read_sd_jwt(token)
    assert sd_jwt.jws.header == {"alg": "ES256", "kid": "did:web:issuer.test#k1", "typ": "vc+sd-jwt"}
    assert processed(token, memory_signers["ES256"]) == badge
    assert sorted(places_of(sd_jwt).values()) == sorted(PLACES)
    for name in (b"Formative", b"identityHash", "École".encode()):
        assert name not in sd_jwt.jws.payload or name == b"identityHash"  # of the identifier that always shows


def test_the_same_secret_gives_the_same_bytes(memory_signers: Any, badge: Any) -> None:
    signer = memory_signers["EdDSA"]
    one, same, other = (
        secure(badge, PLACES, signer, salts_from(secret)) for secret in (b"a" * 16, b"a" * 16, b"b" * 32)
    )
    assert one == same
    assert read_sd_jwt(one).jws.payload != read_sd_jwt(other).jws.payload
    salts = [json.loads(_decoded(one.encoded))[0] for one in read_sd_jwt(one).disclosures]
    assert len(set(salts)) == len(PLACES)
    assert {len(salt) for salt in salts} == {22}
    with pytest.raises(ValueError, match="16 bytes"):
        salts_from(b"short")


def _decoded(text: bytes) -> bytes:
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))


@pytest.mark.parametrize("shown", [one for size in range(3) for one in combinations(PLACES, size)], ids=str)
def test_any_choice_of_the_holder(memory_signers: Any, badge: Any, salt_of: Any, shown: tuple[str, ...]) -> None:
    signer = memory_signers["ES256"]
    token = present(secure(badge, PLACES, signer, salt_of), shown)
    view = processed(token, signer)
    assert view == their_view(token, signer)
    subject = view["credentialSubject"]
    inner = "/credentialSubject/achievement/description"
    assert ("achievement" in subject) == ("/credentialSubject/achievement" in shown or inner in shown)
    assert ("description" in subject.get("achievement", {})) == (inner in shown)
    assert len(subject["identifier"]) == (2 if "/credentialSubject/identifier/0" in shown else 1)
    assert len(view["evidence"]) == (2 if "/evidence/1" in shown else 1)
    assert ("name" in view["issuer"]) == ("/issuer/name" in shown)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_another_implementation_accepts_an_sd_jwt_vc(memory_signers: Any, salt_of: Any, alg: str) -> None:
    signer, holder = memory_signers[alg], memory_signers["ES256"]
    payload = {
        "iss": "https://issuer.test",
        "vct": "https://issuer.test/badge",
        "iat": 1_700_000_000,
        "cnf": {"jwk": holder.public.jwk()},
        "given_name": "Ada",
        "family_name": "Lovelace",
    }
    token = secure(payload, ["/given_name", "/family_name"], signer, salt_of, "dc+sd-jwt")
    bound = bind(present(token, ["/given_name"]), holder, "https://verifier.test", "n-1", NOW_S)
    result = SdJwtVcProofSuite().verify(
        bound.decode(),
        public_key_jwk={**signer.public.jwk(), "alg": alg},
        audience="https://verifier.test",
        nonce="n-1",
        now=datetime.fromtimestamp(NOW_S, UTC),
    )
    claims = processed(bound, signer)
    assert claims == {name: value for name, value in payload.items() if name != "family_name"}
    assert result.claims["given_name"] == "Ada"
    assert "family_name" not in result.claims
    check_key_binding(read_sd_jwt(bound), claims, NOW_S, Expected("https://verifier.test", "n-1"))


def test_what_the_reference_implementation_makes_we_read(memory_signers: Any) -> None:
    signer = memory_signers["ES256"]
    key = JWK.from_pyca(signer.private)
    claims = {
        "iss": "https://issuer.test",
        SDObj("name"): "Ada",
        "list": ["a", SDObj("b"), SDObj({SDObj("deep"): 1, "flat": 2})],
        SDObj("address"): {SDObj("street"): "x", "city": "y"},
    }
    issued = SDJWTIssuer(claims, key, sign_alg="ES256", add_decoy_claims=True).sd_jwt_issuance
    plain = processed(issued.encode(), signer)
    assert plain == {
        "iss": "https://issuer.test",
        "list": ["a", "b", {"flat": 2, "deep": 1}],
        "name": "Ada",
        "address": {"city": "y", "street": "x"},
    }
    holder = SDJWTHolder(issued)
    holder.create_presentation({"name": True, "list": [False, True, {"deep": False}]}, holder_key=None)
    shown = holder.sd_jwt_presentation.encode()
    assert processed(shown, signer) == their_view(shown, signer)
    assert processed(present(issued, ["/list/1"]), signer)["list"] == ["a", "b"]


@pytest.mark.parametrize(
    ("places", "code"),
    [
        (["/nothing"], "jose.claims_missing"),
        (["/evidence/2"], "jose.claims_missing"),
        (["name"], "jose.claims_missing"),
        ([""], "jose.claims_missing"),
        (["/issuer"], "jose.claims_mismatch"),
        (["/issuer/id"], "jose.claims_mismatch"),
        (["/type"], "jose.claims_mismatch"),
        (["/@context"], "jose.claims_mismatch"),
        (["/validFrom"], "jose.claims_mismatch"),
    ],
)
def test_what_cannot_be_left_out(memory_signers: Any, badge: Any, salt_of: Any, places: list[str], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        secure(badge, places, memory_signers["ES256"], salt_of)
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_reserved_names_are_not_signed(memory_signers: Any, badge: Any, salt_of: Any, name: str) -> None:
    badge["credentialSubject"]["achievement"][name] = []
    with pytest.raises(Invalid, match=r"jose\.claims_mismatch"):
        secure(badge, [], memory_signers["ES256"], salt_of)


def test_a_holder_shows_only_what_is_there(memory_signers: Any, badge: Any, salt_of: Any) -> None:
    token = secure(badge, PLACES, memory_signers["ES256"], salt_of)
    with pytest.raises(Invalid, match=r"jose\.claims_missing at /type"):
        present(token, ["/type"])


class TestKeyBinding:
    """Holders' JWTs with one defect each."""

    @pytest.fixture
    def bound(self, memory_signers: Any, salt_of: Any) -> Any:
        issuer, holder = memory_signers["ES256"], memory_signers["EdDSA"]

        def make(cnf: Any = None, **changes: Any) -> tuple[Any, dict[str, Any]]:
            payload = {"iss": "i", "cnf": {"jwk": holder.public.jwk()} if cnf is None else cnf, "a": 1}
            token = bind(secure(payload, ["/a"], issuer, salt_of), changes.pop("signer", holder), "aud", "n", NOW_S)
            sd_jwt = read_sd_jwt(token)
            if changes:
                header = {**sd_jwt.key_binding.header, **changes.pop("header", {})}
                claims = {**parse_object(sd_jwt.key_binding.payload), **changes}
                sd_jwt = read_sd_jwt(sd_jwt.presented + _signed(header, claims, holder))
            return sd_jwt, opened(payload, ()).payload

        return make

    def test_good(self, bound: Any) -> None:
        check_key_binding(*bound(), NOW_S, Expected("aud", "n"))

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"header": {"typ": "JWT"}}, "jose.typ_not_allowed"),
            ({"header": {"typ": None}}, "jose.malformed"),
            ({"header": {"alg": "none"}}, "jose.alg_not_allowed"),
            ({"header": {"alg": "HS256"}}, "jose.alg_not_allowed"),
            ({"header": {"alg": "ES256"}}, "jose.key_alg_mismatch"),
            ({"header": {"crit": ["x"]}}, "jose.crit_unsupported"),
            ({"header": {"jwk": {}}}, "jose.header_not_allowed"),
            ({"header": {"jku": "https://evil.test"}}, "jose.header_not_allowed"),
            ({"sd_hash": "x"}, "sig.invalid"),
            ({"sd_hash": "é"}, "sig.invalid"),
            ({"sd_hash": None}, "jose.claims_missing"),
            ({"aud": ["aud"]}, "jose.claims_missing"),
            ({"aud": "other"}, "jose.audience"),
            ({"nonce": 5}, "jose.claims_missing"),
            ({"nonce": "other"}, "proof.domain"),
            ({"iat": "1"}, "time.malformed"),
            ({"iat": True}, "time.malformed"),
            ({"iat": NOW_S + 61}, "time.not_yet_valid"),
            ({"nbf": NOW_S + 61}, "time.not_yet_valid"),
            ({"iat": NOW_S - 601}, "time.expired"),
            ({"exp": NOW_S - 61}, "time.expired"),
            ({"cnf": {}}, "key.not_found"),
            ({"cnf": "k"}, "key.not_found"),
            ({"cnf": {"kid": "did:example:1#k"}}, "did.method_unsupported"),
            ({"cnf": {"jwk": {"kty": "oct", "k": "AA"}}}, "jose.jwk_private"),
            ({"cnf": {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}}}, "key.weak"),
        ],
        ids=str,
    )
    def test_defects(self, bound: Any, changes: dict[str, Any], code: str) -> None:
        with pytest.raises(IssuerError) as caught:
            check_key_binding(*bound(**changes), NOW_S, Expected("aud", "n"))
        assert caught.value.code == code

    def test_signed_by_somebody_else(self, bound: Any, memory_signers: Any) -> None:
        stranger = memory_signers["ES384"]
        with pytest.raises(Invalid, match=r"jose\.key_alg_mismatch"):
            check_key_binding(*bound(signer=stranger), NOW_S)
        with pytest.raises(Invalid, match=r"sig\.invalid"):
            check_key_binding(*bound(cnf={"jwk": OTHER_KEY}), NOW_S)

    def test_not_bound_at_all(self, bound: Any) -> None:
        sd_jwt, payload = bound()
        with pytest.raises(Invalid, match=r"jose\.claims_missing"):
            check_key_binding(read_sd_jwt(sd_jwt.presented), payload, NOW_S)

    def test_bound_twice(self, bound: Any, memory_signers: Any) -> None:
        sd_jwt, _ = bound()
        token = sd_jwt.presented + b".".join([sd_jwt.key_binding.signing_input, b"AAAA"])
        with pytest.raises(Refused, match=r"jose\.malformed"):
            bind(token, memory_signers["EdDSA"], "aud", "n", NOW_S)


OTHER_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}  # RFC 8037 A.2


def _signed(header: dict[str, Any], claims: dict[str, Any], signer: Any) -> bytes:
    signing_input = b".".join(base64url.encode(json.dumps(part).encode()) for part in (header, claims))
    return signing_input + b"." + base64url.encode(signer.sign(signing_input))


DOCUMENTS = st.dictionaries(
    st.text(max_size=4).filter(lambda name: name not in {"_sd", "...", "_sd_alg", *ALWAYS_SHOWN}),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5) | st.floats(-1e9, 1e9),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b/c", "d~e"]), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@settings(deadline=None)
@given(DOCUMENTS, st.data())
def test_hidden_and_shown_again_is_the_same(memory_signers: Any, document: dict[str, Any], data: Any) -> None:
    places = sorted(_places(document, ""))
    hidden = data.draw(st.lists(st.sampled_from(places), unique=True) if places else st.just([]))
    signer = memory_signers["EdDSA"]
    token = secure(document, hidden, signer, salts_from(b"s" * 16))
    assert processed(token, signer) == document
    bare = processed(present(token, []), signer)
    assert not set(hidden) & set(_places_named(bare, ""))


def _places(value: Any, place: str) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        inside = f"{place}/{str(name).replace('~', '~0').replace('/', '~1')}"
        yield inside
        yield from _places(inner, inside)


def _places_named(value: Any, place: str) -> Any:
    """Places that no array leads to: indices move when elements are left out."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        inside = f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
        yield inside
        yield from _places_named(inner, inside)
