"""Holding what was sent to the type that the OpenAPI document shows, and saying in words what does not fit."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec
from jsonschema import Draft202012Validator, ValidationError

from issuer.errors import Unprocessable

T = TypeVar("T")
MAX_SHOWN_CHARACTERS = 100
UNKNOWN_MEMBER = "input.unknown_field"
_DECIDED_HERE = {
    "awardedDate": "input.invalid",
    "issuanceDate": "input.invalid",
    "recipient": "recipient.unverified",
    "validFrom": "input.invalid",
    "validUntil": "input.invalid",
}
"""Members that nobody sends because the service decides them: when a badge begins, and whose it is."""
KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "object": "an object",
    "array": "a list",
    "null": "nothing",
}


def shaped(sent: dict[str, Any], shape: type[T]) -> T:
    """`sent` as the type.

    Raises Unprocessable at the first place that does not fit: `input.unknown_field` for a member that has no place
    there, `recipient.unverified` for somebody the badge should go to instead, else `input.invalid`.
    """
    known: Any = shape
    fault = next(iter(_validator(known).iter_errors(sent)), None)
    if fault is not None:
        raise Unprocessable(_code(fault), _sentence(fault), _pointer(fault))
    return msgspec.convert(sent, shape, strict=False)


@cache
def _validator(shape: type) -> Draft202012Validator:
    return Draft202012Validator(msgspec.json.schema(shape))


def _code(fault: ValidationError) -> str:
    if fault.validator != "additionalProperties":
        return "input.invalid"
    described: Any = fault.schema
    return _DECIDED_HERE.get(_unknown(fault.instance, described["properties"]), UNKNOWN_MEMBER)


def _sentence(fault: ValidationError) -> str:
    rule, limit = str(fault.validator), _limit(fault)
    if rule == "required":
        return f"Give “{_missing(fault)}”."
    if rule == "additionalProperties":
        return "This member is not known here."
    if rule == "type":
        return f"Give {KINDS.get(str(limit), str(limit))} here."
    if rule == "enum":
        return f"Give one of these here: {', '.join(map(str, limit))}."
    if rule in ("maxLength", "maxItems"):
        return f"This is too long; {limit:,} is the most."
    if rule == "pattern":
        return "This must not be empty."
    return "This is not what belongs here."


def _pointer(fault: ValidationError) -> str:
    steps = [str(step) for step in fault.absolute_path]
    if fault.validator == "required":
        steps.append(_missing(fault))
    if fault.validator == "additionalProperties":
        described: Any = fault.schema
        steps.append(_unknown(fault.instance, described["properties"]))
    return "".join(f"/{step[:MAX_SHOWN_CHARACTERS].replace('~', '~0').replace('/', '~1')}" for step in steps)


def _missing(fault: ValidationError) -> str:
    return _unknown(_limit(fault), fault.instance)


def _unknown(names: Any, known: Any) -> str:
    """The first of the names that is not known."""
    return next(str(name) for name in names if name not in known)


def _limit(fault: ValidationError) -> Any:
    return fault.validator_value
