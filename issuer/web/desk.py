"""What the routes work with: the services and a few values, joined by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from badge_classes import Catalogue
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.urls import PublicUrls
from issuer.services.administer import Administer
from issuer.services.forms import Forms
from issuer.services.identify import Identify
from issuer.services.ports import Blobs, Clock
from issuer.services.publish_status import PublishStatus
from issuer.services.replay import Replay
from issuer.services.review import ReviewEvidence
from issuer.services.share import Share
from issuer.services.sign_in import SignIn
from issuer.services.stand import Stand
from issuer.services.submit import Submit
from issuer.services.verify import VerifyService
from issuer.web.rate_limits import RateLimits


@dataclass(frozen=True)
class Desk:
    """Everything a route may call.

    origins: the origins that are us (two on loopback). session_s: life of a session in seconds.
    verify_workers: threads that verify; verify_queue: requests that may wait for one.
    """

    catalogue: Catalogue
    identity: IssuerIdentity
    urls: PublicUrls
    sign_in: SignIn
    administer: Administer
    submit: Submit
    review: ReviewEvidence
    share: Share
    forms: Forms
    stand: Stand
    verify: VerifyService
    identify: Identify
    publish_status: PublishStatus
    replay: Replay
    blobs: Blobs
    rate_limits: RateLimits
    clock: Clock
    origins: frozenset[str]
    session_s: int
    proxy_hops: int
    is_loopback: bool
    max_file_bytes: int
    verify_workers: int = 2
    verify_queue: int = 64
