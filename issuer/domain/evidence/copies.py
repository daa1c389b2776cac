"""The rule that two pieces of evidence are two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from issuer.domain.evidence.case import Case
from issuer.domain.evidence.finding import Flaw, Path
from issuer.domain.evidence.folding import essence
from issuer.domain.evidence.places import places


def no_copies(case: Case, *, at: Sequence[str], of: Sequence[str] = ()) -> Iterator[Flaw]:
    """Nothing at the places `at` is a copy of another: the same texts, files and links (`folding.essence`).

    of: the members that are compared; all of them when it is empty. What lacks one of them is not compared.
    """
    seen: dict[str, Path] = {}
    for pattern in at:
        for path, value in places(case.evidence, pattern):
            if not isinstance(value, dict) or not value or any(name not in value for name in of):
                continue
            first = seen.setdefault(_key(value, of), path)
            if first != path:
                detail = f"this is a copy of what is given before ({case.label(first)}); another one is needed."
                yield Flaw(path, "evidence.copy", detail)


def _key(value: dict[str, Any], of: Sequence[str]) -> str:
    compared = {name: value[name] for name in of} if of else value
    return json.dumps(essence(compared), sort_keys=True)
