"""Holds evidence against its badge class: the machine's check before any reviewer sees a submission.

Evidence is private: findings go to its teacher and, with the submission, to its reviewers. They quote the
form, dates and counts, never a colleague's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from badge_classes.model import BadgeClass
from issuer.domain.evidence import Case, Finding, Flaw, Form, broken_rules
from issuer.domain.evidence.files import unknown_files
from issuer.domain.evidence.finding import Path
from issuer.domain.evidence.places import is_too_large
from issuer.domain.evidence.shape import explain

MAX_FINDINGS = 200
_FORMATS = FormatChecker(("date", "uuid"))
_TOO_LARGE = "this is larger or nested more deeply than evidence can be."


def check(
    badge_class: BadgeClass,
    evidence: object,
    *,
    teacher_name: str,
    today: date,
    known_files: frozenset[str] | None,
) -> tuple[Finding, ...]:
    """What is missing or does not fit in `evidence`, in the order of the form; empty when it is complete.

    evidence: any JSON value, so that drafts can be checked while they are written.
    teacher_name: whose evidence it is, who never counts as a colleague. today: nothing later has happened.
    known_files: ids of the files uploaded to the submission, or None when that is not to be checked.
    At most `MAX_FINDINGS`. A badge class without an evidence schema (a stack) asks for nothing.
    """
    schema = badge_class.evidence_schema
    if schema is None:
        return ()
    form = Form(schema)
    if is_too_large(evidence):
        return (form.finding(Flaw((), "evidence.too_large", _TOO_LARGE)),)
    case = Case(form, evidence, teacher_name, today, badge_class.settings)
    shape = _one_a_place([*_shape(schema, form, evidence), *unknown_files(evidence, known_files)])
    flaws = shape + _beside(shape, _one_a_place(broken_rules(schema, case)))
    flaws.sort(key=lambda flaw: form.position(flaw.path))
    return tuple(form.finding(flaw) for flaw in flaws[:MAX_FINDINGS])


def _shape(schema: dict[str, object], form: Form, evidence: object) -> Iterator[Flaw]:
    errors = Draft202012Validator(schema, format_checker=_FORMATS).iter_errors(evidence)
    for error in islice(errors, MAX_FINDINGS):
        for meant in _meant(error):
            yield from explain(form, str(meant.validator), _path(meant), meant.validator_value, meant.instance)


def _meant(error: ValidationError) -> Iterator[ValidationError]:
    """The errors a reader can act on: those of the closest branch where whole alternatives failed."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    if not branches or _only_require(error.validator_value):
        yield error
        return
    for inner in min(branches.values(), key=_distance):
        yield from _meant(inner)


def _only_require(alternatives: object) -> bool:
    """Whether the alternatives say no more than which member must be there; then all of them are meant."""
    return isinstance(alternatives, list) and all(
        isinstance(one, dict) and one.keys() == {"required"} for one in alternatives
    )


def _distance(branch: list[ValidationError]) -> tuple[int, int, int]:
    """How far evidence is from an alternative: of another kind first, then failures at its own level, then all."""
    own = [error for error in branch if not error.path]
    return sum(1 for error in own if error.validator in {"type", "const", "enum"}), len(own), len(branch)


def _path(error: ValidationError) -> Path:
    return tuple(error.absolute_path)


def _one_a_place(flaws: Iterable[Flaw]) -> list[Flaw]:
    """The first of `flaws` at each place."""
    return list({flaw.path: flaw for flaw in reversed(list(flaws))}.values())


def _beside(shape: list[Flaw], broken: list[Flaw]) -> list[Flaw]:
    """Those of `broken` about places that have the right shape: a rule on half a thing says nothing new."""
    unfinished = {flaw.path[:length] for flaw in shape for length in range(len(flaw.path) + 1)}
    return [flaw for flaw in broken if flaw.path not in unfinished]
