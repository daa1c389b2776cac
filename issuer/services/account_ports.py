"""What the services of accounts need of storage, beside `ports`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from issuer.domain.claims import Address, Claim, ClaimKind
from issuer.domain.submission import SubmissionState


class Preferences(Protocol):
    """Which kinds of notice a person does not want as mail, and the links that say so."""

    def muted(self, person_id: str) -> frozenset[str]: ...
    def set_muted(self, person_id: str, kinds: Collection[str]) -> None: ...
    def add_unsubscribe(self, token_sha256: str, person_id: str, kind: str, now: datetime) -> None: ...
    def unsubscribe(self, token_sha256: str) -> tuple[str, str] | None:
        """The person and the kind that a link stands for."""
        ...

    def purge_unsubscribes(self, before: datetime) -> None: ...


class Addresses(Protocol):
    """E-mail addresses of accounts. A verified one belongs to one account only, which the database itself enforces."""

    def of(self, person_id: str) -> list[Address]:
        """In order of being added."""
        ...

    def get(self, person_id: str, email: str) -> Address | None: ...
    def add(self, address: Address) -> None:
        """Raises Conflict (`state.conflict`) when the account has it already."""
        ...

    def verify(self, person_id: str, email: str, now: datetime) -> None:
        """Raises Conflict (`state.conflict`) when another account has verified it."""
        ...

    def vouch(self, person_id: str, email: str, now: datetime) -> None:
        """Add it as verified, on an administrator's word. Raises Conflict like `verify`."""
        ...

    def remove(self, person_id: str, email: str) -> None: ...


class Claims(Protocol):
    """Links that do one thing once. Only the SHA-256 of a link's token is stored; a claim may have several."""

    def add(self, claim: Claim) -> None: ...
    def get(self, id: str) -> Claim | None: ...
    def add_token(self, token_sha256: str, claim_id: str, now: datetime) -> None: ...
    def by_token(self, token_sha256: str) -> Claim | None: ...
    def use(self, id: str, now: datetime) -> bool:
        """Compare and set; False when it was used or withdrawn meanwhile."""
        ...

    def withdraw(self, id: str, now: datetime) -> bool:
        """Compare and set; False when it was used or withdrawn already."""
        ...

    def extend(self, id: str, expires_at: datetime) -> None: ...
    def waiting(self, kinds: Collection[ClaimKind], limit: int) -> list[Claim]:
        """Neither used nor withdrawn, the latest first; also those that have expired."""
        ...

    def withdraw_resets(self, person_id: str, emails: Collection[str], now: datetime) -> None:
        """Links for a new password of this person, or asked for under these addresses, are good for nothing."""
        ...

    def purge(self, expired_before: datetime) -> None:
        """Forget those that expired before then, with their links."""
        ...


class JoinCodes(Protocol):
    """The code by which teachers of a school may register."""

    def of(self, organisation_id: str) -> str | None: ...
    def set(self, organisation_id: str, code: str) -> None: ...
    def organisation_of(self, code: str) -> str | None: ...


class Erasure(Protocol):
    """What belongs to whom; erasing it; what was kept long enough."""

    def belongings(self, person_id: str) -> Mapping[str, list[dict[str, Any]]]:
        """Every row of the person by table, without secrets."""
        ...

    def erase_evidence(self, submission_id: str, now: datetime, with_published: bool) -> None:
        """Blank a submission and remove what hangs on it; its files are doomed.

        with_published: also what the teacher chose to publish.
        """
        ...

    def delete_draft(self, submission_id: str, now: datetime) -> None:
        """Remove a submission that was never handed in, with all that hangs on it."""
        ...

    def erase_person(self, person_id: str, now: datetime) -> None:
        """Remove what belongs to the account and blank the person; the id remains, closed."""
        ...

    def doomed(self, limit: int) -> list[str]:
        """Ids of files that are to be removed."""
        ...

    def file_is_gone(self, id: str) -> None: ...
    def evidence_due(self, before: Mapping[SubmissionState, datetime], limit: int) -> list[tuple[str, int]]:
        """Submissions, with their number of attempts, that were not changed since the moment for their state."""
        ...

    def closed_before(self, before: datetime, limit: int) -> list[str]:
        """Ids of accounts that were closed before then and are not erased."""
        ...

    def purge_messages(self, before: datetime) -> None: ...


@dataclass(frozen=True)
class Factor:
    """A person's second factor. confirmed_at: None until a first code was given. last_step: of the last code taken."""

    person_id: str
    sealed_secret: bytes
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int | None = None


class Factors(Protocol):
    """Second factors, and recovery codes by their SHA-256."""

    def get(self, person_id: str) -> Factor | None: ...
    def put(self, factor: Factor) -> None:
        """In place of what there was, recovery codes included."""
        ...

    def confirm(self, person_id: str, now: datetime) -> None: ...
    def take_step(self, person_id: str, step: int) -> bool:
        """Compare and set; False for a step that is not later than the last one taken."""
        ...

    def remove(self, person_id: str) -> None:
        """With the recovery codes."""
        ...

    def recovery_codes(self, person_id: str) -> int:
        """How many are left."""
        ...

    def set_recovery_codes(self, person_id: str, digests: Collection[str]) -> None: ...
    def use_recovery_code(self, person_id: str, digest: str, now: datetime) -> bool:
        """Compare and set; False for one that is not there or was used."""
        ...


class Sealing(Protocol):
    """Encryption of small secrets at rest. about: bound to the secret, so that it opens for nothing else."""

    def seal(self, secret: bytes, about: str) -> bytes: ...
    def open(self, sealed: bytes, about: str) -> bytes: ...
