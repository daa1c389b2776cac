"""Badges of which the holder shows parts: both forms of every badge class, ours and under other implementations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from jsonschema_rs import Draft201909Validator
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from sd_jwt.verifier import SDJWTVerifier

import schemas
from badge_classes import BadgeClass
from issuer.credentials.references import Replaced
from issuer.credentials.vocabulary import BADGE_SCHEMA, BADGE_TYPE_URL
from issuer.domain.award import Award, Form
from issuer.errors import Conflict, Invalid, Unavailable
from issuer.issuance import selective, selective_token
from issuer.issuance.prepare import Preparer
from issuer.issuance.seal import Sealer
from issuer.issuance.signing import SignerWithKid, no_secret
from issuer.proofs import data_integrity
from issuer.proofs.ecdsa_sd_values import read_base, read_derived
from issuer.proofs.linked_data import Reader
from issuer.proofs.sd_jwt import read_sd_jwt
from issuer.proofs.sd_jwt_making import places_of, present
from issuer.proofs.strict_json import parse_object

ALWAYS = {
    "@context",
    "id",
    "type",
    "name",
    "issuer",
    "validFrom",
    "credentialSubject",
    "credentialStatus",
    "credentialSchema",
}
OPTIONAL = ("/description", "/awardedDate", "/credentialSubject/name", "/credentialSubject/identifier/1")


Sealed = tuple[tuple[Award, Mapping[Form, bytes]], ...]


def verified(document: bytes, key: SignerWithKid, reader: Reader) -> dict[str, Any]:
    """What a derived badge says, when its proof is good."""
    derived = parse_object(document)
    data_integrity.verify_proof(derived, derived.pop("proof"), key.public, reader)
    return derived


def faults(document: dict[str, Any]) -> Iterator[str]:
    validator = Draft201909Validator(schemas.json_schema(BADGE_SCHEMA))
    return (error.message for error in validator.iter_errors(document))


def test_the_least_and_the_most_of_every_badge_are_badges(
    sealed_catalogue: Sealed, signers: Mapping[Form, SignerWithKid], reader: Reader
) -> None:
    """Source: certification guide 1.5, "the resulting credential MUST contain all required fields"."""
    key = signers[Form.ECDSA_SD_2023]
    assert len(sealed_catalogue) == 16
    for award, bodies in sealed_catalogue:
        content = json.loads(award.content)
        assert verified(selective.shown(bodies[Form.ECDSA_SD_2023], reader), key, reader) == content
        least = verified(selective.shown(bodies[Form.ECDSA_SD_2023], reader, ()), key, reader)
        children = [one for one in content.get("evidence", []) if "digestMultibase" in one]
        assert least.keys() == ALWAYS | ({"evidence"} if children else set())
        assert least.get("evidence", []) == children
        assert least["credentialSubject"].keys() == {"id", "type", "achievement"}
        for name in least.keys() - {"credentialSubject", "evidence"}:
            assert least[name] == content[name]
        assert least["credentialSubject"]["achievement"] == content["credentialSubject"]["achievement"]
        assert list(faults(json.loads(selective.shown(bodies[Form.ECDSA_SD_2023], reader, ())))) == []


@pytest.mark.parametrize("pointer", OPTIONAL)
def test_each_part_can_be_shown_alone(
    sealed_catalogue: Sealed, signers: Mapping[Form, SignerWithKid], reader: Reader, pointer: str
) -> None:
    award, bodies = sealed_catalogue[0]
    shown = selective.shown(bodies[Form.ECDSA_SD_2023], reader, [pointer])
    derived = verified(shown, signers[Form.ECDSA_SD_2023], reader)
    proof = json.loads(shown)["proof"]
    least = json.loads(selective.shown(bodies[Form.ECDSA_SD_2023], reader, ()))
    assert len(read_derived(proof["proofValue"]).signatures) > 0
    assert len(read_derived(least["proof"]["proofValue"]).signatures) == 0
    assert derived != least
    assert json.loads(award.content)["name"] == derived["name"]


def test_results_can_be_shown_one_by_one(
    sealed_catalogue: Sealed, signers: Mapping[Form, SignerWithKid], reader: Reader
) -> None:
    award, bodies = sealed_catalogue[0]
    content = json.loads(award.content)
    results = content["credentialSubject"]["result"]
    for number, result in enumerate(results):
        shown = selective.shown(bodies[Form.ECDSA_SD_2023], reader, [f"/credentialSubject/result/{number}"])
        assert verified(shown, signers[Form.ECDSA_SD_2023], reader)["credentialSubject"]["result"] == [result]
        assert list(faults(json.loads(shown))) == []


def test_a_corrected_badge_always_says_which_one_it_replaces(
    catalogue: list[BadgeClass], plan: Callable[..., Award], sealer: Sealer, reader: Reader
) -> None:
    bodies = sealer.seal(plan(catalogue[0], replaces=Replaced("11111111-1111-4111-8111-111111111111", "ab" * 32)))
    assert "relatedResource" in json.loads(selective.shown(bodies[Form.ECDSA_SD_2023], reader, ()))
    assert b'"relatedResource"' in _payload(present(bodies[Form.SD_JWT_VC], ()))


def _payload(token: bytes) -> bytes:
    return read_sd_jwt(token).jws.payload


def test_the_end_of_a_badge_cannot_be_hidden(
    catalogue: list[BadgeClass], plan: Callable[..., Award], sealer: Sealer, reader: Reader
) -> None:
    bodies = sealer.seal(plan(replace(catalogue[0], valid_for="P2Y")))
    assert json.loads(selective.shown(bodies[Form.ECDSA_SD_2023], reader, ()))["validUntil"] == "2026-06-01T18:00:00Z"
    payload = json.loads(_payload(present(bodies[Form.SD_JWT_VC], ())))
    assert (payload["validUntil"], payload["exp"]) == ("2026-06-01T18:00:00Z", 1780336800)


def test_equal_plans_give_equal_bytes_and_others_have_other_secrets(
    catalogue: list[BadgeClass], plan: Callable[..., Award], sealer: Sealer
) -> None:
    first, again = sealer.seal(plan(catalogue[0])), sealer.seal(plan(catalogue[0]))
    assert first == again
    other = sealer.seal(plan(catalogue[0], salt=bytes(range(1, 17))))
    values = [read_base(json.loads(one[Form.ECDSA_SD_2023])["proof"]["proofValue"]) for one in (first, other)]
    assert values[0].hmac_key != values[1].hmac_key
    assert values[0].public_key != values[1].public_key
    disclosures = [{one.encoded for one in read_sd_jwt(one[Form.SD_JWT_VC]).disclosures} for one in (first, other)]
    assert disclosures[0].isdisjoint(disclosures[1])


def test_a_key_without_secrets_plans_nothing(
    catalogue: list[BadgeClass], parts_of: Callable[..., Any], signers: Any, reader: Reader, identity: Any
) -> None:
    for form in (Form.ECDSA_SD_2023, Form.SD_JWT_VC):
        preparer = Preparer(identity, reader, {form: replace(signers[form], secret_for=no_secret)}, [form])
        with pytest.raises(Unavailable) as refused:
            preparer.prepare(**parts_of(catalogue[0]))
        assert refused.value.code == "key.unavailable"


def test_the_second_reader_of_a_base_proof_is_no_rubber_stamp(sealed_catalogue: Sealed, signers: Any) -> None:
    award, bodies = sealed_catalogue[0]
    body, key = bodies[Form.ECDSA_SD_2023], signers[Form.ECDSA_SD_2023]
    tbs = next(one.tbs for one in award.forms if one.form is Form.ECDSA_SD_2023)
    selective.check_again(body, {}, tbs, key)
    document = json.loads(body)
    for value in ("z" + document["proof"]["proofValue"][1:], "u", "uQUJD", document["proof"]["proofValue"][:40]):
        broken = json.dumps({**document, "proof": {**document["proof"], "proofValue": value}}).encode()
        with pytest.raises(Invalid):
            selective.check_again(broken, {}, tbs, key)
    with pytest.raises(Invalid):
        selective.check_again(body, {}, tbs[:-1] + bytes([tbs[-1] ^ 1]), key)
    with pytest.raises(Invalid):
        selective.check_again(body, {}, tbs, signers[Form.EDDSA_RDFC_2022])


def test_the_second_reader_of_a_token_is_no_rubber_stamp(sealed_catalogue: Sealed, signers: Any) -> None:
    (award, bodies), (_, others) = sealed_catalogue[0], sealed_catalogue[1]
    body, key = bodies[Form.SD_JWT_VC], signers[Form.SD_JWT_VC]
    document = json.loads(award.content)
    selective_token.check_again(body, document, b"", key)
    stranger = others[Form.SD_JWT_VC].split(b"~")[1]
    for broken in (
        body + stranger + b"~",
        body.replace(b"~", b"A~", 1),
        others[Form.SD_JWT_VC].replace(b".", b".A", 1),
    ):
        with pytest.raises(Invalid):
            selective_token.check_again(broken, document, b"", key)
    with pytest.raises(Invalid):
        selective_token.check_again(body, {**document, "id": "https://other.example/1"}, b"", key)


def test_what_may_be_left_out_of_the_token_is_what_may_be_left_out_of_the_json(
    sealed_catalogue: Sealed, reader: Reader
) -> None:
    for award, bodies in sealed_catalogue:
        least = json.loads(selective.shown(bodies[Form.ECDSA_SD_2023], reader, ()))
        token = bodies[Form.SD_JWT_VC]
        payload = json.loads(_payload(present(token, ())))
        del least["proof"]
        evidence = payload.pop("evidence", [])
        assert [one for one in evidence if "..." not in one] == least.pop("evidence", [])
        subject = payload["credentialSubject"]
        assert {name: value for name, value in subject.items() if name != "_sd"} == least.pop("credentialSubject")
        assert {name: payload[name] for name in least} == least
        assert payload["vct"] == BADGE_TYPE_URL
        assert set(places_of(read_sd_jwt(token)).values()) >= {
            "/description",
            "/awardedDate",
            "/credentialSubject/name",
        }
        content = json.loads(award.content)
        assert (payload["sub"], payload["jti"]) == (content["credentialSubject"]["id"], content["id"])


# -- Other implementations


def contexts_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    named = document["@context"]
    return {one.url: dict(one.document) for one in schemas.contexts() if one.url in named and not one.edition}


def test_openvc_derives_from_every_badge_and_verifies_what_we_derive(
    sealed_catalogue: Sealed, signers: Mapping[Form, SignerWithKid], reader: Reader
) -> None:
    key, suite = signers[Form.ECDSA_SD_2023], EcdsaSdProofSuite()
    for award, bodies in sealed_catalogue:
        base = json.loads(bodies[Form.ECDSA_SD_2023])
        contexts, shown = contexts_of(base), ("/awardedDate", "/credentialSubject/name")
        ours = json.loads(selective.shown(bodies[Form.ECDSA_SD_2023], reader, shown))
        theirs = suite.derive_proof(base, selective_pointers=shown, extra_contexts=contexts)
        derived = verified(json.dumps(theirs).encode(), key, reader)
        assert (derived["awardedDate"], derived["id"]) == (ours["awardedDate"], ours["id"])
        suite.verify(
            ours, public_key_jwk={**key.public.jwk(), "alg": "ES256"}, now=award.valid_from + timedelta(days=1),
            extra_contexts=contexts,
        )  # fmt: skip


def test_the_reference_implementation_and_openvc_read_every_token(
    sealed_catalogue: Sealed, signers: Mapping[Form, SignerWithKid]
) -> None:
    from jwcrypto.jwk import JWK

    key = signers[Form.SD_JWT_VC]
    for award, bodies in sealed_catalogue:
        content = json.loads(award.content)
        shown = present(bodies[Form.SD_JWT_VC], ["/credentialSubject/name", "/awardedDate"])
        jwk = JWK(**key.public.jwk())
        payload = SDJWTVerifier(shown.decode(), lambda issuer, header, jwk=jwk: jwk).get_verified_payload()
        assert payload["credentialSubject"]["name"] == content["credentialSubject"]["name"]
        assert payload["awardedDate"] == content["awardedDate"]
        assert "result" not in payload["credentialSubject"]
        whole = SDJWTVerifier(
            bodies[Form.SD_JWT_VC].decode(), lambda issuer, header, jwk=jwk: jwk
        ).get_verified_payload()
        assert {name: whole[name] for name in content} == content
        result = SdJwtVcProofSuite().verify(
            shown.decode(), public_key_jwk={**key.public.jwk(), "alg": "ES256"},
            now=award.valid_from + timedelta(days=1),
        )  # fmt: skip
        assert result is not None


# -- Forms that are added


def test_an_added_form_is_sealed_with_its_own_token_only(
    catalogue: list[BadgeClass], plan: Callable[..., Award], preparer: Preparer, sealer: Sealer, signers: Any,
    reader: Reader, identity: Any, asked: Callable[[], int],
) -> None:  # fmt: skip
    full = plan(catalogue[0])
    older = Preparer(identity, reader, {form: signers[form] for form in (Form.EDDSA_RDFC_2022, Form.VC_JWT)})
    prepared = older.plan(full.id, json.loads(full.content))
    award = replace(full, forms=prepared.forms, lint_token=prepared.lint_token)
    added = preparer.plan_added(award, {Form.ECDSA_SD_2023})
    assert [one.form for one in added] == [Form.ECDSA_SD_2023]
    assert added[0].tbs == full.forms[2].tbs
    before = asked()
    for wrong in (None, "", prepared.lint_token, full.lint_token, "0" * 64):
        forged = replace(award, forms=(*award.forms, replace(added[0], lint_token=wrong)))
        with pytest.raises(Conflict) as refused:
            sealer.seal(forged)
        assert refused.value.code == "issue.token"
    changed = replace(award, forms=(*award.forms, replace(added[0], tbs=bytes(99))))
    with pytest.raises(Conflict):
        sealer.seal(changed)
    alone = replace(award, forms=added, lint_token=added[0].lint_token or "")
    with pytest.raises(Conflict):
        sealer.seal(alone)
    assert asked() == before
    whole = replace(award, forms=(*award.forms, *added))
    assert sealer.seal(whole)[Form.ECDSA_SD_2023] == sealer.seal(full)[Form.ECDSA_SD_2023]
