"""The rules an evidence schema can name under `x-rules`, and how they are applied."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from issuer.domain.evidence.case import Case
from issuer.domain.evidence.copies import no_copies
from issuer.domain.evidence.cycles import cycle_follows_satisfaction
from issuer.domain.evidence.dates import date_order, months_after, not_in_future
from issuer.domain.evidence.finding import Flaw
from issuer.domain.evidence.people import among_people, different_people, everyone_asked, not_the_teacher
from issuer.domain.evidence.points import existing_points, finite_numbers, rising

Rule = Callable[..., Iterator[Flaw]]

RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        among_people,
        cycle_follows_satisfaction,
        date_order,
        different_people,
        everyone_asked,
        existing_points,
        finite_numbers,
        months_after,
        no_copies,
        not_in_future,
        not_the_teacher,
        rising,
    )
}

# Members of an entry of `x-rules` that are not the rule's own parameters.
_COMMON = frozenset({"rule", "asks", "requirement", "setting"})


def broken_rules(schema: Mapping[str, Any], case: Case) -> Iterator[Flaw]:
    """What the rules named by `schema` find in `case`, rule by rule in the order of `x-rules`.

    An entry with a `setting` is skipped when the badge class sets that name to false. Raises KeyError or
    TypeError for an entry that names no rule or wrong parameters; `rule_faults` finds those beforehand.
    """
    for entry in schema.get("x-rules", ()):
        if case.settings.get(entry.get("setting"), True) is False:
            continue
        for flaw in RULES[entry["rule"]](case, **_parameters(entry)):
            asks, requirement = flaw.asks or entry.get("asks"), entry.get("requirement")
            yield replace(flaw, asks=asks, requirement=requirement)


def rule_faults(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with the `x-rules` of `schema` itself, for whoever writes a catalogue."""
    return tuple(fault for entry in schema.get("x-rules", ()) for fault in _faults(entry))


def _faults(entry: Mapping[str, Any]) -> Iterator[str]:
    rule = RULES.get(entry.get("rule", ""))
    if rule is None:
        yield f"There is no rule named {entry.get('rule')!r}; the rules are {', '.join(RULES)}."
        return
    try:
        inspect.signature(rule).bind(None, **_parameters(entry))
    except TypeError as error:
        yield f"The rule {entry['rule']}: {error}."


def _parameters(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in _COMMON}
