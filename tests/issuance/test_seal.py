from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from badge_classes import BadgeClass
from issuer.domain.award import Award, Form, PlannedForm
from issuer.errors import Conflict, Invalid, IssuerError, Unavailable, Undecided, Unprocessable
from issuer.issuance.lint_token import lint_token
from issuer.issuance.prepare import Preparer
from issuer.issuance.seal import Sealer
from issuer.issuance.signing import NamedSigner, SignerWithKid
from issuer.proofs.linked_data import Reader

Plan = Callable[..., Award]
Signers = dict[Form, SignerWithKid]


def accept(_body: bytes, _media_type: str) -> None:
    """A public verification that finds nothing wrong."""


def with_token(award: Award) -> Award:
    """The award with the token that would belong to it as it is now."""
    return replace(award, lint_token=lint_token(award.id, award.content, award.content_sha256, award.forms))


def test_every_badge_class_is_sealed_in_every_form(
    catalogue: list[BadgeClass], plan: Plan, sealer: Sealer, checked: list[tuple[bytes, str]]
) -> None:
    for badge_class in catalogue:
        award = plan(badge_class)
        sealed = sealer.seal(award)
        document = json.loads(sealed[Form.EDDSA_RDFC_2022])
        proof = document.pop("proof")
        assert document == json.loads(award.content)
        assert proof["proofValue"].startswith("z")
        assert proof["created"] == document["validFrom"]
        assert sealed[Form.VC_JWT].count(b".") == 2
        seen = dict(zip(sealed, checked[-len(sealed) :], strict=True))
        assert [media_type for _, media_type in seen.values()] == [
            "application/vc+ld+json", "application/vc+jwt", "application/vc+ld+json", "application/dc+sd-jwt",
        ]  # fmt: skip
        for form in (Form.EDDSA_RDFC_2022, Form.VC_JWT, Form.SD_JWT_VC):
            assert seen[form][0] == sealed[form]


def test_sealing_again_gives_the_same_bytes(catalogue: list[BadgeClass], plan: Plan, sealer: Sealer) -> None:
    for badge_class in catalogue[:3]:
        assert sealer.seal(plan(badge_class)) == sealer.seal(plan(badge_class))


@pytest.mark.parametrize("alg", ["ES256", "EdDSA"])
def test_other_jose_keys_seal_the_same_bytes_again_too(
    catalogue: list[BadgeClass],
    keys: dict[str, SignerWithKid],
    reader: Reader,
    identity: Any,
    parts_of: Callable[..., dict[str, Any]],
    plan: Plan,
    alg: str,
) -> None:
    """EdDSA is made with nothing random, ECDSA with RFC 6979."""
    prepared = Preparer(identity, reader, {Form.VC_JWT: keys[alg]}).prepare(**parts_of(catalogue[0]))
    award = replace(plan(catalogue[0]), forms=prepared.forms, lint_token=prepared.lint_token)
    first, second = (Sealer([keys[alg]], reader, accept).seal(award)[Form.VC_JWT] for _ in range(2))
    assert first == second
    assert json.loads(base64.urlsafe_b64decode(first.split(b".")[0] + b"==")) == {
        "alg": alg, "kid": keys[alg].kid, "typ": "JWT",
    }  # fmt: skip


class KilledError(Exception):
    """The process ends here."""


@pytest.mark.parametrize("kill_at", [1, 2])
def test_after_a_crash_between_signing_and_storing_the_same_badge_comes_out(
    catalogue: list[BadgeClass], plan: Plan, sealer: Sealer, signers: Signers, reader: Reader, kill_at: int
) -> None:
    """Crash plan K3 and K4: what was signed but not stored is signed again, byte for byte."""
    award, calls = plan(catalogue[0]), []

    def killed(body: bytes, _media_type: str) -> None:
        calls.append(body)
        if len(calls) == kill_at:
            raise KilledError

    with pytest.raises(KilledError):
        Sealer(signers.values(), reader, killed).seal(award)
    assert list(sealer.seal(award).values())[:kill_at] == calls


def test_a_form_that_was_stored_is_not_signed_again(
    catalogue: list[BadgeClass], plan: Plan, sealer: Sealer, asked: Callable[[], int]
) -> None:
    award = plan(catalogue[0])
    sealed = sealer.seal(award)
    before = asked()
    stored = replace(award, forms=tuple(replace(one, sealed=sealed[one.form]) for one in award.forms))
    assert sealer.seal(stored) == sealed
    assert asked() == before == len(Form)


def changed_content(award: Award) -> Award:
    return replace(award, content=award.content.replace(b"O\xe2\x80\x99Neill", b"O\xe2\x80\x99Brien"))


def changed_tbs(award: Award) -> Award:
    first = replace(award.forms[0], tbs=bytes(64))
    return replace(award, forms=(first, *award.forms[1:]))


NOT_LINTED: Mapping[str, Callable[[Award], Award]] = {
    "no token": lambda award: replace(award, lint_token=""),
    "the token of nothing": lambda award: replace(award, lint_token="0" * 64),
    "the token of another badge": lambda award: replace(award, id="00000000-0000-4000-8000-000000000001"),
    "content changed after the lint": changed_content,
    "bytes to be signed changed after the lint": changed_tbs,
    "another key after the lint": lambda award: replace(
        award, forms=tuple(replace(one, verification_method="did:web:x.example#k") for one in award.forms)
    ),
    "no forms": lambda award: replace(award, forms=()),
}


@pytest.mark.parametrize("change", NOT_LINTED.values(), ids=NOT_LINTED.keys())
def test_biz_14_what_was_not_linted_is_not_signed(
    catalogue: list[BadgeClass],
    plan: Plan,
    sealer: Sealer,
    asked: Callable[[], int],
    change: Callable[[Award], Award],
) -> None:
    award = plan(catalogue[0])
    with pytest.raises(Conflict) as refused:
        sealer.seal(change(award))
    assert refused.value.code == "issue.token"
    assert asked() == 0


def tampered_tbs(award: Award) -> Award:
    return with_token(changed_tbs(award))


def tampered_content(award: Award) -> Award:
    return with_token(changed_content(award))


def tampered_sum(award: Award) -> Award:
    first = replace(award.forms[0], tbs_sha256="0" * 64)
    return with_token(replace(award, forms=(first, *award.forms[1:])))


def unclean_content(award: Award) -> Award:
    document = json.loads(award.content)
    document["evidence"][0]["narrative"] = "zoe@example.org"
    return with_token(replace(award, content=json.dumps(document).encode()))


def no_json(award: Award) -> Award:
    return with_token(replace(award, content=b"{"))


@pytest.mark.parametrize("change", [tampered_tbs, tampered_content, tampered_sum, unclean_content, no_json])
def test_a_plan_that_does_not_fit_its_content_is_not_signed_even_with_a_fitting_token(
    catalogue: list[BadgeClass],
    plan: Plan,
    sealer: Sealer,
    asked: Callable[[], int],
    change: Callable[[Award], Award],
) -> None:
    with pytest.raises(Unprocessable) as refused:
        sealer.seal(change(plan(catalogue[0])))
    assert refused.value.code == "issue.self_check"
    assert asked() == 0


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("defect", ["nothing", "too short", "of another key", "of another message"])
def test_key_08_a_wrong_signature_never_leaves(
    catalogue: list[BadgeClass], plan: Plan, signers: Signers, reader: Reader, form: Form, defect: str
) -> None:
    award, key = plan(catalogue[0]), signers[form]
    other = next(one for one in signers.values() if one is not key)

    def sign(message: bytes) -> bytes:
        return {
            "nothing": lambda: b"",
            "too short": lambda: key.signer.sign(message)[:-1],
            "of another key": lambda: other.signer.sign(message),
            "of another message": lambda: key.signer.sign(message + b"\0"),
        }[defect]()

    broken = replace(key, signer=NamedSigner(key.signer.alg, key.signer.verification_method, sign))
    with pytest.raises(Unprocessable) as refused:
        Sealer([broken, *(one for one in signers.values() if one is not key)], reader, accept).seal(award)
    assert refused.value.code == "issue.self_check"


def test_rel_09_a_key_that_is_not_the_published_one_is_noticed(
    catalogue: list[BadgeClass], plan: Plan, signers: Signers, reader: Reader, identity: Any
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = signers[Form.EDDSA_RDFC_2022]
    swapped = NamedSigner("EdDSA", key.signer.verification_method, Ed25519PrivateKey.generate().sign)
    with pytest.raises(Unprocessable) as refused:
        Sealer([replace(key, signer=swapped), signers[Form.VC_JWT]], reader, accept).seal(plan(catalogue[0]))
    assert refused.value.code == "issue.self_check"


def test_key_08_a_key_that_cannot_be_used_is_a_matter_of_time(
    catalogue: list[BadgeClass], plan: Plan, signers: Signers, reader: Reader
) -> None:
    def down(_message: bytes) -> bytes:
        raise OSError("no route to the signer")

    broken = [replace(key, signer=NamedSigner(key.signer.alg, key.kid, down)) for key in signers.values()]
    with pytest.raises(Unavailable) as refused:
        Sealer(broken, reader, accept).seal(plan(catalogue[0]))
    assert refused.value.code == "key.unavailable"
    assert "route" not in refused.value.message


def test_a_plan_for_a_key_that_no_longer_signs_waits(
    catalogue: list[BadgeClass], plan: Plan, signers: Signers, reader: Reader
) -> None:
    with pytest.raises(Unavailable) as refused:
        Sealer([signers[Form.VC_JWT]], reader, accept).seal(plan(catalogue[0]))
    assert refused.value.code == "key.unavailable"


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (Invalid("key.not_authorized", "The key is not listed."), Unprocessable),
        (Undecided("did.unreachable", "The DID document could not be had."), Unavailable),
        (Unavailable("verifier.busy", "Later."), Unavailable),
    ],
    ids=["it says no", "it cannot tell", "it has no time"],
)
def test_what_the_public_verification_does_not_accept_never_leaves(
    catalogue: list[BadgeClass],
    plan: Plan,
    signers: Signers,
    reader: Reader,
    said: IssuerError,
    answered: type[IssuerError],
) -> None:
    def verify(_body: bytes, _media_type: str) -> None:
        raise said

    with pytest.raises(answered) as refused:
        Sealer(signers.values(), reader, verify).seal(plan(catalogue[0]))
    assert refused.value.code == "issue.self_check"


def test_the_http_form_of_a_kid_is_what_the_token_names(
    catalogue: list[BadgeClass],
    signers: Signers,
    reader: Reader,
    identity: Any,
    parts_of: Callable[..., dict[str, Any]],
    plan: Plan,
) -> None:
    kid = "https://badges.example.org/keys/rs256-1"
    key = replace(signers[Form.VC_JWT], kid=kid)
    prepared = Preparer(identity, reader, {Form.VC_JWT: key}).prepare(**parts_of(catalogue[0]))
    planned: PlannedForm = prepared.forms[0]
    award = replace(plan(catalogue[0]), forms=prepared.forms, lint_token=prepared.lint_token)
    token = Sealer([key], reader, accept).seal(award)[Form.VC_JWT]
    assert planned.verification_method == kid
    assert json.loads(base64.urlsafe_b64decode(token.split(b".")[0] + b"=="))["kid"] == kid
