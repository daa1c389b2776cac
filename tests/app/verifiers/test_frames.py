"""What the service and its verifier processes say to each other comes out as it went in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from issuer.app.verifiers import frames
from issuer.credentials.did_document import KeyState, KeyUse, PublishedKey
from issuer.verification.documents import CompromisedKey
from keys.software import PrivateKey

MOMENT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
KINDS = ("EdDSA", "ES256", "RS256")


def public(algorithm):
    return frames.from_jwk(PrivateKey.generate(algorithm).public_jwk())


def test_the_keys_come_out_as_they_were():
    published = tuple(
        PublishedKey(f"di-{number}", public(algorithm), KeyUse.DATA_INTEGRITY, KeyState.RETIRED)
        for number, algorithm in enumerate(KINDS)
    )
    keys = frames.Keys(published, {"jwt-9": CompromisedKey(public("ES256"), MOMENT)})
    ((kind, content),) = frames.take_frames(bytearray(frames.keys_frame(keys)))
    assert (kind, frames.keys_of(content)) == (frames.KEYS, keys)


def test_the_start_comes_out_as_it_was():
    for registry, clock in ((None, None), (Path("/etc/issuers.json"), MOMENT)):
        start = frames.Start(
            "https://badges.example", "Éducation", "", "sqlite:////x.db", Path("/d"), registry, clock, "INFO"
        )
        ((kind, content),) = frames.take_frames(bytearray(frames.start_frame(start)))
        assert (kind, frames.start_of(content)) == (frames.START, start)


@given(st.lists(st.tuples(st.binary(max_size=300), st.text(st.characters(codec="latin-1"), max_size=40))), st.data())
def test_questions_come_out_whole_and_in_order_however_they_are_cut(asked, data):
    sent = b"".join(frames.question_frame(*one) for one in asked)
    buffer, heard = bytearray(), []
    while sent:
        cut = data.draw(st.integers(1, len(sent)))
        buffer += sent[:cut]
        sent = sent[cut:]
        heard += [(kind, frames.question_of(content)) for kind, content in frames.take_frames(buffer)]
    assert heard == [(frames.ASK, one) for one in asked]
    assert not buffer


@given(st.lists(st.binary(max_size=300), min_size=1), st.data())
def test_answers_come_out_whole_and_in_order(reports, data):
    sent = frames.answer_frames(reports)
    cut = data.draw(st.integers(0, len(sent)))
    buffer = bytearray(sent[:cut])
    heard = list(frames.take_answers(buffer))
    buffer += sent[cut:]
    assert heard + list(frames.take_answers(buffer)) == reports
