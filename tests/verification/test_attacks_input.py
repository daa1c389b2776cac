"""ENC: framing, encodings and JSON that readers could take for different things."""

from __future__ import annotations

from typing import Any

import pytest

JSON = "application/json"


def _with_text(world: Any, path: str, escaped: bytes) -> bytes:
    """A signed badge in which one text is replaced by raw JSON text."""
    signed = world.json_sent(world.di(world.badge_with(path, "PLACEHOLDER")))[0]
    return bytes(signed.replace(b'"PLACEHOLDER"', escaped))


def _name(world: Any, escaped: bytes) -> tuple[bytes, str]:
    return _with_text(world, "credentialSubject/achievement/name", escaped), JSON


def _plain(world: Any) -> bytes:
    return bytes(world.json_sent(world.di(world.badge()))[0])


def _twice(world: Any, member: bytes) -> bytes:
    return b'{"' + member + b'":{"id":"did:web:evil.test"},' + _plain(world)[1:]


def _deep_duplicate(world: Any) -> bytes:
    return _plain(world).replace(b'"statusListIndex": "94567"', b'"statusListIndex": "94567", "statusListIndex": "1"')


CASES: list[Any] = [
    ("ENC-04", lambda w: (b"\xef\xbb\xbf" + _plain(w), JSON), "refused", "input.bom"),
    ("ENC-05", lambda w: (_plain(w).decode().encode("utf-16-le"), JSON), "refused", "input.not_utf8"),
    ("ENC-06", lambda w: (_plain(w).decode().encode("utf-32"), JSON), "refused", "input.not_utf8"),
    ("ENC-08", lambda w: (b'{"name":"\xc0\xaf"}', JSON), "refused", "input.not_utf8"),
    ("ENC-09", lambda w: (b'{"name":"\xed\xa0\x80"}', JSON), "refused", "input.not_utf8"),
    ("ENC-10", lambda w: _name(w, b'"\\ud800"'), "refused", "json.lone_surrogate"),
    ("ENC-11", lambda w: (_twice(w, b"issuer"), JSON), "refused", "json.duplicate_member"),
    ("ENC-12", lambda w: (_twice(w, b"\\u0069ssuer"), JSON), "refused", "json.duplicate_member"),
    ("ENC-13", lambda w: (_deep_duplicate(w), JSON), "refused", "json.duplicate_member"),
    ("ENC-14", lambda w: _name(w, b"NaN"), "refused", "json.non_finite_number"),
    ("ENC-14 infinity", lambda w: _name(w, b"-Infinity"), "refused", "json.non_finite_number"),
    ("ENC-15", lambda w: _name(w, b"1e999"), "refused", "json.number_out_of_range"),
    ("ENC-17", lambda w: _name(w, b"9007199254740993"), "refused", "json.number_out_of_range"),
    ("ENC-19", lambda w: _name(w, b"[" * 65 + b"]" * 65), "refused", "json.too_deep"),
    (
        "ENC-21",
        lambda w: (b"{" + b",".join(b'"k%d":0' % n for n in range(100_000)) + b"}", JSON),
        "refused",
        "json.too_many_members",
    ),
    ("ENC-22", lambda w: (_plain(w) + b" x", JSON), "refused", "json.malformed"),
    ("ENC-23 array", lambda w: (b"[" + _plain(w) + b"]", JSON), "refused", "json.not_object"),
    ("ENC-23 string", lambda w: (b'"x"', JSON), "refused", "json.not_object"),
    ("ENC-23 null", lambda w: (b"null", JSON), "refused", "json.not_object"),
    ("ENC-23 number", lambda w: (b"5", JSON), "refused", "json.not_object"),
    ("ENC-25", lambda w: _name(w, b'"A\\u0000B"'), "invalid", "content.control_character"),
    ("ENC-25 delete", lambda w: _name(w, b'"A\x7fB"'), "invalid", "content.control_character"),
    ("ENC-26 html", lambda w: (_plain(w), "text/html"), "refused", "input.media_type"),
    ("ENC-26 xml", lambda w: (_plain(w), "application/xml"), "refused", "input.media_type"),
    ("ENC-26 none", lambda w: (_plain(w), ""), "refused", "input.media_type"),
    ("empty", lambda w: (b"", JSON), "refused", "input.empty"),
    ("blank", lambda w: (b" \n", JSON), "refused", "input.empty"),
    ("blank token", lambda w: (b" \n", "text/plain"), "refused", "input.empty"),
    ("too large", lambda w: (b'{"a":"' + b"x" * 300_000 + b'"}', JSON), "refused", "input.too_large"),
    (
        "nested envelope",
        lambda w: w.json_sent(w.badge(type=["EnvelopedVerifiableCredential"], id="data:application/vc+jwt,e30.e30.")),
        "refused",
        "input.nested_envelope",
    ),
]


@pytest.mark.parametrize(("build", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_attack(world: Any, build: Any, verdict: str, code: str) -> None:
    world.expect(build(world), verdict, code)
    assert world.asked == []


def test_same_answer_on_every_thread(steady: Any) -> None:
    steady(CASES)


def test_enc_19_depth_64_is_read(world: Any) -> None:
    deep = _with_text(world, "credentialSubject/achievement/name", b"[" * 61 + b"]" * 61)
    world.expect((deep, JSON), "invalid", "ld.data_loss")


def test_enc_31_direction_controls_are_flagged(world: Any) -> None:
    badge = world.badge_with("credentialSubject/achievement/name", "Formative \u202etnemssessA")
    world.expect(world.di(badge), "valid", "content.bidi_control")
    escaped = world.json_sent(world.di(badge))[0].replace("\u202e".encode(), b"\\u202e")
    world.expect((escaped, JSON), "valid", "content.bidi_control")


@pytest.mark.parametrize("text", ["tab\there", "next\u0085line", "line\u2028separator", "two\nlines", "back\\tslash"])
def test_di_51_white_space_is_content(world: Any, text: str) -> None:
    badge = world.badge_with("credentialSubject/achievement/name", text)
    world.expect(world.di(badge), "valid", None)


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=utf-8", "application/ld+json", "application/vc", "APPLICATION/VC+LD+JSON"],
)
def test_media_types_of_embedded_proofs(world: Any, media_type: str) -> None:
    world.expect((_plain(world), media_type), "valid", None)


@pytest.mark.parametrize("media_type", ["text/plain", "application/jwt", "application/vc+jwt"])
def test_media_types_of_tokens(world: Any, media_type: str) -> None:
    world.expect((b"  " + world.jwt() + b"\n", media_type), "valid", None)
