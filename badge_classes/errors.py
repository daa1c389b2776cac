"""What can be wrong with a catalogue, each fault with its file and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CatalogueFault:
    """One fault.

    file: path inside the catalogue folder, with forward slashes.
    line: 1 for the first line; 1 too where a fault is about a whole file.
    reason: one plain sentence.
    """

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class CatalogueError(Exception):
    """The catalogue cannot be used; `faults` lists everything found, `file`, `line`, `reason` the first."""

    def __init__(self, faults: Sequence[CatalogueFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
        self.file = self.faults[0].file
        self.line = self.faults[0].line
        self.reason = self.faults[0].reason


class UnknownBadgeClassError(LookupError):
    """No such badge class, or no such version of it, is in the catalogue."""


class Faults:
    """Collects faults while a catalogue is read, so that one run shows them all."""

    def __init__(self) -> None:
        self._found: list[CatalogueFault] = []

    def add(self, file: str, line: int, reason: str) -> None:
        """Note one fault; see `CatalogueFault`."""
        self._found.append(CatalogueFault(file, line, reason))

    @property
    def count(self) -> int:
        """How many faults were noted so far."""
        return len(self._found)

    def raise_any(self) -> None:
        """Raise CatalogueError if anything was noted."""
        if self._found:
            raise CatalogueError(self._found)
