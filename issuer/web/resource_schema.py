"""What the API says of work that teachers share."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, field

from issuer.web.api_schema import Attestations, Moment, Sent, Sha256, Slug, Told, Url

Pointer = Annotated[str, Meta(description="JSON Pointer (RFC 6901) into the evidence; `/title` for the title.")]


class ResourceSummary(Told):
    """One published resource in a list."""

    id: str
    url: Url
    title: str
    author: Annotated[str, Meta(description="The name on the author’s badge.")]
    achievement: Slug
    version: int
    published_at: Moment


class ResourceList(Told):
    """A page of what teachers share."""

    resources: list[ResourceSummary]
    page: int
    has_more: bool


class SharedFile(Told):
    """A file of a resource."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: Sha256
    url: Url


class SharedResource(ResourceSummary):
    """A published resource: plan-do-study-act cycle, run chart and artifacts, in the shape of the evidence."""

    content: dict[str, Any]
    files: list[SharedFile]


class Hindrance(Told):
    """One thing to settle before publication."""

    pointer: Pointer
    code: str
    message: str
    can_be_attested: Annotated[bool, Meta(description="Whether the author’s word settles it.")]


class ResourceDraft(Told):
    """What would be published of one’s own approved evidence, and what hinders it."""

    id: str
    submission: str
    title: str
    texts: Annotated[dict[str, str], Meta(description="Pointer → wording to publish there.")]
    left_out: list[str]
    attestations: Attestations
    hindrances: list[Hindrance]
    content: Annotated[dict[str, Any], Meta(description="Exactly what everybody would read.")]
    author: str
    digest: Annotated[Sha256, Meta(description="Of all that would be published; publishing names it.")]
    is_published: bool
    url: Url


class SaveResource(Sent):
    """Title, wordings, what is left out, what is attested: all of it, each time."""

    title: Annotated[str, Meta(max_length=200)]
    texts: Annotated[dict[str, str], Meta(description="Pointer → wording to publish there.")] = field(
        default_factory=dict
    )
    left_out: Annotated[list[str], Meta(max_length=1_000, description="Pointers of parts not to publish.")] = field(
        default_factory=list
    )
    attestations: Annotated[
        list[str],
        Meta(max_length=1_000, description="Pointers of texts that name nobody, and of files and links looked at."),
    ] = field(default_factory=list)


class PublishResource(Sent):
    """The digest of what the author looked at."""

    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class AskAuthor(Sent):
    """A question to the author of a resource."""

    name: Annotated[str, Meta(max_length=100)]
    text: Annotated[str, Meta(max_length=2_000)]


class Asked(Told):
    """Where the answer will stand; who has the address can read it."""

    url: Url


class ReaderQuestion(Told):
    """What a reader asked."""

    id: str
    name: str
    text: str
    asked_at: Moment
    answer: str
    answered_at: Moment | None


class ReaderQuestions(Told):
    """Questions about one’s own resource, the latest first."""

    questions: list[ReaderQuestion]


class AnswerQuestion(Sent):
    """The author’s answer."""

    answer: Annotated[str, Meta(max_length=2_000)]
