"""What the strict reader refuses: each document has one defect, and the error names the member."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import Invalid, IssuerError, Refused
from issuer.proofs import rdf_canon
from issuer.proofs.contexts import ContextBook
from issuer.proofs.linked_data import Reader, ReaderLimits

JsonObject = dict[str, Any]
Canonical = Callable[[JsonObject], str]
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ACHIEVEMENT = "/credentialSubject/achievement"
CREDITS = "/credentialSubject/creditsEarned"


def put(pointer: str, value: Any) -> Callable[[JsonObject], None]:
    """A change: `value` at a JSON pointer ("-" appends to an array)."""

    def change(document: JsonObject) -> None:
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        place: Any = document
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]
        if last == "-":
            place.append(value)
        else:
            place[int(last) if isinstance(place, list) else last] = value

    return change


VALID_UNTIL = "/https:~1~1www.w3.org~12018~1credentials#validUntil"
CASES = [
    # members
    ("DI-01 undefined term", put("/extraClaim", "PhD"), "ld.data_loss", "/extraClaim"),
    (
        "DI-01 nested",
        put(f"{ACHIEVEMENT}/alignment", [{}, {"grade": 1}]),
        "ld.data_loss",
        f"{ACHIEVEMENT}/alignment/1/grade",
    ),
    ("DI-01 term of another type", put("/issuer/criteria", {"narrative": "x"}), "ld.data_loss", "/issuer/criteria"),
    ("DI-01 type-scoped term without its type", put("/evidence/0/type", []), "ld.data_loss", "/evidence/0/type"),
    ("DI-01 pointer escapes", put("/a~1b~0c", 1), "ld.data_loss", "/a~1b~0c"),
    ("DI-01 empty name", put("/", 1), "ld.data_loss", "/"),
    ("DI-03 undefined type", put("/type/-", "DoctorCredential"), "ld.data_loss", "/type"),
    ("DI-03 nested", put("/evidence/0/type", "Diploma"), "ld.data_loss", "/evidence/0/type"),
    ("DI-13 term written as its IRI", put(VALID_UNTIL, "2020"), "ld.not_compact", VALID_UNTIL),
    ("DI-13 an IRI no term stands for", put("/urn:x", "y"), "ld.not_compact", "/urn:x"),
    (
        "DI-13 type written as its IRI",
        put("/type/-", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"),
        "ld.not_compact",
        "/type",
    ),
    ("DI-15 @included", put("/@included", [{"id": "urn:x"}]), "ld.not_compact", "/@included"),
    ("DI-15 @reverse", put("/@reverse", {"name": {}}), "ld.not_compact", "/@reverse"),
    ("DI-15 @graph", put("/@graph", []), "ld.not_compact", "/@graph"),
    ("DI-15 @nest", put(f"{ACHIEVEMENT}/@nest", {"name": "x"}), "ld.not_compact", f"{ACHIEVEMENT}/@nest"),
    ("DI-15 @index", put("/issuer/@index", "x"), "ld.not_compact", "/issuer/@index"),
    ("DI-15 @id", put("/issuer/@id", "urn:x"), "ld.not_compact", "/issuer/@id"),
    ("DI-15 @type", put("/issuer/@type", "Profile"), "ld.not_compact", "/issuer/@type"),
    ("DI-15 @value", put("/name", {"@value": "x", "@language": "en"}), "ld.not_compact", "/name/@value"),
    ("DI-15 unknown keyword", put("/@foo", "x"), "ld.not_compact", "/@foo"),
    ("keyword as a type", put("/type/-", "id"), "ld.not_compact", "/type"),
    # contexts
    ("DI-09 unknown context", put("/@context/-", "https://evil.test/ctx.jsonld"), "ld.context_unknown", "/@context/2"),
    (
        "DI-10 inline context",
        put("/@context/-", {"name": "https://evil.test/name"}),
        "ld.context_inline",
        "/@context/2",
    ),
    ("DI-11 inline @vocab", put("/@context/-", {"@vocab": "https://evil.test/v#"}), "ld.context_inline", "/@context/2"),
    ("DI-12 @vocab null", put("/@context/-", {"@vocab": None}), "ld.context_inline", "/@context/2"),
    ("DI-12 @base", put("/@context/-", {"@base": "https://evil.test/"}), "ld.context_inline", "/@context/2"),
    ("DI-12 null context", put("/@context/-", None), "ld.context_inline", "/@context/2"),
    (
        "DI-18 nested context object",
        put(f"{ACHIEVEMENT}/@context", {"name": "urn:x"}),
        "ld.context_inline",
        f"{ACHIEVEMENT}/@context",
    ),
    (
        "DI-18 nested pinned context",
        put(f"{ACHIEVEMENT}/@context", [V2, OB]),
        "ld.context_inline",
        f"{ACHIEVEMENT}/@context",
    ),
    (
        "DI-20 @import and @propagate",
        put("/@context/-", {"@version": 1.1, "@import": "https://evil.test/x", "@propagate": True}),
        "ld.context_inline",
        "/@context/2",
    ),
    (
        "context in a proof of another shape",
        put("/proof", {"@context": [V2], "type": "Profile"}),
        "ld.context_inline",
        "/proof/@context",
    ),
    ("whole context inline", put("/@context", {"name": "urn:x"}), "ld.context_inline", "/@context"),
    ("no context", put("/@context", []), "ld.context_order", "/@context"),
    ("a number for a context", put("/@context", 7), "ld.context_order", "/@context"),
    ("Open Badges before the data model", put("/@context", [OB, V2]), "ld.context_order", "/@context/0"),
    (
        "both data models",
        put("/@context", [V2, "https://www.w3.org/2018/credentials/v1"]),
        "ld.context_order",
        "/@context",
    ),
    ("context in a list", put("/@context", [V2, [OB]]), "ld.context_order", "/@context/1"),
    # values
    ("relative id", put("/evidence/0/id", "evidence/1"), "ld.data_loss", "/evidence/0/id"),
    ("empty id", put("/evidence/0/id", ""), "ld.data_loss", "/evidence/0/id"),
    ("id with a space", put("/id", "urn:a b"), "ld.data_loss", "/id"),
    ("id with a bracket", put("/id", "urn:a> <urn:b"), "ld.data_loss", "/id"),
    ("id with a newline", put("/id", "urn:a\n"), "ld.data_loss", "/id"),
    ("id is null", put("/issuer/id", None), "ld.data_loss", "/issuer/id"),
    ("id is a number", put("/issuer/id", 5), "ld.data_loss", "/issuer/id"),
    ("id is a list", put("/issuer/id", ["urn:x"]), "ld.data_loss", "/issuer/id"),
    ("id is an object", put("/issuer/id", {}), "ld.data_loss", "/issuer/id"),
    ("malformed blank node", put("/evidence/0/id", "_:a b"), "ld.data_loss", "/evidence/0/id"),
    ("relative IRI as a value", put("/issuer", "me"), "ld.data_loss", "/issuer"),
    ("number where an IRI is due", put("/issuer", 7), "ld.data_loss", "/issuer"),
    ("true among IRIs", put("/evidence/-", True), "ld.data_loss", "/evidence/2"),
    ("null", put("/name", None), "ld.data_loss", "/name"),
    ("null in a list", put(f"{ACHIEVEMENT}/tag", ["a", None]), "ld.data_loss", f"{ACHIEVEMENT}/tag/1"),
    ("nested array", put(f"{ACHIEVEMENT}/tag", ["a", ["b"]]), "ld.data_loss", f"{ACHIEVEMENT}/tag/1"),
    (
        "nested array in a list",
        put(f"{ACHIEVEMENT}/resultDescription/1/allowedValue/-", []),
        "ld.data_loss",
        f"{ACHIEVEMENT}/resultDescription/1/allowedValue/3",
    ),
    ("type is null", put("/issuer/type", None), "ld.data_loss", "/issuer/type"),
    ("type is an object", put("/issuer/type", {"Profile": 1}), "ld.data_loss", "/issuer/type"),
    ("type is a number", put("/issuer/type", 3), "ld.data_loss", "/issuer/type"),
    ("type is an empty list", put("/issuer/type", []), "ld.data_loss", "/issuer/type"),
    ("type holds an object", put("/issuer/type", ["Profile", {}]), "ld.data_loss", "/issuer/type"),
    ("type is a relative IRI", put("/issuer/type", "profiles/1"), "ld.data_loss", "/issuer/type"),
    ("type is a blank node", put("/issuer/type", "_:t"), "ld.data_loss", "/issuer/type"),
    ("proof is an IRI", put("/proof", "urn:x"), "ld.data_loss", "/proof"),
    ("proof says nothing", put("/proof", {}), "ld.data_loss", "/proof"),
    ("proof says nothing but its id", put("/proof", [{"id": "urn:x"}]), "ld.data_loss", "/proof/0"),
    (
        "purpose without a term",
        put("/proof", {"type": "DataIntegrityProof", "proofPurpose": "anything"}),
        "ld.data_loss",
        "/proof/proofPurpose",
    ),
    (
        "purpose by its IRI",
        put("/proof", {"type": "DataIntegrityProof", "proofPurpose": "https://w3id.org/security#assertionMethod"}),
        "ld.not_compact",
        "/proof/proofPurpose",
    ),
    ("bytes", put("/name", b"x"), "ld.data_loss", "/name"),
    ("lone surrogate", put("/name", "a\ud800"), "json.lone_surrogate", "/name"),
    ("lone surrogate in an id", put("/id", "urn:\ud800"), "ld.data_loss", "/id"),
    ("number too great", put(CREDITS, 1e21), "json.number_out_of_range", CREDITS),
    ("number too small", put(CREDITS, 9e-7), "json.number_out_of_range", CREDITS),
    ("number with seventeen digits", put(CREDITS, 0.1 + 0.2), "json.number_out_of_range", CREDITS),
    ("not a number", put(CREDITS, float("nan")), "json.number_out_of_range", CREDITS),
    # one place only
    (
        "the credential described again",
        put("/evidence/-", {"id": "ROOT", "type": ["Evidence"], "name": "x"}),
        "ld.data_loss",
        "/evidence/2/id",
    ),
    (
        "the credential's expiry described elsewhere",
        put("/evidence/-", {"id": "ROOT", "type": ["VerifiableCredential"], "validUntil": "2020-01-01T00:00:00Z"}),
        "ld.data_loss",
        "/evidence/2/id",
    ),
    (
        "the status entry described again",
        put("/evidence/-", {"id": "STATUS", "type": ["BitstringStatusListEntry"], "statusListIndex": "7"}),
        "ld.data_loss",
        "/evidence/2/id",
    ),
    (
        "the status entry given a type elsewhere",
        put("/evidence/-", {"id": "STATUS", "type": ["Evidence"]}),
        "ld.data_loss",
        "/evidence/2/id",
    ),
]


@pytest.mark.parametrize(("change", "code", "where"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_invalid(
    badge: JsonObject, reader: Reader, change: Callable[[JsonObject], None], code: str, where: str
) -> None:
    text = json.dumps(badge)
    reader.read(json.loads(text))
    change(badge)
    for entry in badge["evidence"] if isinstance(badge["evidence"], list) else []:
        if isinstance(entry, dict) and entry.get("id") in {"ROOT", "STATUS"}:
            entry["id"] = badge["id"] if entry["id"] == "ROOT" else badge["credentialStatus"]["id"]
    with pytest.raises(IssuerError) as caught:
        reader.read(badge)
    assert (caught.value.code, caught.value.where) == (code, where)
    assert str(caught.value) == f"{code} at {where}: {caught.value.message}"
    reader.read(json.loads(text))


def test_status_by_reference_may_not_be_described_elsewhere(badge: JsonObject, reader: Reader) -> None:
    entry, badge["credentialStatus"] = badge["credentialStatus"], badge["credentialStatus"]["id"]
    reader.read(badge)
    badge["evidence"].append(entry)
    with pytest.raises(Invalid, match="second time"):
        reader.read(badge)


def test_mentions_that_add_nothing_are_read(badge: JsonObject, reader: Reader) -> None:
    badge["evidence"] += [badge["id"], {"id": badge["id"]}, badge["credentialStatus"], badge["credentialStatus"]["id"]]
    reader.read(badge)


def test_an_equal_looking_number_does_not_repeat_a_status_entry(badge: JsonObject, reader: Reader) -> None:
    """``1 == True`` in Python: a repeated entry is compared by what it says, which then differs in RDF."""
    entry = badge["credentialStatus"]
    entry["statusSize"] = 1
    badge["evidence"].append({**entry, "statusSize": True})
    with pytest.raises(Invalid, match="second time"):
        reader.read(badge)


def test_di_20_pinned_contexts_stay_as_they_are(badge: JsonObject, reader: Reader, canonical: Canonical) -> None:
    before = canonical(badge)
    for inline in ({"@import": "https://evil.test/x"}, {"name": "https://evil.test/name"}):
        with pytest.raises(Invalid):
            reader.read({**badge, "@context": [V2, OB, inline]})
    assert canonical(badge) == before


def test_a_prefix_of_the_context_abbreviates_nothing(varied: dict[str, JsonObject], reader: Reader) -> None:
    document = copy.deepcopy(varied["comprehensive learner record"])
    document["credentialSubject"]["id"] = "obi:me"
    reader.read(document)  # the prefix is of the subject's own type and not in force where the subject is named
    document = copy.deepcopy(varied["data model 1.1, context 3.0.1"])
    for place, value in ((document, "xsd:a"), (document["issuer"], "xsd:b")):
        spoilt = copy.deepcopy(document)
        target = spoilt if place is document else spoilt["issuer"]
        target["id"] = value
        with pytest.raises(Invalid) as caught:
            reader.read(spoilt)
        assert caught.value.code == "ld.not_compact"
    document["issuer"]["id"] = "xsd://not-abbreviated"
    reader.read(document)


def test_a_document_that_says_nothing(reader: Reader) -> None:
    for empty in ({"@context": V2}, {"@context": V2, "id": "urn:x"}):
        with pytest.raises(Invalid) as caught:
            reader.read(empty)
        assert caught.value.code == "ld.empty_dataset"


# -- limits


def nested(levels: int) -> JsonObject:
    profile: JsonObject = {"type": "Profile"}
    for _ in range(levels):
        profile = {"type": "Profile", "parentOrg": profile}
    return profile


COSTLY = {
    "DI-21 context list of 1,000": put("/@context", [V2] + [OB] * 999),
    "DI-22 8,000 types": put("/issuer/type", ["Profile"] * 8_000),
    "DI-22 8,000 distinct types": put("/issuer/type", [f"urn:t{index}" for index in range(8_000)]),
    "DI-23 8,000 values of one member": put(f"{ACHIEVEMENT}/tag", [f"t{index}" for index in range(8_000)]),
    "more statements than allowed": put(
        "/evidence", [{"type": "Evidence", "name": [f"{index}"] * 40} for index in range(900)]
    ),
    "nodes in nodes": put("/issuer", nested(70)),
    "CAN-01 clique of blank nodes": put(
        "/evidence",
        [
            {"id": f"_:b{index}", "type": "VerifiableCredential", "evidence": [f"_:b{other}" for other in range(8)]}
            for index in range(8)
        ],
    ),
}


@pytest.mark.parametrize("change", COSTLY.values(), ids=COSTLY)
def test_costly_documents_are_refused_early(badge: JsonObject, canonical: Canonical, change: Any) -> None:
    change(badge)
    started = time.process_time()
    with pytest.raises(Refused) as caught:
        canonical(badge)
    assert caught.value.code == "ld.too_complex"
    assert time.process_time() - started < 0.5


def test_limits_are_parameters(context_files: dict[str, Any], badge: JsonObject) -> None:
    book = ContextBook(context_files)
    statements = len(Reader(book).read(badge))
    Reader(book, ReaderLimits(max_statements=statements, max_contexts=2, max_types_per_node=2)).read(badge)
    for limits in (
        ReaderLimits(max_statements=statements - 1),
        ReaderLimits(max_contexts=1),
        ReaderLimits(max_types_per_node=1),
        ReaderLimits(max_values_per_property=2),
        ReaderLimits(max_depth=3),
    ):
        with pytest.raises(Refused):
            Reader(book, limits).read(badge)


def test_many_combinations_of_types_do_not_pile_up(context_files: dict[str, Any], badge: JsonObject) -> None:
    """What a document chooses must not fill the memory, and must not change what others get."""
    book = ContextBook(context_files, max_kept=40)
    reader = Reader(book)
    before = rdf_canon.canonicalise(reader.read(badge))
    types = [
        "Profile",
        "Address",
        "Alignment",
        "Evidence",
        "Image",
        "Related",
        "GeoCoordinates",
        "Criteria",
        "IdentityObject",
    ]
    for choice in range(2 ** len(types)):
        chosen = [name for place, name in enumerate(types) if choice >> place & 1] + ["Achievement"]
        badge["evidence"] = [{"type": chosen}, {"type": [*chosen, f"urn:t{choice}"]}]
        reader.read(badge)
    assert book.kept <= 40
    badge["evidence"] = json.loads(json.dumps(badge["evidence"]))[:0]
    assert rdf_canon.canonicalise(reader.read(badge)) != before
