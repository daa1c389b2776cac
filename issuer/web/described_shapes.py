"""The modules that describe bodies of requests and answers, for the OpenAPI document."""

from __future__ import annotations

from issuer.web import (
    account_schema,
    api_schema,
    appeal_schema,
    draft_schema,
    published_schema,
    record_schema,
    resource_schema,
    share_schema,
    upload_schema,
    vc_api_schema,
)

SHAPES = (
    account_schema,
    api_schema,
    appeal_schema,
    draft_schema,
    published_schema,
    record_schema,
    resource_schema,
    share_schema,
    upload_schema,
    vc_api_schema,
)
