"""What has to hold for any input: a report or a refusal; no change passes; order and white space do not matter."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.errors import Invalid, Refused
from issuer.verification.did_web import document_url
from issuer.verification.report import Verdict

MEDIA_TYPES = ["application/json", "text/plain", "image/png", "image/svg+xml", "text/html"]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _answer(world: Any, data: bytes, media_type: str) -> Verdict | None:
    try:
        return world.service.verify(data, media_type).verdict
    except Refused:
        return None


@quick
@given(data=st.binary(max_size=300), media_type=st.sampled_from(MEDIA_TYPES))
def test_any_bytes(world: Any, data: bytes, media_type: str) -> None:
    assert _answer(world, data, media_type) is not Verdict.VALID


@quick
@given(path=st.integers(0, 10_000), value=VALUES)
def test_any_member_replaced(world: Any, path: int, value: Any) -> None:
    """Some member anywhere in a genuine badge, proof and all, gets another value."""
    signed = world.di(world.badge())
    places = list(_places(signed))
    node, key = places[path % len(places)]
    before = node[key]
    node[key] = value
    verdict = _answer(world, world.json_sent(signed)[0], "application/json")
    assert verdict is not Verdict.VALID or _same(before, value)


def _places(node: Any) -> Any:
    for key in node if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _places(node[key])


def _same(before: Any, after: Any) -> bool:
    """Equal, or one value and a list of it, which say the same."""
    return bool(before == after or before == [after] or after == [before])


def test_any_byte_of_the_signed_part(world: Any) -> None:
    signed = world.json_sent(world.di(world.badge()))[0]
    end = signed.index(b'"proof"')
    for position in random.Random(7).sample(range(end), 300):
        changed = bytearray(signed)
        changed[position] ^= 1 << position % 7
        try:
            same = json.loads(bytes(changed)) == json.loads(signed)
        except ValueError:
            same = False
        assert same or _answer(world, bytes(changed), "application/json") is not Verdict.VALID


def test_any_byte_of_a_token(world: Any) -> None:
    token = world.jwt()
    for position in random.Random(7).sample(range(len(token)), 200):
        changed = bytearray(token)
        changed[position] ^= 1 << position % 7
        assert _answer(world, bytes(changed), "text/plain") is not Verdict.VALID


@quick
@given(seed=st.integers(0, 2**32), indent=st.sampled_from([None, 0, 3, "\t"]))
def test_order_and_white_space(world: Any, seed: int, indent: Any) -> None:
    signed = _shuffled(world.di(world.badge()), random.Random(seed))
    text = json.dumps(signed, indent=indent, ensure_ascii=bool(seed % 2)).encode()
    assert _answer(world, text, "application/json") is Verdict.VALID


def _shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, list):
        return [_shuffled(item, order) for item in value]
    if not isinstance(value, dict):
        return value
    members = list(value.items())
    order.shuffle(members)
    return {name: _shuffled(item, order) for name, item in members}


@given(text=st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_did_web(text: str) -> None:
    """A name is refused or becomes an https address of a host name, without a way up or a second host."""
    try:
        url = document_url(f"did:web:{text}")
    except Invalid:
        return
    assert url.startswith("https://")
    assert url.isascii()
    assert not set("@\\?# \t\r\n%") & set(url)
    assert "/../" not in url
