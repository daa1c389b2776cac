"""Status lists: which one it is by its own id, how long a copy counts, and what is remembered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from issuer.verification.documents import Found, Unreachable
from issuer.verification.kept_lists import MAX_KEPT_BYTES_EACH, KeptLists, VerifiedList
from issuer.verification.names import same_address
from issuer.verification.seen_lists import RememberedLists


class Keeping:
    """Documents of a world as a fetcher shows them that kept the list for `age_s`; asked anew, `fresh` is there."""

    def __init__(self, world: Any, kept: Any, age_s: float, fresh: Any = None) -> None:
        self.world, self.kept, self.age_s, self.fresh = world, kept, age_s, fresh

    def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Any:
        if url != self.world.LIST_URL:
            return self.world.fetch(url, accept, max_age_s)
        if max_age_s is not None and self.fresh is None:
            return Unreachable(url, "fetch.timeout", "Slow.")
        body = self.world.json_sent(self.kept if max_age_s is None else self.fresh)[0]
        found = Found(url, body, "application/json", accept)
        return found._replace(age_s=self.age_s) if max_age_s is None else found

    def report(self) -> Any:
        service = type(self.world.service)(self, lambda: self.world.now)
        return service.verify(*self.world.json_sent(self.world.di(self.world.badge())))


# -- the list's own id


@pytest.mark.parametrize(
    "name",
    ["https://issuer.test/status/2", "https://other.test/status/1", "http://issuer.test/status/1",
     "https://issuer.test:8443/status/1", "https://issuer.test/status/1?of=2", "https://issuer.test/Status/1",
     "HTTPS://issuer.test/status/2", "https://issuer.test/status%2F1", "https://issuer.test@other.test/status/1"],
)  # fmt: skip
def test_a_list_that_calls_itself_another_is_not_the_badges(world: Any, name: str) -> None:
    """A list of the same issuer with another index for somebody else's badge, served under this address."""
    world.serve(world.LIST_URL, world.di(world.status_list(id=name)))
    world.expect(world.di(world.badge()), "invalid", "status.list_invalid")
    token = world.jwt(world.status_list(id=name), world.p256, sub=f"{world.LIST_URL}#list")
    world.serve(world.LIST_URL, token, "text/plain")
    world.expect(world.di(world.badge()), "invalid", "status.list_invalid")


@pytest.mark.parametrize(
    "name",
    [None, "https://issuer.test/status/1", "https://ISSUER.test:443/status/1",
     "https://issuer.test/status/%31", "https://issuer.test/status/1#credential",
     "urn:uuid:7f3c0d8e-4c0b-4d39-9b0d-3a8f7f7f0001", "did:web:issuer.test#list"],
)  # fmt: skip
def test_a_list_with_its_address_or_without_one_counts(world: Any, name: str | None) -> None:
    """Bitstring Status List 1.0 §2.2: the id is optional, and MAY be the address."""
    world.serve(world.LIST_URL, world.di(world.status_list(id=name)))
    world.expect(world.di(world.badge()), "valid", None)
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX, id=name)))
    world.expect(world.di(world.badge()), "invalid", "status.revoked")


def test_addresses_that_are_one() -> None:
    assert same_address("https://e.example", "https://E.example/")
    assert same_address("https://e.example/%7ea?b", "https://e.example:443/~a?b#c")
    assert same_address("https://e.example/%2f", "https://e.example/%2F")
    for other in ("https://e.example/a?B", "https://e.example/%2F%2f", "https://e.example//", "nonsense"):
        assert not same_address("https://e.example/", other)


# -- copies


@pytest.mark.parametrize("bits", [(), (94_567,)], ids=["clear", "revoked"])
def test_a_copy_kept_for_an_earlier_badge_is_flagged(world: Any, bits: tuple[int, ...]) -> None:
    report = Keeping(world, world.di(world.status_list(*bits)), age_s=30.0).report()
    assert report.flags == ("status.cached",)
    assert report.verdict == ("invalid" if bits else "valid")


def test_a_list_that_was_asked_for_now_is_not_flagged(world: Any) -> None:
    kept = world.di(world.status_list(subject={"ttl": 60_000}))
    assert Keeping(world, kept, age_s=0.0).report().flags == ()
    renewed = Keeping(world, kept, age_s=61.0, fresh=kept).report()
    assert (renewed.verdict, renewed.flags) == ("valid", ())


def test_a_copy_within_the_ttl_counts_and_an_older_one_does_not(world: Any) -> None:
    """The list cannot be fetched anew: what its issuer would have asked again for says neither yes nor no."""
    kept = world.di(world.status_list(subject={"ttl": 60_000}))
    within, beyond = Keeping(world, kept, age_s=59.9).report(), Keeping(world, kept, age_s=60.1).report()
    assert (within.verdict, within.flags) == ("valid", ("status.cached",))
    assert beyond.verdict == "indeterminate"
    row = next(row for row in beyond.checks if row.check == "status")
    assert (row.code, "older than the issuer allows" in row.message) == ("status.unreachable", True)


def test_a_copy_is_no_good_after_the_end_of_the_list(world: Any) -> None:
    """`ttl` does not prolong `validUntil`."""
    kept = world.di(world.status_list(subject={"ttl": 3_600_000}, validUntil=world.ago(61)))
    assert "status.list_expired" in {row.code for row in Keeping(world, kept, age_s=5.0).report().checks}


def test_an_old_list_after_a_newer_one_is_refused_when_it_is_asked_for_anew(world: Any) -> None:
    old = world.di(world.status_list(subject={"ttl": 1_000}, validFrom="2026-02-01T00:00:00Z"))
    new = world.di(world.status_list(subject={"ttl": 1_000}, validFrom="2026-03-01T00:00:00Z"))
    documents = Keeping(world, new, age_s=0.5)
    service = type(world.service)(documents, lambda: world.now)
    badge = world.json_sent(world.di(world.badge()))
    assert service.verify(*badge).verdict == "valid"
    documents.kept, documents.fresh, documents.age_s = new, old, 2.0
    assert "status.list_rollback" in {row.code for row in service.verify(*badge).checks}


# -- what is remembered


def test_what_one_issuer_shows_says_nothing_about_anothers_lists() -> None:
    seen, late, early = RememberedLists(), datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    assert not seen.went_back("did:web:evil.test", "https://host.test/1", late)
    assert not seen.went_back("did:web:issuer.test", "https://host.test/1", early)
    assert seen.went_back("did:web:evil.test", "https://host.test/1", early)


def test_the_memory_of_lists_is_bounded() -> None:
    seen, late, early = RememberedLists(2), datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    for name in ("a", "b", "a", "c"):
        seen.went_back("did:web:issuer.test", name, late)
    assert seen.went_back("did:web:issuer.test", "a", early)
    assert not seen.went_back("did:web:issuer.test", "b", early)


def test_kept_lists_are_bounded_in_number_and_size() -> None:
    kept, listing = KeptLists(2), VerifiedList("did:web:issuer.test", b"", frozenset(), None, None, None, ())
    for name in ("a", "b", "c"):
        kept.put(name, b"body", 1, listing)
    kept.put("d", b"x" * (MAX_KEPT_BYTES_EACH + 1), 1, listing)
    assert [name for name in "abcd" if kept.get(name, b"body", 1)] == ["b", "c"]
    assert kept.get("d", b"x" * (MAX_KEPT_BYTES_EACH + 1), 1) is None
    assert kept.get("c", b"another body", 1) is None
    assert kept.get("c", b"body", 2) is None
