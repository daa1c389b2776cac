"""Mailing what waits in the outbox, with retries."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from badge_classes import Catalogue
from issuer.domain.claims import Claim, ClaimKind
from issuer.errors import Unavailable
from issuer.services.claims import LETTER, mint
from issuer.services.notices import in_words, unsubscribe_token
from issuer.services.ports import Clock, Mailer, Message, Store, Transaction

MAX_ATTEMPTS = 8
AT_A_TIME = 50
TOO_OLD = timedelta(days=7)

LETTERS = {
    ClaimKind.INVITATION: (
        "You are invited to open an account",
        "You are invited to open an account for teacher badges. The link works once, for two weeks. Who does not know "
        "what this is about can leave it.",
    ),
    ClaimKind.REGISTRATION: (
        "Go on with your registration",
        "Somebody, we hope you, asked for an account with this address. The link works once, for two days. If it was "
        "not you, leave it: without the link nothing happens.",
    ),
    ClaimKind.ADDRESS: (
        "Is this your address?",
        "Somebody, we hope you, added this address to their account. Sign in to that account and follow the link, "
        "which works once, for two days. If it was not you, leave it: without the link nothing happens.",
    ),
    ClaimKind.RESET: (
        "A new password",
        "Somebody, we hope you, asked for a new password. The link works once, for an hour. If it was not you, leave "
        "it: your password stays as it is.",
    ),
}
"""Subject and words of each letter that carries a link."""

HAS_ACCOUNT = (
    "Somebody, we hope you, asked for an account with this address. You have one already: sign in, or ask there for a "
    "new password."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """A mail ready to be sent. unsubscribe_url: "" where it cannot be switched off."""

    to: str
    subject: str
    text: str
    unsubscribe_url: str = ""


class Deliver:
    """Hands mails over, each at most `MAX_ATTEMPTS` times.

    mailer: None where no mail server is named; notices then stand in the page only. What is older than a week is
    not mailed any more.
    """

    def __init__(
        self, store: Store, catalogue: Catalogue, mailer: Mailer | None, public_url: str, clock: Clock
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self.mailer = mailer
        self._public_url = public_url
        self._clock = clock

    def due(self) -> list[Message]:
        """What is to be tried now, the longest due first."""
        if self.mailer is None:
            return []
        return self._store.read(lambda tx: tx.outbox.due(self._clock(), AT_A_TIME))

    def send(self, message: Message) -> None:
        """Try one message; the same Message-ID is used on every attempt."""
        if self.mailer is None:
            return
        letter = self._store.write(lambda tx: self._written(tx, message))
        if letter is None:
            return
        try:
            self.mailer.send(message.message_id, letter.to, letter.subject, letter.text, letter.unsubscribe_url)
        except Unavailable as error:
            log.warning("mail.failed", extra={"code": error.code, "attempts": message.attempts + 1})
            return
        self._store.write(lambda tx: tx.outbox.sent(message.key, self._clock()))

    def _written(self, tx: Transaction, message: Message) -> Letter | None:
        """The letter, with the attempt counted before it is made; None, and never due again, when there is none."""
        is_over = message.attempts >= MAX_ATTEMPTS or self._clock() - message.created_at > TOO_OLD
        letter = None if is_over else self._letter(tx, message)
        if letter is None:
            tx.outbox.give_up(message.key)
        else:
            tx.outbox.tried(message.key, self._clock())
        return letter

    def _letter(self, tx: Transaction, message: Message) -> Letter | None:
        if message.kind.startswith(LETTER):
            return self._link(tx, tx.claims.get(message.payload["claim"]))
        person = tx.people.get(message.person_id) if message.person_id is not None else None
        notice = in_words(tx, self._catalogue, message)
        if person is None or notice is None or person.disabled_at is not None:
            return None
        if not notice.kind.is_optional:
            return Letter(person.email, notice.subject, self._text(notice.sentence, notice.path))
        if message.kind in tx.preferences.muted(person.id):
            return None
        url = f"{self._public_url}/unsubscribe/{unsubscribe_token(tx, message, self._clock())}"
        text = self._text(notice.sentence, notice.path) + f"\nTo get no more mails of this kind: {url}\n"
        return Letter(person.email, notice.subject, text, url)

    def _link(self, tx: Transaction, claim: Claim | None) -> Letter | None:
        """The letter that carries a link; None for a claim that is over, and for a password of nobody."""
        if claim is None or not claim.is_open(self._clock()):
            return None
        holder = tx.people.by_email(claim.email)
        if claim.kind is ClaimKind.REGISTRATION and holder is not None:
            return Letter(claim.email, "You have an account", self._text(HAS_ACCOUNT, "/login"))
        if claim.kind is ClaimKind.RESET and (holder is None or holder.disabled_at is not None):
            return None
        subject, sentence = LETTERS[claim.kind]
        return Letter(claim.email, subject, self._text(sentence, mint(tx, claim, self._clock())))

    def _text(self, sentence: str, path: str) -> str:
        return f"{sentence}\n\n{self._public_url}{path}\n"
