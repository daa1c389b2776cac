"""What JSON Schema found, explained in the words of the form (JSON Schema 2020-12, Validation)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from issuer.domain.evidence.finding import Flaw, Path
from issuer.domain.evidence.folding import is_blank
from issuer.domain.evidence.form import ONE_THING, Form

_EXPECTED = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
    "array": "a list",
    "object": "a group of fields",
}
_WANTED = {
    "attachment": "add a file or a link.",
    "attachments": "add at least one file or link.",
    "material": "write it here or attach it.",
    "reflection": "answer the questions here or attach the filled-in form.",
    "confirm": "please confirm this.",
    "person": "a name is missing.",
    "date": "the date is missing.",
    "choice": "choose one.",
    "yes-no": "answer yes or no.",
    "integer": "the number is missing.",
    "number": "the number is missing.",
    "reuse": "choose one that you submitted before, or fill it in.",
}


def explain(form: Form, keyword: str, path: Path, argument: Any, value: Any) -> Iterator[Flaw]:
    """The flaws behind one failed assertion.

    keyword, argument: the failed keyword and what the schema says under it; value: the value at `path`.
    """
    explained = _KEYWORDS.get(keyword, _other)
    yield from explained(form, path, argument, value)


def missing(form: Form, path: Path) -> Iterator[Flaw]:
    """What is missing when nothing is at `path`: the parts of a group, or the place itself."""
    field = form.field(path)
    inner = field.schema.get("required", ())
    if inner and field.widget not in ONE_THING:
        for name in inner:
            yield from missing(form, (*path, name))
    else:
        least = field.schema.get("minItems", 0)
        wanted = f"at least {_are_needed(least)}; there are none yet." if least else "this is missing."
        yield Flaw(path, "evidence.missing", _WANTED.get(field.widget, wanted))


def _required(form: Form, path: Path, names: Any, value: Any) -> Iterator[Flaw]:
    for name in names:
        if name not in value:
            yield from missing(form, (*path, name))


def _type(form: Form, path: Path, expected: Any, value: Any) -> Iterator[Flaw]:
    if value is None:
        yield from missing(form, path)
    else:
        yield Flaw(path, "evidence.wrong_type", f"{_EXPECTED.get(str(expected), 'something else')} is expected here.")


def _text(form: Form, path: Path, _: Any, value: Any) -> Iterator[Flaw]:
    if is_blank(value):
        yield Flaw(path, "evidence.blank", "this is empty.")
        return
    code, detail = {
        "date": ("evidence.not_a_date", "this is not a date; write it as year-month-day, such as 2026-03-31."),
        "link": ("evidence.not_a_link", "this is not a link that starts with https://."),
        "file": ("evidence.not_a_file", "this is not the id of an uploaded file."),
        "email": ("evidence.not_an_email", "this is not an e-mail address."),
    }.get(form.field(path).widget, ("evidence.invalid", "this does not have the form that is expected here."))
    yield Flaw(path, code, detail)


def _min_items(form: Form, path: Path, least: Any, value: Any) -> Iterator[Flaw]:
    if value:
        yield Flaw(path, "evidence.too_few", f"at least {_are_needed(least)}; there {_are(len(value))}.")
    else:
        yield from missing(form, path)


def _are_needed(count: int) -> str:
    return "one is needed" if count == 1 else f"{count} are needed"


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"


def _max_items(_form: Form, path: Path, most: Any, value: Any) -> Iterator[Flaw]:
    yield Flaw(path, "evidence.too_many", f"at most {most} fit; there {_are(len(value))}.")


def _max_length(_form: Form, path: Path, most: Any, value: Any) -> Iterator[Flaw]:
    yield Flaw(path, "evidence.too_long", f"at most {most} characters fit; there {_are(len(value))}.")


def _minimum(_form: Form, path: Path, least: Any, _value: Any) -> Iterator[Flaw]:
    yield Flaw(path, "evidence.out_of_range", f"this must be {least} or more.")


def _maximum(_form: Form, path: Path, most: Any, _value: Any) -> Iterator[Flaw]:
    yield Flaw(path, "evidence.out_of_range", f"this must be {most} or less.")


def _const(_form: Form, path: Path, expected: Any, _value: Any) -> Iterator[Flaw]:
    if expected is True:
        yield Flaw(path, "evidence.not_confirmed", _WANTED["confirm"])
    else:
        yield Flaw(path, "evidence.invalid", f"this must be {expected}.")


def _enum(form: Form, path: Path, options: Any, value: Any) -> Iterator[Flaw]:
    if value is None or (isinstance(value, str) and is_blank(value)):
        yield Flaw(path, "evidence.missing", _WANTED["choice"])
        return
    names = form.field(path).schema.get("x-choices", {})
    yield Flaw(path, "evidence.not_a_choice", f"choose one of: {'; '.join(str(names.get(o, o)) for o in options)}.")


def _additional(form: Form, path: Path, _: Any, value: Any) -> Iterator[Flaw]:
    known = form.field(path).schema.get("properties", {})
    for name in value:
        if name not in known:
            yield Flaw((*path, name), "evidence.unknown_field", "the form has no such field.")


def _alternatives(form: Form, path: Path, branches: Any, value: Any) -> Iterator[Flaw]:
    """Alternatives that each require a member: none is there, or more than one."""
    names = [name for branch in branches if isinstance(branch, Mapping) for name in branch.get("required", ())]
    given = [name for name in names if isinstance(value, Mapping) and name in value]
    if not names:
        yield from _other(form, path, branches, value)
    elif given:
        titles = " or ".join(f"“{form.field((*path, name)).title}”" for name in names)
        yield Flaw(path, "evidence.choose_one", f"give either {titles}, not both.")
    else:
        yield Flaw(path, "evidence.missing", _WANTED.get(form.field(path).widget) or _one_of(form, path, names))


def _one_of(form: Form, path: Path, names: list[str]) -> str:
    return f"give {' or '.join(f'“{form.field((*path, name)).title}”' for name in names)}."


def _other(_form: Form, path: Path, _argument: Any, _value: Any) -> Iterator[Flaw]:
    yield Flaw(path, "evidence.invalid", "this does not have the form that is expected here.")


_KEYWORDS: Mapping[str, Callable[[Form, Path, Any, Any], Iterator[Flaw]]] = {
    "required": _required,
    "type": _type,
    "pattern": _text,
    "format": _text,
    "minLength": _text,
    "minItems": _min_items,
    "maxItems": _max_items,
    "maxLength": _max_length,
    "minimum": _minimum,
    "maximum": _maximum,
    "const": _const,
    "enum": _enum,
    "additionalProperties": _additional,
    "oneOf": _alternatives,
    "anyOf": _alternatives,
}
