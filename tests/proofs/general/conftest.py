"""The general profile over the pinned contexts, and pyld over the same files to compare with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

import schemas
from issuer.proofs import rdf_canon
from issuer.proofs.general_reader import GeneralReader

JsonObject = dict[str, Any]
Canonical = Callable[[JsonObject], str]


@pytest.fixture(scope="session")
def context_files() -> dict[str, Any]:
    return {file.url: file.document for file in schemas.contexts() if not file.edition}


@pytest.fixture(scope="session")
def general(context_files: dict[str, Any]) -> GeneralReader:
    return GeneralReader(context_files)


@pytest.fixture(scope="session")
def canonical(general: GeneralReader) -> Canonical:
    return lambda document: rdf_canon.canonicalise(general.read(document)).decode()


@pytest.fixture(scope="session")
def by_pyld(context_files: dict[str, Any]) -> Callable[[JsonObject], str | None]:
    """The same by pyld 3.3.0; None where it stops.

    It stops at definitions that it takes for circular (``"@protected": false``) and at a language that is taken
    back with null, and it knows no safe mode: it is asked only about what was read here.
    """

    def load(url: str, _options: Any) -> JsonObject:
        return {"contextUrl": None, "documentUrl": url, "document": context_files[url]}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load, "base": ""}

    def normalize(document: JsonObject) -> str | None:
        try:
            lines = jsonld.normalize(document, {**options, "rdfDirection": "i18n-datatype"})
        except (jsonld.JsonLdError, KeyError):
            return None
        return "\n".join(dict.fromkeys(lines.split("\n")))

    return normalize


@pytest.fixture(scope="session")
def varied() -> dict[str, JsonObject]:
    """Forty credentials of every kind that the pinned contexts can express."""
    text = (Path(__file__).parents[1] / "linked_data" / "varied_credentials.json").read_text("utf-8")
    credentials: dict[str, JsonObject] = json.loads(text)
    return credentials
