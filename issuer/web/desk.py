"""What the routes work with: the services and a few values, joined by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar, cast

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from litestar import Request

from badge_classes import Catalogue
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.urls import PublicUrls
from issuer.errors import Unavailable
from issuer.services.administer import Administer
from issuer.services.appeals import Appeals
from issuer.services.attach import Attach, UploadLimits
from issuer.services.check_links import CheckLinks
from issuer.services.clients import Clients
from issuer.services.draft_versions import DraftVersions
from issuer.services.erase import Erase
from issuer.services.export import Export
from issuer.services.forms import Forms
from issuer.services.identify import Identify
from issuer.services.join import Join
from issuer.services.name_files import NameFiles
from issuer.services.notices import Notices
from issuer.services.own_addresses import OwnAddresses
from issuer.services.own_sessions import OwnSessions
from issuer.services.ports import Blobs, Clock
from issuer.services.publish_status import PublishStatus
from issuer.services.read_resources import ReadResources
from issuer.services.receive import Receive
from issuer.services.records import Records
from issuer.services.reflection_forms import ReadReflection
from issuer.services.replay import Replay
from issuer.services.reset_password import ResetPassword
from issuer.services.retain import Periods
from issuer.services.reuse import Reuse
from issuer.services.review import ReviewEvidence
from issuer.services.review_background import Background
from issuer.services.revisions import Revisions
from issuer.services.second_factor import SecondFactor
from issuer.services.share import Share
from issuer.services.share_links import ShareLinks
from issuer.services.share_work import ShareWork
from issuer.services.show_chart import ShowChart
from issuer.services.sign_in import SignIn
from issuer.services.sign_reports import SignReports
from issuer.services.stand import Stand
from issuer.services.submit import Submit
from issuer.services.vc_api import VcApi
from issuer.services.verify import VerifyService
from issuer.web.evidence_links import EvidenceLinks
from issuer.web.quick_verify import ReportsAtOnce
from issuer.web.rate_limits import RateLimits

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """Everything a route may call.

    origins: the origins that are us (two on loopback). session_s: life of a session in seconds.
    verify_limiter bounds the threads that verify, verify_queue the requests that may wait for one, so
    that verification never takes the room of anything else. body_deadline_s: how long a request's body may take
    to arrive, uploads of files aside.
    """

    catalogue: Catalogue
    identity: IssuerIdentity
    urls: PublicUrls
    sign_in: SignIn
    second_factor: SecondFactor
    administer: Administer
    submit: Submit
    attach: Attach
    check_links: CheckLinks
    receive: Receive
    versions: DraftVersions
    reuse: Reuse
    reflections: ReadReflection
    name_files: NameFiles
    review: ReviewEvidence
    revisions: Revisions
    appeals: Appeals
    background: Background
    share: Share
    records: Records
    show_chart: ShowChart
    share_work: ShareWork
    read_resources: ReadResources
    share_links: ShareLinks
    forms: Forms
    stand: Stand
    notices: Notices
    join: Join
    export: Export
    erase: Erase
    periods: Periods
    own_addresses: OwnAddresses
    own_sessions: OwnSessions
    reset_password: ResetPassword
    clients: Clients
    vc_api: VcApi
    verify: VerifyService
    reports: SignReports
    identify: Identify
    publish_status: PublishStatus
    replay: Replay
    blobs: Blobs
    evidence_links: EvidenceLinks
    rate_limits: RateLimits
    clock: Clock
    origins: frozenset[str]
    session_s: int
    proxy_hops: int
    is_loopback: bool
    upload_limits: UploadLimits
    verify_at_once: ReportsAtOnce | None = None
    verify_queue: int = 64
    body_deadline_s: float = 10.0
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(16))
    verify_limiter: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(4))
    password_limiter: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(2))

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run blocking work beside the event loop."""
        return await run_sync(partial(work, *args, **kwargs), limiter=self.threads)

    async def at_passwords(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work that hashes a password: few at once, so that a flood of sign-ins leaves room for all else."""
        return await run_sync(partial(work, *args, **kwargs), limiter=self.password_limiter)

    async def in_verifier(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a verification in its own few threads. Raises Unavailable (`verifier.busy`) when too many wait."""
        if self.verify_limiter.statistics().tasks_waiting >= self.verify_queue:
            raise Unavailable("verifier.busy", "Many credentials are being verified right now. Try again shortly.")
        return await run_sync(partial(work, *args, **kwargs), limiter=self.verify_limiter)


DESK = "issuer.desk"
"""Where an ASGI scope has the desk that answers."""


def desk_of(request: Request[Any, Any, Any]) -> Desk:
    return cast(Desk, request.scope[DESK])  # type: ignore[literal-required]
