"""Whether a link in evidence can be opened by a reviewer: advice, never a condition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from issuer.domain.evidence.places import walk

MOST_LINKS = 20


class LinkOutcome(StrEnum):
    """What somebody without an account meets behind a link."""

    REACHABLE = "reachable"
    SIGN_IN = "sign_in"
    NOT_FOUND = "not_found"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class LinkCheck:
    """The latest answer for one link of one submission. message: what to make of it, as a plain sentence."""

    submission_id: str
    url: str
    outcome: LinkOutcome
    message: str
    checked_at: datetime


REACHABLE = (LinkOutcome.REACHABLE, "It opens without signing in.")
SIGN_IN = (
    LinkOutcome.SIGN_IN,
    "It asks for a sign-in. Share it so that everybody who has the link can open it.",
)
NOT_FOUND = (LinkOutcome.NOT_FOUND, "Nothing is there. Compare the link with the address in your browser.")

_SIGN_IN_HOSTS = re.compile(
    r"(?:^|\.)(?:accounts\.google\.com|login\.microsoftonline\.com|login\.live\.com|login\.microsoft\.com|okta\.com"
    r"|auth0\.com|clever\.com|classlink\.com)$"
)
_SIGN_IN_PATH = re.compile(r"/(?:log-?in|sign-?in|servicelogin|sso|saml2?|oauth2?|authorize)(?:[/.?]|$)", re.IGNORECASE)


def links_of(evidence: object) -> tuple[str, ...]:
    """The different links in evidence, in its order, at most `MOST_LINKS`. Only attachments have a member `link`."""
    found = {
        value: None
        for path, value in walk(evidence)
        if path and path[-1] == "link" and isinstance(value, str) and value.startswith("https://")
    }
    return tuple(found)[:MOST_LINKS]


def judged(url: str, status: int, headers: Mapping[str, str]) -> tuple[LinkOutcome, str] | str:
    """What an answer says of a link; or the address it leads on to, as text.

    headers: names in lower case.
    """
    if _is_sign_in(url) or status in (401, 403, 407):
        return SIGN_IN
    if 200 <= status < 300:
        return REACHABLE
    if status in (404, 410):
        return NOT_FOUND
    location = headers.get("location", "")
    if 300 <= status < 400 and location:
        try:
            onward = urljoin(url, location)
        except ValueError:
            return unchecked("The other server leads on to no address.")
        return SIGN_IN if _is_sign_in(onward) else onward
    return unchecked(f"The other server answered with status {status}.")


def unchecked(why: str) -> tuple[LinkOutcome, str]:
    """The link could not be looked at."""
    return LinkOutcome.UNCHECKED, f"It could not be checked. {why} Open it yourself in a private window."


def _is_sign_in(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(_SIGN_IN_HOSTS.search(parts.hostname or "") or _SIGN_IN_PATH.search(parts.path))
