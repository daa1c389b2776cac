"""Everything an unsigned badge must pass before any key is used; one small file for each rule, with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from issuer.credentials.lints import (
    absolute_ids,
    arrays,
    contexts,
    control_characters,
    dates,
    distinct_ids,
    evidence,
    identifiers,
    images,
    issuer_profile,
    json_schema,
    lengths,
    no_email,
    plain_texts,
    results,
    schema_entry,
    size,
    status_entry,
    subject,
    types,
)
from issuer.credentials.lints.finding import Lint, LintFinding
from issuer.credentials.lints.walk import Walked
from issuer.proofs.strict_json import JsonObject

LINTS: Mapping[str, tuple[Lint, str]] = {
    module.__name__.rpartition(".")[2]: (module.check, module.SOURCE)
    for module in (
        size, contexts, types, arrays, plain_texts, control_characters, lengths, absolute_ids, distinct_ids,
        dates, issuer_profile, subject, identifiers, no_email, results, evidence, images, status_entry,
        schema_entry, json_schema,
    )
}  # fmt: skip
"""Name → (check, source), in the order they run."""


def run(credential: JsonObject) -> tuple[LintFinding, ...]:
    """Every fault of an unsigned badge, in the order of the lints; empty when it may be signed."""
    return tuple(_findings(Walked(credential)))


def _findings(badge: Walked) -> Iterator[LintFinding]:
    for name, (check, source) in LINTS.items():
        for where, message in check(badge):
            yield LintFinding(name, where, message, source)
