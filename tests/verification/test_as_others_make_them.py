"""Badges in the forms that issuers' software really writes: older status lists and keys, new names, odd company.

Each good one is shown with a copy that is not: in the bit that counts, the key, or the kind of list.
"""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from issuer.credentials import baking_svg
from issuer.proofs import bitstring, multibase
from issuer.verification.readers import current_reader, older_readers

Json = dict[str, Any]
V1 = "https://www.w3.org/2018/credentials/v1"
OB_3_0_2 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
OB_UNVERSIONED = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
STATUS_2021 = "https://w3id.org/vc/status-list/2021/v1"
ED25519_2018 = "https://w3id.org/security/suites/ed25519-2018/v1"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
OLDER_PROOF = {"type": "Ed25519Signature2020", "cryptosuite": None}


# -- Status List 2021


def _older_badge(world: Any, **entry: Any) -> Json:
    """A badge of the data model 1.1 with the status entry of its time."""
    badge = world.badge(validFrom=None, name=None, issuanceDate="2026-01-01T00:00:00Z")
    badge["@context"] = [V1, OB_3_0_2, STATUS_2021, ED25519_2020]
    badge["credentialStatus"] = world.entry(type="StatusList2021Entry", **entry)
    signed: Json = world.di(badge, **OLDER_PROOF)
    return signed


def _older_list(world: Any, *set_bits: int, plain_base64: bool = False, **changes: Any) -> Json:
    bits = bytearray(bitstring.MIN_ENTRIES // 8)
    for index in set_bits:
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    encoded = base64.b64encode(packed) if plain_base64 else base64.urlsafe_b64encode(packed).rstrip(b"=")
    listing = world.status_list(
        type=["VerifiableCredential", "StatusList2021Credential"], validFrom=None,
        issuanceDate="2026-01-01T00:00:00Z",
        subject={"type": "StatusList2021", "encodedList": encoded.decode(), **changes.pop("subject", {})}, **changes,
    )  # fmt: skip
    listing["@context"] = [V1, STATUS_2021, ED25519_2020]
    signed: Json = world.di(listing, **OLDER_PROOF)
    return signed


@pytest.mark.parametrize("plain_base64", [False, True])
@pytest.mark.parametrize("as_text", [False, True])
def test_a_status_list_of_2021(world: Any, as_text: bool, plain_base64: bool) -> None:
    badge = _older_badge(world, statusListIndex=str(world.INDEX) if as_text else world.INDEX)
    world.serve(world.LIST_URL, _older_list(world, world.INDEX - 1, world.INDEX + 1, plain_base64=plain_base64))
    world.expect(badge, "valid", "vcdm.1_1")
    world.serve(world.LIST_URL, _older_list(world, world.INDEX, plain_base64=plain_base64))
    world.expect(badge, "invalid", "status.revoked")


def test_a_suspension_in_a_list_of_2021(world: Any) -> None:
    badge = _older_badge(world, statusPurpose="suspension")
    world.serve(world.LIST_URL, _older_list(world, world.INDEX, purpose="suspension"))
    world.expect(badge, "invalid", "status.suspended")


def _changed_after_signing(world: Any) -> Json:
    listing = _older_list(world, world.INDEX)
    clear = _older_list(world)["credentialSubject"]
    return {**listing, "credentialSubject": clear}


def _by_a_stranger(world: Any) -> Json:
    listing = _older_list(world, issuer=world.EVIL)
    signed: Json = world.di(listing, world.evil, **OLDER_PROOF)
    return signed


BAD_LISTS: dict[str, tuple[Any, str]] = {
    "changed": (_changed_after_signing, "status.list_invalid"),
    "a stranger's": (_by_a_stranger, "status.issuer_untrusted"),
    "about suspension": (lambda w: _older_list(w, purpose="suspension"), "status.purpose_mismatch"),
    "of the newer kind": (lambda w: w.di(w.status_list()), "status.list_invalid"),
    "multibase": (
        lambda w: _older_list(w, subject={"encodedList": bitstring.encode(bytes(16_384))}),
        "status.encoding",
    ),
    "a number": (lambda w: _older_list(w, subject={"encodedList": 5}), "status.encoding"),
    "short": (
        lambda w: _older_list(w, subject={"encodedList": base64.b64encode(gzip.compress(bytes(9))).decode()}),
        "status.list_too_short",
    ),
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_list_of_2021_that_is_not_good(world: Any, name: str) -> None:
    build, code = BAD_LISTS[name]
    world.serve(world.LIST_URL, build(world))
    world.expect(_older_badge(world), "invalid", code)


def test_a_newer_entry_that_names_a_list_of_2021(world: Any) -> None:
    world.serve(world.LIST_URL, _older_list(world))
    world.expect(world.di(world.badge()), "invalid", "status.list_invalid")


def test_a_list_from_a_file_server_that_knows_no_type(world: Any) -> None:
    """As a file without an ending is sent; the list's signature is what counts."""
    world.serve(world.LIST_URL, world.di(world.status_list()), "application/octet-stream")
    world.expect(world.di(world.badge()), "valid", None)
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX)), "application/octet-stream")
    world.expect(world.di(world.badge()), "invalid", "status.revoked")
    world.serve(world.LIST_URL, b"\x00\xffno list", "application/octet-stream")
    world.expect(world.di(world.badge()), "invalid", "status.list_invalid")


# -- what stood under a context's address before


def _pilot_badge(world: Any, **changes: Any) -> Json:
    """Signed when the unversioned Open Badges context was that of the pilots, whose terms had other addresses."""
    badge: Json = world.badge(
        validFrom=None, name=None, credentialStatus=None, issuanceDate="2022-10-01T00:00:00Z", **changes
    )
    badge["@context"] = [V1, OB_UNVERSIONED, ED25519_2020]
    return badge


def _signed_in_2022(world: Any, badge: Json) -> Json:
    world.reader = older_readers()[OB_UNVERSIONED][0]
    signed: Json = world.di(badge, **OLDER_PROOF)
    world.reader = current_reader()
    return signed


def test_a_badge_of_the_pilots(world: Any) -> None:
    signed = _signed_in_2022(world, _pilot_badge(world))
    world.expect(signed, "valid", "vcdm.1_1")
    signed["credentialSubject"]["achievement"]["criteria"]["narrative"] = "Nothing at all."
    world.expect(signed, "invalid", "sig.invalid")


def test_a_member_that_the_pilots_did_not_sign(world: Any) -> None:
    """Today's context has the term, that of 2022 has not: under it the signature covers nothing of the kind."""
    signed = _signed_in_2022(world, _pilot_badge(world))
    signed["credentialSubject"]["creditsEarned"] = 90
    world.expect(signed, "invalid", "sig.invalid")


def test_both_contents_of_the_unversioned_context_say_something_else(world: Any) -> None:
    badge = _pilot_badge(world)
    today: Json = world.di(badge, **OLDER_PROOF)
    assert today["proof"]["proofValue"] != _signed_in_2022(world, badge)["proof"]["proofValue"]
    world.expect(today, "valid", "vcdm.1_1")


# -- keys


def _older_method(key: Any, **changes: Any) -> Json:
    method = key.as_method()
    del method["publicKeyMultibase"]
    return {
        **method, "type": "Ed25519VerificationKey2018",
        "publicKeyBase58": multibase.encode_base58btc(key.public.raw), **changes,
    }  # fmt: skip


def test_a_key_in_base58(world: Any) -> None:
    world.serve_issuer([_older_method(world.ok), world.p256.as_method()])
    world.expect(world.di(world.badge()), "valid", None)
    world.expect(world.jwt(), "valid", None)
    world.serve_issuer([_older_method(world.ok, publicKeyBase58=multibase.encode_base58btc(world.old.public.raw))])
    world.expect(world.di(world.badge()), "invalid", "sig.invalid")


WRONG_KEYS: dict[str, Json] = {
    "no text": {"publicKeyBase58": 5},
    "not base58": {"publicKeyBase58": "0OIl"},
    "too short": {"publicKeyBase58": "2"},
    "too long": {"publicKeyBase58": "z" * 60},
    "a secret beside it": {"privateKeyBase58": "2"},
    "two forms": {"publicKeyMultibase": "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"},
    "the type of another form": {"type": "Multikey"},
    "another curve's type": {"type": "EcdsaSecp256k1VerificationKey2019"},
}


@pytest.mark.parametrize("name", WRONG_KEYS)
def test_a_key_in_base58_that_is_none(world: Any, name: str) -> None:
    world.serve_issuer([_older_method(world.ok, **WRONG_KEYS[name])])
    code = "jose.jwk_private" if "secret" in name else "sig.invalid" if name == "two forms" else "key.malformed"
    world.expect(world.di(world.badge()), "invalid", code)


def test_a_small_key_in_base58(world: Any) -> None:
    world.serve_issuer([_older_method(world.ok, publicKeyBase58=multibase.encode_base58btc(bytes([1]) + bytes(31)))])
    world.expect(world.di(world.badge()), "invalid", "key.weak")


def test_eddsa_by_its_fully_specified_name(world: Any) -> None:
    """RFC 9864 §2.2."""
    world.expect(world.jwt(header={"alg": "Ed25519"}), "valid", None)
    world.expect(world.jwt(header={"alg": "Ed25519", "kid": world.old.verification_method}), "invalid", "sig.invalid")
    world.expect(world.jwt(header={"alg": "Ed25519"}, key=world.p256), "invalid", "jose.key_alg_mismatch")


# -- a proof that names the context it needs


@pytest.mark.parametrize("own", [[ED25519_2020], ED25519_2020])
def test_a_proof_with_the_context_of_its_type(world: Any, own: Any) -> None:
    """As wallets write it that leave the document's contexts as they are."""
    badge = world.badge()
    proof = world.proof(badge, **OLDER_PROOF, **{"@context": own})
    world.expect({**badge, "proof": proof}, "valid", None)
    world.expect({**badge, "name": "Another", "proof": proof}, "invalid", "sig.invalid")
    world.expect({**badge, "proof": {**proof, "created": "2026-01-02T00:00:00Z"}}, "invalid", "sig.invalid")
    without = {name: value for name, value in proof.items() if name != "@context"}
    world.expect({**badge, "proof": without}, "invalid", "ld.data_loss")


OWN_CONTEXTS: dict[str, tuple[Any, str]] = {
    "unknown": (["https://evil.test/context"], "ld.context_unknown"),
    "written out": ([{"Ed25519Signature2020": "https://evil.test/type"}], "ld.context_inline"),
    "of the document again": ([V1], "sig.invalid"),
    "another that defines the type's name": ([ED25519_2018], "ld.data_loss"),
}


@pytest.mark.parametrize("name", OWN_CONTEXTS)
def test_a_proof_with_another_context(world: Any, name: str) -> None:
    own, code = OWN_CONTEXTS[name]
    badge = world.badge()
    proof = {**world.proof(badge, **OLDER_PROOF, **{"@context": [ED25519_2020]}), "@context": own}
    world.expect({**badge, "proof": proof}, "invalid", code)


def test_a_current_proof_names_no_context(world: Any) -> None:
    badge = world.badge()
    world.expect({**badge, "proof": {**world.proof(badge), "@context": [ED25519_2020]}}, "invalid", "proof.malformed")


# -- images

SVG_1_1 = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
TYPES: dict[str, tuple[str, str | None]] = {
    "of SVG 1.1": (SVG_1_1, None),
    "of SVG 1.1 Tiny": (SVG_1_1.replace("svg11.dtd", "svg11-tiny.dtd"), None),
    "of SVG 1.0": (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.0//EN" "http://www.w3.org/TR/2001/REC-SVG-20010904/DTD/svg10.dtd">',
        None,
    ),
    "without an address": ("<!DOCTYPE svg>", None),
    "somebody's own": ('<!DOCTYPE svg SYSTEM "https://evil.test/svg.dtd">', "image.xml_dtd"),
    "a file": ('<!DOCTYPE svg SYSTEM "file:///etc/passwd">', "image.xml_dtd"),
    "another on the same host": (SVG_1_1.replace("svg11.dtd", "svg11.dtd/../x"), "image.xml_dtd"),
    "with additions": (SVG_1_1.replace('dtd">', 'dtd" [<!ATTLIST svg verify CDATA "x">]>'), "image.xml_dtd"),
    "with an entity": ("<!DOCTYPE svg [<!ENTITY a 'b'>]>", "image.xml_dtd"),
    "before two images": (SVG_1_1 + "<!-- &nbsp; --><svg/>", "image.malformed"),
}


@pytest.mark.parametrize("name", TYPES)
def test_an_image_that_names_its_document_type(world: Any, name: str) -> None:
    """As drawing programs write it: SVG 1.1 §A. Nothing is fetched for it."""
    declaration, code = TYPES[name]
    badge = json.dumps(world.di(world.badge()))
    image = baking_svg.bake(b'<svg xmlns="http://www.w3.org/2000/svg"><g></g></svg>', badge)
    sent = (declaration.encode() + image, "image/svg+xml")
    world.expect(sent, "refused" if code else "valid", code)
    assert not [url for url in world.asked if "w3.org" in url or "evil" in url]


def test_an_entity_that_the_document_type_would_define(world: Any) -> None:
    image = SVG_1_1.encode() + b'<svg xmlns="http://www.w3.org/2000/svg"><g>&nbsp;</g></svg>'
    world.expect((image, "image/svg+xml"), "refused", "image.malformed")


# -- proofs and contexts that are not checked here


def test_a_proof_of_a_retired_kind_that_is_not_checked_leaves_it_open(world: Any) -> None:
    badge = world.badge(**{"@context": [world.V2, world.OB, ED25519_2018]})
    proof = {
        "type": "Ed25519Signature2018", "created": "2026-01-01T00:00:00Z", "proofPurpose": "assertionMethod",
        "verificationMethod": world.ok.verification_method, "jws": "eyJhbGciOiJFZERTQSJ9..AAAA",
    }  # fmt: skip
    world.expect({**badge, "proof": proof}, "indeterminate", "proof.suite_unsupported")


def test_a_further_proof_that_names_no_key_is_nobodys(world: Any) -> None:
    badge = world.badge()
    other = {"type": "SomeProof", "created": "2026-01-01T00:00:00Z", "proofPurpose": "assertionMethod"}
    report = world.verify({**badge, "proof": [other, world.proof(badge)]})
    assert (report.verdict, report.flags) == ("valid", ("proof.member_not_checked",))
    assert any("'SomeProof'" in row.message for row in report.checks if row.code == "proof.member_not_checked")


def test_a_credential_of_another_kind_is_told_only_that(world: Any) -> None:
    changes = {"@context": [world.V2], "issuer": world.ISSUER, "credentialSubject": {"name": "A"}}
    other = world.badge(type=["VerifiableCredential"], **changes)
    report = world.verify(world.di(other))
    assert [row.code for row in report.checks if row.outcome == "failed"] == ["type.not_open_badge"]


WRAPPED: dict[str, Any] = {
    "an answer of an API": lambda badge: {"format": "ldp_vc", "credential": badge},
    "a presentation": lambda badge: {
        "@context": badge["@context"][:1], "type": ["VerifiablePresentation"], "verifiableCredential": [badge],
    },
    "a badge class": lambda badge: {
        "@context": "https://w3id.org/openbadges/v2", "type": "BadgeClass", "id": "https://x.example/b",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", WRAPPED)
def test_what_is_no_credential_is_told_only_that(world: Any, name: str) -> None:
    report = world.verify(WRAPPED[name](world.di(world.badge())))
    assert [row.code for row in report.checks if row.outcome == "failed"] == ["type.not_credential"]


def test_an_unknown_context_is_named_with_what_follows(world: Any) -> None:
    signed = world.di(world.badge())
    signed["@context"] = [*signed["@context"], "https://ctx.example/boosts/1.0.json"]
    report = world.verify(signed)
    assert report.verdict == "invalid"
    sentence = next(row.message for row in report.checks if row.code == "ld.context_unknown")
    assert "https://ctx.example/boosts/1.0.json" in sentence
    assert "cannot be read" in sentence
