"""Each lint against a badge that is broken by exactly the defect it is for."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.credentials import lints
from issuer.credentials.lints import size

Badge = dict[str, Any]
Break = Callable[[Badge], None]


@pytest.fixture
def badge(badges: dict[str, Badge]) -> Badge:
    """A badge with two requirements or more, a narrative, and another it replaces."""
    return copy.deepcopy(badges["focusing-on-student-learning"])


def put(*path: str | int, value: Any) -> Break:
    def change(badge: Badge) -> None:
        owner: Any = badge
        for step in path[:-1]:
            owner = owner[step]
        owner[path[-1]] = value

    return change


def drop(*path: str | int) -> Break:
    def change(badge: Badge) -> None:
        owner: Any = badge
        for step in path[:-1]:
            owner = owner[step]
        del owner[path[-1]]

    return change


def swap(*path: str | int) -> Break:
    """Exchange the first two entries of an array."""

    def change(badge: Badge) -> None:
        owner: Any = badge
        for step in path:
            owner = owner[step]
        owner[0], owner[1] = owner[1], owner[0]

    return change


SUBJECT = "credentialSubject"
IDENTIFIER = (SUBJECT, "identifier")
ACHIEVEMENT = (SUBJECT, "achievement")
DESCRIPTION = (*ACHIEVEMENT, "resultDescription", 0)
RESULT = (SUBJECT, "result", 0)
STATUS = "credentialStatus"
OLD_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"


def below_the_required_level(badge: Badge) -> None:
    levels = badge[SUBJECT]["achievement"]["resultDescription"][0]["rubricCriterionLevel"]
    badge[SUBJECT]["result"][0]["achievedLevel"] = levels[0]["id"]


def level_of_another_requirement(badge: Badge) -> None:
    results = badge[SUBJECT]["result"]
    results[0]["achievedLevel"] = results[1]["achievedLevel"]


def second_status(badge: Badge) -> None:
    badge[STATUS] = [badge[STATUS], {**badge[STATUS], "id": badge[STATUS]["id"] + "0"}]


BROKEN: dict[str, tuple[str, Break]] = {
    "T1 no extensions context": ("contexts", drop("@context", 2)),
    "T4 an older edition of the Open Badges context": ("contexts", put("@context", 1, value=OLD_CONTEXT)),
    "contexts in another order": ("contexts", swap("@context")),
    "an inline context": ("contexts", put("@context", 2, value={"x": "https://x.example/"})),
    "the other name of the type": ("types", put("type", 1, value="AchievementCredential")),
    "a third type": ("types", put("type", value=["VerifiableCredential", "OpenBadgeCredential", "Other"])),
    "T12 a type that is no array": ("types", put(*ACHIEVEMENT, "type", value="Achievement")),
    "an image type in an array": ("types", put(*ACHIEVEMENT, "image", "type", value=["Image"])),
    "a result of another type": ("types", put(*RESULT, "type", value=["Rating"])),
    "T12 one value where an array belongs": ("arrays", put(*ACHIEVEMENT, "tag", value="peers")),
    "an empty array": ("arrays", put(*ACHIEVEMENT, "alignment", value=[])),
    "T13 a language map": ("plain_texts", put("name", value={"en": "Badge"})),
    "T13 a value object": ("plain_texts", put("name", value={"@value": "Badge", "@language": "en"})),
    "T3 a tab": ("control_characters", put("evidence", 0, "narrative", value="a\tb")),
    "T3 U+0001": ("control_characters", put("evidence", 0, "narrative", value="a\x01b")),
    "T3 U+007F": ("control_characters", put("evidence", 0, "name", value="a\x7fb")),
    "a directional override": ("control_characters", put("evidence", 0, "name", value="a‮b")),
    "a name without end": ("lengths", put(*ACHIEVEMENT, "name", value="n" * 2_001)),
    "a narrative without end": ("lengths", put("evidence", 0, "narrative", value="n" * 20_001)),
    "an empty name": ("lengths", put("evidence", 0, "name", value="")),
    "T19 a relative id": ("absolute_ids", put(*ACHIEVEMENT, "id", value="achievements/x/v1")),
    "T20 a data URI": ("absolute_ids", put("evidence", 0, "id", value="data:text/plain,hello")),
    "BIZ-13 an IRI with a space": ("absolute_ids", put("id", value="https://badges.example.org/credentials/a b")),
    "a script": ("absolute_ids", put("issuer", "url", value="javascript:alert(1)")),
    "an achievement with the badge's id": (
        "distinct_ids",
        lambda badge: badge[SUBJECT]["achievement"].update(id=badge["id"]),
    ),
    "criteria with the achievement's id": (
        "distinct_ids",
        lambda badge: badge[SUBJECT]["achievement"]["criteria"].update(id=badge[SUBJECT]["achievement"]["id"]),
    ),
    "T11 a date without time": ("dates", put("validFrom", value="2026-11-21")),
    "T11 a time without zone": ("dates", put("validFrom", value="2026-11-21T18:00:00")),
    "T24 a fraction of a second": ("dates", put("validFrom", value="2026-11-21T18:00:00.5Z")),
    "T24 an offset": ("dates", put("validFrom", value="2026-11-21T13:00:00-05:00")),
    "an impossible day": ("dates", put("validFrom", value="2026-02-30T18:00:00Z")),
    "no day of award": ("dates", drop("awardedDate")),
    "an end before the beginning": ("dates", put("validUntil", value="2026-11-21T17:59:59Z")),
    "T6 an issuer without a name": ("issuer_profile", drop("issuer", "name")),
    "an issuer with an IP address": ("issuer_profile", put("issuer", "id", value="did:web:192.0.2.7")),
    "an issuer with an https id": ("issuer_profile", put("issuer", "id", value="https://badges.example.org")),
    "an issuer with a telephone": ("issuer_profile", put("issuer", "phone", value="555 0100")),
    "no subject id": ("subject", drop(SUBJECT, "id")),
    "a subject id that names the person": ("subject", put(SUBJECT, "id", value="https://people.example.org/zoe")),
    "identifiers in another order": ("identifiers", swap(*IDENTIFIER)),
    "no hashed address": ("identifiers", drop(*IDENTIFIER, 1)),
    "a second name": ("identifiers", put(SUBJECT, "name", value="Somebody Else")),
    "an address that is not hashed": ("identifiers", put(*IDENTIFIER, 1, "hashed", value=False)),
    "a weak hash": ("identifiers", put(*IDENTIFIER, 1, "identityHash", value="md5$" + "0" * 32)),
    "PRV-02 a salt of 64 bits": ("identifiers", put(*IDENTIFIER, 1, "salt", value="00" * 8)),
    "PRV-02 no salt": ("identifiers", drop(*IDENTIFIER, 1, "salt")),
    "PRV-01 an address in a narrative": (
        "no_email",
        put("evidence", 0, "narrative", value="Write to zoe.oneill@school.example.org!"),
    ),
    "PRV-01 an address in a link": ("no_email", put("evidence", 0, "narrative", value="mailto:z%40example.org")),
    "a requirement without result": ("results", drop(*RESULT)),
    "a result of no requirement": ("results", put(*RESULT, "resultDescription", value="https://x.example/r")),
    "a level that there is not": ("results", put(*RESULT, "achievedLevel", value="https://x.example/l")),
    "a level of another requirement": ("results", level_of_another_requirement),
    "a requirement that is not met": ("results", below_the_required_level),
    "evidence that links a file": ("evidence", put("evidence", 0, "genre", value="Video")),
    "evidence without a narrative": ("evidence", drop("evidence", 0, "narrative")),
    "a digest that is no multihash": ("evidence", put("relatedResource", 0, "digestMultibase", value="u" + "A" * 46)),
    "a picture over plain http": ("images", put(*ACHIEVEMENT, "image", "id", value="http://badges.example.org/i.png")),
    "T10 an index that is a number": ("status_entry", put(STATUS, "statusListIndex", value=94567)),
    "an index beyond the list": (
        "status_entry",
        lambda badge: badge[STATUS].update(
            statusListIndex="131072", id=f"{badge[STATUS]['statusListCredential']}#131072"
        ),
    ),
    "an index with a leading zero": (
        "status_entry",
        lambda badge: badge[STATUS].update(statusListIndex="07", id=f"{badge[STATUS]['statusListCredential']}#07"),
    ),
    "another purpose": ("status_entry", put(STATUS, "statusPurpose", value="message")),
    "a status id that is the list's": (
        "status_entry",
        lambda badge: badge[STATUS].update(id=badge[STATUS]["statusListCredential"]),
    ),
    "T15 the old kind of revocation list": ("types", put(STATUS, "type", value="1EdTechRevocationList")),
    "no schema": ("schema_entry", put("credentialSchema", 0, "id", value="https://x.example/schema.json")),
}

BROKEN_TWICE: dict[str, tuple[set[str], Break]] = {
    "a null": ({"arrays", "plain_texts", "evidence", "json_schema"}, put("evidence", 0, "description", value=None)),
    "half a character": ({"control_characters", "size"}, put("evidence", 0, "name", value="a\ud800b")),
    "T19 a relative image id": ({"absolute_ids", "images"}, put(*ACHIEVEMENT, "image", "id", value="image.png")),
    "T6 an issuer that is a bare id": (
        {"issuer_profile"},
        put("issuer", value="did:web:badges.example.org"),
    ),
    "T9 a second status entry": ({"status_entry", "json_schema"}, second_status),
    "no status": ({"status_entry"}, drop(STATUS)),
    "an array of subjects": (
        {"subject", "identifiers", "json_schema"},
        lambda badge: badge.update(credentialSubject=[badge[SUBJECT]]),
    ),
    "no criteria": ({"json_schema"}, drop(*ACHIEVEMENT, "criteria")),
    "a kind of achievement that there is not": (
        {"json_schema"},
        put(*ACHIEVEMENT, "achievementType", value="Sticker"),
    ),
}


@pytest.mark.parametrize(("lint", "change"), BROKEN.values(), ids=BROKEN.keys())
def test_a_badge_with_one_defect_is_found_by_the_lint_for_it(badge: Badge, lint: str, change: Break) -> None:
    assert lints.run(badge) == ()
    change(badge)
    found = {finding.lint for finding in lints.run(badge)}
    assert lint in found
    assert found <= {lint, "json_schema"}, "another lint took offence too"


@pytest.mark.parametrize(("expected", "change"), BROKEN_TWICE.values(), ids=BROKEN_TWICE.keys())
def test_a_badge_whose_shape_is_wrong_is_found_by_all_that_miss_something(
    badge: Badge, expected: set[str], change: Break
) -> None:
    change(badge)
    assert {finding.lint for finding in lints.run(badge)} == expected


def test_every_lint_is_covered_here() -> None:
    covered = {lint for lint, _ in BROKEN.values()}.union(*(lint for lint, _ in BROKEN_TWICE.values()), {"size"})
    assert covered == lints.LINTS.keys()


def test_biz_13_a_badge_of_more_than_256_kib_is_found(badge: Badge) -> None:
    text = "n" * 20_000
    badge["evidence"] = [
        {"id": f"{badge['id']}#evidence-{n}", "type": ["Evidence"], "name": "n", "narrative": text} for n in range(13)
    ]
    assert {finding.lint for finding in lints.run(badge)} == {"size"}
    del badge["evidence"][12]
    assert lints.run(badge) == ()
    assert size.MAX_BYTES < 256 * 1024


def test_a_finding_says_where_what_and_by_which_rule(badge: Badge) -> None:
    badge["evidence"][0]["narrative"] = "zoe@example.org"
    (finding,) = lints.run(badge)
    assert finding.lint == "no_email"
    assert finding.where == "/evidence/0/narrative"
    assert finding.message
    assert all(source.strip() for _, source in lints.LINTS.values())


def test_localhost_may_show_images_over_http(badge: Badge) -> None:
    badge["credentialSubject"]["achievement"]["image"]["id"] = "http://localhost:8000/achievements/x/v1/image.png"
    assert lints.run(badge) == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), value=json_values)
def test_no_shape_makes_a_lint_fail(badges: dict[str, Badge], data: st.DataObject, value: Any) -> None:
    broken = copy.deepcopy(badges["focusing-on-student-learning"])
    owner: Any = broken
    for _ in range(data.draw(st.integers(min_value=0, max_value=5))):
        steps = sorted(owner) if isinstance(owner, dict) else range(len(owner))
        inner = [step for step in steps if isinstance(owner[step], dict | list) and owner[step]]
        if not inner:
            break
        owner = owner[data.draw(st.sampled_from(inner))]
    step = data.draw(st.sampled_from(sorted(owner) if isinstance(owner, dict) else list(range(len(owner)))))
    owner[step] = value
    lints.run(broken)
