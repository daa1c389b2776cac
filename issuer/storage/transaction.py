"""One open transaction and the repositories that work in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from issuer.storage.addresses import SqlAddresses
from issuer.storage.arrivals import SqlLinkChecks, SqlUploads
from issuer.storage.awarded import SqlAwarded, SqlShownCharts
from issuer.storage.awards import SqlAwards
from issuer.storage.claims import SqlClaims, SqlJoinCodes
from issuer.storage.clients import SqlClients
from issuer.storage.drafts import SqlDrafts
from issuer.storage.erasure import SqlErasure
from issuer.storage.factors import SqlFactors
from issuer.storage.people import SqlPeople, SqlSessions
from issuer.storage.preferences import SqlPreferences
from issuer.storage.records import SqlAudit, SqlFacts, SqlIdempotency, SqlOutbox
from issuer.storage.resources import SqlQuestions, SqlResources
from issuer.storage.reviewing import SqlAppeals, SqlDeadlines, SqlReviewQueue
from issuer.storage.share_links import SqlShareLinks
from issuer.storage.status_lists import SqlStatusLists
from issuer.storage.submissions import SqlReviews, SqlSubmissions


@dataclass(frozen=True, slots=True)
class SqlTransaction:
    """Fulfils `ports.Transaction` over one connection."""

    connection: Connection

    @property
    def people(self) -> SqlPeople:
        return SqlPeople(self.connection)

    @property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self.connection)

    @property
    def clients(self) -> SqlClients:
        return SqlClients(self.connection)

    @property
    def submissions(self) -> SqlSubmissions:
        return SqlSubmissions(self.connection)

    @property
    def uploads(self) -> SqlUploads:
        return SqlUploads(self.connection)

    @property
    def link_checks(self) -> SqlLinkChecks:
        return SqlLinkChecks(self.connection)

    @property
    def drafts(self) -> SqlDrafts:
        return SqlDrafts(self.connection)

    @property
    def reviews(self) -> SqlReviews:
        return SqlReviews(self.connection)

    @property
    def appeals(self) -> SqlAppeals:
        return SqlAppeals(self.connection)

    @property
    def deadlines(self) -> SqlDeadlines:
        return SqlDeadlines(self.connection)

    @property
    def queue(self) -> SqlReviewQueue:
        return SqlReviewQueue(self.connection)

    @property
    def awarded(self) -> SqlAwarded:
        return SqlAwarded(self.connection)

    @property
    def shown_charts(self) -> SqlShownCharts:
        return SqlShownCharts(self.connection)

    @property
    def resources(self) -> SqlResources:
        return SqlResources(self.connection)

    @property
    def questions(self) -> SqlQuestions:
        return SqlQuestions(self.connection)

    @property
    def awards(self) -> SqlAwards:
        return SqlAwards(self.connection)

    @property
    def share_links(self) -> SqlShareLinks:
        return SqlShareLinks(self.connection)

    @property
    def status_lists(self) -> SqlStatusLists:
        return SqlStatusLists(self.connection)

    @property
    def audit(self) -> SqlAudit:
        return SqlAudit(self.connection)

    @property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self.connection)

    @property
    def addresses(self) -> SqlAddresses:
        return SqlAddresses(self.connection)

    @property
    def claims(self) -> SqlClaims:
        return SqlClaims(self.connection)

    @property
    def join_codes(self) -> SqlJoinCodes:
        return SqlJoinCodes(self.connection)

    @property
    def erasure(self) -> SqlErasure:
        return SqlErasure(self.connection)

    @property
    def factors(self) -> SqlFactors:
        return SqlFactors(self.connection)

    @property
    def preferences(self) -> SqlPreferences:
        return SqlPreferences(self.connection)

    @property
    def idempotency(self) -> SqlIdempotency:
        return SqlIdempotency(self.connection)

    @property
    def facts(self) -> SqlFacts:
        return SqlFacts(self.connection)
