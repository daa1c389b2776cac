"""Use case: a teacher shows one badge to those who have a link, without opening it to everybody."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from badge_classes import Catalogue
from issuer.domain.award import Award, IssueState
from issuer.domain.share_link import MAX_LABEL_CHARACTERS, MAX_LIVING_LINKS, ShareLink, end
from issuer.errors import Conflict, Gone, NotFound, Unprocessable
from issuer.services.access import actor, not_found, own_award
from issuer.services.ports import Clock, Store, Transaction
from issuer.services.secret_tokens import token_digest
from issuer.services.share import Badge, badge_of

TOKEN_BYTES = 24
TOKEN_CHARACTERS = 32
MAX_DAYS = 3_650
ENDED = "link.ended"


@dataclass(frozen=True)
class Made:
    """A new link; its token is told now and never again."""

    link: ShareLink
    token: str


class ShareLinks:
    """Making, listing and ending links, and what stands behind one. `by` is the acting person's id."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock

    def make(self, by: str, award_id: str, label: str = "", days: int | None = None) -> Made:
        """A link to one's own badge; days: for how long it works, None for good.

        Raises NotFound, Conflict (`state.conflict`) before the badge is issued and for one link too many,
        Unprocessable (`input.invalid`).
        """
        if days is not None and not 1 <= days <= MAX_DAYS:
            raise Unprocessable("input.invalid", f"A link works for 1 to {MAX_DAYS} days.", "/days")
        named = _checked(label)
        token = secrets.token_urlsafe(TOKEN_BYTES)

        def work(tx: Transaction) -> ShareLink:
            award, now = own_award(tx, actor(tx, by), award_id), self._clock()
            if award.state is not IssueState.ISSUED:
                raise Conflict("state.conflict", "This badge is still being issued. Try again in a moment.")
            if sum(one.works(now) for one in tx.share_links.of_award(award_id)) >= MAX_LIVING_LINKS:
                raise Conflict("state.conflict", f"This badge has {MAX_LIVING_LINKS} links already. End one first.")
            expires_at = None if days is None else now + timedelta(days=days)
            link = ShareLink(str(uuid.uuid4()), award_id, token_digest(token), named, now, expires_at)
            tx.share_links.add(link)
            tx.audit.append(now, "award.link_made", by, award_id, {"link": link.id})
            return link

        return Made(self._store.write(work), token)

    def of_badge(self, by: str, award_id: str) -> list[ShareLink]:
        """The links of one's own badge, ended ones too, the newest first. Raises NotFound."""

        def work(tx: Transaction) -> list[ShareLink]:
            own_award(tx, actor(tx, by), award_id)
            return tx.share_links.of_award(award_id)[::-1]

        return self._store.read(work)

    def end(self, by: str, award_id: str, link_id: str) -> ShareLink:
        """End a link for good. Raises NotFound, Conflict (`state.conflict`)."""

        def work(tx: Transaction) -> ShareLink:
            own_award(tx, actor(tx, by), award_id)
            found = next((one for one in tx.share_links.of_award(award_id) if one.id == link_id), None)
            if found is None:
                raise not_found()
            ended = end(found, self._clock())
            tx.share_links.end(ended)
            tx.audit.append(self._clock(), "award.link_ended", by, award_id, {"link": link_id})
            return ended

        return self._store.write(work)

    def seen(self, token: str) -> Badge:
        """The badge behind a link, its page being shown once more. Raises as `behind`."""

        def work(tx: Transaction) -> Badge:
            link, award = self._found(tx, token)
            tx.share_links.count_view(link.id)
            return badge_of(tx, self._catalogue, award)

        return self._store.write(work)

    def behind(self, token: str) -> Badge:
        """The badge behind a link. Raises NotFound for no link, Gone (`link.ended`) for one that works no more."""
        return self._store.read(lambda tx: badge_of(tx, self._catalogue, self._found(tx, token)[1]))

    def award_behind(self, token: str) -> Award | None:
        """The award behind a link that works; None for every other text."""
        try:
            return self._store.read(lambda tx: self._found(tx, token)[1])
        except (NotFound, Gone):
            return None

    def _found(self, tx: Transaction, token: str) -> tuple[ShareLink, Award]:
        link = tx.share_links.by_token(token_digest(token)) if len(token) == TOKEN_CHARACTERS else None
        award = None if link is None else tx.awards.get(link.award_id)
        if link is None or award is None:
            raise NotFound("not_found", "There is no such link.")
        if not link.works(self._clock()):
            raise _ended(link, self._clock())
        return link, award


def _ended(link: ShareLink, now: datetime) -> Gone:
    """Of the link alone: nothing is said of the badge."""
    message = "This link has ended. Whoever gave it to you can give you a new one."
    if link.ended_at is None and link.expires_at is not None and link.expires_at <= now:
        message = "This link has expired. Whoever gave it to you can give you a new one."
    return Gone(ENDED, message)


def _checked(label: str) -> str:
    tidy = " ".join(label.split())
    if len(tidy) > MAX_LABEL_CHARACTERS or not tidy.isprintable():
        raise Unprocessable("input.invalid", f"A name has at most {MAX_LABEL_CHARACTERS} characters.", "/label")
    return tidy
