"""What the services need of the world; `storage` and `outbound` fulfil it, the composition root joins them.

Times are aware datetimes in UTC. Ids are UUID text. Nothing here commits by itself: a transaction's
work is one callable, run as a whole, repeated as a whole when the database asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol, TypeVar

from issuer.domain.audit import AuditEvent
from issuer.domain.award import Award, Form, HeldAward, IssuedAward, IssueState, PlannedForm, Standing, StatusEntry
from issuer.domain.clients import Client
from issuer.domain.drafts import DraftVersion, VersionLine
from issuer.domain.evidence_file import EvidenceFile, FileNote, Scan, Upload
from issuer.domain.link_check import LinkCheck
from issuer.domain.people import Organisation, Person, Session
from issuer.domain.review import Review
from issuer.domain.submission import Attempt, Submission
from issuer.services.account_ports import Addresses, Claims, Erasure, Factors, JoinCodes, Preferences
from issuer.services.record_ports import Awarded, ShownCharts
from issuer.services.resource_ports import Questions, Resources
from issuer.services.review_ports import Appeals, Deadlines, ReviewQueue
from issuer.services.sharing_ports import ShareLinks

T = TypeVar("T")
Clock = Callable[[], datetime]


class People(Protocol):
    """Organisations and the people in them. E-mail addresses are unique in normalised form."""

    def add_organisation(self, organisation: Organisation) -> None: ...
    def organisation(self, id: str) -> Organisation | None: ...
    def organisations(self) -> list[Organisation]: ...
    def add(self, person: Person, password_hash: str) -> None:
        """Raises Conflict (`state.conflict`) when the address is taken."""
        ...

    def get(self, id: str) -> Person | None: ...
    def these(self, ids: Collection[str]) -> dict[str, Person]:
        """By id; those that do not exist are left out."""
        ...

    def by_email(self, email: str) -> Person | None: ...
    def update(self, person: Person) -> None: ...
    def password_hash(self, id: str) -> str | None: ...
    def set_password_hash(self, id: str, password_hash: str) -> None: ...
    def page(self, limit: int, after_id: str | None = None) -> list[Person]:
        """People in order of id."""
        ...

    def of_organisation(self, organisation_id: str) -> list[Person]:
        """Everybody of one organisation, in order of id."""
        ...

    def administrators(self) -> list[Person]:
        """Everybody with that role and an open account, in order of id."""
        ...


class Sessions(Protocol):
    """Signed-in browsers, by the SHA-256 of their token."""

    def add(self, session: Session) -> None: ...
    def get(self, token_sha256: str) -> Session | None: ...
    def delete(self, token_sha256: str) -> None: ...
    def delete_of(self, person_id: str, but: str = "") -> None:
        """End all of a person's sessions, but the one whose token has this SHA-256."""
        ...

    def of_person(self, person_id: str) -> list[Session]:
        """The latest first; those that await a code are left out."""
        ...

    def touch(self, token_sha256: str, now: datetime) -> None:
        """It was used now."""
        ...

    def purge(self, now: datetime) -> None:
        """Remove those that have expired."""
        ...


class Clients(Protocol):
    """Registered clients, by id."""

    def add(self, client: Client) -> None: ...
    def get(self, id: str) -> Client | None: ...
    def all(self) -> list[Client]:
        """In order of registration, those that were removed included."""
        ...

    def remove(self, id: str, now: datetime) -> None:
        """Raises NotFound for one that is not there, or not any more."""
        ...


class Submissions(Protocol):
    """Submissions, their files and what was handed in."""

    def add(self, submission: Submission) -> None: ...
    def get(self, id: str) -> Submission | None: ...
    def these(self, ids: Sequence[str]) -> list[Submission]:
        """In the order of the ids; those that do not exist are left out."""
        ...

    def update(self, submission: Submission, expected_revision: int, expected_claim: str | None) -> None:
        """Compare and set on (revision, claimed_by). Raises Conflict (`state.conflict`) when it has moved on."""
        ...

    def delete(self, id: str) -> None:
        """A draft that was never handed in, with its files' rows."""
        ...

    def of_teacher(self, teacher_id: str) -> list[Submission]: ...
    def waiting(self, organisation_id: str, limit: int) -> list[Submission]:
        """Submitted ones, the longest-waiting first."""
        ...

    def submitted_since(self, since: datetime, limit: int) -> list[Submission]:
        """Submissions that wait for review and were handed in after that, the latest first."""
        ...

    def decided_by(self, reviewer_id: str, limit: int) -> list[Submission]:
        """Those this reviewer decided, the latest first."""
        ...

    def add_attempt(self, attempt: Attempt) -> None: ...
    def attempts(self, submission_id: str) -> list[Attempt]: ...
    def add_file(self, file: EvidenceFile) -> None: ...
    def file(self, id: str) -> EvidenceFile | None: ...
    def files_of(self, submission_id: str) -> list[EvidenceFile]: ...
    def delete_file(self, id: str) -> None: ...
    def name_file(self, id: str, since: datetime | None) -> None:
        """Since when the badge is to name the file's digest; None: not."""
        ...

    def judge_file(self, id: str, notes: tuple[FileNote, ...], scan: Scan) -> None: ...
    def unscanned(self, limit: int) -> list[str]:
        """Ids of files that wait for the scanner, the oldest first."""
        ...

    def bytes_stored_by(self, owner_id: str) -> int: ...
    def file_ids(self) -> Iterator[str]:
        """Every file row's id, for the sweep of stray blobs."""
        ...


class Uploads(Protocol):
    """Files that are arriving in pieces, by id."""

    def add(self, upload: Upload) -> None: ...
    def get(self, id: str) -> Upload | None: ...
    def of_submission(self, submission_id: str) -> list[Upload]: ...
    def delete(self, id: str) -> None: ...
    def delete_older(self, before: datetime) -> None: ...
    def bytes_announced_by(self, owner_id: str) -> int: ...
    def ids(self) -> Iterator[str]: ...


class LinkChecks(Protocol):
    """The latest answer for each link of a submission."""

    def put(self, check: LinkCheck) -> None: ...
    def of_submission(self, submission_id: str) -> list[LinkCheck]: ...


class Drafts(Protocol):
    """Versions of drafts; they go with their submission."""

    def add(self, version: DraftVersion) -> None: ...
    def replace(self, version: DraftVersion) -> None:
        """The version with this number says something else from now on."""
        ...

    def get(self, submission_id: str, number: int) -> DraftVersion | None: ...
    def last(self, submission_id: str) -> DraftVersion | None: ...
    def lines(self, submission_id: str) -> list[VersionLine]:
        """The newest first."""
        ...

    def remove(self, submission_id: str, numbers: Iterable[int]) -> None: ...


class Reviews(Protocol):
    """Decisions; one per (submission, attempt), which the database itself enforces."""

    def add(self, review: Review) -> None:
        """Raises Conflict (`state.conflict`) when this attempt was decided already."""
        ...

    def of(self, submission_id: str) -> list[Review]: ...


class Awards(Protocol):
    """Badges. The database itself keeps submission_id, living_key and (list, index) unique."""

    def add(self, award: Award) -> None:
        """Raises Conflict (`issue.duplicate`) when the submission has its badge or the living key is taken."""
        ...

    def get(self, id: str) -> Award | None: ...
    def issued(self, id: str) -> IssuedAward | None:
        """Content and standing alone, which every verification of a badge asks for."""
        ...

    def by_submission(self, submission_id: str) -> Award | None: ...
    def at(self, status: StatusEntry) -> Award | None:
        """The award whose bits stand there."""
        ...

    def of_person(self, person_id: str) -> list[Award]:
        """In order of planning."""
        ...

    def held_by(self, person_id: str) -> list[HeldAward]:
        """The same, without what they say and their forms."""
        ...

    def stacked_on(self, child_id: str) -> list[Award]:
        """The awards that name this one as a child."""
        ...

    def page(self, limit: int, after_id: str | None = None, organisation_id: str | None = None) -> list[Award]:
        """Awards in order of id; of one organisation's people only, when one is named."""
        ...

    def unfinished(self, limit: int) -> list[str]:
        """Ids of awards that are not yet issued, the oldest first."""
        ...

    def lacking(self, forms: Collection[Form], limit: int, after_id: str = "") -> list[str]:
        """Ids of issued and active awards of which not every one of these forms is sealed, in order of id."""
        ...

    def add_form(self, award_id: str, planned: PlannedForm) -> bool:
        """Add a planned form after the others; False when there is one of its kind already."""
        ...

    def redeem_form_lint(self, award_id: str, form: Form, lint_token: str, now: datetime) -> bool:
        """Mark the token of an added form used; False when it does not fit or was used already."""
        ...

    def redeem_lint(self, award_id: str, lint_token: str, now: datetime) -> bool:
        """Mark the token used; False when it does not fit or was used for other forms already."""
        ...

    def seal(self, award_id: str, form: Form, sealed: bytes, now: datetime) -> None:
        """Store a finished form once; the same bytes again are fine, other bytes raise Conflict."""
        ...

    def advance(self, award_id: str, start: IssueState, end: IssueState) -> bool:
        """Compare and set of the state; False when it was elsewhere."""
        ...

    def stand(self, award: Award, expected: Standing) -> None:
        """Store standing, reason, time, living_key, replaced_by. Raises Conflict when it has moved on."""
        ...

    def set_opened(self, award_id: str, opened_at: datetime | None) -> None: ...


@dataclass(frozen=True)
class PublishedList:
    """The latest published state of one list and purpose. `serial` and `valid_from` strictly rise."""

    list_number: int
    purpose: str
    serial: int
    valid_from: datetime
    change: int
    sha256: str


class StatusLists(Protocol):
    """Index allocation (append-only) and the bits behind the published lists."""

    def allocate(self, award_id: str, now: datetime) -> StatusEntry:
        """A random free index; a new list is opened when the current one is half full. Never reused."""
        ...

    def open(self, number: int, now: datetime) -> None:
        """Begin a list with this number, in which the next indexes are allocated if it is the highest."""
        ...

    def numbers(self) -> list[int]: ...
    def change(self, list_number: int) -> int:
        """Counter of status changes in this list (0 when there were none)."""
        ...

    def touch(self, list_number: int) -> None:
        """Count one more change, in the transaction that made it."""
        ...

    def set_indexes(self, list_number: int, standing: Standing) -> list[int]:
        """Indexes of the awards in this list that stand so, or were corrected into one that does."""
        ...

    def published(self, list_number: int, purpose: str) -> PublishedList | None: ...
    def record_published(self, published: PublishedList, expected_serial: int) -> None:
        """Compare and set on the serial (0: first publication). Raises Conflict when it has moved on."""
        ...


class Audit(Protocol):
    """The append-only, hash-chained record."""

    def append(
        self, at: datetime, kind: str, actor_id: str, subject_id: str, details: dict[str, str]
    ) -> AuditEvent: ...
    def get(self, seq: int) -> AuditEvent | None: ...
    def last(self) -> AuditEvent | None: ...
    def of_subject(self, subject_id: str) -> list[AuditEvent]: ...
    def all(self) -> Iterator[AuditEvent]: ...


@dataclass(frozen=True)
class Message:
    """A notice to one person, or a letter to somebody who has no account (person_id None).

    `key` is unique; `message_id` is the same on every attempt; `read_at` is when its person saw it in the page.
    """

    key: str
    person_id: str | None
    kind: str
    payload: dict[str, str]
    created_at: datetime
    message_id: str
    attempts: int = 0
    sent_at: datetime | None = None
    read_at: datetime | None = None


class Outbox(Protocol):
    """Notifications to be sent, written in the transaction that caused them."""

    def add(self, message: Message) -> None:
        """A key that is there already is left as it is."""
        ...

    def due(self, now: datetime, limit: int) -> list[Message]: ...
    def tried(self, key: str, now: datetime) -> None: ...
    def sent(self, key: str, now: datetime) -> None: ...
    def give_up(self, key: str) -> None:
        """Never due again; it stays in its person's list."""
        ...

    def of_person(self, person_id: str, limit: int) -> list[Message]: ...
    def unread(self, person_id: str) -> int:
        """How many of the person's notices were not read yet."""
        ...

    def mark_read(self, person_id: str, now: datetime) -> None: ...


@dataclass(frozen=True)
class StoredAnswer:
    """What an earlier request with the same idempotency key was answered."""

    fingerprint: str
    status: int
    body: bytes
    media_type: str


class Idempotency(Protocol):
    """Answers by (caller, key). `fingerprint` is the SHA-256 of method, path and body."""

    def get(self, caller: str, key: str) -> StoredAnswer | None: ...
    def put(self, caller: str, key: str, answer: StoredAnswer, now: datetime) -> None: ...
    def purge(self, before: datetime) -> None: ...


class Facts(Protocol):
    """Single values the installation remembers, such as the public URL badges were issued under."""

    def get(self, name: str) -> str | None: ...
    def set(self, name: str, value: str) -> None: ...


class Transaction(Protocol):
    """Everything one transaction can reach."""

    @property
    def people(self) -> People: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def submissions(self) -> Submissions: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def link_checks(self) -> LinkChecks: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def appeals(self) -> Appeals: ...
    @property
    def deadlines(self) -> Deadlines: ...
    @property
    def queue(self) -> ReviewQueue: ...
    @property
    def awarded(self) -> Awarded: ...
    @property
    def shown_charts(self) -> ShownCharts: ...
    @property
    def resources(self) -> Resources: ...
    @property
    def questions(self) -> Questions: ...
    @property
    def awards(self) -> Awards: ...
    @property
    def share_links(self) -> ShareLinks: ...
    @property
    def status_lists(self) -> StatusLists: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def addresses(self) -> Addresses: ...
    @property
    def claims(self) -> Claims: ...
    @property
    def join_codes(self) -> JoinCodes: ...
    @property
    def erasure(self) -> Erasure: ...
    @property
    def factors(self) -> Factors: ...
    @property
    def preferences(self) -> Preferences: ...
    @property
    def idempotency(self) -> Idempotency: ...
    @property
    def facts(self) -> Facts: ...


class Store(Protocol):
    """The database.

    All raise Unavailable (`db.busy`) when the database stays locked, StorageFull
    (`storage.full`) when the disk is full; an exception of the work itself rolls everything back.
    """

    @property
    def reads_at_once(self) -> bool:
        """Whether a read waits neither for a writer nor for a network."""
        ...

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on one consistent view; it must not write."""
        ...

    def look_up(self, query: Callable[[Transaction], T]) -> T:
        """The same for a single statement, which is one consistent view by itself."""
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one serialisable transaction and commit it durably before returning.

        `work` may be run again from the start (lock, serialization failure): no side effects in it.
        """
        ...


class Blobs(Protocol):
    """Evidence files by id, outside the database."""

    def put(self, id: str, chunks: Iterable[bytes], max_bytes: int) -> tuple[int, str]:
        """Store durably and atomically; returns (size, SHA-256 hex). Raises Refused `input.too_large`."""
        ...

    def size(self, id: str) -> int | None: ...
    def read(self, id: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes [start, end) in chunks. Raises NotFound."""
        ...

    def open(self, id: str) -> BinaryIO:
        """The file, to be read at any place and closed by the caller. Raises NotFound."""
        ...

    def set_apart(self, id: str) -> None:
        """Keep the file where nothing reads it; nothing happens when it is gone already."""
        ...

    def forget_set_apart(self) -> None:
        """Remove what was set apart long enough."""
        ...

    def delete(self, id: str) -> None: ...
    def ids(self) -> Iterator[str]: ...


class Scanner(Protocol):
    """Looks through a file for viruses."""

    def scan(self, chunks: Iterable[bytes]) -> str | None:
        """The name of what was found; None for a clean file. Raises Unavailable when it cannot be told."""
        ...


class Parts(Protocol):
    """Files that are still arriving, by id; each may be added to only at its end."""

    def size(self, id: str) -> int:
        """Bytes that have arrived; 0 before the first."""
        ...

    def append(self, id: str, offset: int, data: bytes) -> bool:
        """Add at the end; False, and nothing is added, when that is not at `offset`."""
        ...

    def read(self, id: str) -> Iterator[bytes]: ...
    def alone(self, id: str) -> AbstractContextManager[None]:
        """While it lasts nobody else adds to this file or completes it."""
        ...

    def delete(self, id: str) -> None: ...
    def ids(self) -> Iterator[str]: ...


@dataclass(frozen=True)
class Redrawn:
    """A picture drawn anew. had_metadata: whether the sent one held more than the picture."""

    chunks: Iterator[bytes]
    had_metadata: bool


class Pictures(Protocol):
    """Draws pictures anew, so that nothing but what is seen is stored."""

    def redrawn(self, media_type: str, chunks: Iterable[bytes]) -> AbstractContextManager[Redrawn]:
        """The same picture, upright. Raises Refused, Unprocessable, Unavailable."""
        ...


class PdfFields(Protocol):
    """Reads what was typed into a fillable PDF."""

    def texts(self, body: bytes) -> dict[str, str]:
        """Name of the field → text; empty where there is nothing to read. Raises Unavailable."""
        ...


class Publications(Protocol):
    """Published documents kept as files outside the database, replaced atomically."""

    def put(self, name: str, body: bytes) -> None: ...
    def get(self, name: str) -> bytes | None: ...


class Passwords(Protocol):
    """Password hashing with bounded concurrency."""

    def hash(self, password: str) -> str: ...
    def matches(self, password_hash: str, password: str) -> bool: ...


class Mailer(Protocol):
    """Sends one message; raises Unavailable when it could not be handed over.

    unsubscribe_url: where one click ends mails of this kind (RFC 8058); "" for those that cannot be ended.
    """

    def send(self, message_id: str, to: str, subject: str, text: str, unsubscribe_url: str = "") -> None: ...


JsonDocument = dict[str, Any]
