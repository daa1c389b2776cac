from __future__ import annotations

import base64
import json
from typing import Any

import jwt as pyjwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Invalid, Refused
from issuer.proofs import base64url, jws
from issuer.proofs.public_keys import from_jwk

ALGORITHMS = ["EdDSA", "ES256", "ES384", "RS256"]
KID = "did:web:issuer.test#k1"
PAYLOAD = b'{"iss":"did:web:issuer.test"}'
SUPPORTED = jws.SUPPORTED_ALGORITHMS


def b64(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def token_of(header: Any, payload: bytes = PAYLOAD, signature: bytes = bytes(64)) -> str:
    return f"{b64(header)}.{b64(payload)}.{b64(signature)}"


def refusal_of(token: Any) -> str | None:
    try:
        jws.read_compact(token)
    except Refused as refusal:
        return refusal.code
    return None


def judged(header: dict[str, Any], **rules: Any) -> str:
    """The form of the header, or the code it is refused with."""
    try:
        return jws.check_header(jws.read_compact(token_of(header)).header, **rules)
    except Invalid as refusal:
        return refusal.code


PUBLISHED = [
    pytest.param(
        # RFC 8037 appendix A.4
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        b"Example of Ed25519 signing",
        id="RFC 8037 A.4",
    ),
    pytest.param(
        # RFC 7515 appendix A.3
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        },
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}',
        id="RFC 7515 A.3",
    ),
]


@pytest.mark.parametrize(("jwk", "token", "payload"), PUBLISHED)
def test_published_tokens_verify(jwk: dict[str, str], token: str, payload: bytes) -> None:
    parts = jws.read_compact(token)
    assert parts.payload == payload
    jws.verify_signature(parts, from_jwk(jwk))


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_what_we_sign_another_library_reads(memory_signers: Any, alg: str) -> None:
    signer = memory_signers[alg]
    token = jws.sign_compact(base64url.encode(b'{"alg":"%s","kid":"x"}' % alg.encode()), PAYLOAD, signer)
    jws.verify_signature(jws.read_compact(token), signer.public)
    key = pyjwt.PyJWK.from_dict({**signer.public.jwk(), "alg": alg})
    assert pyjwt.decode(token, key, algorithms=[alg]) == json.loads(PAYLOAD)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_what_another_library_signs_we_read(memory_signers: Any, alg: str) -> None:
    signer = memory_signers[alg]
    token = pyjwt.encode({"a": 1}, signer.private, algorithm=alg, headers={"kid": KID})
    parts = jws.read_compact(token.encode())
    assert jws.check_header(parts.header) == "vc-jwt"
    jws.verify_signature(parts, signer.public)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        pytest.param({"alg": ["ES256"], "kid": KID}, "jose.malformed", id="JWT-06 list"),
        pytest.param({"alg": 5, "kid": KID}, "jose.malformed", id="JWT-06 number"),
        pytest.param({}, "jose.malformed", id="JWT-06 missing"),
        pytest.param({"alg": None}, "jose.malformed", id="JWT-06 null"),
        pytest.param({"alg": "ES256", "kid": 1}, "jose.malformed", id="JWT-16 number"),
        pytest.param({"alg": "ES256", "kid": None}, "jose.malformed", id="JWT-16 null"),
        pytest.param({"alg": "ES256", "kid": "A" * 65536}, "jose.malformed", id="JWT-16 64 KiB"),
        pytest.param({"alg": "ES256", "kid": "A" * 9000}, "jose.malformed", id="JWT-16 9 KB"),
        pytest.param({"alg": "ES256", "typ": ["JWT"]}, "jose.malformed", id="typ is a list"),
        pytest.param({"alg": "ES256", "jwk": "key"}, "jose.malformed", id="jwk is text"),
        pytest.param(b'{"alg":"none","alg":"ES256"}', "json.duplicate_member", id="JWT-32"),
        pytest.param(["ES256"], "json.not_object", id="header is a list"),
        pytest.param(b"\xef\xbb\xbf{}", "input.bom", id="header with BOM"),
        pytest.param(b"{", "json.malformed", id="header is no JSON"),
    ],
)
def test_a_header_of_the_wrong_shape(header: Any, code: str) -> None:
    assert refusal_of(token_of(header)) == code


GOOD = token_of({"alg": "EdDSA", "kid": KID})
HEADER, BODY, SIGNATURE = GOOD.split(".")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("a.b", id="JWT-35 two segments"),
        pytest.param(f"{HEADER}.{BODY}", id="JWT-35 without signature"),
        pytest.param("a.b.c.d", id="JWT-35 four segments"),
        pytest.param(f"{HEADER}.a.b.c.d", id="JWT-35 JWE"),
        pytest.param('{"payload":"e30","signatures":[]}', id="JWT-35 general JSON"),
        pytest.param(f'{{"protected":"{HEADER}.","payload":"{BODY}.","signature":""}}', id="JWT-35 with dots"),
        pytest.param(f".{BODY}.{SIGNATURE}", id="no header"),
        pytest.param(f"{HEADER}..{SIGNATURE}", id="detached payload"),
        pytest.param("", id="empty"),
        pytest.param(GOOD + "é", id="not ASCII"),
    ],
)
def test_jwt_35_not_three_segments(token: str) -> None:
    assert refusal_of(token) == refusal_of(token.encode()) == "jose.malformed"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(f"{HEADER}.{BODY}.{SIGNATURE[:-1]}B", id="JWT-34 trailing bits of the signature"),
        pytest.param(f"{HEADER}.{BODY}.{SIGNATURE}==", id="JWT-34 padding"),
        pytest.param(f"{HEADER}.{BODY}.{SIGNATURE}\n", id="JWT-34 line feed after"),
        pytest.param(f"{HEADER}\n.{BODY}.{SIGNATURE}", id="JWT-34 line feed in the header"),
        pytest.param(f"{HEADER}.{BODY[:8]}\n{BODY[8:]}.{SIGNATURE}", id="JWT-34 line feed in the payload"),
        pytest.param(f"{HEADER}.{BODY}.{'/' * 86}", id="JWT-34 slash"),
        pytest.param(f"{HEADER}.{BODY}.{'+' * 86}", id="JWT-34 plus"),
        pytest.param(f" {GOOD}", id="space before"),
        pytest.param(f"{GOOD}~", id="a disclosure"),
    ],
)
def test_jwt_34_base64url_that_is_not_canonical(token: str) -> None:
    assert refusal_of(token) == "jose.noncanonical_b64"


def test_a_token_beyond_the_limit() -> None:
    assert refusal_of("A" * (jws.MAX_TOKEN_CHARS + 1)) == "input.too_large"


@pytest.mark.parametrize(
    "alg", ["none", "None", "", "HS256", "HS512", "ES256K", "PS256", "RS1", "ES512", "Ed448", "es256", "RS256 "]
)
def test_jwt_03_and_05_algorithms_not_on_the_list(memory_signers: Any, alg: str) -> None:
    assert judged({"alg": alg, "kid": KID}) == "jose.alg_not_allowed"
    with pytest.raises(Invalid, match=r"jose\.alg_not_allowed"):
        jws.verify_signature(jws.read_compact(token_of({"alg": alg})), memory_signers["RS256"].public)


def test_the_list_of_algorithms_is_the_callers(memory_signers: Any) -> None:
    only = frozenset({"ES256"})
    assert judged({"alg": "EdDSA", "kid": KID}, allowed=only) == "jose.alg_not_allowed"
    assert judged({"alg": "ES256", "kid": KID}, allowed=only) == "vc-jwt"
    assert judged({"alg": "ES256", "kid": KID}, allowed=frozenset()) == "jose.alg_not_allowed"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param({}, "vc-jwt", id="no typ"),
        pytest.param({"typ": "JWT"}, "vc-jwt", id="JWT"),
        pytest.param({"typ": "jwt"}, "vc-jwt", id="small letters"),
        pytest.param({"typ": "vc+jwt"}, "vc-jose", id="vc+jwt"),
        pytest.param({"typ": "application/vc+jwt", "cty": "vc"}, "vc-jose", id="media type"),
        pytest.param({"typ": "vc+jwt", "cty": "vp"}, "jose.header_not_allowed", id="another content"),
        pytest.param({"typ": "JWT", "cty": "vc"}, "jose.header_not_allowed", id="cty in a VC-JWT"),
        pytest.param({"typ": "kb+jwt"}, "jose.typ_not_allowed", id="JWT-38 kb+jwt"),
        pytest.param({"typ": "dc+sd-jwt"}, "jose.typ_not_allowed", id="JWT-38 dc+sd-jwt"),
        pytest.param({"typ": "at+jwt"}, "jose.typ_not_allowed", id="JWT-38 at+jwt"),
        pytest.param({"typ": "secevent+jwt"}, "jose.typ_not_allowed", id="JWT-38 secevent+jwt"),
        pytest.param({"typ": "vp+jwt"}, "jose.typ_not_allowed", id="vp+jwt"),
        pytest.param({"typ": ""}, "jose.typ_not_allowed", id="empty typ"),
        pytest.param({"crit": ["x"], "x": 1}, "jose.crit_unsupported", id="JWT-17"),
        pytest.param({"crit": ["b64"], "b64": False}, "jose.crit_unsupported", id="JWT-17 b64"),
        pytest.param({"crit": []}, "jose.crit_unsupported", id="JWT-17 empty"),
        pytest.param({"b64": False}, "jose.header_not_allowed", id="b64 without crit"),
        pytest.param({"jku": "https://evil.test/jwks.json"}, "jose.header_not_allowed", id="JWT-11 jku"),
        pytest.param({"x5u": "https://evil.test/c.pem"}, "jose.header_not_allowed", id="JWT-11 x5u"),
        pytest.param({"x5c": ["MII"]}, "jose.header_not_allowed", id="JWT-11 x5c"),
        pytest.param({"zip": "DEF"}, "jose.header_not_allowed", id="zip"),
        pytest.param({"jwk": {"kty": "OKP", "d": "AA"}}, "jose.jwk_private", id="jwk with d"),
        pytest.param({"jwk": {"kty": "oct", "k": "AA"}}, "jose.jwk_private", id="jwk with k"),
        pytest.param({"jwk": {"kty": "OKP"}}, "vc-jwt", id="public jwk"),
    ],
)
def test_header_rules(header: dict[str, Any], expected: str) -> None:
    assert judged({"alg": "ES256", **header}) == expected


@pytest.mark.parametrize(
    "kid",
    [
        "../../../../dev/null",
        "file:///etc/passwd",
        "x' OR 1=1--",
        "`id`",
        "",
        "#k1",
        "k1",
        "http://issuer.test/keys/1",
        "https://",
        "https:///keys/1",
        "https://issuer.test/a b",
        "https://issuer.test/\nkeys",
        "https://user:secret@issuer.test/keys",
        "https://issuer.test\\@evil.test/",
        "https://ⓔvil.test/",
        "did:web",
        "did:WEB:issuer.test",
        "did:web:issuer.test#k 1",
        " did:web:issuer.test#k1",
        "urn:uuid:1",
    ],
)
def test_jwt_14_a_kid_that_is_no_absolute_url(kid: str) -> None:
    assert judged({"alg": "ES256", "kid": kid}) == "jose.kid_invalid"


@pytest.mark.parametrize(
    "kid",
    [
        "https://issuer.test/keys/1",
        "https://issuer.test:8443/keys/1?x=%20#a",
        "https://issuer.test",
        "did:web:localhost%3A8000#jwt-2026-11-a1b2c3",
        "did:key:z6Mk#z6Mk",
    ],
)
def test_kids_that_are_absolute_urls(kid: str) -> None:
    assert judged({"alg": "ES256", "kid": kid}) == "vc-jwt"


def test_an_http_kid_only_under_the_origins_given() -> None:
    origins = frozenset({"http://localhost:8000"})
    header = {"alg": "ES256", "kid": "http://localhost:8000/keys/k1"}
    assert judged(header, http_origins=origins) == "vc-jwt"
    assert judged(header) == "jose.kid_invalid"
    for kid in ("http://localhost:80001/keys/k1", "http://localhost:8000", "http://localhost:8000/a b"):
        assert judged({"alg": "ES256", "kid": kid}, http_origins=origins) == "jose.kid_invalid"


@pytest.mark.parametrize(
    ("alg", "key"), [("RS256", "ES256"), ("ES256", "ES384"), ("EdDSA", "ES256"), ("ES384", "ES256"), ("EdDSA", "RS256")]
)
def test_jwt_04_the_key_is_of_another_kind(memory_signers: Any, alg: str, key: str) -> None:
    parts = jws.read_compact(token_of({"alg": alg}, signature=memory_signers[key].sign(b"")))
    with pytest.raises(Invalid, match=r"jose\.key_alg_mismatch"):
        jws.verify_signature(parts, memory_signers[key].public)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_jwt_37_one_bit_flipped_anywhere(memory_signers: Any, alg: str) -> None:
    signer = memory_signers[alg]
    header = {"alg": alg, "kid": KID}
    signing_input = f"{b64(header)}.{b64(PAYLOAD)}".encode()
    signature = signer.sign(signing_input)
    jws.verify_signature(jws.read_compact(token_of(header, PAYLOAD, signature)), signer.public)
    for position in range(len(PAYLOAD)):
        altered = bytearray(PAYLOAD)
        altered[position] ^= 1
        with pytest.raises(Invalid, match=r"sig\.invalid"):
            jws.verify_signature(jws.read_compact(token_of(header, bytes(altered), signature)), signer.public)


def test_an_altered_header_is_noticed(memory_signers: Any) -> None:
    signer = memory_signers["EdDSA"]
    signature = signer.sign(f"{b64({'alg': 'EdDSA'})}.{b64(PAYLOAD)}".encode())
    with pytest.raises(Invalid, match=r"sig\.invalid"):
        jws.verify_signature(
            jws.read_compact(token_of({"alg": "EdDSA", "typ": "JWT"}, PAYLOAD, signature)), signer.public
        )


def test_sig_05_a_signature_of_another_length(memory_signers: Any) -> None:
    for length in (0, 63, 65):
        parts = jws.read_compact(token_of({"alg": "EdDSA"}, PAYLOAD, bytes(length)))
        with pytest.raises(Invalid, match=r"sig\.encoding"):
            jws.verify_signature(parts, memory_signers["EdDSA"].public)


def test_a_der_signature_is_no_jose_signature(memory_signers: Any) -> None:
    from_der = pyjwt.utils.raw_to_der_signature(
        memory_signers["ES256"].sign(b"x"), memory_signers["ES256"].private.curve
    )
    parts = jws.read_compact(token_of({"alg": "ES256"}, PAYLOAD, from_der))
    with pytest.raises(Invalid, match=r"sig\.encoding"):
        jws.verify_signature(parts, memory_signers["ES256"].public)


@given(st.text(max_size=60) | st.text("ab.eyJ-_=", max_size=60) | st.binary(max_size=60))
def test_no_input_raises_anything_else(token: str | bytes) -> None:
    assert refusal_of(token) is not None


@given(
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "jwk", "crit", "cty", "x"]),
        st.text() | st.none() | st.integers() | st.dictionaries(st.text(), st.text()),
    )
)
def test_no_header_raises_anything_else(header: dict[str, Any]) -> None:
    try:
        form = jws.check_header(jws.read_compact(token_of(header)).header)
    except (Invalid, Refused):
        return
    assert form in {"vc-jwt", "vc-jose"}
