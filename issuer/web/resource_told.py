"""What the API says of shared work: from values of the domain to answers."""

from __future__ import annotations

from typing import Any

from issuer.credentials.urls import PublicUrls
from issuer.domain.question import Question
from issuer.services.read_resources import PAGE, SharedWork
from issuer.services.share_work import Prepared
from issuer.web import resource_schema


def page_of(urls: PublicUrls, found: list[SharedWork], page: int) -> resource_schema.ResourceList:
    listed = [resource_schema.ResourceSummary(**_summary(urls, one)) for one in found]
    return resource_schema.ResourceList(resources=listed, page=page, has_more=len(found) == PAGE)


def resource(urls: PublicUrls, work: SharedWork) -> resource_schema.SharedResource:
    files = [
        resource_schema.SharedFile(**vars(one), url=urls.resource_file(work.resource.id, one.id))
        for one in work.shown.files
    ]
    return resource_schema.SharedResource(**_summary(urls, work), content=work.shown.content, files=files)


def draft(urls: PublicUrls, prepared: Prepared) -> resource_schema.ResourceDraft:
    one = prepared.resource
    return resource_schema.ResourceDraft(
        id=one.id,
        submission=one.submission_id,
        title=one.title,
        texts=one.texts,
        left_out=list(one.left_out),
        attestations=dict(prepared.attested),
        hindrances=[resource_schema.Hindrance(**vars(each)) for each in prepared.hindrances],
        content=prepared.preview.content,
        author=prepared.preview.author,
        digest=prepared.preview.digest,
        is_published=one.published is not None,
        url=urls.resource(one.id),
    )


def question(one: Question) -> resource_schema.ReaderQuestion:
    return resource_schema.ReaderQuestion(
        id=one.id, name=one.name, text=one.text, asked_at=one.asked_at, answer=one.answer, answered_at=one.answered_at
    )


def _summary(urls: PublicUrls, work: SharedWork) -> dict[str, Any]:
    return {
        "id": work.resource.id,
        "url": urls.resource(work.resource.id),
        "title": work.shown.title,
        "author": work.shown.author,
        "achievement": work.resource.achievement,
        "version": work.resource.version,
        "published_at": work.resource.published_at,
    }
