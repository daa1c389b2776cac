"""Signs of students in the text that an attached file holds."""

from __future__ import annotations

from collections.abc import Iterable

from issuer.domain.evidence_file import FileSign
from issuer.domain.privacy.flag import SignKind, flag
from issuer.domain.privacy.names import name_tokens
from issuer.domain.privacy.signs import signs

MAX_CHARACTERS = 200_000
MAX_SIGNS = 20


def text_signs(text: str, teacher_name: str) -> tuple[FileSign, ...]:
    """Signs in `text`, at most `MAX_SIGNS`; beyond `MAX_CHARACTERS` one says that it was not looked through."""
    looked_at = text[:MAX_CHARACTERS]
    found = [*signs("", looked_at, name_tokens(teacher_name), anywhere=False)]
    if len(text) > MAX_CHARACTERS or len(found) > MAX_SIGNS:
        found = [*found[: MAX_SIGNS - 1], flag("", SignKind.TOO_LONG, "")]
    return tuple(FileSign(one.kind.value, one.excerpt) for one in found)


def about_others(found: Iterable[FileSign], known: frozenset[str]) -> list[FileSign]:
    """Without the names of people who may be named. known: their `name_tokens`."""
    return [one for one in found if one.kind != SignKind.NAME or not name_tokens(one.excerpt) <= known]
