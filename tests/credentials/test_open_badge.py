"""The unsigned badge of every badge class. T1 to T26 are the known traps of issuing Open Badges 3.0."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft201909Validator, FormatChecker
from pyld import jsonld

import schemas
from badge_classes import Alignment, BadgeClass
from issuer.credentials import lints, recipient
from issuer.credentials.achievement import achievement, achievement_document
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.open_badge import BadgeContent, unsigned_badge
from issuer.credentials.profile import profile_document
from issuer.credentials.recipient import Recipient
from issuer.credentials.references import ChildRef, digest_multibase
from issuer.credentials.urls import PublicUrls
from issuer.domain.review import Rating
from issuer.errors import Unprocessable
from issuer.proofs import multibase
from issuer.proofs.linked_data import Reader
from issuer.proofs.rdf_canon import canonicalise

Badge = dict[str, Any]
Official = Callable[[str], dict[str, Any]]
ContentOf = Callable[..., BadgeContent]


def canonical_by_pyld(document: Badge) -> str:
    """Source: PyLD, an implementation of JSON-LD 1.1 and RDFC-1.0 that is not ours."""
    files = {one.url: one.document for one in schemas.contexts() if not one.edition}

    def load(url: str, _options: Any) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": files[url]}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    canonical: str = jsonld.normalize(document, options)
    return canonical


SCHEMAS = {
    "published": "schemas/ob/ob_v3p0_achievementcredential_schema.json",
    "strict draft": "schemas/ob-draft-ghpages/achievementcredential.json",
}


def walk(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(inner)


def objects(badge: Badge) -> list[dict[str, Any]]:
    return [value for value in walk(badge) if isinstance(value, dict)]


@pytest.fixture
def first(catalogue: list[BadgeClass]) -> BadgeClass:
    return catalogue[0]


def test_there_are_sixteen_and_every_one_passes_every_lint(badges: dict[str, Badge]) -> None:
    assert len(badges) == 16
    assert {slug: lints.run(badge) for slug, badge in badges.items()} == dict.fromkeys(badges, ())


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS.keys())
def test_t11_t12_every_badge_passes_the_official_schemas(
    badges: dict[str, Badge], official: Official, schema: str
) -> None:
    """Source: 1EdTech, `achievementcredential` as published in 2026-06, and the strict form of 2024-07."""
    validator = Draft201909Validator(official(schema), format_checker=FormatChecker())
    faults = {slug: [error.message for error in validator.iter_errors(badge)] for slug, badge in badges.items()}
    assert faults == {slug: [] for slug in badges}


def test_t2_every_badge_is_read_without_loss_and_pyld_agrees_byte_for_byte(
    badges: dict[str, Badge], reader: Reader
) -> None:
    for badge in badges.values():
        assert canonicalise(reader.read(badge)).decode() == canonical_by_pyld(badge)


def test_the_standalone_documents_are_read_without_loss(
    catalogue: list[BadgeClass], identity: IssuerIdentity, reader: Reader
) -> None:
    for document in (*(achievement_document(one, identity) for one in catalogue), profile_document(identity)):
        assert canonicalise(reader.read(document)).decode() == canonical_by_pyld(document)


def test_t1_the_extensions_context_defines_the_type_of_the_schema_entry(badges: dict[str, Badge]) -> None:
    for badge in badges.values():
        assert badge["@context"] == [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        ]
        assert [entry["type"] for entry in badge["credentialSchema"]] == ["1EdTechJsonSchemaValidator2019"]


def test_t4_no_term_that_was_added_to_the_context_in_place_is_used(badges: dict[str, Badge]) -> None:
    names = {name for badge in badges.values() for one in objects(badge) for name in one}
    assert not names & {"jti", "endorsementJwt"}


def test_t3_control_characters_never_reach_a_badge(
    first: BadgeClass, identity: IssuerIdentity, content_of: ContentOf
) -> None:
    hostile = "Zo\x00ë\x01\x1f \x7f‮Name\x9f"
    narrative = {first.requirements[0].id: "tab\there\r\n\x0bend\x08"}
    badge = unsigned_badge(
        content_of(first, recipient=Recipient(hostile, "z@example.org"), public_narratives=narrative), identity
    )
    assert badge["credentialSubject"]["name"] == "Zoë Name"
    assert badge["evidence"][0]["narrative"] == "tab here\nend"
    assert not lints.run(badge)


def test_t6_the_issuer_is_a_profile_object(badges: dict[str, Badge], identity: IssuerIdentity) -> None:
    for badge in badges.values():
        assert badge["issuer"]["id"] == identity.did
        assert badge["issuer"]["type"] == ["Profile"]


def test_t9_t10_one_status_entry_with_its_index_as_text(badges: dict[str, Badge]) -> None:
    for badge in badges.values():
        assert badge["credentialStatus"] == {
            "id": "https://badges.example.org/status/revocation-1#94567",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94567",
            "statusListCredential": "https://badges.example.org/status/revocation-1",
        }


def test_t13_human_texts_are_plain_strings_and_the_language_is_named(badges: dict[str, Badge]) -> None:
    texts = {"name", "description", "narrative", "caption", "level"}
    for badge in badges.values():
        assert all(isinstance(one[name], str) for one in objects(badge) for name in texts & one.keys())
        assert badge["credentialSubject"]["achievement"]["inLanguage"] == "en"


def test_t15_only_bitstring_status_is_issued(badges: dict[str, Badge]) -> None:
    assert "1EdTechRevocationList" not in json.dumps(badges)
    assert "refreshService" not in json.dumps(badges)


def test_t17_a_badge_holds_no_numbers(badges: dict[str, Badge]) -> None:
    """Numbers are what processors print differently; hours of work are no credit hours, so there are none."""
    numbers = [
        v for badge in badges.values() for v in walk(badge) if isinstance(v, int | float) and v not in (True, False)
    ]
    assert numbers == []


def test_t18_the_subject_uses_only_terms_its_type_defines(badges: dict[str, Badge]) -> None:
    for badge in badges.values():
        assert badge["credentialSubject"].keys() <= {"id", "type", "name", "identifier", "achievement", "result"}
        assert badge["credentialSubject"]["type"] == ["AchievementSubject"]


def test_t19_t20_every_id_is_absolute_and_none_is_data(badges: dict[str, Badge]) -> None:
    ids = [one["id"] for badge in badges.values() for one in objects(badge) if "id" in one]
    assert len(ids) > 16 * 8
    assert all(re.match(r"https://|urn:uuid:|did:web:", id) for id in ids)


def test_no_two_objects_of_a_badge_share_an_id(badges: dict[str, Badge]) -> None:
    for badge in badges.values():
        ids = [one["id"] for one in objects(badge) if "id" in one]
        assert len(ids) == len(set(ids))


def test_t21_the_order_of_levels_is_signed_by_their_numbers(badges: dict[str, Badge]) -> None:
    seen = 0
    for badge in badges.values():
        for description in badge["credentialSubject"]["achievement"].get("resultDescription", []):
            places = [level["level"] for level in description["rubricCriterionLevel"]]
            assert places == [str(place) for place in range(1, len(places) + 1)]
            seen += 1
    assert seen > 15


def test_t24_times_are_whole_seconds_in_utc(badges: dict[str, Badge]) -> None:
    for badge in badges.values():
        assert badge["validFrom"] == "2026-11-21T18:00:00Z"
        assert badge["awardedDate"] == "2026-11-20T17:30:00Z"
        assert "validUntil" not in badge


def test_a_badge_class_that_expires_gives_an_end(
    first: BadgeClass, identity: IssuerIdentity, content_of: ContentOf
) -> None:
    badge = unsigned_badge(content_of(replace(first, valid_for="P3Y")), identity)
    assert badge["validUntil"] == "2029-11-21T18:00:00Z"


def test_ids_come_from_the_public_url(badges: dict[str, Badge], catalogue: list[BadgeClass]) -> None:
    for one in catalogue:
        badge = badges[one.slug]
        assert badge["id"] == f"https://badges.example.org/credentials/{UUID(int=7)}"
        assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
        described = badge["credentialSubject"]["achievement"]
        assert described["id"] == f"https://badges.example.org/achievements/{one.slug}/v{one.version}"
        assert described["image"]["id"] == f"{described['id']}/image.png"
        assert (described["version"], described["humanCode"]) == (str(one.version), one.slug)
        assert described["achievementType"] == one.achievement_type


def test_every_requirement_has_its_description_and_its_result(
    badges: dict[str, Badge], catalogue: list[BadgeClass]
) -> None:
    for one in catalogue:
        subject = badges[one.slug]["credentialSubject"]
        descriptions = subject["achievement"].get("resultDescription", [])
        assert len(descriptions) == len(one.requirements)
        for requirement, description, result in zip(
            one.requirements, descriptions, subject.get("result", []), strict=True
        ):
            assert description["id"] == f"{subject['achievement']['id']}#requirement-{requirement.id}"
            assert description["resultType"] == "RubricCriterionLevel"
            assert requirement.text in description["name"]
            assert [level["name"] for level in description["rubricCriterionLevel"]] == [
                level.name for level in requirement.levels
            ]
            assert result == {
                "type": ["Result"],
                "resultDescription": description["id"],
                "achievedLevel": description["requiredLevel"],
            }


def test_the_badge_says_nothing_but_requirement_level_and_public_narrative(
    first: BadgeClass, identity: IssuerIdentity, content_of: ContentOf
) -> None:
    badge = unsigned_badge(content_of(first), identity)
    assert "a comment for the teacher alone" not in json.dumps(badge)
    assert [one["narrative"] for one in badge["evidence"]] == [f"What I *learned*:\n\n1. {first.requirements[0].id}"]
    assert badge["evidence"][0]["id"] == f"{badge['id']}#evidence-{first.requirements[0].id}"


def test_without_public_narratives_there_is_no_evidence(
    first: BadgeClass, identity: IssuerIdentity, content_of: ContentOf
) -> None:
    blank = {first.requirements[0].id: " \n"}
    assert "evidence" not in unsigned_badge(content_of(first, public_narratives={}), identity)
    assert "evidence" not in unsigned_badge(content_of(first, public_narratives=blank), identity)


def test_prv_01_the_address_is_only_in_the_badge_as_a_salted_hash(badges: dict[str, Badge]) -> None:
    for badge in badges.values():
        written = json.dumps(badge, ensure_ascii=False)
        assert "@school.example.org" not in written.lower()
        assert "badges@example.org" not in written
        plain, hashed = badge["credentialSubject"]["identifier"]
        assert plain == {
            "type": "IdentityObject", "hashed": False, "identityType": "name",
            "identityHash": "Zoë “Zo” O’Neill-Åström ®",
        }  # fmt: skip
        digest = hashlib.sha256(("zoe.oneill@school.example.org" + hashed["salt"]).encode()).hexdigest()
        assert hashed["identityHash"] == f"sha256${digest}"
        assert (hashed["hashed"], hashed["identityType"]) == (True, "emailAddress")


def test_the_hash_is_the_one_the_specification_gives() -> None:
    """Source: Open Badges 3.0, IdentityObject, the worked example ``a@example.com`` with salt ``Kosher``."""
    assert recipient.email_hash(" A@example.com ", "Kosher") == (
        "sha256$" + hashlib.sha256(b"a@example.comKosher").hexdigest()
    )
    assert recipient.email_hash("a@example.com", "Kosher").startswith("sha256$b5809d8a")


def test_prv_02_two_badges_of_one_person_share_no_hash_salt_or_subject(
    catalogue: list[BadgeClass], identity: IssuerIdentity, content_of: ContentOf
) -> None:
    one, other = (
        unsigned_badge(content_of(badge_class, salt=bytes([n] * 16), subject_id=UUID(int=n).urn), identity)
        for n, badge_class in enumerate(catalogue[:2])
    )
    of_one, of_other = one["credentialSubject"], other["credentialSubject"]
    assert of_one["id"] != of_other["id"]
    assert of_one["identifier"][1]["identityHash"] != of_other["identifier"][1]["identityHash"]
    assert len(bytes.fromhex(of_one["identifier"][1]["salt"])) >= 16


def test_prv_02_a_short_salt_is_refused(first: BadgeClass, identity: IssuerIdentity, content_of: ContentOf) -> None:
    with pytest.raises(Unprocessable) as refused:
        unsigned_badge(content_of(first, salt=bytes(15)), identity)
    assert refused.value.code == "issue.lint"


def test_the_certification_names_each_child_by_address_and_digest(
    badges: dict[str, Badge], content_of: ContentOf, catalogue: list[BadgeClass]
) -> None:
    children = content_of(catalogue[-1]).children
    evidence = badges["teacher-leader"]["evidence"]
    assert len(evidence) == len(children) == 15
    for child, one in zip(children, evidence, strict=True):
        assert one["id"] == f"https://badges.example.org/credentials/{child.id}"
        assert multibase.decode(one["digestMultibase"]) == b"\x12\x20" + bytes.fromhex(child.content_sha256)
        assert one["mediaType"] == "application/n-quads"


def test_a_corrected_badge_names_the_one_it_replaces(badges: dict[str, Badge], first: BadgeClass) -> None:
    (named,) = badges[first.slug]["relatedResource"]
    assert named["id"] == f"https://badges.example.org/credentials/{UUID(int=3)}"
    assert named["digestMultibase"] == digest_multibase("ab" * 32)
    assert "replaces" in named["name"]


def test_names_tells_whether_a_badge_still_names_its_earner(badges: dict[str, Badge]) -> None:
    subject = next(iter(badges.values()))["credentialSubject"]
    name, email = "Zoë “Zo” O’Neill-Åström ®", "zoe.oneill@school.example.org"
    assert recipient.names(subject, Recipient(name, email))
    assert recipient.names(subject, Recipient(f" {name} ", email.upper()))
    assert not recipient.names(subject, Recipient("Zoë Smith", email))
    assert not recipient.names(subject, Recipient(name, "zoe@elsewhere.example.org"))


WRONG_PARTS = {
    "a requirement without rating": {"ratings": ()},
    "a rating of no requirement": {"ratings": (Rating("no-such-thing", "met"),)},
    "a narrative of no requirement": {"public_narratives": {"no-such-thing": "text"}},
    "an empty name": {"recipient": Recipient(" \x00 ", "z@example.org")},
    "children of a badge that is no stack": {"children": (ChildRef(str(UUID(int=1)), "n", "00" * 32),)},
}


@pytest.mark.parametrize("change", WRONG_PARTS.values(), ids=WRONG_PARTS.keys())
def test_parts_that_make_no_badge_are_refused(
    first: BadgeClass, identity: IssuerIdentity, content_of: ContentOf, change: dict[str, Any]
) -> None:
    with pytest.raises(Unprocessable) as refused:
        unsigned_badge(content_of(first, **change), identity)
    assert refused.value.code == "issue.lint"


def test_a_rating_given_twice_is_refused(first: BadgeClass, identity: IssuerIdentity, content_of: ContentOf) -> None:
    ratings = content_of(first).ratings
    with pytest.raises(Unprocessable):
        unsigned_badge(content_of(first, ratings=(*ratings, ratings[0])), identity)


@pytest.mark.parametrize("kept", [slice(0, 14), slice(0, 0)], ids=["one child short", "no children"])
def test_a_stack_names_exactly_the_children_it_requires(
    catalogue: list[BadgeClass], identity: IssuerIdentity, content_of: ContentOf, kept: slice
) -> None:
    stack = catalogue[-1]
    with pytest.raises(Unprocessable):
        unsigned_badge(content_of(stack, children=content_of(stack).children[kept]), identity)


def test_a_stack_does_not_count_one_child_twice(
    catalogue: list[BadgeClass], identity: IssuerIdentity, content_of: ContentOf
) -> None:
    stack = catalogue[-1]
    children = content_of(stack).children
    with pytest.raises(Unprocessable):
        unsigned_badge(content_of(stack, children=(*children[:14], children[0])), identity)


def test_alignments_are_written_when_the_catalogue_has_them(first: BadgeClass) -> None:
    aligned = replace(
        first, alignments=(Alignment("Standard 7", "https://standards.example.org/7", target_type="CTDL"),)
    )
    assert achievement(aligned, PublicUrls("https://badges.example.org"))["alignment"] == [
        {
            "type": ["Alignment"],
            "targetName": "Standard 7",
            "targetUrl": "https://standards.example.org/7",
            "targetType": "CTDL",
        }
    ]
    assert "alignment" not in achievement(first, PublicUrls("https://badges.example.org"))


def test_the_achievement_alone_is_the_one_in_the_badge_with_contexts_and_creator(
    first: BadgeClass, identity: IssuerIdentity, badges: dict[str, Badge]
) -> None:
    document = achievement_document(first, identity)
    assert document.pop("@context") == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert document.pop("creator")["id"] == identity.did
    assert document == badges[first.slug]["credentialSubject"]["achievement"]


def test_equal_content_gives_equal_bytes(first: BadgeClass, identity: IssuerIdentity, content_of: ContentOf) -> None:
    one, other = (json.dumps(unsigned_badge(content_of(first), identity)) for _ in range(2))
    assert one == other
