"""Share links, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from issuer.domain.share_link import ShareLink, end
from issuer.errors import Conflict


def test_a_link_comes_back_by_its_token_and_counts_its_views(store, make):
    make.school(store)
    award = make.planned(store)
    first = ShareLink("l1", award.id, "ab" * 32, "My ∆ school", make.now)
    second = ShareLink("l2", award.id, "cd" * 32, "", make.now + timedelta(seconds=1), make.now + timedelta(days=7))
    for one in (second, first):
        store.write(lambda tx, one=one: tx.share_links.add(one))
    assert store.read(lambda tx: tx.share_links.by_token("cd" * 32)) == second
    assert store.read(lambda tx: tx.share_links.by_token("ef" * 32)) is None
    assert store.read(lambda tx: tx.share_links.of_award(award.id)) == [first, second]
    for _ in range(2):
        store.write(lambda tx: tx.share_links.count_view("l2"))
    ended = end(first, make.now)
    store.write(lambda tx: tx.share_links.end(ended))
    links = store.read(lambda tx: tx.share_links.of_award(award.id))
    assert [(one.ended_at, one.views) for one in links] == [(make.now, 0), (None, 2)]
    with pytest.raises(Conflict):
        end(ended, make.now)
