"""Versions of drafts, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from issuer.domain.ai_use import AiDeclaration, AiUse
from issuer.domain.drafts import DraftVersion, VersionKind, VersionLine


def _version(make, number=1, **changes):
    values = {
        "submission_id": "submission", "number": number, "kind": VersionKind.SAVED, "began_at": make.now,
        "saved_at": make.now + timedelta(seconds=number), "revision": number, "size_bytes": 5_000_000_000,
        "evidence": {"é": [1, None, "\u0000"]}, "public_narratives": {"r1": "text"},
    }  # fmt: skip
    return DraftVersion(**{**values, **changes})


def test_versions_come_back_change_and_go(store, make):
    make.school(store)
    first, second = _version(make), _version(make, 2, kind=VersionKind.KEPT)
    store.write(lambda tx: (tx.drafts.add(first), tx.drafts.add(second)))
    assert store.read(lambda tx: tx.drafts.get("submission", 1)) == first
    assert store.read(lambda tx: tx.drafts.last("submission")) == second
    lines = store.read(lambda tx: tx.drafts.lines("submission"))
    assert [one.number for one in lines] == [2, 1]
    assert all(type(one) is VersionLine for one in lines)
    changed = replace(first, evidence={"other": 1}, kind=VersionKind.AUTOSAVED)
    store.write(lambda tx: tx.drafts.replace(changed))
    assert store.read(lambda tx: tx.drafts.get("submission", 1)) == changed
    assert store.read(lambda tx: tx.drafts.get("submission", 2)) == second
    store.write(lambda tx: tx.drafts.remove("submission", [2, 9]))
    assert store.read(lambda tx: tx.drafts.get("submission", 2)) is None
    assert store.read(lambda tx: (tx.drafts.last("another"), tx.drafts.lines("another"))) == (None, [])


def test_versions_are_erased_with_their_submission(store, make):
    make.school(store)
    store.write(lambda tx: tx.drafts.add(_version(make)))
    store.write(lambda tx: tx.submissions.delete("submission"))
    assert store.read(lambda tx: tx.drafts.lines("submission")) == []


def test_what_was_declared_comes_back_with_the_submission_and_the_attempt(store, make):
    make.school(store)
    declared = AiDeclaration(AiUse.USED, "For spelling.")
    submission = make.submission("declared", ai=declared)
    attempt = replace(make.attempt("declared", 1), ai=declared)
    store.write(lambda tx: (tx.submissions.add(submission), tx.submissions.add_attempt(attempt)))
    assert store.read(lambda tx: tx.submissions.get("declared")) == submission
    assert store.read(lambda tx: tx.submissions.attempts("declared")) == [attempt]
    assert store.read(lambda tx: tx.submissions.get("submission")).ai == AiDeclaration()
