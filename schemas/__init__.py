"""JSON-LD contexts and JSON Schemas that the service trusts, pinned by SHA-256 and never fetched.

A ground package: plain files, a manifest and the functions that read them. Every file is compared with
its digest in ``manifest.json`` when it is loaded; a file that is missing, changed or not listed makes
the whole bundle unusable, because a changed context changes what a signature means.
"""

from __future__ import annotations

from schemas.bundle import (
    NOT_BUNDLED,
    UNUSABLE,
    Bundle,
    ContextFile,
    SchemaFile,
    SchemasError,
    bundled,
    contexts,
    json_schema,
    read_bundle,
    schema_urls,
)

__all__ = [
    "NOT_BUNDLED",
    "UNUSABLE",
    "Bundle",
    "ContextFile",
    "SchemaFile",
    "SchemasError",
    "bundled",
    "contexts",
    "json_schema",
    "read_bundle",
    "schema_urls",
]
