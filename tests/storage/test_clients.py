"""Registered clients, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from issuer.domain.clients import Client
from issuer.errors import NotFound


def test_a_client_comes_back_until_it_is_removed(store, make):
    make.school(store)
    store.write(lambda tx: tx.people.add(make.person("p"), "h"))
    first = Client("c1", "Course platform ∆", "p", "ab" * 32, make.now)
    second = Client("c2", "Another", "p", "cd" * 32, make.now + timedelta(microseconds=1))
    for one in (second, first):
        store.write(lambda tx, one=one: tx.clients.add(one))
    assert store.read(lambda tx: tx.clients.get("c1")) == first
    assert store.read(lambda tx: tx.clients.get("c3")) is None
    assert store.read(lambda tx: tx.clients.all()) == [first, second]
    store.write(lambda tx: tx.clients.remove("c1", make.now))
    assert store.read(lambda tx: tx.clients.get("c1")).removed_at == make.now
    with pytest.raises(NotFound):
        store.write(lambda tx: tx.clients.remove("c1", make.now + timedelta(days=1)))
    assert store.read(lambda tx: tx.clients.get("c1")).removed_at == make.now
