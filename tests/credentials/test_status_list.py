from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.encode import to_bytes
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.status_list import ENTRIES, bits_of, indexes_of, published_at, unsigned_status_list
from issuer.errors import Unprocessable
from issuer.proofs import bitstring

NOW = datetime(2026, 11, 21, 18, 0, 0, tzinfo=UTC)


def test_the_list_is_one_purpose_of_one_list_with_absolute_ids(identity: IssuerIdentity) -> None:
    document = unsigned_status_list(identity, 3, "revocation", {0, 94567}, NOW, NOW + timedelta(days=30), 300_000)
    subject = document["credentialSubject"]
    assert document["@context"] == ["https://www.w3.org/ns/credentials/v2"]
    assert document["id"] == "https://badges.example.org/status/revocation-3"
    assert document["issuer"] == identity.did
    assert (document["validFrom"], document["validUntil"]) == ("2026-11-21T18:00:00Z", "2026-12-21T18:00:00Z")
    assert subject["id"] == "https://badges.example.org/status/revocation-3#list"
    assert (subject["type"], subject["statusPurpose"], subject["ttl"]) == ("BitstringStatusList", "revocation", 300_000)
    bits = bitstring.decode(subject["encodedList"])
    assert len(bits) * 8 == ENTRIES >= 131_072
    assert [bitstring.read(bits, index) for index in (0, 1, 94566, 94567, 94568)] == [1, 0, 0, 1, 0]


@given(st.sets(st.integers(min_value=0, max_value=ENTRIES - 1), max_size=20))
def test_what_is_set_can_be_read_back(indexes: set[int]) -> None:
    published = to_bytes({"credentialSubject": {"encodedList": bitstring.encode(bits_of(indexes))}})
    assert indexes_of(published) == indexes


def test_the_first_entry_is_the_left_most_bit() -> None:
    assert bits_of({0})[0] == 0b1000_0000
    assert bits_of({7})[0] == 0b0000_0001


@pytest.mark.parametrize("index", [-1, ENTRIES])
def test_an_entry_outside_the_list_is_refused(index: int) -> None:
    with pytest.raises(Unprocessable):
        bits_of({index})


def test_a_published_list_tells_when_it_was_published(identity: IssuerIdentity) -> None:
    document = unsigned_status_list(identity, 1, "suspension", (), NOW, NOW + timedelta(days=30), 300_000)
    assert published_at(to_bytes(document)) == NOW
