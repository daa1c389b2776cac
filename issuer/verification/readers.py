"""Readers over the bundled contexts: as they are published now, and as they stood before."""

from __future__ import annotations

from collections.abc import Mapping
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
    """By URL of a context that was changed in place: readers with each content that stood there before."""
    editions = [file for file in _files() if file.edition]
    readers: dict[str, tuple[Reader, ...]] = {}
    for file in editions:
        reader = Reader(ContextBook({**_documents(), file.url: file.document}))
        readers[file.url] = (*readers.get(file.url, ()), reader)
    return readers


def _documents() -> dict[str, Mapping[str, object]]:
    return {file.url: file.document for file in _files() if not file.edition}


def _files() -> tuple[schemas.ContextFile, ...]:
    try:
        return schemas.contexts()
    except schemas.SchemasError as error:
        raise Unavailable(error.code, error.message) from error
