"""Looks through evidence, public narratives and files for signs of students."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from issuer.domain.evidence import Form
from issuer.domain.evidence.finding import Path, pointer
from issuer.domain.evidence.places import is_too_large, walk
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.privacy.attestation import Attestations, of_narrative, ways_of
from issuer.domain.privacy.file_names import is_telling
from issuer.domain.privacy.file_text import about_others
from issuer.domain.privacy.flag import PUBLISHED_NAME, WITHHELD, PrivacyFlag, SignKind, flag
from issuer.domain.privacy.names import name_tokens
from issuer.domain.privacy.signs import signs

MAX_FLAGS = 100
MAX_CHARACTERS = 200_000
MAX_TEXTS = 5_000
_PEOPLE = frozenset({"person", "people"})
_UNREAD = frozenset({"link", "date", "email"})


def evidence_flags(schema: Mapping[str, Any], evidence: object, teacher_name: str) -> tuple[PrivacyFlag, ...]:
    """Signs in the texts of `evidence`, in their order; at most `MAX_FLAGS`.

    schema: the evidence schema, which tells where it asks for people: those may be named.
    """
    if is_too_large(evidence):
        return (flag("/evidence", SignKind.TOO_LONG, ""),)
    form = Form(schema)
    known = name_tokens(teacher_name, *_people(evidence))
    flags: list[PrivacyFlag] = []
    characters = 0
    for texts, (path, text) in enumerate(_texts(form, evidence)):
        where = "/evidence" + pointer(path)
        characters += len(text)
        if characters > MAX_CHARACTERS or texts >= MAX_TEXTS or len(flags) >= MAX_FLAGS:
            return (*flags[: MAX_FLAGS - 1], flag(where, SignKind.TOO_LONG, ""))
        flags += signs(where, text, known, anywhere=False)
    return tuple(flags[:MAX_FLAGS])


def narrative_flags(
    narratives: Mapping[str, str], teacher_name: str, attestations: Attestations
) -> tuple[PrivacyFlag, ...]:
    """Signs in the texts to be published: names anywhere, also colleagues'; those attested to be none are left out."""
    known = name_tokens(teacher_name)
    return tuple(
        replace(one, message=PUBLISHED_NAME if one.kind is SignKind.NAME else f"{one.message} {WITHHELD}")
        for requirement, text in narratives.items()
        for one in signs("/public_narratives" + pointer((requirement,)), text, known, anywhere=True)
        if one.is_hard or of_narrative(requirement, text) not in attestations
    )[:MAX_FLAGS]


def file_flags(
    files: Iterable[EvidenceFile], evidence: object, teacher_name: str, attestations: Attestations
) -> tuple[PrivacyFlag, ...]:
    """File names that tell of students, and pictures of which nobody has attested what they show."""
    known = name_tokens(teacher_name, *(() if is_too_large(evidence) else _people(evidence)))
    return tuple(one for file in files for one in _of_file(file, known, attestations))[:MAX_FLAGS]


def _of_file(file: EvidenceFile, known: frozenset[str], attestations: Attestations) -> Iterator[PrivacyFlag]:
    where = "/files" + pointer((file.id,))
    for one in about_others(file.signs, known):
        told = flag(where, SignKind(one.kind), one.excerpt)
        yield replace(told, message=f"In the file {file.name}. {told.message}")
    if is_telling(file.name, known):
        yield flag(where, SignKind.FILE_NAME, file.name)
    if file.shows_people and ways_of(file.id).isdisjoint(attestations):
        yield flag(where, SignKind.PICTURE, file.name)


def _texts(form: Form, evidence: object) -> Iterator[tuple[Path, str]]:
    """What a teacher wrote freely: no people, ids, links, dates, choices."""
    for path, value in walk(evidence):
        if not isinstance(value, str) or path[-1:] == ("file",):
            continue
        field = form.field(path)
        within_person = any(form.field(path[:length]).widget in _PEOPLE for length in range(1, len(path)))
        if not within_person and field.widget not in _UNREAD and "enum" not in field.schema:
            yield path, value


def _people(evidence: object) -> Iterator[str]:
    """Names of the people whom evidence names where it is asked to: objects with a member `name`."""
    for path, value in walk(evidence):
        if path[-1:] == ("name",) and isinstance(value, str):
            yield value
