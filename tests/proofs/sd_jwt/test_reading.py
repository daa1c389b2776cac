"""Hostile SD-JWTs, each with one defect; and that no input raises anything but the house's errors."""

from __future__ import annotations

import json
from hashlib import sha256, sha384, sha512
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import Invalid, IssuerError, Refused
from issuer.proofs import base64url
from issuer.proofs.sd_jwt import MAX_DISCLOSURES, Disclosure, opened, read_sd_jwt

JWT = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"


def encoded(content: Any) -> bytes:
    return base64url.encode(content if isinstance(content, bytes) else json.dumps(content).encode())


def disclosure(*content: Any) -> Disclosure:
    name = content[0] if len(content) == 2 else None
    return Disclosure(encoded(["salt", *content]), name, content[-1])


def digest(one: Disclosure, algorithm: Any = sha256) -> str:
    return base64url.encode(algorithm(one.encoded).digest()).decode()


def token(*parts: Any) -> bytes:
    return b"~".join([JWT.encode(), *(encoded(part) for part in parts), b""])


def refusal_of(text: bytes | str) -> str | None:
    try:
        read_sd_jwt(text)
    except Refused as refusal:
        return refusal.code
    return None


def code_of(payload: dict[str, Any], *disclosures: Disclosure) -> str | None:
    try:
        opened(payload, disclosures)
    except (Invalid, Refused) as problem:
        return problem.code
    return None


def test_parts() -> None:
    sd_jwt = read_sd_jwt(token(["s", "name", 1], ["s", [2]]))
    assert [(one.name, one.value) for one in sd_jwt.disclosures] == [("name", 1), (None, [2])]
    assert sd_jwt.key_binding is None
    bound = read_sd_jwt(token(["s", "name", 1]) + JWT.encode())
    assert bound.key_binding is not None
    assert bound.presented == token(["s", "name", 1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(JWT.encode(), "jose.malformed", id="no tilde"),
        pytest.param(b"~", "jose.malformed", id="no JWT"),
        pytest.param(token() + b"a.b", "jose.malformed", id="JWT-35 key binding of two segments"),
        pytest.param(JWT.encode() + b"~~", "jose.malformed", id="an empty disclosure"),
        pytest.param(token({"a": 1}), "jose.malformed", id="an object"),
        pytest.param(token(["s"]), "jose.malformed", id="a salt alone"),
        pytest.param(token(["s", "n", 1, 2]), "jose.malformed", id="four parts"),
        pytest.param(token([1, "n", 1]), "jose.malformed", id="salt is a number"),
        pytest.param(token(["s", 1, 1]), "jose.malformed", id="name is a number"),
        pytest.param(token(["s", None, 1]), "jose.malformed", id="name is null"),
        pytest.param(token(["s", "_sd", []]), "jose.malformed", id="name is _sd"),
        pytest.param(token(["s", "...", 1]), "jose.malformed", id="name is ..."),
        pytest.param(token(["s", "_sd_alg", "sha-1"]), "jose.malformed", id="name is _sd_alg"),
        pytest.param(token(b'["s","n",{"a":1,"a":2}]'), "json.duplicate_member", id="JWT-32 in a disclosure"),
        pytest.param(token(b'["s","n",NaN]'), "json.non_finite_number", id="NaN in a disclosure"),
        pytest.param(token(b'\xef\xbb\xbf["s","n",1]'), "input.bom", id="JWT-33 in a disclosure"),
        pytest.param(JWT.encode() + b"~WyJzIiwibiIsMV0=~", "jose.noncanonical_b64", id="JWT-34 padding"),
        pytest.param(JWT.encode() + b"~WyJzIiwibiIsMV1~", "jose.noncanonical_b64", id="JWT-34 stray bits"),
        pytest.param(JWT.encode() + b"~WyJz\nIiwibiIsMV0~", "jose.noncanonical_b64", id="JWT-34 newline"),
        pytest.param(token(*[["s", 1]] * (MAX_DISCLOSURES + 1)), "jose.malformed", id="too many"),
        pytest.param(b"A" * 400_001, "input.too_large", id="too large"),
        pytest.param("é~", "jose.malformed", id="not ASCII"),
    ],
)
def test_refused(text: bytes | str, code: str) -> None:
    assert refusal_of(text) == code


NAME, ELEMENT = disclosure("name", "Ada"), disclosure("x")
INNER = disclosure("inner", 1)
OUTER = disclosure("outer", {"_sd": [digest(INNER)], "plain": 2})


def test_what_is_opened_and_what_stays_hidden() -> None:
    payload = {
        "iss": "i",
        "_sd": [digest(NAME), "decoy"],
        "list": [1, {"...": digest(ELEMENT)}, {"...": "hidden"}, {"_sd": ["h"]}],
        "_sd_alg": "sha-256",
    }
    result = opened(payload, (NAME, ELEMENT))
    assert result.payload == {"iss": "i", "name": "Ada", "list": [1, "x", {}]}
    assert result.places == {NAME.encoded: "/name", ELEMENT.encoded: "/list/1"}


def test_parts_within_parts() -> None:
    result = opened({"_sd": [digest(OUTER)]}, (INNER, OUTER))
    assert result.payload == {"outer": {"plain": 2, "inner": 1}}
    assert result.places == {OUTER.encoded: "/outer", INNER.encoded: "/outer/inner"}


@pytest.mark.parametrize(("name", "algorithm"), [("sha-256", sha256), ("sha-384", sha384), ("sha-512", sha512)])
def test_digest_algorithms(name: str, algorithm: Any) -> None:
    assert opened({"_sd": [digest(NAME, algorithm)], "_sd_alg": name}, (NAME,)).payload == {"name": "Ada"}


@pytest.mark.parametrize(
    ("payload", "disclosures", "code"),
    [
        pytest.param({"_sd": []}, [NAME], "sig.invalid", id="a part the issuer has not signed"),
        pytest.param({"_sd": [digest(NAME)]}, [NAME, NAME], "sig.invalid", id="a part shown twice"),
        pytest.param({"_sd": [digest(OUTER)]}, [INNER], "sig.invalid", id="a part of a hidden one"),
        pytest.param({"_sd": [digest(NAME), digest(NAME)]}, [NAME], "jose.malformed", id="a digest twice"),
        pytest.param({"_sd": ["h", "h"]}, [], "jose.malformed", id="a hidden digest twice"),
        pytest.param({"a": {"_sd": ["h"]}, "b": [{"...": "h"}]}, [], "jose.malformed", id="a digest in two places"),
        pytest.param({"_sd": [digest(NAME)], "name": "Eve"}, [NAME], "jose.malformed", id="a name there already"),
        pytest.param({"_sd": [digest(ELEMENT)]}, [ELEMENT], "jose.malformed", id="an element as a member"),
        pytest.param({"a": [{"...": digest(NAME)}]}, [NAME], "jose.malformed", id="a member as an element"),
        pytest.param({"_sd": "h"}, [], "jose.malformed", id="digests are a text"),
        pytest.param({"_sd": [1]}, [], "jose.malformed", id="a digest is a number"),
        pytest.param({"a": [{"...": 1}]}, [], "jose.malformed", id="an element's digest is a number"),
        pytest.param({"a": {"...": "h"}}, [], "jose.malformed", id="an element's digest in an object"),
        pytest.param({"...": "h"}, [], "jose.malformed", id="an element's digest at the top"),
        pytest.param({"a": [{"...": "h", "b": 1}]}, [], "jose.malformed", id="an element's digest with company"),
        pytest.param({"a": {"_sd_alg": "sha-256"}}, [], "jose.malformed", id="_sd_alg inside"),
        pytest.param({"_sd_alg": "sha-1"}, [], "jose.alg_not_allowed", id="SHA-1"),
        pytest.param({"_sd_alg": "md5"}, [], "jose.alg_not_allowed", id="MD5"),
        pytest.param({"_sd_alg": ["sha-256"]}, [], "jose.alg_not_allowed", id="_sd_alg is a list"),
        pytest.param({"_sd_alg": None}, [], "jose.alg_not_allowed", id="_sd_alg is null"),
    ],
)
def test_jwt_37_no_digests_but_the_issuers(payload: dict[str, Any], disclosures: list[Disclosure], code: str) -> None:
    assert code_of(payload, *disclosures) == code


def test_two_names_disclosed_at_one_place() -> None:
    other = Disclosure(encoded(["other", "name", "Eve"]), "name", "Eve")
    assert code_of({"_sd": [digest(NAME), digest(other)]}, NAME, other) == "jose.malformed"


def test_disclosures_within_each_other_without_end() -> None:
    chain = [disclosure("a", 1)]
    for _ in range(200):
        chain.append(disclosure("a", {"_sd": [digest(chain[-1])]}))
    assert code_of({"_sd": [digest(chain[-1])]}, *chain) == "json.too_deep"


PARTS = st.lists(
    st.sampled_from([JWT, "", "e30", "WyJzIiwibiIsMV0", "WyJzIiwxXQ", "W10", "...", "é"]) | st.text(max_size=8),
    max_size=5,
)


@settings(deadline=None)
@given(PARTS.map("~".join) | st.binary(max_size=80))
def test_no_text_raises_anything_else(text: str | bytes) -> None:
    try:
        sd_jwt = read_sd_jwt(text)
    except Refused:
        return
    assert sd_jwt.presented.endswith(b"~")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([digest(NAME), digest(INNER), "h"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "name", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["_sd", "_sd_alg", "...", "a", "name"]), VALUES, max_size=4))
def test_no_payload_raises_anything_else(payload: dict[str, Any]) -> None:
    try:
        shown = opened(payload, (NAME,)).payload
    except IssuerError:
        return
    assert not {"_sd", "...", "_sd_alg"} & shown.keys()
