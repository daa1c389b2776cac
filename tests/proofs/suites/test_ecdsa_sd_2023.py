"""ecdsa-sd-2023 on badges of every kind: what is shown verifies, and nothing else does."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_bytes
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.errors import Invalid, IssuerError, Refused, Undecided, Unprocessable
from issuer.proofs import cbor, data_integrity, multibase
from issuer.proofs.ecdsa_sd_2023 import BaseProof, ProofSecrets, derive, secure
from issuer.proofs.ecdsa_sd_values import MAX_SIGNATURES, DerivedProofValue, read_base, read_derived
from issuer.proofs.json_selection import select
from issuer.proofs.linked_data import Reader

JsonObject = dict[str, Any]
NOW = datetime(2026, 3, 1, 9, 0, 0, tzinfo=UTC)
SECRETS = ProofSecrets(bytes(range(32)), bytes(range(1, 33)))
MANDATORY = ("/issuer", "/validFrom")


@pytest.fixture(scope="session")
def signer(memory_signers: Mapping[str, Any]) -> Any:
    return memory_signers["ES256"]


@pytest.fixture
def badge(varied: dict[str, JsonObject]) -> JsonObject:
    document = copy.deepcopy(varied["results"])
    document["evidence"] = copy.deepcopy(varied["evidence with and without ids"]["evidence"])
    return document


Made = Callable[..., JsonObject]


@pytest.fixture
def made(badge: JsonObject, signer: Any, reader: Reader) -> Made:
    """The badge with a base proof; a fresh copy each time."""

    def make(document: JsonObject | None = None, mandatory: tuple[str, ...] = MANDATORY) -> JsonObject:
        return copy.deepcopy(secure(document or badge, signer, NOW, reader, mandatory, SECRETS))

    return make


@pytest.fixture
def check(signer: Any, reader: Reader) -> Callable[[JsonObject], None]:
    def verify(secured: JsonObject) -> None:
        document = {name: value for name, value in secured.items() if name != "proof"}
        data_integrity.verify_proof(document, secured["proof"], signer.public, reader)

    return verify


def members_of(value: Any, here: str = "") -> list[str]:
    """A pointer to every member and item."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    pointers = [(f"{here}/{str(step).replace('~', '~0').replace('/', '~1')}", inner) for step, inner in steps]
    return [pointer for at, inner in pointers for pointer in (at, *members_of(inner, at))]


# -- showing


def test_all_kinds_of_badges(
    varied: dict[str, JsonObject], made: Made, reader: Reader, check: Callable[[JsonObject], None]
) -> None:
    """Nothing but what is mandatory, the last member alone, and everything."""
    named = {name for name, document in varied.items() if '"_:' in json.dumps(document)}
    assert len(named) < 3
    for name, document in varied.items():
        if name in named:
            continue
        base = made(document, ("/type",))
        for pointers in ([], [f"/{list(document)[-1]}"], [""]):
            shown = derive(base, pointers, reader)
            check(shown)
            assert shown["type"] == document["type"], name
        assert {**derive(base, [""], reader), "proof": 0} == {**document, "proof": 0}, name


def test_every_single_member(
    badge: JsonObject, made: Made, reader: Reader, check: Callable[[JsonObject], None]
) -> None:
    """Each member alone, below nodes with and without ids; only pieces of an ordered list are refused."""
    base, refused = made(), set()
    for pointer in members_of(badge):
        try:
            shown = derive(base, [pointer], reader)
        except Unprocessable:
            refused.add(pointer)
        else:
            check(shown)
    ordered = [pointer for pointer in members_of(badge) if "/allowedValue/" in pointer]
    assert ordered
    assert refused <= set(ordered)
    assert len(refused) >= len(ordered) - 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_members_together(
    data: st.DataObject, badge: JsonObject, made: Made, reader: Reader, check: Callable[[JsonObject], None]
) -> None:
    """Whatever is named is shown as the selection has it, and verifies; the order of pointers does not matter."""
    choices = [pointer for pointer in members_of(badge) if "/allowedValue/" not in pointer]
    pointers = data.draw(st.lists(st.sampled_from(choices), max_size=5))
    base = made()
    shown = derive(base, pointers, reader)
    check(shown)
    assert {**shown, "proof": 0} == {**select(badge, [*MANDATORY, *pointers]).document, "proof": 0}
    assert derive(base, [*reversed(pointers), *MANDATORY], reader) == shown


def test_ordered_lists_are_shown_whole(
    badge: JsonObject, made: Made, reader: Reader, check: Callable[[JsonObject], None]
) -> None:
    pointer = next(pointer for pointer in members_of(badge) if pointer.endswith("/allowedValue"))
    shown = derive(made(), [pointer], reader)
    check(shown)
    items = [at for at in members_of(shown) if "/allowedValue/" in at]
    assert len(items) > 1
    assert len(items) == len([at for at in members_of(badge) if at.startswith(f"{pointer}/")])


def test_what_was_hidden_is_not_in_the_proof(made: Made, reader: Reader) -> None:
    shown = derive(made(), ["/name"], reader)
    value = read_derived(shown["proof"]["proofValue"])
    whole = read_base(made()["proof"]["proofValue"])
    assert "evidence" not in shown
    assert set(value.signatures) < set(whole.signatures)
    assert SECRETS.hmac_key not in multibase.decode(shown["proof"]["proofValue"], 100_000)


def test_same_secrets_same_proof(badge: JsonObject, reader: Reader, signer: Any) -> None:
    options = {"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023"}
    first, second = (BaseProof(badge, options, reader, MANDATORY, SECRETS) for _ in range(2))
    assert first.to_be_signed == second.to_be_signed
    assert len(first.to_be_signed) == 99
    assert first.signed(bytes(64)) == second.signed(bytes(64))
    other = BaseProof(badge, options, reader, MANDATORY, replace(SECRETS, hmac_key=bytes(32)))
    assert other.signed(bytes(64)) != first.signed(bytes(64))


def test_one_object_in_two_places(reader: Reader, signer: Any, varied: dict[str, JsonObject], check: Any) -> None:
    """A document put together in memory may hold one object twice; in JSON these are two."""
    document = copy.deepcopy(varied["minimal"])
    document["credentialSubject"]["achievement"]["criteria"] = shared = {"narrative": "Once."}
    document["evidence"] = [{"type": ["Evidence"], "name": "one"}] * 2
    document["credentialSubject"]["achievement"]["related"] = [
        {"type": ["Related"], "id": "urn:x", "version": "1"},
    ]
    assert shared is document["credentialSubject"]["achievement"]["criteria"]
    base = secure(document, signer, NOW, reader, MANDATORY, SECRETS)
    check(derive(base, ["/evidence"], reader))


def test_further_proofs_are_left_behind(
    made: Made, reader: Reader, memory_signers: Mapping[str, Any], check: Callable[[JsonObject], None]
) -> None:
    """A proof of the whole says nothing of a part."""
    base = data_integrity.secure(made(), memory_signers["EdDSA"], NOW, reader)
    assert len(base["proof"]) == 2
    shown = derive(base, ["/name"], reader)
    assert isinstance(shown["proof"], dict)
    check(shown)


# -- what is not to be had


def test_pointers_to_nothing(made: Made, reader: Reader) -> None:
    with pytest.raises(Unprocessable, match=r"input\.invalid"):
        derive(made(), ["/validUntil/x"], reader)
    with pytest.raises(Unprocessable, match=r"input\.invalid"):
        made(mandatory=("/nothing",))


def test_nothing_at_all(made: Made, reader: Reader) -> None:
    with pytest.raises(Unprocessable, match=r"input\.invalid"):
        derive(made(mandatory=()), [], reader)


def test_blank_nodes_that_the_document_names(badge: JsonObject, made: Made) -> None:
    badge["evidence"] = [{"id": "_:e", "type": ["Evidence"]}]
    with pytest.raises(Invalid, match=r"ld\.not_compact"):
        made(badge)


def test_secrets_are_drawn_until_they_are_some() -> None:
    """0 and the numbers from the order of the group on are no private keys."""
    source = iter([b"h" * 32, bytes(32), b"\xff" * 32, b"k" * 32])
    assert ProofSecrets.drawn(lambda _size: next(source)) == ProofSecrets(b"h" * 32, b"k" * 32)
    drawn = ProofSecrets.drawn(token_bytes)
    assert drawn != ProofSecrets.drawn(token_bytes)
    assert drawn.proof_key.hex() not in repr(drawn)


@pytest.mark.parametrize("secrets", [ProofSecrets(bytes(31), bytes(range(32))), ProofSecrets(bytes(32), bytes(32))])
def test_secrets_that_are_none(badge: JsonObject, reader: Reader, signer: Any, secrets: ProofSecrets) -> None:
    with pytest.raises(ValueError, match=r"."):
        secure(badge, signer, NOW, reader, MANDATORY, secrets)


@pytest.mark.parametrize("alg", ["EdDSA", "ES384", "RS256"])
def test_keys_of_another_kind(
    badge: JsonObject, reader: Reader, memory_signers: Mapping[str, Any], made: Made, alg: str
) -> None:
    other = memory_signers[alg]
    with pytest.raises(Undecided, match=r"proof\.suite_unsupported"):
        secure(badge, other, NOW, reader, MANDATORY, SECRETS)
    shown = derive(made(), [], reader)
    document = {name: value for name, value in shown.items() if name != "proof"}
    with pytest.raises(Invalid, match=r"key\.mismatch"):
        data_integrity.verify_proof(document, shown["proof"], other.public, reader)


def test_the_common_way_makes_no_such_proof(badge: JsonObject, reader: Reader, signer: Any) -> None:
    with pytest.raises(Undecided, match=r"proof\.suite_unsupported"):
        data_integrity.secure(badge, signer, NOW, reader, "ecdsa-sd-2023")


def test_documents_without_a_base_proof(made: Made, reader: Reader, badge: JsonObject) -> None:
    shown = derive(made(), ["/name"], reader)
    for secured, code in (
        (shown, r"sig\.encoding"),
        (badge, r"proof\.missing"),
        ({**badge, "proof": {"cryptosuite": "ecdsa-sd-2023"}}, r"proof\.malformed"),
        ({**made(), "name": None}, r"ld\.data_loss"),
    ):
        with pytest.raises(Invalid, match=code):
            derive(secured, ["/name"], reader)


def test_base_proof_of_another_document(made: Made, reader: Reader, varied: dict[str, JsonObject]) -> None:
    other = {**varied["minimal"], "proof": made()["proof"]}
    with pytest.raises(Invalid, match=r"proof\.malformed"):
        derive(other, [], reader)
    without = made()
    del without["validFrom"]
    with pytest.raises(Invalid, match=r"proof\.malformed"):
        derive(without, [], reader)


def test_too_many_statements(badge: JsonObject, made: Made) -> None:
    badge["credentialSubject"]["achievement"]["tag"] = [f"tag {number}" for number in range(MAX_SIGNATURES)]
    with pytest.raises(Refused, match=r"ld\.too_complex"):
        made(badge)


# -- forgeries, each with one defect

Forgery = Callable[[JsonObject], None]


def _document(change: Callable[[JsonObject], Any]) -> Forgery:
    def forge(shown: JsonObject) -> None:
        change(shown)

    return forge


def _value(**changes: Callable[[DerivedProofValue], Any]) -> Forgery:
    """The proof value with members changed."""

    def forge(shown: JsonObject) -> None:
        value = read_derived(shown["proof"]["proofValue"])
        changed = replace(value, **{name: change(value) for name, change in changes.items()})
        shown["proof"]["proofValue"] = changed.text()

    return forge


def _cbor(change: Callable[[list[Any]], Any], header: bytes = b"\xd9\x5d\x01") -> Forgery:
    """The parts of the proof value changed as they stand, in whatever kind."""

    def forge(shown: JsonObject) -> None:
        parts = cbor.decode(multibase.decode(shown["proof"]["proofValue"], 100_000)[3:])
        changed = change(parts)
        shown["proof"]["proofValue"] = "u" + multibase.encode(header + cbor.encode(changed), "u")[1:]

    return forge


def _raw(change: Callable[[bytes], bytes]) -> Forgery:
    def forge(shown: JsonObject) -> None:
        data = multibase.decode(shown["proof"]["proofValue"], 100_000)
        shown["proof"]["proofValue"] = multibase.encode(change(data), "u")

    return forge


def _flipped(signature: bytes) -> bytes:
    return signature[:40] + bytes([signature[40] ^ 1]) + signature[41:]


def _with(parts: list[Any], index: int, value: Any) -> list[Any]:
    return [*parts[:index], value, *parts[index + 1 :]]


FORGERIES: dict[str, tuple[Forgery, str]] = {
    # the document
    "another name": (_document(lambda d: d.update(name="Doctor")), "sig.invalid"),
    "a mandatory member changed": (_document(lambda d: d.update(validFrom="2020-01-01T00:00:00Z")), "sig.invalid"),
    "a mandatory member hidden": (_document(lambda d: d.pop("validFrom")), "sig.invalid"),
    "another member hidden": (_document(lambda d: d.pop("name")), "sig.invalid"),
    "a member added": (_document(lambda d: d.update(validUntil="2099-01-01T00:00:00Z")), "sig.invalid"),
    "an undefined member added": (_document(lambda d: d.update(extraClaim="PhD")), "ld.data_loss"),
    "a node split in two": (
        _document(lambda d: d.update(evidence=[{"type": ["Evidence"]}, *d["evidence"]])),
        "sig.invalid",
    ),
    "the proof's date": (_document(lambda d: d["proof"].update(created="2026-03-01T09:00:01Z")), "sig.invalid"),
    # the signatures
    "the issuer's signature": (_value(base_signature=lambda v: _flipped(v.base_signature)), "sig.invalid"),
    "one signature": (_value(signatures=lambda v: (_flipped(v.signatures[0]), *v.signatures[1:])), "sig.invalid"),
    "the last signature": (
        _value(signatures=lambda v: (*v.signatures[:-1], _flipped(v.signatures[-1]))),
        "sig.invalid",
    ),
    "one signature less": (_value(signatures=lambda v: v.signatures[1:]), "sig.invalid"),
    "one signature more": (_value(signatures=lambda v: (*v.signatures, v.signatures[0])), "sig.invalid"),
    "two signatures changed over": (
        _value(signatures=lambda v: (v.signatures[1], v.signatures[0], *v.signatures[2:])),
        "sig.invalid",
    ),
    "a key of the holder's own": (
        _value(public_key=lambda v: v.public_key[:2] + bytes([5 - v.public_key[2]]) + v.public_key[3:]),
        "sig.invalid",
    ),
    # indexes and labels
    "nothing mandatory": (_value(mandatory_indexes=lambda v: ()), "sig.invalid"),
    "all mandatory": (_value(mandatory_indexes=lambda v: tuple(range(100)), signatures=lambda v: ()), "sig.invalid"),
    "one mandatory index less": (_value(mandatory_indexes=lambda v: v.mandatory_indexes[1:]), "sig.invalid"),
    "one mandatory index moved": (
        _value(mandatory_indexes=lambda v: (*v.mandatory_indexes[:-1], v.mandatory_indexes[-1] + 1)),
        "sig.invalid",
    ),
    "an index beyond the end": (_value(mandatory_indexes=lambda v: (*v.mandatory_indexes, 10_000)), "sig.invalid"),
    "an index twice": (
        _value(mandatory_indexes=lambda v: (v.mandatory_indexes[0], *v.mandatory_indexes)),
        "sig.encoding",
    ),
    "labels changed over": (
        _value(labels=lambda v: dict(zip(v.labels, reversed(v.labels.values()), strict=True))),
        "sig.invalid",
    ),
    "a label missing": (_value(labels=lambda v: dict(list(v.labels.items())[1:])), "sig.invalid"),
    "one label for two nodes": (
        _value(labels=lambda v: dict.fromkeys(v.labels, next(iter(v.labels.values())))),
        "sig.encoding",
    ),
    # the value itself
    "base58btc": (
        _document(lambda d: d["proof"].update(proofValue=multibase.encode(b"\xd9\x5d\x01\x80"))),
        "sig.encoding",
    ),
    "no base64url": (_document(lambda d: d["proof"].update(proofValue="u!")), "sig.encoding"),
    "letters that are not ASCII": (_document(lambda d: d["proof"].update(proofValue="uü")), "sig.encoding"),
    "nothing after the u": (_document(lambda d: d["proof"].update(proofValue="u")), "sig.encoding"),
    "far too long": (_document(lambda d: d["proof"].update(proofValue="u" + "A" * 200_000)), "sig.encoding"),
    "another header": (_cbor(lambda parts: parts, b"\xd9\x5d\x02"), "sig.encoding"),
    "a header of another suite": (_cbor(lambda parts: parts, b"\xd9\x5d\x03"), "sig.encoding"),
    "no header": (_raw(lambda data: data[3:]), "sig.encoding"),
    "a byte more": (_raw(lambda data: data + b"\0"), "sig.encoding"),
    "a byte less": (_raw(lambda data: data[:-1]), "sig.encoding"),
    "a tag within": (_raw(lambda data: data.replace(b"\x58\x23\x80", b"\xd8\x40\x58\x23\x80", 1)), "sig.encoding"),
    "a part less": (_cbor(lambda parts: parts[:4]), "sig.encoding"),
    "a part more": (_cbor(lambda parts: [*parts, 0]), "sig.encoding"),
    "no array": (_cbor(lambda parts: {0: parts}), "sig.encoding"),
    "a short signature": (_cbor(lambda parts: _with(parts, 0, parts[0][:63])), "sig.encoding"),
    "a signature that is text": (_cbor(lambda parts: _with(parts, 0, "x" * 64)), "sig.encoding"),
    "a short key": (_cbor(lambda parts: _with(parts, 1, parts[1][:34])), "sig.encoding"),
    "an Ed25519 key": (_cbor(lambda parts: _with(parts, 1, b"\xed\x01" + parts[1][2:])), "sig.invalid"),
    "signatures that are no array": (_cbor(lambda parts: _with(parts, 2, b"")), "sig.encoding"),
    "a short signature among them": (_cbor(lambda parts: _with(parts, 2, [b"x" * 63])), "sig.encoding"),
    "labels as an array": (_cbor(lambda parts: _with(parts, 3, [])), "sig.encoding"),
    "labels by text": (_cbor(lambda parts: _with(parts, 3, {"c14n0": bytes(32)})), "sig.encoding"),
    "a short label": (_cbor(lambda parts: _with(parts, 3, {0: bytes(31)})), "sig.encoding"),
    "indexes that are no array": (_cbor(lambda parts: _with(parts, 4, {})), "sig.encoding"),
    "an index that is text": (_cbor(lambda parts: _with(parts, 4, ["0"])), "sig.encoding"),
    "2,000 signatures": (_cbor(lambda parts: _with(parts, 2, [b""] * 2000)), "sig.encoding"),
}


@pytest.fixture
def shown(made: Made, reader: Reader) -> JsonObject:
    return copy.deepcopy(derive(made(), ["/name", "/evidence"], reader))


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries(name: str, shown: JsonObject, check: Callable[[JsonObject], None]) -> None:
    check(shown)
    forge, code = FORGERIES[name]
    forge(shown)
    with pytest.raises(IssuerError) as caught:
        check(shown)
    assert caught.value.code == code


def test_too_many_signatures(shown: JsonObject, check: Callable[[JsonObject], None]) -> None:
    """Refused before any is checked."""
    _cbor(lambda parts: _with(parts, 2, [bytes(64)] * (MAX_SIGNATURES + 1)))(shown)
    with pytest.raises(Refused, match=r"ld\.too_complex"):
        check(shown)


def test_the_base_proof_itself(made: Made, check: Callable[[JsonObject], None]) -> None:
    with pytest.raises(Invalid, match=r"proof\.malformed"):
        check(made())


def test_signatures_of_another_badge(made: Made, badge: JsonObject, reader: Reader, check: Any) -> None:
    """With the same secrets even the labels agree; the issuer's signature still is for one set of facts."""
    badge["validFrom"] = "2026-02-02T00:00:00Z"
    other = derive(made(badge), ["/name"], reader)
    shown = derive(made({**badge, "validFrom": "2026-02-03T00:00:00Z"}), ["/name"], reader)
    value, foreign = (read_derived(each["proof"]["proofValue"]) for each in (shown, other))
    shown["proof"]["proofValue"] = replace(value, base_signature=foreign.base_signature).text()
    with pytest.raises(Invalid, match=r"sig\.invalid"):
        check(shown)


def test_ecdsa_twin_of_each_signature_is_as_good(shown: JsonObject, check: Callable[[JsonObject], None]) -> None:
    """SIG-07: (r, n-s) is the same statement of the same key; proof bytes identify nothing."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

    def twin(signature: bytes) -> bytes:
        return signature[:32] + (order - int.from_bytes(signature[32:])).to_bytes(32)

    _value(base_signature=lambda v: twin(v.base_signature), signatures=lambda v: tuple(map(twin, v.signatures)))(shown)
    check(shown)
