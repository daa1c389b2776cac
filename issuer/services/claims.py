"""Making and using links that do one thing once.

A link's token is 256 random bits, told once and kept as SHA-256. Reading what a link is for changes nothing; using it
is a compare-and-set, so that of two who use it at once one is refused.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from datetime import datetime

from issuer.domain.claims import LIFE, Claim, ClaimKind
from issuer.errors import Gone
from issuer.services.notify import message_id
from issuer.services.ports import Message, Transaction
from issuer.services.secret_tokens import token_digest

TOKEN_BYTES = 32
LETTER = "claim."
"""How the kind of a message begins that carries a link; what follows is the kind of claim."""

PATH = {
    ClaimKind.INVITATION: "/join/",
    ClaimKind.REGISTRATION: "/join/",
    ClaimKind.ADDRESS: "/verify-address/",
    ClaimKind.RESET: "/reset/",
}


def new_claim(kind: ClaimKind, email: str, now: datetime) -> Claim:
    """A claim with the usual life of its kind, not stored yet."""
    return Claim(str(uuid.uuid4()), kind, email, now, now + LIFE[kind])


def mint(tx: Transaction, claim: Claim, now: datetime) -> str:
    """The path of a fresh link for the claim; earlier links go on working."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    tx.claims.add_token(token_digest(token), claim.id, now)
    return PATH[claim.kind] + token


def mail_link(tx: Transaction, claim: Claim, now: datetime) -> None:
    """Have a link for the claim mailed to its address; the link is made when it is sent."""
    key = f"{LETTER}{claim.kind}:{uuid.uuid4()}"
    tx.outbox.add(Message(key, None, f"{LETTER}{claim.kind}", {"claim": claim.id}, now, message_id()))


def meant(tx: Transaction, token: str, kinds: Collection[ClaimKind], now: datetime) -> Claim:
    """The open claim behind a link.

    Raises Gone (`claim.used`), the same for a link that was used, withdrawn, has expired or never was.
    """
    claim = tx.claims.by_token(token_digest(token))
    if claim is None or claim.kind not in kinds or not claim.is_open(now):
        raise gone()
    return claim


def use(tx: Transaction, claim: Claim, now: datetime) -> None:
    """Use it up. Raises Gone (`claim.used`) when somebody else just did."""
    if not tx.claims.use(claim.id, now):
        raise gone()


def gone() -> Gone:
    return Gone("claim.used", "This link was used already, has expired or was withdrawn. Ask for a new one.")
