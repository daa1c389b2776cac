"""One's own notices: reading them, and choosing which of them come as mail."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from badge_classes import Catalogue, UnknownBadgeClassError
from issuer.domain.notices import KINDS, Kind, switches_of
from issuer.errors import Gone, Unprocessable
from issuer.services.access import actor
from issuer.services.ports import Clock, Message, Store, Transaction
from issuer.services.secret_tokens import token_digest

SHOWN = 100
UNSUBSCRIBE_BYTES = 24


@dataclass(frozen=True)
class Notice:
    """A notice in words. path: the page it leads to. read_at: None while it is new."""

    kind: Kind
    subject: str
    sentence: str
    path: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class Switch:
    """One kind of notice, and whether it comes as mail."""

    kind: Kind
    is_mailed: bool


class Notices:
    """The use cases of being told. `by` is the acting person's id."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock

    def mine(self, by: str, limit: int = SHOWN) -> list[Notice]:
        """The latest notices, the newest first; those about what is gone are left out."""

        def work(tx: Transaction) -> list[Notice]:
            found = (in_words(tx, self._catalogue, one) for one in tx.outbox.of_person(actor(tx, by).id, limit))
            return [one for one in found if one is not None]

        return self._store.read(work)

    def mark_read(self, by: str) -> None:
        """All of one's notices are read."""
        self._store.write(lambda tx: tx.outbox.mark_read(actor(tx, by).id, self._clock()))

    def switches(self, by: str) -> list[Switch]:
        """Every kind that this person may switch."""

        def work(tx: Transaction) -> list[Switch]:
            muted = tx.preferences.muted(by)
            return [Switch(kind, kind.code not in muted) for kind in switches_of(actor(tx, by).roles)]

        return self._store.read(work)

    def set_switches(self, by: str, mailed: Collection[str]) -> None:
        """Mail these kinds and no others. Raises Unprocessable (`input.invalid`) for a kind that is no switch."""

        def work(tx: Transaction) -> None:
            offered = {kind.code for kind in switches_of(actor(tx, by).roles)}
            if not offered.issuperset(mailed):
                raise Unprocessable("input.invalid", "There is no such kind of notice.", "/kind")
            elsewhere = tx.preferences.muted(by) - offered
            tx.preferences.set_muted(by, elsewhere | (offered - set(mailed)))

        self._store.write(work)

    def meant_by(self, token: str) -> Kind:
        """The kind that an unsubscribing link is for. Raises Gone (`claim.used`) when it means nothing any more."""
        found = self._store.read(lambda tx: tx.preferences.unsubscribe(token_digest(token)))
        if found is None or found[1] not in KINDS:
            raise Gone("claim.used", "This link is too old. Choose your mails in your account instead.")
        return KINDS[found[1]]

    def unsubscribe(self, token: str) -> Kind:
        """Switch the mails off that the link stands under (RFC 8058). Raises Gone."""
        kind = self.meant_by(token)

        def work(tx: Transaction) -> None:
            found = tx.preferences.unsubscribe(token_digest(token))
            if found is not None:
                tx.preferences.set_muted(found[0], tx.preferences.muted(found[0]) | {found[1]})

        self._store.write(work)
        return kind


def in_words(tx: Transaction, catalogue: Catalogue, message: Message) -> Notice | None:
    """A message in words; None when its kind is unknown or what it is about is gone."""
    kind = KINDS.get(message.kind)
    if kind is None:
        return None
    badge = _badge_name(tx, catalogue, message.payload)
    if badge is None and "{badge}" in kind.subject:
        return None
    name = {"badge": badge or ""}
    path = kind.place.format(**message.payload)
    subject, sentence = kind.subject.format(**name), kind.sentence.format(**name)
    return Notice(kind, subject, sentence, path, message.created_at, message.read_at)


def unsubscribe_token(tx: Transaction, message: Message, now: datetime) -> str:
    """A fresh token for the mail's unsubscribing link; only its SHA-256 is kept."""
    assert message.person_id is not None  # only people's notices can be switched off
    token = secrets.token_urlsafe(UNSUBSCRIBE_BYTES)
    tx.preferences.add_unsubscribe(token_digest(token), message.person_id, message.kind, now)
    return token


def _badge_name(tx: Transaction, catalogue: Catalogue, ids: dict[str, str]) -> str | None:
    about = tx.awards.get(ids["award"]) if "award" in ids else tx.submissions.get(ids.get("submission", ""))
    if about is None:
        return None
    try:
        return catalogue.version(about.achievement, about.version).name
    except UnknownBadgeClassError:
        return None
