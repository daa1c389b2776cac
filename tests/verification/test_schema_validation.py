"""The bundled schemas as verification uses them."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest

from issuer.errors import Invalid, Unavailable
from issuer.verification import schema_validation
from issuer.verification.schema_validation import ACHIEVEMENT_CREDENTIAL, STATUS_LIST_CREDENTIAL, Violation

BADGE: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    ],
    "id": "urn:uuid:6b0c7f3e-5a0f-4f7e-9a46-0d0f7b5f9a10",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Feedback that moves learners on",
    "issuer": {"id": "did:web:issuer.test", "type": ["Profile"], "name": "Teacher Learning Network"},
    "validFrom": "2026-02-01T08:00:00Z",
    "credentialSubject": {
        "id": "did:example:teacher",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://issuer.test/achievements/feedback",
            "type": ["Achievement"],
            "achievementType": "MicroCredential",
            "name": "Feedback that moves learners on",
            "description": "Plans, gives and follows up feedback.",
            "criteria": {"narrative": "Three reviewed pieces of evidence."},
        },
        "result": [{"type": ["Result"], "status": "Completed"}],
    },
    "evidence": [{"id": "https://issuer.test/evidence/1", "type": ["Evidence"], "name": "Lesson plan"}],
    "credentialSchema": [{"id": ACHIEVEMENT_CREDENTIAL, "type": "1EdTechJsonSchemaValidator2019"}],
}
STATUS_LIST: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "https://issuer.test/status/1",
    "type": ["VerifiableCredential", "BitstringStatusListCredential"],
    "issuer": "did:web:issuer.test",
    "validFrom": "2026-02-01T08:00:00Z",
    "credentialSubject": {
        "id": "https://issuer.test/status/1#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
        "ttl": 300000,
    },
}
ABSENT = object()


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one member set, or taken out when `value` is ABSENT."""
    result: Any = copy.deepcopy(document)
    *steps, last = [int(step) if step.isdecimal() else step for step in path.split("/")]
    node = result
    for step in steps:
        node = node[step]
    if value is ABSENT:
        del node[last]
    else:
        node[last] = value
    return dict(result)


def test_pos_17_the_official_schema_addresses_need_no_network() -> None:
    assert schema_validation.is_bundled(ACHIEVEMENT_CREDENTIAL)
    assert schema_validation.is_bundled(schema_validation.ENDORSEMENT_CREDENTIAL)
    assert schema_validation.is_bundled(schema_validation.CLR_CREDENTIAL)
    assert schema_validation.violations(ACHIEVEMENT_CREDENTIAL, BADGE) == ()
    assert schema_validation.conforms(ACHIEVEMENT_CREDENTIAL, BADGE)
    schema_validation.require_conformant(ACHIEVEMENT_CREDENTIAL, BADGE)


@pytest.mark.parametrize(
    ("path", "value", "pointer", "sentence"),
    [
        ("issuer", ABSENT, "", "The member “issuer” is missing."),
        ("validFrom", 1, "/validFrom", "This must be a text."),
        ("type", ["VerifiableCredential"], "/type", "This list lacks an entry that has to be in it."),
        ("type/1", "OpenBadge", "/type", "This list lacks an entry that has to be in it."),
        ("credentialStatus", [{"type": "x"}], "/credentialStatus", "This must be an object."),
        ("@context/1", "https://example.org/c", "/@context/1", "This text does not have the form that is asked for."),
        (
            "credentialSubject/result/0/status",
            "Done",
            "/credentialSubject/result/0/status",
            "This must be “Completed”, “Enrolled”, “Failed”, “InProgress”, “OnHold”, “Provisional” or “Withdrew”.",
        ),
        (
            "credentialSubject/image",
            {"id": "x:y", "type": "Image", "a/b~": 1},
            "/credentialSubject/image",
            "There is no member named “a/b~” here.",
        ),
        (
            "name",
            {"english": "x"},
            "/name",
            "A member has a name that is not allowed here, or the type is missing that would allow it.",
        ),
    ],
)
def test_each_violation_has_its_place_and_a_sentence(path: str, value: Any, pointer: str, sentence: str) -> None:
    broken = changed(BADGE, path, value)
    assert Violation(pointer, sentence) in schema_validation.violations(ACHIEVEMENT_CREDENTIAL, broken)
    assert not schema_validation.conforms(ACHIEVEMENT_CREDENTIAL, broken)
    with pytest.raises(Invalid) as caught:
        schema_validation.require_conformant(ACHIEVEMENT_CREDENTIAL, broken)
    assert caught.value.code == "schema.violation"


@pytest.mark.parametrize("subject", [{}, [], [BADGE["credentialSubject"], BADGE["credentialSubject"]]])
def test_di_48_an_empty_subject_and_several_subjects_break_the_schema(subject: Any) -> None:
    with pytest.raises(Invalid, match=r"schema\.violation"):
        schema_validation.require_conformant(ACHIEVEMENT_CREDENTIAL, {**BADGE, "credentialSubject": subject})


def test_an_extensible_word_list_says_how_to_extend_it() -> None:
    broken = changed(BADGE, "credentialSubject/achievement/achievementType", "Medal")
    (violation,) = schema_validation.violations(ACHIEVEMENT_CREDENTIAL, broken)
    assert violation.pointer == "/credentialSubject/achievement/achievementType"
    assert "“ext:”" in violation.sentence


def test_a_pointer_escapes_slash_and_tilde() -> None:
    assert schema_validation.json_pointer(["a/b", "c~d", 0]) == "/a~1b/c~0d/0"


def test_a_sentence_quotes_no_more_than_a_piece_of_a_long_name() -> None:
    image = {"id": "x:y", "type": "Image", "n" * 5000: 1}
    (violation,) = schema_validation.violations(ACHIEVEMENT_CREDENTIAL, {**BADGE, "image": image})
    assert len(violation.sentence) < 120


def test_a_document_broken_in_very_many_places_is_answered_at_once() -> None:
    broken = {**BADGE, "evidence": [{}] * 60_000}
    begin = time.thread_time()
    assert schema_validation.violations(ACHIEVEMENT_CREDENTIAL, broken) == (
        Violation("/evidence/0", "The member “type” is missing."),
    )
    assert time.thread_time() - begin < 0.3


def test_a_schema_that_is_not_bundled_cannot_be_used() -> None:
    assert not schema_validation.is_bundled("https://example.org/schema.json")
    with pytest.raises(Unavailable, match=r"verifier\.unavailable"):
        schema_validation.violations("https://example.org/schema.json", BADGE)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("type", ["VerifiableCredential", "BitstringStatusListCredential", "Other"]),
        ("issuer", {"id": "did:web:issuer.test", "name": "x"}),
        ("credentialSubject/statusPurpose", ["revocation", "suspension"]),
        ("credentialSubject/type", ["BitstringStatusList"]),
        ("credentialSubject/ttl", ABSENT),
        ("validFrom", ABSENT),
        ("@context", ["https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/status/v1"]),
    ],
)
def test_a_status_list_credential_may_take_these_shapes(path: str, value: Any) -> None:
    assert schema_validation.violations(STATUS_LIST_CREDENTIAL, changed(STATUS_LIST, path, value)) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("@context", []),
        ("@context", ["https://www.w3.org/ns/credentials/status/v1"]),
        ("@context", "https://www.w3.org/ns/credentials/v2"),
        ("type", ["VerifiableCredential"]),
        ("type", "BitstringStatusListCredential"),
        ("issuer", ABSENT),
        ("issuer", {"name": "x"}),
        ("issuer", "somebody"),
        ("id", "no scheme"),
        ("validUntil", 5),
        ("credentialSubject", [STATUS_LIST["credentialSubject"]]),
        ("credentialSubject/type", "StatusList2021"),
        ("credentialSubject/type", ["Other"]),
        ("credentialSubject/statusPurpose", ABSENT),
        ("credentialSubject/statusPurpose", []),
        ("credentialSubject/statusPurpose", ""),
        ("credentialSubject/encodedList", ABSENT),
        ("credentialSubject/encodedList", ["u"]),
        ("credentialSubject/ttl", 1.5),
        ("credentialSubject/ttl", -1),
    ],
)
def test_a_status_list_credential_may_not_take_these(path: str, value: Any) -> None:
    assert schema_validation.violations(STATUS_LIST_CREDENTIAL, STATUS_LIST) == ()
    assert schema_validation.violations(STATUS_LIST_CREDENTIAL, changed(STATUS_LIST, path, value))
