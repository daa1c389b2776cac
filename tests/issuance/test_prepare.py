from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from badge_classes import BadgeClass
from issuer.credentials.identity import IssuerIdentity, identify
from issuer.credentials.open_badge import BadgeContent, unsigned_badge
from issuer.credentials.text import clean
from issuer.domain.award import Form
from issuer.domain.review import Rating
from issuer.errors import Unprocessable
from issuer.issuance.prepare import Preparer, Recipient
from issuer.issuance.signing import SignerWithKid
from issuer.proofs.data_integrity import hash_data
from issuer.proofs.jws import read_compact
from issuer.proofs.linked_data import Reader
from issuer.proofs.rdf_canon import canonicalise

Parts = Callable[..., dict[str, Any]]


@pytest.fixture
def badge(catalogue: list[BadgeClass], identity: IssuerIdentity, parts_of: Parts) -> dict[str, Any]:
    parts = parts_of(catalogue[0])
    return unsigned_badge(BadgeContent(id=parts.pop("award_id"), **parts), identity)


def test_a_plan_holds_the_exact_bytes_of_every_form(
    catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts, reader: Reader
) -> None:
    for badge_class in catalogue:
        prepared = preparer.prepare(**parts_of(badge_class))
        document = json.loads(prepared.content)
        embedded, token, selective, selective_token = prepared.forms
        assert [one.form for one in prepared.forms] == list(Form)
        canonical = canonicalise(reader.read(document))
        assert prepared.content_sha256 == sha256(canonical).hexdigest()
        assert embedded.tbs[32:] == sha256(canonical).digest()
        assert len(embedded.tbs) == 64
        header, payload, _ = (read_compact(token.tbs + b".AA").header, *token.tbs.split(b"."))
        assert header == {"alg": "RS256", "kid": token.verification_method, "typ": "JWT"}
        assert payload
        assert len(selective.tbs) == 32 + 35 + 32
        header = read_compact(selective_token.tbs + b".AA").header
        assert header == {"alg": "ES256", "kid": selective_token.verification_method, "typ": "dc+sd-jwt"}
        assert all(one.tbs_sha256 == sha256(one.tbs).hexdigest() and one.sealed is None for one in prepared.forms)


def test_the_proof_is_dated_with_the_beginning_of_the_badge(
    catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts, reader: Reader
) -> None:
    prepared = preparer.prepare(**parts_of(catalogue[0]))
    document = json.loads(prepared.content)
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": document["validFrom"],
        "verificationMethod": prepared.forms[0].verification_method,
        "proofPurpose": "assertionMethod",
    }
    assert prepared.forms[0].tbs == hash_data(document, options, reader)


def test_the_token_claims_what_ob_3_asks_for(catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts) -> None:
    """Source: Open Badges 3.0 §8.2; T7: RS256 and a kid; T8: sub, and no aud; T24: nbf equals validFrom."""
    prepared = preparer.prepare(**parts_of(catalogue[0]))
    document = json.loads(prepared.content)
    payload = json.loads(read_compact(prepared.forms[1].tbs + b".AA").payload)
    assert payload["iss"] == document["issuer"]["id"]
    assert payload["jti"] == document["id"]
    assert payload["sub"] == document["credentialSubject"]["id"]
    assert payload["nbf"] == 1717264800
    assert "aud" not in payload
    assert "vc" not in payload
    assert "exp" not in payload
    assert {name: payload[name] for name in document} == document


def test_equal_arguments_give_equal_plans(catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts) -> None:
    assert preparer.prepare(**parts_of(catalogue[0])) == preparer.prepare(**parts_of(catalogue[0]))


def test_another_moment_salt_or_person_gives_another_plan(
    catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts
) -> None:
    first = parts_of(catalogue[0])
    changes: list[dict[str, Any]] = [
        {},
        {"valid_from": first["valid_from"] + timedelta(seconds=1)},
        {"salt": bytes(16)},
        {"recipient": Recipient("Another Name", "zoe.oneill@school.example.org")},
        {"award_id": "00000000-0000-4000-8000-000000000008"},
    ]
    plans = [preparer.prepare(**{**first, **change}) for change in changes]
    assert len({one.content_sha256 for one in plans}) == len(plans)
    assert len({one.lint_token for one in plans}) == len(plans)


def test_planning_never_touches_a_real_key(
    catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts, asked: Callable[[], int]
) -> None:
    preparer.prepare(**parts_of(catalogue[0]))
    assert asked() == 0


def undefined_term(badge: dict[str, Any]) -> None:
    badge["credentialSubject"]["favouriteColour"] = "blue"


def bad_iri(badge: dict[str, Any]) -> None:
    badge["credentialSubject"]["achievement"]["id"] = "achievements/one v1"


def too_large(badge: dict[str, Any]) -> None:
    badge["evidence"] = [
        {"id": f"{badge['id']}#evidence-{n}", "type": ["Evidence"], "name": "n", "narrative": "n" * 20_000}
        for n in range(14)
    ]


def term_of_another_type(badge: dict[str, Any]) -> None:
    badge["credentialSubject"]["givenName"] = "Zoë"


def not_json(badge: dict[str, Any]) -> None:
    badge["name"] = float("nan")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(undefined_term, "ld.data_loss", id="undefined term"),
        pytest.param(bad_iri, "absolute_ids", id="bad IRI"),
        pytest.param(too_large, "input.too_large", id="more than 256 KiB"),
        pytest.param(term_of_another_type, "ld.data_loss", id="T18 a term of Profile on the subject"),
        pytest.param(not_json, "JSON", id="no JSON"),
    ],
)
def test_biz_13_what_our_own_verifier_would_reject_is_never_planned(
    preparer: Preparer,
    badge: dict[str, Any],
    asked: Callable[[], int],
    change: Callable[[dict[str, Any]], None],
    said: str,
) -> None:
    assert preparer.plan("id", badge).forms
    change(badge)
    with pytest.raises(Unprocessable) as refused:
        preparer.plan("id", badge)
    assert refused.value.code == "issue.lint"
    assert said in refused.value.message
    assert asked() == 0


def test_prv_01_an_address_in_a_public_narrative_stops_the_plan(
    catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts
) -> None:
    narrative = {catalogue[0].requirements[0].id: "Ask principal@school.example.org about it."}
    with pytest.raises(Unprocessable) as refused:
        preparer.prepare(**parts_of(catalogue[0], public_narratives=narrative))
    assert refused.value.code == "issue.lint"
    assert refused.value.where == "/evidence/0/narrative"
    assert "principal" not in refused.value.message


def test_a_requirement_that_is_not_met_stops_the_plan(
    catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts
) -> None:
    ratings = tuple(Rating(one.id, one.levels[0].id) for one in catalogue[0].requirements)
    with pytest.raises(Unprocessable) as refused:
        preparer.prepare(**parts_of(catalogue[0], ratings=ratings))
    assert (refused.value.code, refused.value.message[:8]) == ("issue.lint", "results:")


def test_names_compares_with_the_person_as_named_now(
    catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts
) -> None:
    parts = parts_of(catalogue[0])
    content = preparer.prepare(**parts).content
    assert preparer.names(content, parts["recipient"])
    assert not preparer.names(content, Recipient("Zoë Smith", parts["recipient"].email))


@pytest.mark.parametrize(
    "public_url", ["http://localhost:8000", "http://demo.localhost:8000", "https://b.example.org:8443"]
)
def test_badges_can_be_planned_on_this_machine_and_on_other_ports(
    catalogue: list[BadgeClass],
    signers: dict[Form, SignerWithKid],
    reader: Reader,
    parts_of: Parts,
    public_url: str,
) -> None:
    here = identify(public_url, "Schools That Lead")
    prepared = Preparer(here, reader, signers).prepare(**parts_of(catalogue[0]))
    assert json.loads(prepared.content)["id"].startswith(f"{public_url}/credentials/")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=80), narrative=st.text(max_size=400))
def test_whatever_a_teacher_writes_is_signed_clean_or_refused_as_a_lint(
    catalogue: list[BadgeClass], preparer: Preparer, parts_of: Parts, name: str, narrative: str
) -> None:
    parts = parts_of(
        catalogue[0],
        recipient=Recipient(name, "z@example.org"),
        public_narratives={catalogue[0].requirements[0].id: narrative},
    )
    refused = None
    try:
        prepared = preparer.prepare(**parts)
    except Unprocessable as error:
        refused = error
    if refused is None:
        assert preparer.names(prepared.content, parts["recipient"])
    else:
        assert refused.code == "issue.lint"
        assert not clean(name) or "@" in name + narrative or "%40" in name + narrative
