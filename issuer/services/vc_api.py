"""Use case: other software issues, verifies, shows in part and revokes over the W3C VC API.

Verifying is the public verification. Issuing is limited to this issuer's own badge classes and to what a reviewer
has approved: software asks for the badge, people decide about it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from badge_classes import BadgeClass, Catalogue
from issuer.credentials.encode import to_bytes
from issuer.credentials.urls import PublicUrls
from issuer.domain.award import Award, Form, IssueState
from issuer.domain.people import Role, normalise_email
from issuer.errors import Conflict, Forbidden, IssuerError, NotFound, Unprocessable
from issuer.proofs import ecdsa_sd_2023
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject
from issuer.services.access import actor, not_found
from issuer.services.issue import Issue
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.stand import Stand
from issuer.services.verify import VerifyService
from issuer.verification.any_controller import Asked, check_embedded
from issuer.verification.data_model import presentation_problems
from issuer.verification.documents import Documents
from issuer.verification.intake import listed, listed_texts
from issuer.verification.report import Check, Outcome, Report, Verdict
from issuer.verification.w3c_problems import problem_details, problem_type

Answer = tuple[int, JsonObject]
"""HTTP status and body."""

MAX_CREDENTIALS = 8
_CREDENTIAL_MEMBERS = frozenset({"@context", "type", "issuer", "credentialSubject"})
_SUBJECT_MEMBERS = frozenset({"type", "id", "identifier", "achievement"})
_MAILTO = "mailto:"
_JSON = "application/json"
_TOKEN = "application/jwt"
_ASKED = ("audience", "nonce", "domain", "challenge")
_PRESENTING = ("authentication", "assertionMethod")
_SET, _CLEARED = (True, 1, "1", "0x1", "true"), (False, 0, "0", "0x0", "false")


class VcApi:
    """What registered clients may do, and what everybody may ask. `by` is the person a client acts for."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        issue: Issue,
        stand: Stand,
        verify: VerifyService,
        reader: Reader,
        documents: Documents,
        urls: PublicUrls,
        clock: Clock,
    ) -> None:
        self._store = store
        self._issue = issue
        self._stand = stand
        self._verify = verify
        self._reader = reader
        self._documents = documents
        self._urls = urls
        self._clock = clock
        self._classes = {urls.achievement(one.slug, one.version): one for one in catalogue.badge_classes}

    def issue(self, by: str, sent: JsonObject) -> Answer:
        """The badge of a class of ours for somebody whose evidence was approved, signed.

        The credential names the achievement and the recipient, nothing else: what the badge says was reviewed.
        Raises Forbidden for other people's achievements, NotFound for people who are not the caller's to see,
        Conflict (`state.conflict`) where nothing was approved, Unprocessable (`input.invalid`).
        """
        credential = _object(sent, "credential")
        badge_class, email = self._wanted(credential)
        award = self._store.read(lambda tx: self._approved(tx, by, badge_class, email))
        if award.state is not IssueState.ISSUED:
            self._issue.finish_one(award.id)
            award = self._store.read(lambda tx: tx.awards.get(award.id)) or award
        sealed = award.sealed(Form.EDDSA_RDFC_2022)
        if sealed is None:
            raise Conflict("state.conflict", "The badge is still being issued. Ask again in a moment.")
        return 201, {"verifiableCredential": json.loads(sealed)}

    def set_status(self, by: str, sent: JsonObject) -> Answer:
        """Revoke, suspend or reinstate a badge of ours. Raises as `Stand` does."""
        identifier = sent.get("credentialId")
        prefix = self._urls.credential("")
        if not isinstance(identifier, str) or not identifier.startswith(prefix):
            raise NotFound("not_found", "No such badge was issued here.")
        wanted = listed(sent.get("credentialStatus"))
        if len(wanted) != 1 or not isinstance(wanted[0], dict):
            raise Unprocessable("input.invalid", "Say one status to set.", "/credentialStatus")
        purpose, value = wanted[0].get("statusPurpose", "revocation"), wanted[0].get("status", sent.get("status", True))
        reason = sent.get("reason", "Asked for by registered software.")
        if not isinstance(reason, str):
            raise Unprocessable("input.invalid", "The reason is a text.", "/reason")
        award = self._changed(by, identifier.removeprefix(prefix), purpose, value, reason)
        return 200, {"credentialId": identifier, "standing": award.standing.value}

    def verify(self, sent: JsonObject) -> Answer:
        """The public verification of ``verifiableCredential``, an object or a token; Refused becomes an answer too."""
        try:
            presented = _presented(sent, "verifiableCredential")
            report = self._report(presented, _asked(sent))
        except IssuerError as error:
            return _refused([problem_details(error)])
        problems = _problems(report)
        answer = {"verified": report.verdict is Verdict.VALID, "results": report.as_json(), "problemDetails": problems}
        if report.verdict is not Verdict.VALID:
            return _refused(problems, answer)
        return 200, {**answer, "verifiableCredential": presented, "warnings": list(report.flags), "errors": []}

    def verify_presentation(self, sent: JsonObject) -> Answer:
        """A presentation and each credential in it, by the public verification; a named holder has to be its signer."""
        try:
            presentation = _object(sent, "verifiablePresentation")
            self._check_presentation(presentation, Asked.of(_options(sent), *_PRESENTING))
            problems = [
                problem
                for credential in listed(presentation.get("verifiableCredential"))
                for problem in self._problems_of(credential)
            ]
        except IssuerError as error:
            return _refused([problem_details(error)])
        if problems:
            return _refused(problems)
        return 200, {"verified": True, "verifiablePresentation": presentation, "problemDetails": [], "errors": []}

    def derive(self, sent: JsonObject) -> Answer:
        """A part of a badge with a base proof of ecdsa-sd-2023. Raises as `ecdsa_sd_2023.derive` does."""
        pointers: Any = _options(sent).get("selectivePointers", [])
        if not isinstance(pointers, list) or not all(isinstance(one, str) for one in pointers):
            raise Unprocessable("input.invalid", "Pointers are a list of texts.", "/options/selectivePointers")
        base = _object(sent, "verifiableCredential")
        return 201, {"verifiableCredential": ecdsa_sd_2023.derive(base, pointers, self._reader)}

    # -- issuing

    def _wanted(self, credential: JsonObject) -> tuple[BadgeClass, str]:
        """Which badge for whom. Whatever else were said would be lost, so it is refused."""
        subject = credential.get("credentialSubject")
        if not isinstance(subject, dict):
            raise Unprocessable("input.invalid", "Name one subject.", "/credential/credentialSubject")
        achievement = subject.get("achievement")
        identifier = achievement.get("id") if isinstance(achievement, dict) else achievement
        badge_class = self._classes.get(identifier) if isinstance(identifier, str) else None
        if badge_class is None:
            raise Forbidden("forbidden", "Only badges of this issuer's own badge classes are issued here.")
        _refuse_more(credential, _CREDENTIAL_MEMBERS, "/credential")
        _refuse_more(subject, _SUBJECT_MEMBERS, "/credential/credentialSubject")
        return badge_class, _email_of(subject)

    def _approved(self, tx: Transaction, by: str, badge_class: BadgeClass, email: str) -> Award:
        person, earner = actor(tx, by), tx.people.by_email(normalise_email(email))
        if not (person.has(Role.ADMINISTRATOR) or person.has(Role.REVIEWER)):
            raise Forbidden("forbidden", "Only clients that act for reviewers or administrators may do this.")
        is_far = earner is not None and earner.organisation_id != person.organisation_id
        if earner is None or (is_far and not person.has(Role.ADMINISTRATOR)):
            raise not_found()
        for award in tx.awards.of_person(earner.id):
            if (award.achievement, award.version) == (badge_class.slug, badge_class.version) and award.is_living:
                return award
        raise Conflict("state.conflict", "No reviewer has approved evidence of this person for this badge.")

    def _changed(self, by: str, award_id: str, purpose: Any, value: Any, reason: str) -> Award:
        is_set = value in _SET
        if not is_set and value not in _CLEARED:
            raise Unprocessable("input.invalid", "The status is true or false.", "/credentialStatus/status")
        if purpose == "revocation" and is_set:
            return self._stand.revoke(by, award_id, reason)
        if purpose == "revocation":
            raise Conflict("status.revocation_final", "A revoked badge stays revoked.")
        if purpose != "suspension":
            raise Unprocessable("input.invalid", "A badge is revoked or suspended, nothing else.", "/credentialStatus")
        return (self._stand.suspend if is_set else self._stand.reinstate)(by, award_id, reason)

    # -- verifying

    def _report(self, presented: JsonObject | str, asked: Mapping[str, Any]) -> Report:
        if isinstance(presented, str):
            return self._verify.verify(presented.encode("utf-8", "replace"), _TOKEN, any_credential=True, **asked)
        return self._verify.verify(to_bytes(presented), _JSON, any_credential=True, **asked)

    def _problems_of(self, credential: JsonObject) -> list[JsonObject]:
        report = self._report(credential, {})
        return [] if report.verdict is Verdict.VALID else _problems(report)

    def _check_presentation(self, presentation: JsonObject, asked: Asked) -> None:
        for problem in presentation_problems(presentation):
            raise problem
        if len(listed(presentation.get("verifiableCredential"))) > MAX_CREDENTIALS:
            raise Unprocessable("input.invalid", f"A presentation holds at most {MAX_CREDENTIALS} credentials.")
        if "proof" not in presentation:
            if asked.domain is not None or asked.challenge is not None:
                raise Unprocessable("proof.missing", "Nobody has signed this presentation for you.", "/proof")
            self._reader.read(presentation)
            return
        holder = presentation.get("holder")
        signer = check_embedded(presentation, asked, self._reader, self._documents, self._clock())
        if holder is not None and signer != (holder.get("id") if isinstance(holder, dict) else holder):
            raise Unprocessable("issuer.mismatch", "The presentation is not signed by its holder.", "/holder")


def _problems(report: Report) -> list[JsonObject]:
    rows = [row for row in report.checks if row.outcome in (Outcome.FAILED, Outcome.INCONCLUSIVE)]
    return [_problem(row) for row in rows] or [_problem(row) for row in report.checks if row.outcome is Outcome.NOT_RUN]


def _problem(row: Check) -> JsonObject:
    code = row.code or "internal"
    return {"type": problem_type(code), "title": row.message, "detail": row.message, "code": code, "check": row.check}


def _refused(problems: Sequence[JsonObject], more: Mapping[str, Any] | None = None) -> Answer:
    errors = [str(problem["title"]) for problem in problems]
    return 400, {**(more or {}), "verified": False, "problemDetails": list(problems), "errors": errors}


def _presented(sent: JsonObject, name: str) -> JsonObject | str:
    value = sent.get(name)
    if not isinstance(value, dict | str):
        raise Unprocessable("input.invalid", f"Send “{name}” as an object or a token.", f"/{name}")
    return value


def _object(sent: JsonObject, name: str) -> JsonObject:
    value = sent.get(name)
    if not isinstance(value, dict):
        raise Unprocessable("input.invalid", f"Send “{name}” as an object.", f"/{name}")
    return value


def _options(sent: JsonObject) -> JsonObject:
    options = sent.get("options")
    if not isinstance(options, dict | None):
        raise Unprocessable("input.invalid", "The options are an object.", "/options")
    return options or {}


def _asked(sent: JsonObject) -> dict[str, Any]:
    """What the options ask of the holder's signature, or of an embedded proof."""
    asked = {name: _options(sent).get(name) for name in _ASKED}
    for name, value in asked.items():
        if not isinstance(value, str | None):
            raise Unprocessable("input.invalid", "This is a text.", f"/options/{name}")
    return asked


def _refuse_more(value: JsonObject, known: frozenset[str], where: str) -> None:
    for name in value:
        if name not in known:
            message = "The badge says what was reviewed; this cannot be asked for."
            raise Unprocessable("input.invalid", message, f"{where}/{name[:100]}")


def _email_of(subject: JsonObject) -> str:
    """The recipient's address: a mailto: id, or an e-mail identifier in plain."""
    identifier = subject.get("id")
    if isinstance(identifier, str) and identifier.lower().startswith(_MAILTO):
        return identifier[len(_MAILTO) :]
    for one in listed(subject.get("identifier")):
        if isinstance(one, dict) and "emailAddress" in listed_texts(one.get("identityType")) and not one.get("hashed"):
            address = one.get("identityHash")
            if isinstance(address, str):
                return address
    raise Unprocessable("input.invalid", "Name the recipient by an e-mail address.", "/credential/credentialSubject")
