from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import registry
from keys.errors import KeysError
from keys.records import KeyRecord, Purpose, Registry, State

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)


def record(number: int, purpose: Purpose = Purpose.STATUS, state: State = State.ACTIVE) -> KeyRecord:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": f"key{number}"}
    dates = {"published": NOW, "activated": NOW, "retired": NOW, "compromised": NOW}
    return KeyRecord(f"st-2026-11-{number:06x}", purpose, "EdDSA", state, jwk, NOW, **dates)


SAMPLE = Registry(
    (
        record(1, state=State.RETIRED),
        record(2),
        record(3, state=State.ANNOUNCED),
        record(4, state=State.COMPROMISED),
        record(5, Purpose.AUDIT),
        record(6, Purpose.DATA_INTEGRITY),
    )
)


def test_a_registry_survives_its_file() -> None:
    assert registry.parse(registry.serialise(SAMPLE)) == SAMPLE


def test_what_is_published() -> None:
    assert [known.kid[-1] for known in SAMPLE.published()] == ["1", "2", "3", "6"]
    assert [known.kid[-1] for known in SAMPLE.compromised()] == ["4"]
    assert [known.kid[-1] for known in SAMPLE.of(Purpose.AUDIT)] == ["5"]


def test_the_active_key_of_a_purpose() -> None:
    assert SAMPLE.active(Purpose.STATUS) == record(2)
    assert SAMPLE.active(Purpose.STATUS, "EdDSA") == record(2)
    for purpose, alg in ((Purpose.VC_JWT, None), (Purpose.STATUS, "ES256")):
        with pytest.raises(KeysError, match=r"key\.unavailable"):
            SAMPLE.active(purpose, alg)


def test_two_algorithms_for_one_purpose_have_to_be_told_apart() -> None:
    both = SAMPLE.with_record(replace(record(7), alg="ES256"))
    assert both.active(Purpose.STATUS, "ES256").kid == "st-2026-11-000007"
    with pytest.raises(KeysError, match=r"key\.unavailable"):
        both.active(Purpose.STATUS)


def test_key_07_one_key_for_two_purposes() -> None:
    twin = replace(record(9, Purpose.AUDIT), public_jwk=record(2).public_jwk)
    with pytest.raises(KeysError, match=r"key\.reuse"):
        Registry((record(2), twin))
    document = json.loads(registry.serialise(SAMPLE))
    document["keys"][5]["public_jwk"] = document["keys"][4]["public_jwk"]
    with pytest.raises(KeysError, match=r"key\.reuse"):
        registry.parse(json.dumps(document).encode())


def test_one_name_for_two_keys_and_two_active_keys_for_one_use() -> None:
    with pytest.raises(KeysError, match=r"key\.reuse"):
        Registry((record(2), replace(record(3, state=State.RETIRED), kid=record(2).kid)))
    with pytest.raises(KeysError, match=r"key\.reuse"):
        Registry((record(2), record(3)))


def test_an_unknown_name() -> None:
    with pytest.raises(KeysError, match=r"key\.not_found"):
        SAMPLE.get("st-2026-11-ffffff")


def set_member(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["keys"][0].update({name: value})


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda document: document.update(format=2), id="another format"),
        pytest.param(lambda document: document.update(extra=1), id="a member more"),
        pytest.param(lambda document: document["keys"][0].update(extra=1), id="a member more in a record"),
        pytest.param(lambda document: document["keys"][0].pop("retired"), id="a member less"),
        pytest.param(lambda document: document.update(keys=None), id="no keys"),
        pytest.param(set_member("kid", "../evil"), id="a path for a name"),
        pytest.param(set_member("kid", 5), id="a number for a name"),
        pytest.param(set_member("purpose", "sessions"), id="an unknown purpose"),
        pytest.param(set_member("state", "lost"), id="an unknown state"),
        pytest.param(set_member("alg", "HS256"), id="an unknown algorithm"),
        pytest.param(set_member("alg", "RS256"), id="another key's algorithm"),
        pytest.param(set_member("created", None), id="no date of making"),
        pytest.param(set_member("retired", None), id="retired at no time"),
        pytest.param(set_member("created", "2026-11-21T18:00:00"), id="a date without zone"),
        pytest.param(set_member("created", "yesterday"), id="no date"),
        pytest.param(lambda document: document["keys"][0]["public_jwk"].update(d="secret"), id="a private member"),
        pytest.param(lambda document: document["keys"][0]["public_jwk"].update(x=5), id="a number for x"),
    ],
)
def test_a_registry_that_was_meddled_with(spoil: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(registry.serialise(SAMPLE))
    spoil(document)
    with pytest.raises(KeysError, match=r"key\.malformed"):
        registry.parse(json.dumps(document).encode())


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b'"x"', b"\xff", b'{"format":1,"format":1,"keys":[]}', b"[" * 9999]
)
def test_a_file_that_is_no_registry(data: bytes) -> None:
    with pytest.raises(KeysError, match=r"key\.malformed"):
        registry.parse(data)


@given(
    st.recursive(
        st.none() | st.text(max_size=3) | st.integers(),
        lambda s: st.lists(s, max_size=2) | st.dictionaries(st.sampled_from(["format", "keys", "kid"]), s),
        max_leaves=4,
    )
)
def test_no_content_raises_anything_else(content: Any) -> None:
    try:
        registry.parse(json.dumps(content).encode())
    except KeysError as refusal:
        code = refusal.code
    else:
        code = ""
    assert code == "key.malformed" or content == {"format": 1, "keys": []}
