"""The same request again gets the same answer (BIZ-04)."""

from __future__ import annotations

import pytest

from issuer.errors import Conflict, Unprocessable
from issuer.services.ports import StoredAnswer
from issuer.services.replay import fingerprint

ANSWER = StoredAnswer(fingerprint("POST", "/api/x", b"{}"), 201, b'{"id":"1"}', "application/json")


@pytest.fixture
def replay(house):
    return house.service.desk.replay


def test_biz_04_the_first_answer_is_given_again_to_the_same_caller(replay):
    assert replay.earlier("dana", "key 1", ANSWER.fingerprint) is None
    replay.remember("dana", "key 1", ANSWER)
    assert replay.earlier("dana", "key 1", ANSWER.fingerprint) == ANSWER
    assert replay.earlier("kim", "key 1", ANSWER.fingerprint) is None
    assert replay.earlier("dana", "key 2", ANSWER.fingerprint) is None


def test_biz_04_a_key_is_for_one_request(replay):
    replay.remember("dana", "key 3", ANSWER)
    with pytest.raises(Unprocessable) as refused:
        replay.earlier("dana", "key 3", fingerprint("POST", "/api/x", b'{"other":1}'))
    assert (refused.value.code, refused.value.where) == ("input.invalid", "Idempotency-Key")


def test_biz_04_the_work_is_done_once(replay):
    done = []

    def work() -> StoredAnswer:
        done.append(1)
        return ANSWER

    for _ in range(3):
        assert replay.once("dana", "key 5", ANSWER.fingerprint, work) == ANSWER
    assert len(done) == 1


def test_biz_04_a_second_request_is_turned_away_while_the_first_is_worked_on(replay):
    def work() -> StoredAnswer:
        with pytest.raises(Conflict):
            replay.once("dana", "key 6", ANSWER.fingerprint, work)
        assert replay.once("kim", "key 6", ANSWER.fingerprint, lambda: ANSWER) == ANSWER
        return ANSWER

    assert replay.once("dana", "key 6", ANSWER.fingerprint, work) == ANSWER
    assert replay.once("dana", "key 6", ANSWER.fingerprint, work) == ANSWER


def test_a_request_that_failed_may_be_sent_again(replay):
    def fail() -> StoredAnswer:
        raise Unprocessable("input.invalid", "No.")

    with pytest.raises(Unprocessable):
        replay.once("dana", "key 7", ANSWER.fingerprint, fail)
    assert replay.once("dana", "key 7", ANSWER.fingerprint, lambda: ANSWER) == ANSWER


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "a\x00"])
def test_a_key_is_short_and_printable(replay, key):
    with pytest.raises(Unprocessable):
        replay.earlier("dana", key, ANSWER.fingerprint)


@pytest.mark.parametrize(
    "other",
    [("PUT", "/api/x", b"{}"), ("POST", "/api/y", b"{}"), ("POST", "/api/x", b"{ }"), ("POST", "/api/x{}", b"")],
)
def test_method_path_and_body_make_a_request(other):
    assert fingerprint(*other) != ANSWER.fingerprint
