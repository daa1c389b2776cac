"""What a lint finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from issuer.credentials.lints.walk import Walked


class Fault(NamedTuple):
    """One fault. where: JSON pointer; message: one plain sentence."""

    where: str
    message: str


@dataclass(frozen=True)
class LintFinding:
    """A fault with the lint that found it and the rule it breaks (document and section)."""

    lint: str
    where: str
    message: str
    source: str


Lint = Callable[[Walked], Iterator[Fault]]
