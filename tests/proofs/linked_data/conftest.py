"""The pinned contexts, our reader over them, and pyld over the same files to compare with."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

import schemas
from issuer.proofs import rdf_canon
from issuer.proofs.contexts import ContextBook
from issuer.proofs.linked_data import Reader

JsonObject = dict[str, Any]
Canonical = Callable[[JsonObject], str]


@pytest.fixture(scope="session")
def context_files() -> dict[str, Any]:
    return {file.url: file.document for file in schemas.contexts() if not file.edition}


@pytest.fixture(scope="session")
def reader(context_files: dict[str, Any]) -> Reader:
    return Reader(ContextBook(context_files))


@pytest.fixture(scope="session")
def canonical(reader: Reader) -> Canonical:
    """The canonical N-Quads of a document, by this package."""
    return lambda document: rdf_canon.canonicalise(reader.read(document)).decode()


@pytest.fixture(scope="session")
def by_pyld(context_files: dict[str, Any]) -> Canonical:
    """The same by pyld 3.3.0, which repeats a line where two descriptions of one node end in an empty list."""

    def load(url: str, _options: Any) -> JsonObject:
        return {"contextUrl": None, "documentUrl": url, "document": context_files[url]}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return lambda document: "\n".join(dict.fromkeys(jsonld.normalize(document, options).split("\n")))


@pytest.fixture(scope="session")
def standards() -> Path:
    """Published vectors and examples, if they are here."""
    folder = Path(os.environ.get("STANDARDS_DIR", Path(__file__).parents[4] / "shared" / "standards"))
    if not folder.exists():
        pytest.skip("published vectors are not here (STANDARDS_DIR)")
    return folder


@pytest.fixture(scope="session")
def varied() -> dict[str, JsonObject]:
    """Forty credentials of every kind that the pinned contexts can express, by what is particular to them."""
    text = (Path(__file__).parent / "varied_credentials.json").read_text("utf-8")
    credentials: dict[str, JsonObject] = json.loads(text)
    return credentials


@pytest.fixture
def badge(varied: dict[str, JsonObject]) -> JsonObject:
    """A credential to spoil: with results, alignments, a status entry and evidence."""
    document: JsonObject = copy.deepcopy(varied["results"])
    document["credentialStatus"] = copy.deepcopy(varied["status entry"]["credentialStatus"])
    document["evidence"] = copy.deepcopy(varied["evidence with and without ids"]["evidence"][:2])
    return document
