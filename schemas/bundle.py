"""Reads the bundle: the manifest, the files it lists, and their digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
UNUSABLE = "verifier.unavailable"
NOT_BUNDLED = "schema.untrusted"

_FOLDERS = {"contexts": ".jsonld", "json": ".json"}


class SchemasError(Exception):
    """The bundle cannot be used, or does not hold what was asked for.

    code: ``verifier.unavailable`` when a file is missing, altered or unlisted (nothing may be verified
    with such a bundle), ``schema.untrusted`` when a URL is simply not part of it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True)
class ContextFile:
    """One JSON-LD context as it was published.

    url: the address credentials name it by.
    edition: "" for the content published there now; otherwise the month up to which an older content
    stood at the same address (for verifying what was signed with it, never for signing).
    sha256: hexadecimal digest of `content`, the file's bytes.
    source: registry package and version the file was taken from. licence: under which terms it is passed on.
    """

    url: str
    edition: str
    sha256: str
    content: bytes
    source: str
    licence: str

    @property
    def document(self) -> dict[str, Any]:
        """The context parsed anew, so that no caller can change it for another."""
        return _parse(self.content)


@dataclass(frozen=True)
class SchemaFile:
    """One class of a file of JSON Schemas of our own (draft 2019-09).

    urls: every address it answers for, because it accepts and refuses what the schema published there does.
    definition: name of the class among the file's ``$defs``. sha256, content: of the whole file.
    """

    urls: tuple[str, ...]
    definition: str
    sha256: str
    content: bytes

    def document(self, url: str) -> dict[str, Any]:
        """A schema whole in itself, named `url`, rooted at the definition; parsed anew for each caller."""
        return {**_parse(self.content), "$id": url, "$ref": f"#/$defs/{self.definition}"}


@dataclass(frozen=True)
class Bundle:
    """Everything the manifest lists, digests checked."""

    contexts: tuple[ContextFile, ...]
    schemas: Mapping[str, SchemaFile]


def _parse(content: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(content)
    return document


def _checked(folder: Path, entry: Mapping[str, Any]) -> bytes:
    name: str = entry["file"]
    digest: str = entry["sha256"]
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise SchemasError(UNUSABLE, f"The bundled file {name} cannot be read.") from error
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise SchemasError(UNUSABLE, f"The bundled file {name} has the SHA-256 {found}, not {digest}.")
    return content


def _files_present(folder: Path) -> Iterator[str]:
    for name, suffix in _FOLDERS.items():
        yield from (f"{name}/{path.name}" for path in (folder / name).glob(f"*{suffix}"))


def _refuse_unlisted(folder: Path, manifest: Mapping[str, Any]) -> None:
    listed = {entry["file"] for kind in ("contexts", "schemas") for entry in manifest[kind]}
    if unlisted := sorted(set(_files_present(folder)) - listed):
        raise SchemasError(UNUSABLE, f"The manifest does not list {', '.join(unlisted)}.")


def _context(folder: Path, entry: Mapping[str, Any]) -> ContextFile:
    content = _checked(folder, entry)
    return ContextFile(entry["url"], entry["edition"], entry["sha256"], content, entry["source"], entry["licence"])


def _refuse_doubles(files: tuple[ContextFile, ...]) -> None:
    if len({(file.url, file.edition) for file in files}) != len(files):
        raise SchemasError(UNUSABLE, "The manifest lists one context twice.")


def read_bundle(folder: Path) -> Bundle:
    """Read `folder`/manifest.json and every file it lists.

    Raises SchemasError (``verifier.unavailable``) when the manifest cannot be read, a listed file is
    missing or has another digest, a file lies there unlisted, or an address occurs twice.
    """
    try:
        manifest = _parse((folder / MANIFEST).read_bytes())
        _refuse_unlisted(folder, manifest)
        context_files = tuple(_context(folder, entry) for entry in manifest["contexts"])
        schema_files = [
            SchemaFile(tuple(entry["urls"]), entry["definition"], entry["sha256"], _checked(folder, entry))
            for entry in manifest["schemas"]
        ]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise SchemasError(UNUSABLE, "The manifest of the bundled schemas cannot be read.") from error
    _refuse_doubles(context_files)
    return Bundle(context_files, {url: file for file in schema_files for url in file.urls})


@cache
def bundled() -> Bundle:
    """The bundle that lies beside this module, read and checked once per process."""
    return read_bundle(Path(__file__).parent)


def contexts() -> tuple[ContextFile, ...]:
    """Every pinned JSON-LD context; raises SchemasError when the bundle is unusable."""
    return bundled().contexts


def json_schema(url: str) -> dict[str, Any]:
    """The bundled JSON Schema for its own ``$id`` or for an official address it is equal to.

    Raises SchemasError: ``schema.untrusted`` when no bundled schema answers for `url`.
    """
    file = bundled().schemas.get(url)
    if file is None:
        raise SchemasError(NOT_BUNDLED, f"No bundled JSON Schema answers for {url}.")
    return file.document(url)


def schema_urls() -> frozenset[str]:
    """Every address, our own and official, that `json_schema` answers for."""
    return frozenset(bundled().schemas)
