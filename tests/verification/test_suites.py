"""Every cryptosuite through the public verifier: one good badge and one changed, keys by did:web and did:key."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from issuer.proofs import base64url, cbor, data_integrity, ecdsa_sd_2023, multibase
from issuer.proofs.ecdsa_sd_values import read_base
from issuer.verification.report import Outcome

Json = dict[str, Any]
Build = Callable[[Any], Json]

ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
CID = "https://www.w3.org/ns/cid/v1"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SECRETS = ecdsa_sd_2023.ProofSecrets(bytes(range(32)), bytes(range(1, 33)))
MANDATORY = ["/id", "/issuer", "/validFrom", "/credentialStatus", "/credentialSubject/achievement"]


def _by(key_name: str, cryptosuite: str) -> Build:
    def build(world: Any) -> Json:
        signed: Json = data_integrity.secure(
            world.badge(), getattr(world, key_name), world.now, world.reader, cryptosuite
        )
        return signed

    return build


def _retired(world: Any) -> Json:
    """Ed25519Signature2020, which has a context of its own."""
    badge = world.badge(**{"@context": [world.V2, world.OB, ED25519_2020]})
    signed: Json = world.di(badge, type="Ed25519Signature2020", cryptosuite=None)
    return signed


def _base(world: Any, badge: Json | None = None, key: Any = None) -> Json:
    document = badge or world.badge(description="For a portfolio.", evidence=_evidence())
    return ecdsa_sd_2023.secure(document, key or world.p256, world.now, world.reader, MANDATORY, SECRETS)


def _evidence() -> list[Json]:
    return [{"type": ["Evidence"], "narrative": "A plan."}, {"type": ["Evidence"], "narrative": "A test."}]


def _shown(world: Any) -> Json:
    return ecdsa_sd_2023.derive(_base(world), ["/name", "/evidence/1"], world.reader)


SUITES: dict[str, Build] = {
    "eddsa-rdfc-2022": _by("ok", "eddsa-rdfc-2022"),
    "eddsa-jcs-2022": _by("ok", "eddsa-jcs-2022"),
    "ecdsa-rdfc-2019 P-256": _by("p256", "ecdsa-rdfc-2019"),
    "ecdsa-rdfc-2019 P-384": _by("p384", "ecdsa-rdfc-2019"),
    "ecdsa-jcs-2019 P-256": _by("p256", "ecdsa-jcs-2019"),
    "ecdsa-jcs-2019 P-384": _by("p384", "ecdsa-jcs-2019"),
    "ecdsa-sd-2023": _shown,
    "eddsa-2022": lambda world: world.di(world.badge(), cryptosuite="eddsa-2022"),
    "Ed25519Signature2020": _retired,
}


@pytest.mark.parametrize("name", SUITES)
def test_a_good_badge_and_a_changed_one(name: str, world: Any) -> None:
    signed = SUITES[name](world)
    report = world.verify(signed)
    assert report.verdict.value == "valid"
    (row,) = [check for check in report.checks if check.check == "proof"]
    assert row.outcome is Outcome.PASSED
    assert name.split(" ", maxsplit=1)[0] in row.message
    world.expect({**signed, "name": "Doctor"}, "invalid", "sig.invalid")
    other = deepcopy(signed)
    other["proof"]["created"] = "2026-01-01T00:00:01Z"
    world.expect(other, "invalid", "sig.invalid")


def test_a_badge_that_tells_its_issuers_keys_under_the_context_of_controlled_identifiers(world: Any) -> None:
    """Controlled Identifiers 1.0, section 4: what it defines beside the badge's own terms is covered by the proof."""
    method = {
        "id": f"{world.ISSUER}#another", "type": "Multikey", "controller": world.ISSUER,
        "publicKeyMultibase": world.ok.public.multibase(),
    }  # fmt: skip
    issuer = {"id": world.ISSUER, "type": ["Profile"], "name": "Schools That Lead", "verificationMethod": [method]}
    signed = world.di(world.badge(issuer=issuer, **{"@context": [world.V2, world.OB, CID]}))
    world.expect(signed, "valid", None)
    other = deepcopy(signed)
    other["issuer"]["verificationMethod"][0]["publicKeyMultibase"] = world.p256.public.multibase()
    world.expect(other, "invalid", "sig.invalid")
    del other["@context"][2]
    world.expect(other, "invalid", "ld.data_loss")


@pytest.mark.parametrize("alg", ["ES256", "ES384"])
@pytest.mark.parametrize("cryptosuite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019", "ecdsa-sd-2023"])
def test_issuers_that_are_their_key(alg: str, cryptosuite: str, world: Any) -> None:
    """did:key of P-256 and P-384; ecdsa-sd-2023 knows P-256 alone."""
    named = world.key(alg, "did:web:unnamed.test#key")
    did = f"did:key:{named.public.multibase()}"
    key = type(named)(alg, named.private, named.public, f"{did}#{named.public.multibase()}")
    badge = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
    if cryptosuite != "ecdsa-sd-2023":
        signed = data_integrity.secure(badge, key, world.now, world.reader, cryptosuite)
        world.expect(signed, "valid", "issuer.self_asserted")
    elif alg == "ES256":
        base = ecdsa_sd_2023.secure(badge, key, world.now, world.reader, ["/issuer", "/validFrom"], SECRETS)
        shown = ecdsa_sd_2023.derive(base, ["/credentialSubject", "/id"], world.reader)
        world.expect(shown, "valid", "issuer.self_asserted")
    else:
        proof = {**world.proof(badge, world.key("ES384", "p384")), "cryptosuite": "ecdsa-sd-2023"}
        proof["verificationMethod"] = key.verification_method
        world.expect({**badge, "proof": proof}, "invalid", "key.mismatch")


# -- ecdsa-sd-2023


def test_the_row_says_that_fields_may_be_left_out(world: Any) -> None:
    report = world.verify(_shown(world))
    (row,) = [check for check in report.checks if check.check == "proof"]
    assert "left out" in row.message
    assert "evidence" in _shown(world)
    assert "description" not in _shown(world)


def test_base_proof_is_refused(world: Any) -> None:
    """It holds what the holder keeps to themselves; a verifier that takes it teaches people to give it away."""
    world.expect(_base(world), "invalid", "proof.malformed")


def test_mandatory_members_cannot_be_hidden(world: Any) -> None:
    shown = _shown(world)
    for member in ("validFrom", "credentialStatus"):
        without = {name: value for name, value in shown.items() if name != member}
        got, codes = world.outcome(without)
        assert got == "invalid"
        assert codes & {"sig.invalid", "schema.violation"}
    del shown["credentialStatus"]
    world.expect(shown, "invalid", "sig.invalid")


def test_revoked_badges_stay_revoked_in_parts(world: Any) -> None:
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX)))
    world.expect(_shown(world), "invalid", "status.revoked")


def test_proof_of_the_holders_own(world: Any) -> None:
    """Who knows the secrets can sign statements, and still not in the issuer's name without the issuer's key."""
    signed = ecdsa_sd_2023.secure(
        world.badge(name="Doctor"),
        type(world.p256)(
            "ES256", world.key("ES256", "other").private, world.p256.public, world.p256.verification_method
        ),
        world.now,
        world.reader,
        MANDATORY,
        SECRETS,
    )
    world.expect(ecdsa_sd_2023.derive(signed, [""], world.reader), "invalid", "sig.invalid")


def test_statements_that_the_leaked_proof_key_adds(world: Any) -> None:
    """What the issuer holds to be needed is signed by the issuer's own key: nobody else can change that."""
    base = _base(world)
    forged_base = _base(world, {**{k: v for k, v in base.items() if k != "proof"}, "validFrom": "2026-02-02T00:00:00Z"})
    value, forged = (read_base(each["proof"]["proofValue"]) for each in (base, forged_base))
    parts = [value.base_signature, *_parts(forged_base)[1:]]
    forged_base["proof"]["proofValue"] = multibase.encode(b"\xd9\x5d\x00" + cbor.encode(parts), "u")
    assert forged.public_key == value.public_key
    world.expect(ecdsa_sd_2023.derive(forged_base, [""], world.reader), "invalid", "sig.invalid")


def _parts(secured: Json) -> list[Any]:
    parts: list[Any] = cbor.decode(base64url.decode(secured["proof"]["proofValue"][1:].encode())[3:])
    return parts


def test_a_part_in_a_proof_set(world: Any) -> None:
    """A proof of the whole beside a part of it: each says something else, so the set is not good."""
    whole = world.badge(evidence=_evidence())
    shown = ecdsa_sd_2023.derive(_base(world, whole), ["/name"], world.reader)
    both = {**shown, "proof": [shown["proof"], world.proof(whole)]}
    world.expect(both, "invalid", "proof.set_member_invalid")
    everything = ecdsa_sd_2023.derive(_base(world, whole), [""], world.reader)
    assert world.outcome({**everything, "proof": [everything["proof"], world.proof(whole)]}) == ("valid", frozenset())


# -- attack cases


def _twin(signed: Json) -> Json:
    signature = multibase.decode(signed["proof"]["proofValue"])
    s = P256_ORDER - int.from_bytes(signature[32:])
    value = multibase.encode(signature[:32] + s.to_bytes(32))
    return {**signed, "proof": {**signed["proof"], "proofValue": value}}


@pytest.mark.parametrize("cryptosuite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_sig_07_ecdsa_twin(cryptosuite: str, world: Any) -> None:
    """Both are valid, and both are the same badge."""
    signed = _by("p256", cryptosuite)(world)
    twin = _twin(signed)
    assert twin["proof"] != signed["proof"]
    reports = [world.verify(each) for each in (signed, twin)]
    assert {report.verdict.value for report in reports} == {"valid"}


@pytest.mark.parametrize("part", ["r", "s"])
@pytest.mark.parametrize("number", [0, P256_ORDER, 2**256 - 1])
def test_sig_08_numbers_out_of_range(part: str, number: int, world: Any) -> None:
    signed = _by("p256", "ecdsa-rdfc-2019")(world)
    signature = multibase.decode(signed["proof"]["proofValue"])
    wrong = number.to_bytes(32)
    changed = wrong + signature[32:] if part == "r" else signature[:32] + wrong
    signed["proof"]["proofValue"] = multibase.encode(changed)
    world.expect(signed, "invalid", "sig.invalid")


CONFUSIONS: dict[str, tuple[str, Json, str]] = {
    # the suite a proof was made with, what is changed afterwards, code
    "2020 with a cryptosuite": ("eddsa-rdfc-2022", {"type": "Ed25519Signature2020"}, "sig.invalid"),
    "2020 in name and type": (
        "eddsa-rdfc-2022",
        {"type": "Ed25519Signature2020", "cryptosuite": "Ed25519Signature2020"},
        "ld.data_loss",
    ),
    "2020 as a cryptosuite": ("eddsa-rdfc-2022", {"cryptosuite": "Ed25519Signature2020"}, "sig.invalid"),
    "rdfc as jcs": ("eddsa-rdfc-2022", {"cryptosuite": "eddsa-jcs-2022"}, "sig.invalid"),
    "jcs as rdfc": ("eddsa-jcs-2022", {"cryptosuite": "eddsa-rdfc-2022"}, "sig.invalid"),
    "rdfc-2022 as 2022": ("eddsa-rdfc-2022", {"cryptosuite": "eddsa-2022"}, "sig.invalid"),
    "ecdsa rdfc as jcs": ("ecdsa-rdfc-2019 P-256", {"cryptosuite": "ecdsa-jcs-2019"}, "sig.invalid"),
    "ecdsa jcs as rdfc": ("ecdsa-jcs-2019 P-384", {"cryptosuite": "ecdsa-rdfc-2019"}, "sig.invalid"),
    "ecdsa as eddsa": ("ecdsa-rdfc-2019 P-256", {"cryptosuite": "eddsa-rdfc-2022"}, "key.mismatch"),
    "eddsa as ecdsa": ("eddsa-rdfc-2022", {"cryptosuite": "ecdsa-rdfc-2019"}, "key.mismatch"),
    "one signature as sd": ("ecdsa-rdfc-2019 P-256", {"cryptosuite": "ecdsa-sd-2023"}, "sig.encoding"),
    "sd as one signature": ("ecdsa-sd-2023", {"cryptosuite": "ecdsa-rdfc-2019"}, "sig.encoding"),
    "another case": ("eddsa-rdfc-2022", {"cryptosuite": "EDDSA-RDFC-2022"}, "proof.suite_unsupported"),
}


@pytest.mark.parametrize("name", CONFUSIONS)
def test_di_37_confusions(name: str, world: Any) -> None:
    made_with, changes, code = CONFUSIONS[name]
    signed = SUITES[made_with](world)
    verdict = "indeterminate" if code == "proof.suite_unsupported" else "invalid"
    world.expect({**signed, "proof": {**signed["proof"], **changes}}, verdict, code)


def test_retired_proof_without_a_purpose(world: Any) -> None:
    signed = _retired(world)
    del signed["proof"]["proofPurpose"]
    world.expect(signed, "invalid", "proof.malformed")


def test_retired_type_without_its_context(world: Any) -> None:
    """Nothing would say what the type means, so nothing of the proof's options could be signed."""
    badge = world.badge()
    proof = {**world.proof(badge), "type": "Ed25519Signature2020"}
    del proof["cryptosuite"]
    world.expect({**badge, "proof": proof}, "invalid", "ld.data_loss")


def test_contexts_after_those_of_a_jcs_proof(world: Any) -> None:
    """VC-DI EdDSA 1.0, section 3.3.2: contexts may follow those that the proof names."""
    signed = _by("ok", "eddsa-jcs-2022")(world)
    world.expect({**signed, "@context": [*signed["@context"], world.EXTENSIONS]}, "valid", None)
    other = world.OB.replace("3.0.3", "3.0.2")
    assert other != world.OB
    world.expect({**signed, "@context": [world.V2, other, world.EXTENSIONS]}, "invalid", "sig.invalid")


# -- sets and chains


def test_pos_05_one_proof_of_each_suite(world: Any) -> None:
    badge = world.badge()
    for name, key in (("eddsa-rdfc-2022", world.ok), ("ecdsa-rdfc-2019", world.p256), ("ecdsa-jcs-2019", world.p384)):
        badge = data_integrity.secure(badge, key, world.now, world.reader, name)
    assert world.outcome(badge) == ("valid", frozenset())
    badge["proof"][2]["created"] = "2026-01-01T00:00:01Z"
    world.expect(badge, "invalid", "proof.set_member_invalid")


@pytest.mark.parametrize("later", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_chain_over_another_suite(later: str, world: Any) -> None:
    """VC Data Integrity 1.0, section 4.5: the later proof covers the earlier one, which stands in the document."""
    badge = world.badge()
    first = {**world.proof(badge, world.p256, id="urn:uuid:1")}
    covered = {**badge, "proof": [first]}
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": later,
        "created": "2026-01-02T00:00:00Z",
        "verificationMethod": world.ok.verification_method,
        "proofPurpose": "assertionMethod",
        "previousProof": "urn:uuid:1",
    }
    signature = world.ok.sign(data_integrity.hash_data(covered, options, world.reader))
    second = {**options, "proofValue": multibase.encode(signature)}
    assert world.outcome({**badge, "proof": [first, second]}) == ("valid", frozenset())
    assert world.outcome({**badge, "proof": [second, first]}) == ("valid", frozenset())
    replaced = world.proof(badge, world.p256, id="urn:uuid:1", created="2026-01-03T00:00:00Z")
    world.expect({**badge, "proof": [replaced, second]}, "invalid", "proof.set_member_invalid")
    world.expect({**badge, "proof": [second]}, "invalid", "proof.chain_broken")
