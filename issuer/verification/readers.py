"""Readers over the bundled contexts: as they are published now, and as they stood before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import schemas
from issuer.errors import Unavailable
from issuer.proofs.contexts import ContextBook
from issuer.proofs.linked_data import Reader


@cache
def current_reader() -> Reader:
    """Reads over every pinned context as it is published now; made once per process.

    Raises Unavailable (``verifier.unavailable``) when the bundle is damaged.
    """
    return Reader(ContextBook(_documents()))


@cache
def older_readers() -> Mapping[str, tuple[Reader, ...]]:
    """By URL of a context that was changed in place: readers with each content that stood there before.

    They are made when somebody asks for them, which few credentials make necessary.
    Raises Unavailable (``verifier.unavailable``) when the bundle is damaged.
    """
    return _OlderReaders(file for file in _files() if file.edition)


class _OlderReaders(Mapping[str, tuple[Reader, ...]]):
    def __init__(self, editions: Iterable[schemas.ContextFile]) -> None:
        self._editions: dict[str, list[schemas.ContextFile]] = {}
        for file in editions:
            self._editions.setdefault(file.url, []).append(file)
        self._made: dict[str, tuple[Reader, ...]] = {}

    def __getitem__(self, url: str) -> tuple[Reader, ...]:
        if url not in self._made:
            editions = self._editions[url]
            self._made[url] = tuple(Reader(ContextBook({**_documents(), url: file.document})) for file in editions)
        return self._made[url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._editions)

    def __len__(self) -> int:
        return len(self._editions)


def _documents() -> dict[str, Mapping[str, object]]:
    return {file.url: file.document for file in _files() if not file.edition}


def _files() -> tuple[schemas.ContextFile, ...]:
    try:
        return schemas.contexts()
    except schemas.SchemasError as error:
        raise Unavailable(error.code, error.message) from error
