"""What `issuer verify` is asked about: files, folders, lists of badges, links, standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from issuer.errors import IssuerError, Refused
from issuer.services.report_lines import ReportLine
from issuer.services.verify import VerifyService
from issuer.services.verify_bulk import Entry, entries_of, verify_entry
from issuer.verification.recognise import is_link, media_type_of_file

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_LIST_BYTES = 512 * 1024 * 1024
MAX_ENTRIES = 100_000
MAX_NAME_BYTES = 1_024
_LISTS = {".csv": "text/csv", ".ndjson": "application/x-ndjson", ".jsonl": "application/x-ndjson"}


@dataclass(frozen=True, slots=True)
class Item:
    """One badge to be verified. entry: its place in a list, None for one that stands alone."""

    name: str
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """All of them. is_bulk: a folder or a list is among the arguments, so that there may be many."""

    items: tuple[Item, ...]
    is_bulk: bool


def asked(arguments: Iterable[str]) -> Asked:
    """What the arguments name. Raises Refused for a list that cannot be read."""
    items: list[Item] = []
    is_bulk = False
    for argument in arguments:
        path = Path(argument)
        stands_alone = argument == "-" or is_link(argument)
        if not stands_alone and path.is_dir():
            items += (Item(str(file)) for file in _files(path))
        elif not stands_alone and path.suffix.lower() in _LISTS:
            body = _read(argument, MAX_LIST_BYTES)
            entries = entries_of(body, _LISTS[path.suffix.lower()], MAX_ENTRIES)
            items += (_listed(path, entry) for entry in entries)
        else:
            items.append(Item(argument))
            continue
        is_bulk = True
    if not items:
        raise Refused("input.empty", "There is no file in that folder.")
    return Asked(tuple(items), is_bulk)


def verified(service: VerifyService, item: Item, *, refresh: bool, recipient: str | None) -> ReportLine:
    """The report on one item, or why there is none; never raises for what it holds."""
    if item.entry is not None:
        line = verify_entry(service, item.entry, refresh=refresh, recipient=recipient)
        return replace(line, item=item.name)
    try:
        if is_link(item.name):
            return ReportLine(item.name, service.verify_url(item.name, refresh=refresh, recipient=recipient))
        data = _read(item.name, MAX_FILE_BYTES)
        report = service.verify(data, media_type_of_file(data), refresh=refresh, recipient=recipient)
    except IssuerError as error:
        return ReportLine(item.name, None, error)
    return ReportLine(item.name, report)


def _listed(path: Path, entry: Entry) -> Item:
    """A badge in a list, or the file that is named there: beside the list or below, never elsewhere."""
    named = entry.text.decode("utf-8", "replace") if len(entry.text) <= MAX_NAME_BYTES else ""
    steps = Path(named).parts
    if steps and not Path(named).is_absolute() and ".." not in steps and "\0" not in named and not is_link(named):
        file = path.parent / named
        if file.is_file() and not file.is_symlink():
            return Item(str(file))
    return Item(f"{path}:{entry.number}", entry)


def _files(folder: Path) -> Iterator[Path]:
    """Every file below `folder` in order of its path; neither hidden ones nor what links lead to."""
    for path in sorted(folder.rglob("*")):
        shown = not any(part.startswith(".") for part in path.relative_to(folder).parts)
        if shown and path.is_file() and not path.is_symlink():
            yield path


def _read(name: str, max_bytes: int) -> bytes:
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise Refused("input.invalid", f"This file cannot be read: {error.strerror}.") from None
    if len(data) > max_bytes:
        raise Refused("input.too_large", "This file is larger than a badge can be.")
    return data
