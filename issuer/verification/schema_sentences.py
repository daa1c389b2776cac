"""What a person reads when a document breaks a JSON Schema."""

from __future__ import annotations

import json
from typing import Any

from jsonschema_rs import ValidationErrorKind as Kind

MAX_QUOTED_CHARS = 60
MAX_LISTED = 8

_TYPE_NAMES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}
_PLAIN = {
    "contains": "This list lacks an entry that has to be in it.",
    "pattern": "This text does not have the form that is asked for.",
    "propertyNames": "A member has a name that is not allowed here, or the type is missing that would allow it.",
    "uniqueItems": "The same entry is in this list more than once.",
    "minItems": "This list is too short.",
    "maxItems": "This list is too long.",
    "minLength": "This text is too short.",
    "maxLength": "This text is too long.",
    "false schema": "Nothing may stand here.",
    "falseSchema": "Nothing may stand here.",
}


def sentence(kind: Kind) -> str:
    """One plain sentence for one kind of violation; it quotes names from the document, cut short."""
    match kind:
        case Kind.Required():
            return f"The member {quoted(kind.property)} is missing."
        case Kind.Type():
            return f"This must be {_alternatives([_TYPE_NAMES.get(name, name) for name in kind.types])}."
        case Kind.Constant():
            return f"This must be {quoted(kind.expected_value)}."
        case Kind.Enum():
            return f"This must be {_alternatives([quoted(option) for option in kind.options])}."
        case Kind.AnyOf():
            return _none_of(kind)
        case Kind.AdditionalProperties():
            return f"There is no member named {_alternatives([quoted(name) for name in kind.unexpected])} here."
        case _:
            return _PLAIN.get(kind.name, f"This breaks the rule “{kind.name}” of the schema.")


def quoted(value: Any) -> str:
    """A value from a document or schema as a person may see it, cut to MAX_QUOTED_CHARS."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"“{text if len(text) <= MAX_QUOTED_CHARS else text[: MAX_QUOTED_CHARS - 1] + '…'}”"


def _alternatives(options: list[str]) -> str:
    shown = options if len(options) <= MAX_LISTED else [*options[:MAX_LISTED], "another of the defined values"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _none_of(kind: Kind.AnyOf) -> str:
    reasons = [branch[0].kind for branch in kind.context if branch]
    for reason in reasons:
        if isinstance(reason, Kind.Enum):
            return f"{sentence(reason)[:-1]}, or an extension that starts with “ext:”."
    return "This fits none of the forms that are allowed here."
