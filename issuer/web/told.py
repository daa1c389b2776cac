"""What the API says of submissions, reviews and badges: from values of the domain to answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from issuer.credentials.urls import PublicUrls
from issuer.domain.award import Award
from issuer.domain.evidence import Finding
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.link_check import LinkCheck
from issuer.domain.review import Review
from issuer.domain.submission import Submission
from issuer.services.guard_privacy import Privacy
from issuer.services.review import Decided, QueueEntry, ReviewSheet
from issuer.services.share import Backpack, Badge
from issuer.services.submission_folder import SubmissionFolder
from issuer.web import api_schema


def submission(urls: PublicUrls, one: Submission, credential: str | None = None) -> api_schema.Submission:
    """credential: id of the badge it led to."""
    return api_schema.Submission(**_submission(urls, one, credential))


def folder(urls: PublicUrls, one: SubmissionFolder) -> api_schema.SubmissionFolder:
    return api_schema.SubmissionFolder(
        **_submission(urls, one.submission, one.award.id if one.award else None),
        evidence=one.submission.evidence,
        public_narratives=one.submission.public_narratives,
        files=[file(urls, each) for each in one.files],
        findings=findings(one.findings),
        reviews=_reviews(one.reviews),
        **_privacy(one.privacy),
        links=links(one.links),
    )


def file(urls: PublicUrls, one: EvidenceFile) -> api_schema.EvidenceFile:
    return api_schema.EvidenceFile(
        id=one.id,
        name=one.name,
        media_type=one.media_type,
        size_bytes=one.size_bytes,
        sha256=one.sha256,
        url=urls.evidence_file(one.id),
        created_at=one.created_at,
        in_badge=one.in_badge_since is not None,
        notes=[api_schema.FileNote(code=note.code, message=note.message) for note in one.notes],
        scan=one.scan,
    )


def links(found: Iterable[LinkCheck]) -> list[api_schema.LinkCheck]:
    return [
        api_schema.LinkCheck(url=one.url, outcome=one.outcome, message=one.message, checked_at=one.checked_at)
        for one in found
    ]


def findings(found: Iterable[Finding]) -> list[api_schema.Finding]:
    return [
        api_schema.Finding(pointer=one.pointer, code=one.code, requirement=one.requirement, message=one.message)
        for one in found
    ]


def queue_entry(urls: PublicUrls, one: QueueEntry) -> api_schema.QueueEntry:
    return api_schema.QueueEntry(**_entry(urls, one))


def sheet(urls: PublicUrls, one: ReviewSheet) -> api_schema.ReviewSheet:
    return api_schema.ReviewSheet(
        **_entry(urls, one, one.award.id if one.award else None),
        evidence=one.attempt.evidence,
        public_narratives=one.attempt.public_narratives,
        evidence_sha256=one.attempt.evidence_sha256,
        files=[file(urls, each) for each in one.files],
        requirements=[
            api_schema.Requirement(
                id=each.id,
                text=each.text,
                levels=[level.id for level in each.levels],
                required_level=each.required_level,
            )
            for each in one.badge_class.requirements
        ],
        reviews=_reviews(one.reviews),
        **_privacy(one.privacy),
        links=links(one.links),
        ai_use=api_schema.AiDeclared(one.attempt.ai.use.value, one.attempt.ai.how),
    )


def decided(urls: PublicUrls, one: Decided) -> api_schema.Decided:
    return api_schema.Decided(
        **_submission(urls, one.submission, one.awards[0] if one.awards else None),
        decision=one.review.decision,
        credentials=[_link(urls, award) for award in one.awards],
    )


def credential(urls: PublicUrls, one: Award) -> api_schema.Credential:
    return api_schema.Credential(**_credential(urls, one))


def backpack(urls: PublicUrls, one: Backpack) -> api_schema.Backpack:
    return api_schema.Backpack(
        credentials=[_own_credential(urls, badge) for badge in one.badges],
        stacks=[
            api_schema.StackProgress(
                achievement=stack.slug, earned=list(progress.earned), missing=list(progress.missing)
            )
            for stack, progress in one.stacks
        ],
    )


def _submission(urls: PublicUrls, one: Submission, credential: str | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "achievement": one.achievement,
        "version": one.version,
        "achievement_url": urls.achievement(one.achievement, one.version),
        "state": one.state,
        "revision": one.revision,
        "attempt": one.attempt,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "submitted_at": one.submitted_at,
        "credential": _link(urls, credential) if credential else None,
    }


def _entry(urls: PublicUrls, one: QueueEntry | ReviewSheet, credential: str | None = None) -> dict[str, Any]:
    return {
        **_submission(urls, one.submission, credential),
        "name": one.badge_class.name,
        "teacher": one.teacher.display_name,
        "claimed_by": one.submission.claimed_by,
    }


def _privacy(one: Privacy) -> dict[str, Any]:
    return {
        "privacy_flags": [
            api_schema.PrivacyFlag(pointer=each.pointer, kind=each.kind, excerpt=each.excerpt, message=each.message)
            for each in one.flags
        ],
        "attestations": dict(one.attested),
    }


def _reviews(reviews: Iterable[Review]) -> list[api_schema.Review]:
    return [
        api_schema.Review(
            attempt=one.attempt,
            decision=one.decision,
            feedback=one.feedback,
            decided_at=one.decided_at,
            ratings=[
                api_schema.Rating(requirement=each.requirement, level=each.level, comment=each.comment)
                for each in one.ratings
            ],
        )
        for one in reviews
    ]


def _credential(urls: PublicUrls, one: Award) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": urls.credential(one.id),
        "achievement": one.achievement,
        "version": one.version,
        "state": one.state,
        "standing": one.standing,
        "reason": one.standing_reason,
        "valid_from": one.valid_from,
        "replaces": one.replaces,
        "replaced_by": one.replaced_by,
    }


def _own_credential(urls: PublicUrls, badge: Badge) -> api_schema.OwnCredential:
    return api_schema.OwnCredential(
        **_credential(urls, badge.award), name=badge.badge_class.name, is_open=badge.is_open
    )


def _link(urls: PublicUrls, award: str) -> api_schema.CredentialLink:
    return api_schema.CredentialLink(id=award, url=urls.credential(award))
