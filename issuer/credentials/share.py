"""Links that hand a badge on to other sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

LINKEDIN_ADD = "https://www.linkedin.com/profile/add"
LINKEDIN_POST = "https://www.linkedin.com/sharing/share-offsite/"


@dataclass(frozen=True)
class LinkedInEntry:
    """LinkedIn's "Add to profile".

    url: the link. fields: the same values by LinkedIn's names, to be copied by hand where LinkedIn
    leaves its form empty.
    """

    url: str
    fields: Mapping[str, str] = field(hash=False)


def linkedin_entry(
    name: str,
    organization: str,
    awarded_at: datetime,
    valid_until: datetime | None,
    certificate_url: str,
    award_id: str,
    organization_id: str | None = None,
) -> LinkedInEntry:
    """The entry for one badge; every value is encoded once, months are 1 to 12, in UTC.

    organization_id: the numeric id of the issuer's LinkedIn page, which takes the name's place.
    certificate_url: a stable address that carries no token.
    """
    issuer = {"organizationId": organization_id} if organization_id else {"organizationName": organization}
    fields = {
        "name": name,
        **issuer,
        **_month("issue", awarded_at),
        **(_month("expiration", valid_until) if valid_until else {}),
        "certUrl": certificate_url,
        "certId": short_id(award_id),
    }
    query = urlencode({"startTask": "CERTIFICATION_NAME", **fields})
    return LinkedInEntry(f"{LINKEDIN_ADD}?{query}", fields)


def linkedin_post_url(certificate_url: str) -> str:
    """A link that starts a post about a badge's page."""
    return f"{LINKEDIN_POST}?{urlencode({'url': certificate_url})}"


def short_id(award_id: str) -> str:
    """The first twelve digits of an award's UUID for people, such as ``3F2A-91BC-07DE``."""
    digits = award_id.replace("-", "")[:12].upper()
    return "-".join(digits[place : place + 4] for place in range(0, 12, 4))


def _month(prefix: str, moment: datetime) -> dict[str, str]:
    utc = moment.astimezone(UTC)
    return {f"{prefix}Year": str(utc.year), f"{prefix}Month": str(utc.month)}
