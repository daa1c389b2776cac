from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

from issuer.credentials.share import linkedin_entry, linkedin_post_url, short_id

AWARD = "3f2a91bc-07de-4a55-9c11-0123456789ab"
URL = "https://badges.example.org/credentials/" + AWARD


def test_every_value_is_encoded_exactly_once() -> None:
    entry = linkedin_entry(
        "Using “Data” & Art + 100 %", "Schools & Co", datetime(2026, 1, 5, tzinfo=UTC), None, URL, AWARD
    )
    sent = {name: values[0] for name, values in parse_qs(urlsplit(entry.url).query, strict_parsing=True).items()}
    assert sent == {"startTask": "CERTIFICATION_NAME", **entry.fields}
    assert sent["name"] == "Using “Data” & Art + 100 %"
    assert sent["certUrl"] == URL
    assert "%25" in entry.url
    assert "%2525" not in entry.url


def test_months_count_from_one_in_utc() -> None:
    late = datetime(2026, 12, 31, 22, 0, tzinfo=timezone(timedelta(hours=-5)))
    fields = linkedin_entry("B", "O", late, datetime(2030, 1, 1, tzinfo=UTC), URL, AWARD).fields
    assert (fields["issueYear"], fields["issueMonth"]) == ("2027", "1")
    assert (fields["expirationYear"], fields["expirationMonth"]) == ("2030", "1")


def test_a_badge_that_never_expires_names_no_expiration() -> None:
    fields = linkedin_entry("B", "O", datetime(2026, 1, 5, tzinfo=UTC), None, URL, AWARD).fields
    assert not [name for name in fields if name.startswith("expiration")]


def test_a_page_id_takes_the_place_of_the_organisation_name() -> None:
    fields = linkedin_entry("B", "O", datetime(2026, 1, 5, tzinfo=UTC), None, URL, AWARD, "1234567").fields
    assert fields["organizationId"] == "1234567"
    assert "organizationName" not in fields


def test_the_certificate_id_is_short_and_no_urn() -> None:
    assert short_id(AWARD) == "3F2A-91BC-07DE"


def test_the_link_to_a_post_holds_the_page_once_encoded() -> None:
    assert parse_qs(urlsplit(linkedin_post_url(URL)).query) == {"url": [URL]}
