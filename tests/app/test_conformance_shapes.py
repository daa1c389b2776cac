"""More of what the W3C's suites send: wrong shapes at every member, terms defined in documents of both data models."""

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest

from issuer.proofs import multibase
from tests.app.conftest import Suite

JsonObject = dict[str, Any]
V1, V2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
ABSENT = object()

LICENCE: JsonObject = {
    "@protected": True,
    "LicenceCredential": "urn:example:LicenceCredential",
    "Licence": {
        "@id": "urn:example:Licence",
        "@context": {
            "@protected": True, "id": "@id", "type": "@type", "number": "urn:example:number",
            "born": "urn:example:born",
        },
    },
    "licence": {"@id": "urn:example:licence", "@type": "@id"},
}  # fmt: skip
"""Protected terms within a type, among them the keywords as the base contexts alias them."""


def licence(base: str) -> JsonObject:
    dated = {"issuanceDate": "2024-01-01T00:00:00Z"} if base == V1 else {}
    return {
        "@context": [base, LICENCE],
        "type": ["VerifiableCredential", "LicenceCredential"],
        "issuer": "did:example:issuer",
        **dated,
        "credentialSubject": {"licence": {"type": "Licence", "number": "T21387", "born": "1990-01-01"}},
    }


@pytest.mark.parametrize("base", [V1, V2])
@pytest.mark.parametrize("name", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019-p384"])
def test_terms_of_the_document_in_both_data_models(suite: Suite, base: str, name: str) -> None:
    signed = suite.issue(licence(base), name)
    assert suite.verify(signed, checks=["proof"])["verified"]
    spoilt = copy.deepcopy(signed)
    spoilt["credentialSubject"]["licence"]["number"] = "T21388"
    assert not suite.verify(spoilt, checks=["proof"])["verified"]


@pytest.mark.parametrize("base", [V1, V2])
def test_parts_of_a_credential_in_both_data_models(suite: Suite, base: str) -> None:
    mandatory = ["/issuer", "/issuanceDate"] if base == V1 else ["/issuer"]
    signed = suite.issue(licence(base), "ecdsa-sd-2023", options={"mandatoryPointers": mandatory})
    asked = {
        "verifiableCredential": signed,
        "options": {"selectivePointers": ["/credentialSubject/licence/born"]},
    }
    shown = suite.post("/credentials/derive", asked).json()["verifiableCredential"]
    assert shown["credentialSubject"]["licence"].keys() == {"type", "born"}
    assert suite.verify(shown, checks=["proof"])["verified"]


def test_proof_values_of_parts_that_are_none(suite: Suite) -> None:
    """Without the multibase prefix, without the header, with a CBOR tag, and with a text among the numbers."""
    signed = suite.issue(licence(V2), "ecdsa-sd-2023", options={"mandatoryPointers": ["/issuer"]})
    asked = {"verifiableCredential": signed, "options": {"selectivePointers": ["/credentialSubject/licence"]}}
    shown = suite.post("/credentials/derive", asked).json()["verifiableCredential"]
    value = shown["proof"]["proofValue"]
    raw = base64.urlsafe_b64decode(value[1:] + "=" * (-len(value[1:]) % 4))
    assert raw[:5] == b"\xd9\x5d\x01\x85\x58"
    tagged, texts = raw[:4] + b"\xd8\x40" + raw[4:], raw[:-1] + b"\x61\x30"

    def refused(proof_value: str) -> bool:
        return not suite.verify({**shown, "proof": {**shown["proof"], "proofValue": proof_value}})["verified"]

    assert refused(value[1:])
    assert refused("a")
    assert refused(value[:1] + value[4:])
    for spoilt in (tagged, texts, raw[:-1], raw + b"\0"):
        assert refused("u" + base64.urlsafe_b64encode(spoilt).decode().rstrip("="))
    assert suite.verify(shown)["verified"]


WRONG: dict[str, tuple[Any, ...]] = {
    "@context": (ABSENT, 4, False, None, [], "", {}, [{"foo": True}, 4, False, None], [[]], [None]),
    "type": (ABSENT, 4, True, None, [], {}, [None], [2, None, {"foo": True}], [[]]),
    "issuer": (ABSENT, None, True, 4, []),
    "credentialSubject": (ABSENT, None, True, 4, [], {}, "did:example:1234", [None, True, 4]),
}


@pytest.mark.parametrize(("member", "value"), [(member, value) for member, values in WRONG.items() for value in values])
def test_members_of_the_wrong_shape_are_neither_issued_nor_verified(suite: Suite, member: str, value: Any) -> None:
    good = suite.issue(licence(V1))

    def spoilt(document: JsonObject) -> JsonObject:
        return {
            **{name: held for name, held in document.items() if name != member},
            **({} if value is ABSENT else {member: value}),
        }

    suite.refusal(spoilt(licence(V1)))
    assert not suite.verify(spoilt(good), checks=["proof"])["verified"]


@pytest.mark.parametrize("value", ["text", None, 10, True, [], {}])
def test_a_proof_of_the_wrong_shape(suite: Suite, value: Any) -> None:
    assert not suite.verify({**suite.issue(licence(V2)), "proof": value}, checks=["proof"])["verified"]


def test_an_issuer_that_is_not_named_is_filled_in_for_the_second_data_model_only(suite: Suite) -> None:
    for base, statuses in ((V1, {400}), (V2, {201})):
        document = {name: value for name, value in licence(base).items() if name != "issuer"}
        answer = suite.post("/credentials/issue", {"credential": document})
        assert {answer.status_code} == statuses, answer.text


@pytest.mark.parametrize("name", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-rdfc-2019-p384"])
def test_a_signature_of_another_length(suite: Suite, name: str) -> None:
    good = suite.issue(licence(V2), name)
    signature = multibase.decode(good["proof"]["proofValue"], 256)
    for spoilt in (signature + bytes(32), signature[:-1], signature + b"\0", b"\0" + signature, b""):
        proof = {**good["proof"], "proofValue": multibase.encode(spoilt)}
        answer = suite.verify({**good, "proof": proof}, checks=["proof"])
        assert answer["problemDetails"][0]["type"].endswith("#PROOF_VERIFICATION_ERROR")


def test_a_signature_over_something_else_than_the_suite_says(suite: Suite) -> None:
    """The proof of one suite under the name of another: other canonical forms, other digests."""
    for of, named in (
        ("eddsa-rdfc-2022", "eddsa-jcs-2022"), ("eddsa-jcs-2022", "eddsa-rdfc-2022"),
        ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"), ("ecdsa-jcs-2019-p384", "ecdsa-rdfc-2019"),
        ("eddsa-rdfc-2022", "ecdsa-rdfc-2019"), ("ecdsa-rdfc-2019", "ecdsa-sd-2023"),
    ):  # fmt: skip
        good = suite.issue(licence(V2), of)
        assert not suite.verify({**good, "proof": {**good["proof"], "cryptosuite": named}})["verified"], (of, named)
