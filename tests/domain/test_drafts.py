"""Which versions of a draft are kept apart, and which go when there are too many."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from issuer.domain.drafts import (
    AUTOSAVE_SPAN,
    MAX_BYTES,
    MAX_VERSIONS,
    DraftVersion,
    VersionKind,
    VersionLine,
    is_continued,
    superfluous,
)

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
LAST = DraftVersion("s", 1, VersionKind.AUTOSAVED, NOW, NOW, 2, 10, {"a": "b"}, {})


def following(kind: VersionKind, text: str = "c", minutes: float = 1) -> DraftVersion:
    return replace(LAST, number=2, kind=kind, evidence={"a": text}, saved_at=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("last", "next_", "continued"),
    [
        (LAST, following(VersionKind.AUTOSAVED), True),
        (LAST, following(VersionKind.AUTOSAVED, minutes=AUTOSAVE_SPAN.total_seconds() / 60), False),
        (LAST, following(VersionKind.SAVED), False),
        (LAST, following(VersionKind.SAVED, "b", 600), True),
        (replace(LAST, kind=VersionKind.SAVED), following(VersionKind.AUTOSAVED), False),
        (replace(LAST, kind=VersionKind.KEPT), following(VersionKind.AUTOSAVED, "b"), False),
        (LAST, following(VersionKind.KEPT, "b"), False),
        (None, LAST, False),
    ],
    ids=["autosaves", "autosaves far apart", "a save", "unchanged", "after a save", "after one kept", "kept", "first"],
)
def test_what_takes_the_place_of_the_last_version(last: DraftVersion, next_: DraftVersion, continued: bool) -> None:
    assert is_continued(last, next_) is continued


def lines(count: int, size_bytes: int) -> list[VersionLine]:
    return [VersionLine("s", n, VersionKind.SAVED, NOW, NOW, n, size_bytes) for n in range(1, count + 1)]


def test_the_oldest_go_when_there_are_too_many_or_they_are_too_large() -> None:
    assert superfluous(lines(MAX_VERSIONS, 10)) == []
    assert superfluous(lines(MAX_VERSIONS + 2, 10)) == [2, 1]
    assert superfluous(lines(3, MAX_BYTES // 2)) == [1]
    assert superfluous(lines(2, MAX_BYTES + 1)) == [1]
