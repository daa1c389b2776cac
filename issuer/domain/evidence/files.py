"""Which files evidence names, and whether they were uploaded."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.domain.evidence.finding import Flaw, Path
from issuer.domain.evidence.places import walk


def files_named(evidence: object) -> Iterator[tuple[Path, str]]:
    """Every file id in `evidence` with its place. Only attachments have a member `file`."""
    for path, value in walk(evidence):
        if path and path[-1] == "file" and isinstance(value, str):
            yield path, value


def unknown_files(evidence: object, known_files: frozenset[str] | None) -> Iterator[Flaw]:
    """A flaw for each attachment whose file is not among `known_files`; none when those are None."""
    for path, name in files_named(evidence):
        if known_files is not None and name not in known_files:
            yield Flaw(path, "evidence.unknown_file", "this file has not been uploaded here; upload it again.")
