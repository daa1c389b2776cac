"""An awarded badge: its plan, its sealed forms and how it stands today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from issuer.errors import Conflict


class IssueState(StrEnum):
    """How far issuing has come; every arrow is one transaction that can be repeated."""

    PLANNED = "planned"
    SEALED = "sealed"
    ISSUED = "issued"


class Standing(StrEnum):
    """What the award is worth today. Revoked and superseded are ends."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


LIVING = frozenset({Standing.ACTIVE, Standing.SUSPENDED})


class Form(StrEnum):
    """A way of securing the same content; a plan lists those its badge is sealed in."""

    EDDSA_RDFC_2022 = "eddsa-rdfc-2022"
    VC_JWT = "vc-jwt"
    ECDSA_SD_2023 = "ecdsa-sd-2023"
    SD_JWT_VC = "sd-jwt-vc"


FOR_EVERYBODY = frozenset({Form.EDDSA_RDFC_2022, Form.VC_JWT})
"""Forms that every badge has. The others are for the earner, who shows parts of them; older badges gain them later."""


@dataclass(frozen=True)
class StatusEntry:
    """Where a badge's bits stand: the list's number and the index inside it, same for every purpose."""

    list_number: int
    index: int


@dataclass(frozen=True)
class PlannedForm:
    """One form of a plan.

    tbs: the exact bytes that will be signed; tbs_sha256: their SHA-256 in hex.
    sealed: the finished bytes (signed JSON or compact JWS) once there are any; they never change.
    lint_token, planned_at: of a form that was added later; None for those planned with their badge.
    """

    form: Form
    verification_method: str
    tbs: bytes
    tbs_sha256: str
    sealed: bytes | None = None
    lint_token: str | None = None
    planned_at: datetime | None = None

    @property
    def is_added(self) -> bool:
        return self.lint_token is not None


class IssuedAward(NamedTuple):
    """What verification needs to know of an award; the fields are those of `Award`.

    token_sha256: ``tbs_sha256`` of its VC-JWT, None where it has none.
    """

    content_sha256: str
    standing: Standing
    replaced_by: str | None
    planned_at: datetime
    token_sha256: str | None = None


@dataclass(frozen=True)
class HeldAward:
    """What a stack needs to know of an award; the fields are those of `Award`."""

    id: str
    achievement: str
    version: int
    standing: Standing
    planned_at: datetime
    content_sha256: str

    @property
    def is_living(self) -> bool:
        return self.standing in LIVING


@dataclass(frozen=True)
class Award:
    """One badge of one person.

    id: UUID text, last segment of the credential's URL.
    submission_id: None for a certification, which is planned by completing its stack.
    content: the unsigned credential as JSON bytes, exactly as planned.
    content_sha256: SHA-256 hex of the content's canonical N-Quads, by which a stack names it.
    lint_token: proof that exactly this content passed every lint; redeemed once by sealing.
    valid_from, awarded_at: whole seconds, UTC.
    living_key: ``person:slug`` while it is the one living badge of its class, else None.
    children: ids of the awards a certification is stacked on.
    opened_at: since when the earner shows it to everybody.
    """

    id: str
    person_id: str
    submission_id: str | None
    achievement: str
    version: int
    status: StatusEntry
    content: bytes
    content_sha256: str
    lint_token: str
    forms: tuple[PlannedForm, ...]
    valid_from: datetime
    awarded_at: datetime
    planned_at: datetime
    state: IssueState = IssueState.PLANNED
    standing: Standing = Standing.ACTIVE
    standing_reason: str = ""
    standing_at: datetime | None = None
    living_key: str | None = None
    children: tuple[str, ...] = ()
    replaces: str | None = None
    replaced_by: str | None = None
    opened_at: datetime | None = None

    @property
    def is_living(self) -> bool:
        return self.standing in LIVING

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it: issued, and opened by its earner."""
        return self.state is IssueState.ISSUED and self.opened_at is not None

    def sealed(self, form: Form) -> bytes | None:
        """The finished bytes in one form, None when it has none (yet)."""
        return next((planned.sealed for planned in self.forms if planned.form is form), None)


def revoke(award: Award, reason: str, now: datetime) -> Award:
    """The award revoked for good. Raises Conflict when it already ended."""
    _require_living(award)
    return _stand(award, Standing.REVOKED, reason, now, living_key=None)


def suspend(award: Award, reason: str, now: datetime) -> Award:
    """The award set aside until it is reinstated. Raises Conflict unless it is active."""
    if award.standing is not Standing.ACTIVE:
        raise Conflict("state.conflict", f"This badge is {award.standing}; it cannot be suspended.")
    return _stand(award, Standing.SUSPENDED, reason, now, living_key=award.living_key)


def reinstate(award: Award, reason: str, now: datetime) -> Award:
    """A suspended award made active again. A revoked one never comes back (`status.revocation_final`)."""
    if award.standing is Standing.REVOKED:
        raise Conflict("status.revocation_final", "A revoked badge cannot be reinstated. It can be earned again.")
    if award.standing is not Standing.SUSPENDED:
        raise Conflict("state.conflict", f"This badge is {award.standing}; there is nothing to reinstate.")
    return _stand(award, Standing.ACTIVE, reason, now, living_key=award.living_key)


def supersede(award: Award, by: str, now: datetime) -> Award:
    """The award replaced by a corrected one with the id `by`. Raises Conflict when it already ended."""
    _require_living(award)
    superseded = _stand(award, Standing.SUPERSEDED, "A corrected badge replaces this one.", now, living_key=None)
    return replace(superseded, replaced_by=by)


def newest(award: Award, get: Callable[[str], Award | None]) -> Award:
    """The award, or the last of those that corrected it. get: by id."""
    while award.replaced_by is not None and (newer := get(award.replaced_by)) is not None:
        award = newer
    return award


def _require_living(award: Award) -> None:
    if not award.is_living:
        raise Conflict("state.conflict", f"This badge is already {award.standing}.")


def _stand(award: Award, standing: Standing, reason: str, now: datetime, living_key: str | None) -> Award:
    return replace(award, standing=standing, standing_reason=reason, standing_at=now, living_key=living_key)
