"""From a presented credential to a proven one: key bound to issuer, signature checked.

Binding comes first and by name, so that nobody but the issuer is asked for a key. Sources: OB 3.0 §9.1
step 2 and §9.2, VC-DI §4.4, RFC 7515 §5.2.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import chain

from msgspec import Struct

from issuer.errors import Invalid, Undecided
from issuer.proofs.data_integrity import HashedDocument, verify_proof
from issuer.proofs.jws import verify_signature
from issuer.proofs.strict_json import JsonObject
from issuer.verification.binding import SELF_ASSERTED, Bound, KeyName, bind, check_names, named_key
from issuer.verification.controller_document import ControllerDocument
from issuer.verification.documents import Found
from issuer.verification.findings import Findings
from issuer.verification.names import did_method, issuer_id, without_fragment
from issuer.verification.occasion import Occasion, require_answer
from issuer.verification.presented import Presented
from issuer.verification.proof_set import EmbeddedProof, check_options, proofs_of, unsupported
from issuer.verification.report import Check, Outcome
from issuer.verification.structure import is_open_badge
from issuer.verification.tools import Visit

_BINDING_SOURCE = "CID 1.0 §3.3; OB 3.0 §8.2"
_PROOF_SOURCE = "OB 3.0 §9.1 step 2; VC-DI §4.4"
_TOKEN_SOURCE = "OB 3.0 §9.2; RFC 7515 §5.2"
SELECTIVE = "ecdsa-sd-2023"
LOGGED_BEFORE = "key.compromised_logged_before"
_BOUND_MESSAGES = {
    LOGGED_BEFORE: (
        "The key that signed this was lost later on. This service issued the badge before that, by its own record."
    ),
    None: "The key that signed this is listed in the issuer's own document.",
    SELF_ASSERTED: "The key that signed this is the issuer's name itself. Who stands behind it is not established.",
}
_BOUND_BY_HOST = "The key that signed this is published on the issuer's own web address."


class Proven(Struct, frozen=True):
    """A credential whose signature is the issuer's.

    key_document: the issuer's document of keys, None where the key was found without one.
    verified_from: every document the binding of the keys rests on.
    """

    presented: Presented
    issuer: str
    key_document: ControllerDocument | None
    verified_from: tuple[Found, ...]


def prove(presented: Presented, visit: Visit, findings: Findings) -> Proven | None:
    """Add the rows `binding` and `proof`; None unless the proof has passed."""
    issuer = issuer_id(presented.document)
    assert issuer is not None  # structure has looked
    if presented.intake.token is None:
        bound = _prove_embedded(presented, issuer, visit, findings)
    else:
        bound = _prove_token(presented, issuer, visit, findings)
    if not bound:
        return None
    fetched = dict.fromkeys(chain.from_iterable([one.fetched for one in bound]))
    return Proven(presented, issuer, bound[0].document, tuple(fetched))


def check_occasion(proven: Proven, occasion: Occasion, findings: Findings) -> None:
    """Add a row where something was asked for that no proof of the issuer answers which was checked and is good.

    What anybody can add beside it (a proof of another, or of a kind that is not checked here) is no answer.
    """
    good: list[JsonObject] = []
    if proven.presented.intake.token is None:
        proofs = proofs_of(proven.presented.document)
        good = [one.options for one in proofs if one.is_supported and _is_by(proven.issuer, one)]
    require_answer(good, occasion, findings)


# -- Data Integrity


def _prove_embedded(presented: Presented, issuer: str, visit: Visit, findings: Findings) -> list[Bound]:
    """The bound keys of the issuer's proofs, when all of them are good; else none."""
    try:
        proofs = proofs_of(presented.document)
    except Invalid as problem:
        findings.add_problem("proof", problem, _PROOF_SOURCE)
        return []
    own = [proof for proof in proofs if _is_by(issuer, proof)]
    bound = _check_own(presented, issuer, own or list(proofs[:1]), visit, findings)
    if bound:
        _mention_others(presented, [proof for proof in proofs if proof not in own], visit, findings)
    return [] if findings.has_failed else bound


def _is_by(issuer: str, proof: EmbeddedProof) -> bool:
    return without_fragment(proof.method) == issuer


def _key_name(proof: EmbeddedProof) -> KeyName:
    return KeyName(proof.method, own_document_only=True)


def _check_own(
    presented: Presented, issuer: str, own: list[EmbeddedProof], visit: Visit, findings: Findings
) -> list[Bound]:
    supported = [proof for proof in own if proof.is_supported or not _is_by(issuer, proof)]
    if not supported:
        for proof in own:
            findings.add_problem("proof", unsupported(proof), _PROOF_SOURCE)
        return []
    bound = _bind_all([_key_name(proof) for proof in supported], issuer, presented, visit, findings)
    for proof, key in zip(supported, bound, strict=False):
        _check_one(presented, proof, key, len(supported) > 1, visit, findings)
    for proof in own if bound else ():
        if not proof.is_supported:
            _leave_unchecked(proof, findings)
    return bound


def _bind_all(names: list[KeyName], issuer: str, presented: Presented, visit: Visit, findings: Findings) -> list[Bound]:
    """Every key, or none when one of them is not to be had."""
    try:
        for name in names:
            check_names(issuer, name)
        bound = [_bind(issuer, name, presented, visit) for name in names]
    except (Invalid, Undecided) as problem:
        findings.add_problem("binding", problem, _BINDING_SOURCE)
        if len(names) > 1 and isinstance(problem, Invalid):
            message = "One of several proofs is not good: its key is not the issuer's, or not to be had."
            findings.failed("proof", "proof.set_member_invalid", message, _PROOF_SOURCE)
        return []
    flags = [one.flag for one in bound]
    for flag in flags:
        if flag is not None:
            findings.flag(flag)
    findings.add(_bound_row(LOGGED_BEFORE if LOGGED_BEFORE in flags else flags[0]))
    return bound


def _bind(issuer: str, name: KeyName, presented: Presented, visit: Visit) -> Bound:
    own = visit.tools.own
    is_own = own is not None and issuer == own.did and name.url is not None
    lost = own.compromised_key(name.url) if is_own else None  # type: ignore[union-attr,arg-type]  # is_own says so
    if lost is None:
        return bind(issuer, name, visit.documents, visit.now)
    if not _was_issued_before(lost.since, presented, visit):
        raise Invalid("key.compromised", "The key that signed this was stolen or lost; what it signs does not count.")
    return Bound(lost.key, LOGGED_BEFORE)


def _was_issued_before(lost_at: datetime, presented: Presented, visit: Visit) -> bool:
    """Whether our record names a badge of this id from before then; that its content is that badge's is seen later."""
    credential_id = presented.document.get("id")
    if not isinstance(credential_id, str) or not is_open_badge(presented.document):
        return False
    record = visit.own_record(credential_id)
    return record is not None and record.issued_at < lost_at


def _check_one(
    presented: Presented, proof: EmbeddedProof, bound: Bound, of_several: bool, visit: Visit, findings: Findings
) -> None:
    try:
        check_options(proof, visit.now, visit.occasion)
        _verify(presented, proof, bound)
    except (Invalid, Undecided) as problem:
        if of_several and isinstance(problem, Invalid):
            problem = Invalid("proof.set_member_invalid", f"One of several proofs is not good: {problem.message}")
        findings.add_problem("proof", problem, _PROOF_SOURCE)
    else:
        findings.add(_proven_row(bound.key.kind, proof.suite_name))


def _verify(presented: Presented, proof: EmbeddedProof, bound: Bound) -> None:
    hashed = presented.hashed
    if proof.before:
        hashed = HashedDocument({**hashed.document, "proof": list(proof.before)}, hashed.reader)
    verify_proof(hashed, proof.options, bound.key, hashed.reader)


def _leave_unchecked(proof: EmbeddedProof, findings: Findings) -> None:
    findings.flag("proof.member_not_checked")
    findings.add(
        Check(
            "proof",
            Outcome.NOT_RUN,
            "proof.member_not_checked",
            f"A further proof ({proof.suite_name!a}) was not checked; another one is enough.",
            _PROOF_SOURCE,
        )
    )


def _mention_others(presented: Presented, others: list[EmbeddedProof], visit: Visit, findings: Findings) -> None:
    """Signatures of strangers: checked where their key is their name, never asked for over the network."""
    for proof in others:
        if not proof.method:
            _leave_unchecked(proof, findings)
            continue
        findings.flag("proof.member_other_controller")
        checkable = proof.is_supported and did_method(proof.method) in ("key", "jwk")
        try:
            if checkable:
                stranger, name = without_fragment(proof.method), _key_name(proof)
                check_options(proof, visit.now, visit.occasion)
                check_names(stranger, name)
                _verify(presented, proof, bind(stranger, name, visit.documents, visit.now))
        except (Invalid, Undecided) as problem:
            message = f"A further signature, not the issuer's, is not good: {problem.message}"
            findings.failed("proof", "proof.set_member_invalid", message, _PROOF_SOURCE)
        else:
            findings.add(_stranger_row(proof, checkable))


def _stranger_row(proof: EmbeddedProof, checked: bool) -> Check:
    name, how = ascii(without_fragment(proof.method))[:120], "checked" if checked else "not checked"
    message = f"{name} has signed as well ({how}). That is a co-signer, not the issuer."
    outcome = Outcome.PASSED if checked else Outcome.NOT_RUN
    return Check("proof", outcome, "proof.member_other_controller", message, _PROOF_SOURCE)


# -- VC-JWT


def _prove_token(presented: Presented, issuer: str, visit: Visit, findings: Findings) -> list[Bound]:
    """The bound key of the token, when its signature is good; else none."""
    token = presented.intake.token
    assert token is not None
    bound = _bind_all([named_key(token.header, issuer, presented.format)], issuer, presented, visit, findings)
    if not bound:
        return []
    try:
        verify_signature(token, bound[0].key)
    except Invalid as problem:
        findings.add_problem("proof", problem, _TOKEN_SOURCE)
        return []
    findings.add(_proven_row(bound[0].key.kind, presented.format))
    if "proof" in presented.document:
        _mention_inner_proofs(presented, issuer, visit, findings)
    return bound


def _mention_inner_proofs(presented: Presented, issuer: str, visit: Visit, findings: Findings) -> None:
    """Proofs inside a token are not needed; one that is not good, or could not be checked, is said."""
    inner = Findings()
    _prove_embedded(presented, issuer, visit, inner)
    for problem in inner.problems[:1]:
        code, what = "proof.member_invalid", "a proof embedded in it is not"
        if not inner.has_failed:
            code, what = "proof.member_not_checked", "a proof embedded in it was not checked"
        findings.flag(code)
        message = f"The token is good, but {what}: {problem.message}"
        findings.add(Check("proof", Outcome.NOT_APPLICABLE, code, message, _PROOF_SOURCE))


# -- rows that repeat


@cache
def _bound_row(flag: str | None) -> Check:
    message = _BOUND_MESSAGES.get(flag, _BOUND_BY_HOST)
    return Check("binding", Outcome.PASSED, flag, message, _BINDING_SOURCE)


@cache
def _proven_row(key_kind: str, how: str) -> Check:
    message = f"The {key_kind} signature covers every field of this badge ({how})."
    if how in (SELECTIVE, "sd-jwt"):
        message = (
            f"The {key_kind} signatures cover every field shown ({how}). The holder may have left out others, as far "
            "as the issuer allows it."
        )
    return Check("proof", Outcome.PASSED, None, message, _PROOF_SOURCE)
