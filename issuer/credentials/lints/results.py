"""Every requirement has one result, at a level that exists and suffices."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked, object_at, objects_of

SOURCE = "OB 3.0 §Result and §ResultDescription"

_RESULTS = "/credentialSubject/result"


def check(badge: Walked) -> Iterator[Fault]:
    """Results and descriptions match one to one; the achieved level is at or above the required one."""
    subject = object_at(badge.credential, "credentialSubject")
    results = objects_of(subject, "result")
    descriptions = {
        str(one.get("id")): one for one in objects_of(object_at(subject, "achievement"), "resultDescription")
    }
    given = [str(result.get("resultDescription")) for result in results]
    if sorted(given) != sorted(descriptions):
        yield Fault(_RESULTS, "The results are not exactly one for each result description.")
    for place, result in enumerate(results):
        description = descriptions.get(given[place], {})
        levels = [level.get("id") for level in objects_of(description, "rubricCriterionLevel")]
        achieved, required = result.get("achievedLevel"), description.get("requiredLevel")
        if achieved not in levels or required not in levels:
            yield Fault(f"{_RESULTS}/{place}/achievedLevel", "This is no level of its result description.")
        elif levels.index(achieved) < levels.index(required):
            yield Fault(f"{_RESULTS}/{place}/achievedLevel", "This level is below the required one.")
