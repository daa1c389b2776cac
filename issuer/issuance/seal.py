"""Signing what was planned, and nothing else."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection
from hashlib import sha256

from issuer.credentials import lints
from issuer.domain.award import Award, Form, PlannedForm
from issuer.errors import Conflict, Invalid, IssuerError, Refused, Unavailable, Undecided, Unprocessable
from issuer.issuance.forms import SECURING
from issuer.issuance.lint_token import added_form_token, lint_token
from issuer.issuance.signing import SignerWithKid
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject, parse_object

SelfCheck = Callable[[bytes, str], None]
"""(finished bytes, media type) → None: the verification that the public gets; raises an IssuerError."""


class Sealer:
    """Seals planned badges; the same plan gives the same bytes however often it is sealed.

    signers: every key that may still sign, found again by the `kid` a plan names; asked anew each time.
    """

    def __init__(self, signers: Collection[SignerWithKid], reader: Reader, self_check: SelfCheck) -> None:
        self._signers = signers
        self._reader = reader
        self._self_check = self_check

    def seal(self, award: Award) -> dict[Form, bytes]:
        """The finished bytes of every planned form, each verified before it is given out.

        Raises Conflict (`issue.token`) when the content is not the one that was checked, Unavailable
        (`key.unavailable`, `issue.self_check`) when a key or the verification cannot be had now,
        Unprocessable (`issue.self_check`) when what came out is not what was planned.
        """
        _require_token(award)
        document = _content_of(award)
        return {planned.form: self._sealed(planned, document) for planned in award.forms}

    def _sealed(self, planned: PlannedForm, document: JsonObject) -> bytes:
        if planned.sealed is not None:
            return planned.sealed
        securing, key = SECURING[planned.form], self._key(planned)
        try:
            self._require_planned(planned, document, key)
            body = securing.sealed(document, planned.tbs, key, self._reader)
            securing.check(body, document, planned.tbs, key, self._reader)
            securing.check_again(body, document, planned.tbs, key)
            self._self_check(securing.shown(body, self._reader), securing.media_type)
        except (Unavailable, Undecided) as error:
            raise _postponed(error) from error
        except IssuerError as error:
            raise _failed(error) from error
        return body

    def _key(self, planned: PlannedForm) -> SignerWithKid:
        for key in self._signers:
            if key.kid == planned.verification_method:
                return key
        raise Unavailable("key.unavailable", "The key this badge was planned for is not at hand.")

    def _require_planned(self, planned: PlannedForm, document: JsonObject, key: SignerWithKid) -> None:
        rebuilt = SECURING[planned.form].to_be_signed(document, key, self._reader)
        if not hmac.compare_digest(rebuilt, planned.tbs) or sha256(rebuilt).hexdigest() != planned.tbs_sha256:
            raise Invalid("issue.self_check", "The bytes to be signed are not the planned ones.")


def _require_token(award: Award) -> None:
    """Of the plan as a whole, and of each form that was added to it later."""
    of_plan = [planned for planned in award.forms if not planned.is_added]
    pairs = [(lint_token(award.id, award.content, award.content_sha256, of_plan), award.lint_token)]
    for planned in award.forms:
        if planned.lint_token is not None:
            token = added_form_token(award.id, award.content, award.content_sha256, planned)
            pairs.append((token, planned.lint_token))
    if not of_plan or not all(hmac.compare_digest(one.encode(), other.encode()) for one, other in pairs):
        raise Conflict("issue.token", "This content is not what was checked, so it is not signed.")


def _content_of(award: Award) -> JsonObject:
    try:
        document = parse_object(award.content)
    except Refused as error:
        raise _failed(error) from error
    for finding in lints.run(document):
        raise _failed(Invalid(finding.lint, finding.message, finding.where))
    return document


def _failed(error: IssuerError) -> Unprocessable:
    return Unprocessable("issue.self_check", f"{error.code}: {error.message}", error.where)


def _postponed(error: IssuerError) -> Unavailable:
    code = error.code if error.code == "key.unavailable" else "issue.self_check"
    return Unavailable(code, error.message, error.where)
