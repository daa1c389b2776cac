"""What the absence of a document means for the check that wanted it."""

from __future__ import annotations

from issuer.errors import Invalid, Undecided
from issuer.verification.documents import Documents, Found, Missing

FORBIDDEN_GROUND = frozenset(
    {
        "fetch.blocked_address",
        "fetch.content_encoding",
        "fetch.port",
        "fetch.redirect",
        "fetch.scheme",
        "fetch.url_malformed",
    }
)
"""Reasons that are the badge's own doing: a genuine issuer does not point there."""


def fetched(
    url: str,
    accept: tuple[str, ...],
    documents: Documents,
    undecided: tuple[str, str],
    definite: frozenset[str] = FORBIDDEN_GROUND,
    max_age_s: float | None = None,
) -> Found:
    """The document at `url`.

    undecided: code and message of the error for one that could not be had, with the reason as its cause. definite:
    codes of `Missing` that are Invalid in themselves. Errors: Invalid with one of those codes, and that Undecided.
    """
    answer = documents.fetch(url, accept, max_age_s)
    if isinstance(answer, Found):
        return answer
    if isinstance(answer, Missing) and answer.code in definite:
        raise Invalid(answer.code, answer.message)
    raise Undecided(*undecided) from Undecided(answer.code, answer.message)
