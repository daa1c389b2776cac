"""What test suites hold an issuer to: each rule of the W3C's data model and status lists by a request of our own."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from typing import Any

import pytest

import schemas
from tests.app.conftest import Suite

JsonObject = dict[str, Any]
V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
INTEGRITY = "https://w3id.org/security/data-integrity/v2"
DATA_INTEGRITY_SUITES = (
    "eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-rdfc-2019-p384", "ecdsa-jcs-2019",
    "ecdsa-jcs-2019-p384",
)  # fmt: skip
RESOURCE = next(file for file in schemas.contexts() if file.url == V2)
SHA_256 = hashlib.sha256(RESOURCE.content).digest()


def url64(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize("name", DATA_INTEGRITY_SUITES)
def test_each_suite_and_kind_of_key_signs_what_everybody_verifies(
    suite: Suite, credential: JsonObject, name: str
) -> None:
    signed = suite.issue(credential, name)
    cryptosuite = name.removesuffix("-p384")
    proof = signed["proof"]
    assert signed["issuer"] == suite.did(name)
    assert (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) == (
        "DataIntegrityProof",
        cryptosuite,
        "assertionMethod",
    )
    assert proof["verificationMethod"].startswith(suite.did(name) + "#")
    assert proof["proofValue"].startswith("z")
    assert ("@context" in proof) is ("jcs" in name)
    assert suite.verify(signed)["verified"]
    changed = {**signed, "credentialSubject": {"id": "did:example:somebody-else"}}
    assert suite.verify(changed)["problemDetails"][0]["code"] == "sig.invalid"


def test_issuers_of_the_directory_have_keys_of_their_own(suite: Suite) -> None:
    entries = suite.directory.values()
    assert len({entry["issuer"] for entry in entries}) == len(suite.directory)
    assert {entry["key"] for entry in entries} == {"Ed25519", "P-256", "P-384", "P-521"}
    assert suite.get("/").json() == suite.directory
    for entry in entries:
        assert entry["https"]["issue"] == entry["issue"].replace("http://localhost:8100", "https://localhost:8101")


def test_the_plain_address_signs_as_the_issuer_that_is_named(suite: Suite, credential: JsonObject) -> None:
    for name in ("ecdsa-rdfc-2019-p384", "eddsa-jcs-2022"):
        for issuer in (suite.did(name), {"id": suite.did(name), "name": "Example"}):
            answer = suite.post("/credentials/issue", {"credential": {**credential, "issuer": issuer}})
            assert answer.status_code == 201
            assert answer.json()["verifiableCredential"]["proof"]["verificationMethod"].startswith(suite.did(name))


def test_options_may_be_absent_null_or_empty(suite: Suite, credential: JsonObject) -> None:
    for more in ({}, {"options": None}, {"options": {}}):
        answer = suite.post("/credentials/issue", {"credential": credential, **more})
        assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
        assert list(answer.json()) == ["verifiableCredential"]


@pytest.mark.parametrize(
    "body", [{}, {"credential": "text"}, {"credential": []}, {"options": {}}, {"credential": None}]
)
def test_a_request_without_a_credential(suite: Suite, body: Any) -> None:
    answer = suite.post("/credentials/issue", body)
    assert answer.status_code in (400, 422)
    assert answer.json()["problemDetails"]


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"a":1,"a":2}', b"\xff", b""])
def test_a_request_that_is_no_json_object(suite: Suite, content: bytes) -> None:
    async def ask() -> Any:
        return await suite.client.post(
            "/credentials/issue", content=content, headers={"content-type": "application/json"}
        )

    answer = suite.portal.call(ask)
    assert answer.status_code == 400
    assert answer.json()["code"].startswith(("json.", "input."))


def accepted() -> dict[str, JsonObject]:
    status = {"id": "urn:x:status", "type": "urn:x:StatusKind"}
    return {
        "several contexts": {"@context": [V2, EXAMPLES], "type": ["VerifiableCredential", "ExampleAlumniCredential"]},
        "a context in the document": {
            "@context": [V2, {"ExampleCredential": "https://example.org/#ExampleCredential"}],
            "type": ["VerifiableCredential", "ExampleCredential"],
        },
        "a type that is a URL": {"type": ["VerifiableCredential", "https://example.org/#ExampleCredential"]},
        "types in another order": {"type": ["https://example.org/#ExampleCredential", "VerifiableCredential"]},
        "an id": {"id": "did:example:credential"},
        "an issuer as an object": {"issuer": {"id": "did:example:issuer", "name": "Example"}},
        "an issuer as a URL": {"issuer": "https://university.example/issuers/565049"},
        "several subjects": {"credentialSubject": [{"id": "did:example:a"}, {"id": "did:example:b"}]},
        "a name": {"name": "Example"},
        "a name with language": {"name": {"@value": "Example", "@language": "en"}},
        "a name with direction": {"name": {"@value": "Example", "@language": "en", "@direction": "ltr"}},
        "a name in two languages": {
            "name": [
                {"@value": "Example", "@language": "en"},
                {"@value": "مثال", "@language": "ar", "@direction": "rtl"},
            ]
        },
        "an issuer's description with direction": {
            "issuer": {"id": "did:example:i", "description": {"@value": "x", "@language": "en", "@direction": "ltr"}}
        },
        "milliseconds": {"validFrom": "2023-02-27T05:03:28.123Z", "validUntil": "2043-02-27T05:03:28.999Z"},
        "an offset": {"validFrom": "2023-02-27T05:03:28+05:30", "validUntil": "2043-02-27T05:03:28-14:00"},
        "an end in the past": {"validUntil": "2023-02-27T05:03:28Z"},
        "bounds that are equal, and past": {
            "validFrom": "2023-02-27T05:03:28Z",
            "validUntil": "2023-02-27T06:03:28+01:00",
        },
        "a status without an id": {"credentialStatus": {"type": "urn:x:StatusKind"}},
        "a status": {"credentialStatus": status},
        "several statuses": {"credentialStatus": [status, {**status, "id": "urn:x:other"}]},
        "a schema": {"credentialSchema": {"id": "did:example:schemas/1", "type": "https://example.org/#Kind"}},
        "several schemas": {
            "credentialSchema": [{"id": f"did:example:schemas/{one}", "type": "urn:x:Kind"} for one in (1, 2)]
        },
        "a refresh service": {"refreshService": {"id": "urn:x:refresh", "type": "urn:x:Refresh"}},
        "terms of use": {"termsOfUse": [{"type": "urn:x:Policy"}, {"type": "urn:x:Policy", "id": "urn:x:1"}]},
        "evidence": {"evidence": [{"type": "urn:x:Seen"}, {"type": ["urn:x:Seen", "urn:x:Checked"]}]},
        "a resource with a bare digest": {"relatedResource": {"id": V2, "digestMultibase": url64(SHA_256)}},
        "a resource with a multihash": {"relatedResource": {"id": V2, "digestMultibase": url64(b"\x12\x20" + SHA_256)}},
        "a resource with an SRI": {
            "relatedResource": [
                {
                    "id": V2,
                    "digestSRI": "sha256-" + base64.b64encode(SHA_256).decode(),
                    "mediaType": "application/ld+json",
                }
            ]
        },
        "a resource with the sign of multibase in its SRI": {
            "relatedResource": {"id": V2, "digestSRI": "sha256-M" + base64.b64encode(SHA_256).decode()}
        },
        "a resource with the digest of what stood there in 2024": {
            "relatedResource": {"id": V2, "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"}
        },
        "a resource with the longer digest of what stood there in 2024": {
            "relatedResource": {
                "id": V2,
                "digestSRI": "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg",
            }
        },
        "a resource that is not known here": {
            "relatedResource": {
                "id": "https://e.example/x",
                "digestSRI": "sha256-" + base64.b64encode(SHA_256).decode(),
            }
        },
    }


@pytest.mark.parametrize("what", accepted())
def test_credentials_that_are_issued(suite: Suite, credential: JsonObject, what: str) -> None:
    members = accepted()[what]
    signed = suite.issue({**credential, **members})
    for name, value in members.items():
        assert signed[name] == value
    answer = suite.verify(signed)
    if "credentialStatus" in members:
        assert answer["problemDetails"][0]["code"] == "status.type_unsupported"
    elif "past" in what:
        assert answer["problemDetails"][0]["code"] == "time.expired"
    else:
        assert answer["verified"], answer


PROTECTED = {"@protected": True, "ExampleCredential": "https://example.org/#A"}


def refused() -> dict[str, tuple[str, JsonObject]]:
    """By its single defect: the code and the members that replace those of a good credential (None removes)."""
    digest = {"digestSRI": "sha256-" + base64.b64encode(SHA_256).decode()}
    entry = {
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "5",
        "statusListCredential": "https://example.com/list",
    }  # fmt: skip
    return {
        "no context": ("ld.context_order", {"@context": None}),
        "an empty list of contexts": ("ld.context_order", {"@context": []}),
        "another context first": ("ld.context_order", {"@context": [EXAMPLES, V2]}),
        "no base context": ("ld.context_order", {"@context": [EXAMPLES]}),
        "a context that is no URL": ("ld.context_unknown", {"@context": [V2, "https ://not-a-url"]}),
        "an unknown context": ("ld.context_unknown", {"@context": [V2, "https://example.com/unknown"]}),
        "a number as context": ("ld.context_order", {"@context": [V2, 123192875]}),
        "a boolean as context": ("ld.context_order", {"@context": [V2, True]}),
        "no type": ("type.not_credential", {"type": None}),
        "the required type missing": ("type.not_credential", {"type": ["https://example.org/#ExampleCredential"]}),
        "a type nothing defines": ("ld.data_loss", {"type": ["VerifiableCredential", "ExampleTestCredential"]}),
        "a type mapped to no URL": (
            "ld.context_inline",
            {
                "@context": [V2, {"ExampleTestCredential": "https ://not-a-url#ExampleTestCredential"}],
                "type": ["VerifiableCredential", "ExampleTestCredential"],
            },
        ),
        "the required type redefined": (
            "ld.context_order",
            {"@context": [V2, {"VerifiableCredential": "https://example.org/#Other"}]},
        ),
        "a protected term redefined": (
            "ld.context_order",
            {"@context": [V2, PROTECTED, {"ExampleCredential": "https://example.org/#B"}]},
        ),
        "a member nothing defines": ("ld.data_loss", {"undefinedMember": "x"}),
        "an id that is no URL": ("schema.violation", {"id": "not-a-url"}),
        "an id that is a number": ("schema.violation", {"id": 5}),
        "two ids": ("schema.violation", {"id": ["did:example:a", "did:example:b"]}),
        "an id that is null": ("schema.violation", {"id": None, "_null": "id"}),
        "two ids of a subject": ("ld.data_loss", {"credentialSubject": {"id": ["did:example:a", "did:example:b"]}}),
        "no subject": ("schema.violation", {"credentialSubject": None}),
        "an empty subject": ("schema.violation", {"credentialSubject": {}}),
        "one of the subjects empty": ("schema.violation", {"credentialSubject": [{"id": "did:example:a"}, {}]}),
        "no subject in the list": ("schema.violation", {"credentialSubject": []}),
        "a subject that is a text": ("schema.violation", {"credentialSubject": "did:example:subject"}),
        "a subject that is null": ("schema.violation", {"credentialSubject": None, "_null": "credentialSubject"}),
        "an issuer that is no URL": ("issuer.unknown", {"issuer": "not-a-url"}),
        "an issuer that is null": ("issuer.unknown", {"issuer": None, "_null": "issuer"}),
        "an issuer that is a number": ("issuer.unknown", {"issuer": 5}),
        "an issuer without an id": ("issuer.unknown", {"issuer": {"name": "x"}}),
        "an issuer whose id is null": ("issuer.unknown", {"issuer": {"id": None}}),
        "an issuer whose id is no URL": ("issuer.unknown", {"issuer": {"id": "not-a-url"}}),
        "a name that is a number": ("schema.violation", {"name": 5}),
        "a name with something more": (
            "schema.violation",
            {"name": {"@value": "x", "@language": "en", "url": "urn:x:y"}},
        ),
        "an issuer's description with something more": (
            "schema.violation",
            {"issuer": {"id": "did:example:i", "description": {"@value": "x", "@language": "en", "url": "urn:x:y"}}},
        ),
        "validFrom without a zone": ("time.malformed", {"validFrom": "2023-02-27T05:03:28"}),
        "validFrom that is a date": ("time.malformed", {"validFrom": "2023-02-27"}),
        "validUntil that is words": ("time.malformed", {"validUntil": "next year"}),
        "validUntil before validFrom": (
            "time.window_inverted",
            {"validFrom": "2033-01-01T00:00:00Z", "validUntil": "2023-01-01T00:00:00Z"},
        ),
        "a status without a type": ("schema.violation", {"credentialStatus": {"id": "urn:x:status"}}),
        "a status with an id that is no URL": (
            "schema.violation",
            {"credentialStatus": {"id": "no", "type": "urn:x:S"}},
        ),
        "a status with two ids": (
            "schema.violation",
            {"credentialStatus": {"id": ["urn:x:a", "urn:x:b"], "type": "urn:x:S"}},
        ),
        "a status with a type nothing defines": ("ld.data_loss", {"credentialStatus": {"type": "ExampleStatus"}}),
        "a schema without a type": ("schema.violation", {"credentialSchema": {"id": "urn:x:schema"}}),
        "a schema without an id": ("schema.violation", {"credentialSchema": {"type": "urn:x:Kind"}}),
        "a schema with an id that is no URL": ("schema.violation", {"credentialSchema": {"id": 5, "type": "urn:x:K"}}),
        "a refresh service without a type": ("schema.violation", {"refreshService": {"id": "urn:x:refresh"}}),
        "terms of use without a type": ("schema.violation", {"termsOfUse": {"id": "urn:x:policy"}}),
        "one of the terms of use without a type": ("schema.violation", {"termsOfUse": [{"type": "urn:x:P"}, {}]}),
        "evidence without a type": ("schema.violation", {"evidence": {"id": "urn:x:seen"}}),
        "a resource that is a text": ("schema.violation", {"relatedResource": [V2]}),
        "a resource without an id": ("schema.violation", {"relatedResource": digest}),
        "a resource without a digest": ("schema.violation", {"relatedResource": {"id": V2}}),
        "a resource named twice": (
            "schema.violation",
            {"relatedResource": [{"id": V2, **digest}, {"id": V2, **digest}]},
        ),
        "a resource with another's digest": (
            "schema.violation",
            {"relatedResource": {"id": V2, "digestMultibase": url64(b"\x12\x20" + bytes(32))}},
        ),
        "another resource with the digest of what stood at the context's address": (
            "schema.violation",
            {
                "relatedResource": {
                    "id": INTEGRITY,
                    "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k",
                }
            },
        ),
        "a resource with another's SRI": (
            "schema.violation",
            {"relatedResource": {"id": V2, "digestSRI": "sha256-" + base64.b64encode(bytes(32)).decode()}},
        ),
        "a resource with another sign in its SRI": (
            "schema.violation",
            {"relatedResource": {"id": V2, "digestSRI": "sha256-N" + base64.b64encode(SHA_256).decode()}},
        ),
        "a resource with a digest in hexadecimal": (
            "schema.violation",
            {"relatedResource": {"id": "https://e.example/x", "digestSRI": "sha256-" + SHA_256.hex()}},
        ),
        "a resource with a digest of no length": (
            "schema.violation",
            {"relatedResource": {"id": "https://e.example/x", "digestMultibase": "uZTQ0MjM1NiAg"}},
        ),
        "a status entry whose index is no text": (
            "status.index_malformed",
            {"credentialStatus": {**entry, "statusListIndex": 5}},
        ),
        "a status entry whose index is true": (
            "status.index_malformed",
            {"credentialStatus": {**entry, "statusListIndex": True}},
        ),
        "a status entry without a purpose": (
            "status.malformed",
            {"credentialStatus": {name: value for name, value in entry.items() if name != "statusPurpose"}},
        ),
        "a status entry whose list is no URL": (
            "status.malformed",
            {"credentialStatus": {**entry, "statusListCredential": "no"}},
        ),
        "a status entry with the list's id": (
            "status.malformed",
            {"credentialStatus": {**entry, "id": entry["statusListCredential"]}},
        ),
        "a status entry of no bits": ("status.malformed", {"credentialStatus": {**entry, "statusSize": 0}}),
        "a status entry of two bits without messages": (
            "status.malformed",
            {"credentialStatus": {**entry, "statusSize": 2}},
        ),
        "a status entry with a reference that is no URL": (
            "status.malformed",
            {"credentialStatus": {**entry, "statusReference": "no"}},
        ),
        "a proof without a type": ("proof.malformed", {"proof": {"proofValue": "z5"}}),
    }


@pytest.mark.parametrize("what", refused())
@pytest.mark.parametrize("name", ["eddsa-rdfc-2022", "ecdsa-jcs-2019", "vc-jose"])
def test_credentials_that_are_not_issued(suite: Suite, credential: JsonObject, what: str, name: str) -> None:
    code, members = refused()[what]
    null = members.pop("_null", None)
    document = {**credential, **members}
    document = {member: value for member, value in document.items() if value is not None or member == null}
    answer = suite.refusal(document, name)
    assert answer["code"] == code, answer
    assert answer["problemDetails"][0]["type"].startswith("https://")


def test_a_misplaced_status_entry_is_found_too(suite: Suite, credential: JsonObject) -> None:
    document = {**credential, "@context": [V2, EXAMPLES]}
    document["statusEntry"] = {"type": "BitstringStatusListEntry", "statusListIndex": True}
    assert suite.refusal(document)["code"] == "status.malformed"


# -- the data model 1.1


def test_the_data_model_1_1_gets_the_context_of_proofs(suite: Suite) -> None:
    credential = {
        "@context": [V1], "type": ["VerifiableCredential"], "issuanceDate": "2024-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject"}, "issuer": "did:example:issuer",
    }  # fmt: skip
    for name in DATA_INTEGRITY_SUITES:
        signed = suite.issue(credential, name)
        assert signed["@context"] == [V1, INTEGRITY], name
        assert suite.verify(signed)["verified"], name
    again = suite.issue({**credential, "@context": [V1, INTEGRITY]})
    assert again["@context"] == [V1, INTEGRITY]


# -- a part only, tokens, proof sets


def test_a_base_proof_is_for_the_holder_and_a_derived_one_for_everybody(suite: Suite, credential: JsonObject) -> None:
    document = {
        **credential, "id": "urn:uuid:1", "name": "shown", "description": "hidden", "validFrom": "2024-01-01T00:00:00Z",
    }  # fmt: skip
    base = suite.issue(document, "ecdsa-sd-2023", options={"mandatoryPointers": ["/validFrom", "/issuer"]})
    assert base["proof"]["proofValue"].startswith("u2V0A")
    assert not suite.verify(base)["verified"]
    asked = {"verifiableCredential": base, "options": {"selectivePointers": ["/name", "/credentialSubject"]}}
    for path in ("/credentials/derive", "/issuers/ecdsa-sd-2023/credentials/derive"):
        answer = suite.post(path, asked)
        assert answer.status_code in (200, 201), answer.text
        shown = answer.json()["verifiableCredential"]
        assert shown["name"] == "shown"
        assert shown["validFrom"]
        assert "description" not in shown
        assert suite.verify(shown)["verified"]
        assert not suite.verify({**shown, "name": "changed"})["verified"]


def test_selective_disclosure_of_terms_defined_in_the_document(suite: Suite) -> None:
    """The shape of the W3C's own fixture: nested type-scoped terms, members without ids, arrays."""
    terms = {
        "@protected": True,
        "ExampleAchievementCredential": "urn:example:ExampleAchievementCredential",
        "Achievement": {
            "@id": "urn:example:Achievement",
            "@context": {
                "@protected": True,
                "sails": {"@id": "urn:example:sails", "@context": {"size": "urn:example:size"}},
            },
        },
        "achievements": {"@id": "urn:example:achievements", "@type": "@id"},
    }
    document = {
        "@context": [V2, terms],
        "type": ["VerifiableCredential", "ExampleAchievementCredential"],
        "credentialSubject": {
            "name": "Jane Doe",
            "achievements": [
                {"type": "Achievement", "sails": [{"size": 5.5}, {"size": 7.0}, {"size": 7.0}]},
                {"type": "Achievement", "sails": [{"size": 4.9}]},
            ],
        },
    }
    base = suite.issue(document, "ecdsa-sd-2023", options={"mandatoryPointers": ["/issuer"]})
    for pointers in (
        ["/credentialSubject/achievements/0/sails/1"],
        ["/credentialSubject/achievements/0/sails/1", "/credentialSubject/achievements/0/sails/2"],
        ["/credentialSubject/achievements/1"],
        ["/credentialSubject/achievements"],
    ):
        answer = suite.post(
            "/credentials/derive", {"verifiableCredential": base, "options": {"selectivePointers": pointers}}
        )
        assert suite.verify(answer.json()["verifiableCredential"])["verified"], pointers


def test_pointers_that_name_nothing(suite: Suite, credential: JsonObject) -> None:
    answer = suite.refusal(credential, "ecdsa-sd-2023", options={"mandatoryPointers": ["/non/existent/path"]})
    assert answer["code"] == "input.invalid"
    assert (answer["problemDetails"][0]["type"], answer["problemDetails"][0]["where"]) == (
        "https://w3id.org/security#PROOF_GENERATION_ERROR", "/options/mandatoryPointers",
    )  # fmt: skip
    assert "/non/existent/path" in answer["title"]
    base = suite.issue(credential, "ecdsa-sd-2023")
    for pointers in (["/nothing"], ["no pointer"], []):
        derived = suite.post(
            "/credentials/derive", {"verifiableCredential": base, "options": {"selectivePointers": pointers}}
        )
        assert derived.status_code == 400
        assert derived.json()["problemDetails"][0]["type"].endswith("#PROOF_GENERATION_ERROR")
        assert "proof" not in derived.json()
    plain = suite.issue(credential)
    assert suite.post("/credentials/derive", {"verifiableCredential": plain}).status_code == 400


@pytest.mark.parametrize("name", ["vc-jose", "vc-jose-eddsa"])
def test_tokens_come_in_an_envelope(suite: Suite, credential: JsonObject, name: str) -> None:
    envelope = suite.issue(credential, name)
    assert envelope.keys() == {"@context", "id", "type"}
    assert envelope["@context"] == [V2]
    token = envelope["id"].removeprefix("data:application/vc+jwt,")
    header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    assert header["typ"] == "vc+jwt"
    assert payload["issuer"] == suite.did(name)
    assert suite.verify(envelope)["verified"]
    assert suite.verify(token)["verified"]
    for spoilt in (
        {**envelope, "@context": []},
        {**envelope, "@context": EXAMPLES},
        {**envelope, "@context": [EXAMPLES]},
        {**envelope, "id": token},
        {**envelope, "id": envelope["id"][:-8] + "AAAAAAAA"},
        {**envelope, "type": "VerifiableCredential"},
        {name: value for name, value in envelope.items() if name != "type"},
    ):
        assert not suite.verify(spoilt)["verified"]


def test_a_proof_beside_one_that_is_there(suite: Suite, credential: JsonObject) -> None:
    once = suite.issue(credential)
    twice = suite.issue(once, "ecdsa-rdfc-2019")
    assert [proof["cryptosuite"] for proof in twice["proof"]] == ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"]
    assert suite.verify(twice)["verified"]
    spoilt = copy.deepcopy(twice)
    spoilt["proof"][0]["proofValue"] = spoilt["proof"][1]["proofValue"]
    assert not suite.verify(spoilt)["verified"]


# -- tokens


def header_of(token: str) -> JsonObject:
    header = token.partition(".")[0]
    found: JsonObject = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    return found


@pytest.mark.parametrize(
    "name", ["vc-jose", "vc-jose-p384", "vc-jose-p521", "vc-jose-eddsa", "sd-jwt", "sd-jwt-p384", "sd-jwt-p521"]
)
def test_tokens_of_every_kind_of_key(suite: Suite, credential: JsonObject, name: str) -> None:
    signed = suite.issue({**credential, "id": "urn:uuid:token"}, name)
    media_type, _, token = signed["id"].removeprefix("data:application/").partition(",")
    assert (signed["type"], header_of(token)["typ"]) == ("EnvelopedVerifiableCredential", media_type)
    assert suite.verify(signed)["verifiableCredential"]["id"] == "urn:uuid:token"
    assert suite.verify(token)["verified"]


def test_an_sd_jwt_with_what_the_holder_may_leave_out(suite: Suite, credential: JsonObject) -> None:
    subject = {"id": "did:example:s", "name": "Jane", "address": [{"city": "Anytown"}, {"city": "Elsewhere"}]}
    document = {**credential, "@context": [V2, EXAMPLES], "credentialSubject": subject}
    pointers = ["/credentialSubject/name", "/credentialSubject/address/0/city", "/credentialSubject/address/1"]
    token = suite.issue(document, "sd-jwt", options={"selectivePointers": pointers})["id"].partition(",")[2]
    jwt, *disclosures, end = token.split("~")
    assert (len(disclosures), end) == (3, "")
    assert "Jane" not in base64.urlsafe_b64decode(jwt.split(".")[1] + "==").decode()
    assert suite.verify(token)["verifiableCredential"]["credentialSubject"] == subject
    shown = suite.verify(f"{jwt}~")["verifiableCredential"]["credentialSubject"]
    assert shown == {"id": "did:example:s", "address": [{}]}
    forged = base64.urlsafe_b64encode(b'["salt","degree","Doctor"]').decode().rstrip("=")
    assert not suite.verify(f"{jwt}~{forged}~")["verified"]
    for wrong in (["/credentialSubject/nothing"], ["/type"], ["/issuer"], "text"):
        assert suite.refusal(document, "sd-jwt", options={"selectivePointers": wrong})["problemDetails"]


# -- presentations


@pytest.mark.parametrize("name", ["vc-jose", "vc-jose-eddsa", "sd-jwt-p384"])
def test_a_presentation_signed_as_a_token(suite: Suite, credential: JsonObject, name: str) -> None:
    inside = [suite.issue(credential, "vc-jose-p384"), suite.issue(credential, "sd-jwt"), suite.issue(credential)]
    bare = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": inside}
    for path, more in (
        (f"/issuers/{name}/presentations/prove", {}),
        ("/presentations/prove", {"holder": suite.did(name)}),
    ):
        answer = suite.post(path, {"presentation": {**bare, **more}})
        assert answer.status_code == 201, answer.text
        signed = answer.json()["verifiablePresentation"]
        assert signed["type"] == "EnvelopedVerifiablePresentation"
        assert header_of(signed["id"].partition(",")[2])["typ"] == f"vp+{'sd-jwt' if 'sd' in name else 'jwt'}"
        assert suite.verify_presentation(signed)["verifiablePresentation"]["holder"] == suite.did(name)


def test_presentations_that_are_not_signed(suite: Suite, credential: JsonObject) -> None:
    good = {"@context": [V2], "type": ["VerifiablePresentation"]}
    for name, presentation, code in (
        ("vc-jose", {**good, "verifiableCredential": [credential]}, "proof.missing"),
        ("vc-jose", {**good, "type": ["NoPresentation"]}, "type.not_credential"),
        ("vc-jose", {**good, "holder": "nobody"}, "schema.violation"),
        ("sd-jwt", {**good, "undefinedMember": "x"}, "ld.data_loss"),
        ("eddsa-rdfc-2022", good, "proof.suite_unsupported"),
    ):
        answer = suite.post(f"/issuers/{name}/presentations/prove", {"presentation": presentation})
        assert answer.status_code >= 400
        assert answer.json()["problemDetails"][0]["code"] == code
    assert suite.post("/issuers/vc-jose/presentations/prove", {"presentation": "text"}).status_code in (400, 422)
