"""What the API is sent and what it answers, as types: requests are held to them, answers are made of them.

The OpenAPI document shows the same types, so that neither can drift from the other. `Sent` are bodies of
requests; `Told` are answers. Moments are in UTC; ids are opaque texts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from issuer.domain.award import IssueState, Standing
from issuer.domain.evidence_file import Scan
from issuer.domain.link_check import LinkOutcome
from issuer.domain.people import Role
from issuer.domain.privacy import SignKind
from issuer.domain.privacy.flag import MAX_EXCERPT_CHARACTERS
from issuer.domain.review import Decision
from issuer.domain.submission import SubmissionState

MAX_RATINGS = 100
MAX_REASON_CHARACTERS = 1_000

Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
Words: TypeAlias = Annotated[str, Meta(pattern=r"\S")]
Reason: TypeAlias = Annotated[
    str, Meta(pattern=r"\S", max_length=MAX_REASON_CHARACTERS, description="Why; kept in the record of the badge.")
]
Slug: TypeAlias = Annotated[str, Meta(description="Slug of a badge class, as in the catalogue.")]
Sha256: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in hex.")]
Url: TypeAlias = Annotated[str, Meta(extra_json_schema={"format": "uri"})]
Evidence: TypeAlias = Annotated[
    dict[str, Any],
    Meta(
        description="The evidence document of the badge class: its JSON Schema is `evidence-schema.json` under the "
        "achievement’s address. Drafts may be incomplete; `findings` says what is missing."
    ),
]
Narratives: TypeAlias = Annotated[
    dict[str, str], Meta(description="Requirement id → text that the teacher chose to publish in the badge.")
]
Attestations: TypeAlias = Annotated[
    dict[str, Moment],
    Meta(
        description="What the teacher attests, and since when: `hidden:<file id>` (nobody can be recognised in it), "
        "`consent:<file id>` (consent of everybody who can be is on file), `file:<file id>` (one of the two), "
        "`narrative:<requirement>` (exactly this text names no student and no colleague)."
    ),
]


class Sent(Struct, forbid_unknown_fields=True):
    """The body of a request; members that are not named are refused."""


class Told(Struct):
    """The body of an answer."""


# -- requests


class DeclareAi(Sent):
    """What is declared about artificial intelligence."""

    use: Literal["none", "used"]
    how: Annotated[str, Meta(max_length=2_000, description="Which tool, and for what.")] = ""


class HandIn(Sent):
    """What goes with handing in; the body may be left out, and what was declared before then stays."""

    ai_use: DeclareAi | UnsetType = UNSET


class Nothing(Sent):
    """No member at all; the body may be left out."""


class SignIn(Sent, forbid_unknown_fields=False):
    """Who wants to sign in."""

    email: Words
    password: Words
    code: Annotated[str, Meta(description="Of the second factor, or a recovery code, where one is set up.")] = ""
    next: Annotated[str, Meta(description="Path on this site to go on to; for browsers.")] = ""


class StartSubmission(Sent):
    """Which badge the evidence is for."""

    achievement: Annotated[Words, Meta(description="Slug of the badge class; the draft is for its current version.")]


class SaveSubmission(Sent):
    """A draft to store as it is, complete or not."""

    evidence: Evidence
    public_narratives: (
        Annotated[
            dict[str, Annotated[str, Meta(max_length=5_000)]],
            Meta(description="Requirement id → text to publish in the badge. Left out: unchanged."),
        ]
        | UnsetType
    ) = UNSET
    revision: (
        Annotated[
            int,
            Meta(
                description="The revision this change started from; 409 when the draft was saved since. Left out: any."
            ),
        ]
        | UnsetType
    ) = UNSET
    attestations: (
        Annotated[
            list[str],
            Meta(
                max_length=1_000,
                description="All that is attested: `hidden:<file id>`, `consent:<file id>`, `file:<file id>`, "
                "`narrative:<requirement>`. Left out: unchanged.",
            ),
        ]
        | UnsetType
    ) = UNSET


class NameFile(Sent):
    """Whether the badge names this file by its SHA-256. The file stays private either way."""

    in_badge: Annotated[bool, Meta(description="True: whoever is given the file can tell that it was reviewed.")]


class GiveRating(Sent):
    """The level one requirement has reached."""

    requirement: Annotated[str, Meta(description="Id of the requirement.")]
    level: Annotated[str, Meta(description="Id of one of its levels.")]
    comment: Annotated[str, Meta(max_length=5_000, description="For the teacher.")] = ""


class Decide(Sent):
    """A reviewer's decision. An approval rates every requirement; anything else says what is missing."""

    decision: Decision
    ratings: Annotated[list[GiveRating], Meta(max_length=MAX_RATINGS)] = []
    feedback: Annotated[str, Meta(max_length=10_000, description="For the teacher.")] = ""
    private_note: Annotated[str, Meta(max_length=10_000, description="For reviewers; the teacher never sees it.")] = ""


class GiveReason(Sent):
    """Why the standing of a badge changes."""

    reason: Reason


class CorrectCredential(Sent):
    """The name and the address that the badge should have carried."""

    name: Words
    email: Words
    reason: Reason


# -- answers


class SignedIn(Told):
    """Who is signed in now; the session is in the cookie."""

    id: str
    name: str
    roles: list[Role]


class SignedOut(Told):
    """The session has ended."""

    signed_in: bool


class CredentialLink(Told):
    """A badge and its address, which answers once the earner has opened the badge."""

    id: str
    url: Url


class Submission(Told):
    """A teacher's evidence for one version of a badge class."""

    id: str
    achievement: Slug
    version: int
    achievement_url: Annotated[Url, Meta(description="The badge class; `/evidence-schema.json` below it.")]
    state: SubmissionState
    revision: Annotated[int, Meta(description="Rises with every saved change.")]
    attempt: Annotated[int, Meta(description="0 while never handed in, then 1, 2, … with each hand-in.")]
    created_at: Moment
    updated_at: Moment
    submitted_at: Moment | None
    credential: Annotated[CredentialLink | None, Meta(description="The badge it led to, in its newest form.")]


class Submissions(Told):
    """One's own submissions, the latest first."""

    submissions: list[Submission]


class FileNote(Told):
    """Something to know about a file."""

    code: Annotated[str, Meta(examples=["upload.flagged_active", "upload.metadata_removed", "upload.renamed"])]
    message: str


class EvidenceFile(Told):
    """An attached file; evidence names it by its id."""

    id: str
    name: str
    media_type: Annotated[str, Meta(description="Told by its content, not by its name.")]
    size_bytes: int
    sha256: Sha256
    url: Annotated[Url, Meta(description="Where its owner and its reviewers download it.")]
    created_at: Moment
    in_badge: Annotated[bool, Meta(description="Whether the badge names its digest.")]
    notes: Annotated[list[FileNote], Meta(description="What was noticed while it was taken in.")]
    scan: Annotated[Scan, Meta(description="What the virus scanner says: `off` where none is in use.")]


class LinkCheck(Told):
    """What somebody without an account met behind a link of the evidence."""

    url: Url
    outcome: LinkOutcome
    message: str
    checked_at: Moment


class Finding(Told):
    """One thing to do before the evidence is complete."""

    pointer: Annotated[
        str,
        Meta(description="JSON Pointer (RFC 6901) into the evidence, where the place may not exist yet."),
    ]
    code: str
    requirement: Annotated[
        str, Meta(description="Id of the requirement that asks for it; empty for the whole document.")
    ]
    message: str


class PrivacyFlag(Told):
    """A sign that a student may be recognised. It keeps public narratives from being handed in, and nothing else."""

    pointer: Annotated[
        str,
        Meta(
            description="JSON Pointer (RFC 6901) into this submission: `/evidence/…`, "
            "`/public_narratives/<requirement>`; or `/files/<file id>`."
        ),
    ]
    kind: SignKind
    excerpt: Annotated[str, Meta(max_length=MAX_EXCERPT_CHARACTERS, description="The sign itself.")]
    message: Annotated[str, Meta(description="What it looks like, and what to do.")]


class Rating(Told):
    """The level a reviewer gave one requirement, and why."""

    requirement: str
    level: str
    comment: str


class Review(Told):
    """One decision about one attempt."""

    attempt: int
    decision: Decision
    feedback: str
    decided_at: Moment
    ratings: list[Rating]


class SubmissionFolder(Submission):
    """A submission with all that its teacher may see of it."""

    evidence: Evidence
    public_narratives: Narratives
    files: list[EvidenceFile]
    findings: list[Finding]
    reviews: list[Review]
    privacy_flags: list[PrivacyFlag]
    attestations: Attestations
    links: list[LinkCheck]


class QueueEntry(Submission):
    """A submission that waits for review."""

    name: Annotated[str, Meta(description="Name of the badge class.")]
    teacher: Annotated[str, Meta(description="Name of the teacher.")]
    claimed_by: Annotated[str | None, Meta(description="Id of the reviewer who took it from the queue.")]


class ReviewQueue(Told):
    """What waits, the longest-waiting first."""

    reviews: list[QueueEntry]


class Requirement(Told):
    """What the evidence must show, and the levels it is rated by, the lowest first."""

    id: str
    text: str
    levels: list[str]
    required_level: Annotated[str, Meta(description="This level and those after it satisfy the requirement.")]


class AiDeclared(Told):
    """What the teacher declares about artificial intelligence."""

    use: Annotated[Literal["", "none", "used"], Meta(description="Empty: not declared.")]
    how: str


class ReviewSheet(QueueEntry):
    """All that a reviewer needs to judge a submission: the evidence as it was handed in."""

    evidence: Evidence
    public_narratives: Narratives
    evidence_sha256: Annotated[Sha256, Meta(description="SHA-256 of the evidence in canonical JSON, in hex.")]
    files: list[EvidenceFile]
    requirements: list[Requirement]
    reviews: Annotated[list[Review], Meta(description="Earlier decisions about this submission.")]
    privacy_flags: list[PrivacyFlag]
    attestations: Attestations
    links: list[LinkCheck]
    ai_use: AiDeclared


class Decided(Submission):
    """The submission after a decision, with the badges that an approval led to."""

    decision: Decision
    credentials: Annotated[list[CredentialLink], Meta(description="The badge; then the certification it completes.")]


class Credential(Told):
    """How a badge stands."""

    id: str
    url: Url
    achievement: Slug
    version: int
    state: IssueState
    standing: Standing
    reason: Annotated[str, Meta(description="Why it stands as it does; empty for an active badge.")]
    valid_from: Moment
    replaces: Annotated[str | None, Meta(description="Id of the badge that this one corrects.")]
    replaced_by: Annotated[str | None, Meta(description="Id of the badge that corrects this one.")]


class OwnCredential(Credential):
    """The same for its earner."""

    name: Annotated[str, Meta(description="Name of the badge class.")]
    is_open: Annotated[bool, Meta(description="Whether everybody who has its address may see it.")]


class StackProgress(Told):
    """How far one has come towards a badge that is earned by earning others."""

    achievement: Slug
    earned: Annotated[list[str], Meta(description="Slugs.")]
    missing: Annotated[list[str], Meta(description="Slugs.")]


class Backpack(Told):
    """One's own badges, the latest first, and the progress towards each stack."""

    credentials: list[OwnCredential]
    stacks: list[StackProgress]


class Corrected(Told):
    """The badges that replace the old ones: the badge, then the certification stacked on it."""

    credentials: list[Credential]


class Openness(Told):
    """Whether everybody who has its address may see a badge."""

    id: str
    is_open: bool
    url: Url


class Health(Told):
    """The service is alive."""

    status: Annotated[str, Meta(extra_json_schema={"const": "ok"})]


class RateLimit(Told):
    """How often one may ask."""

    name: str
    per_minute: Annotated[float, Meta(description="Requests a minute in the long run.")]
    burst: Annotated[int, Meta(description="Requests at once.")]
    applies_to: str


class RateLimitList(Told):
    """The limits that this service keeps."""

    limits: list[RateLimit]


class Problem(Told):
    """Why a request was not done (RFC 9457). Codes are stable; titles are for people and may change."""

    type: Annotated[str, Meta(pattern=r"^urn:problem:")]
    title: str
    status: int
    code: str
    where: Annotated[str, Meta(description="JSON Pointer, parameter, header or file it is about.")] | UnsetType = UNSET
    findings: Annotated[list[Finding], Meta(description="With `evidence.incomplete`.")] | UnsetType = UNSET
    incident: Annotated[str, Meta(description="With `internal`: what to tell the operator.")] | UnsetType = UNSET
