"""The composition root: every part of the service made once and joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import badge_classes
from badge_classes import Catalogue, CatalogueError
from issuer.app.adapters import Adapters, open_adapters
from issuer.app.custody import Custody
from issuer.app.look_over import LookOver
from issuer.app.self_check import SelfCheck
from issuer.app.trust import trust_registry
from issuer.app.verifiers.frames import Start
from issuer.app.verifiers.pool import Verifiers
from issuer.credentials.identity import IssuerIdentity, identify
from issuer.credentials.urls import PublicUrls
from issuer.domain.loopback import origins
from issuer.errors import Misconfigured
from issuer.issuance.prepare import Preparer
from issuer.issuance.publish import ListSigner
from issuer.issuance.seal import Sealer
from issuer.outbound.fetcher import Fetcher
from issuer.outbound.passwords import check_password
from issuer.outbound.pdf_fields import PypdfFields
from issuer.services.access import OPERATOR
from issuer.services.add_forms import AddForms
from issuer.services.administer import Administer
from issuer.services.appeals import Appeals
from issuer.services.attach import Attach, UploadLimits
from issuer.services.check_links import CheckLinks
from issuer.services.clients import Clients
from issuer.services.deliver import Deliver
from issuer.services.draft_versions import DraftVersions
from issuer.services.erase import Erase
from issuer.services.export import Export
from issuer.services.forms import Forms
from issuer.services.identify import Identify
from issuer.services.issue import Issue
from issuer.services.join import Join, Registration
from issuer.services.name_files import NameFiles
from issuer.services.notice_restore import NoticeRestore
from issuer.services.notices import Notices
from issuer.services.own_addresses import OwnAddresses
from issuer.services.own_issuer import OwnIssuerRecords
from issuer.services.own_sessions import OwnSessions
from issuer.services.ports import Blobs, Clock, Publications, Store, Transaction
from issuer.services.publish_status import PublishStatus
from issuer.services.read_resources import ReadResources
from issuer.services.receive import Receive
from issuer.services.record_mark import RecordMarks
from issuer.services.records import Records
from issuer.services.recover import Recover
from issuer.services.reflection_forms import ReadReflection
from issuer.services.replay import Replay
from issuer.services.reset_password import ResetPassword
from issuer.services.retain import Periods, Retain
from issuer.services.reuse import Reuse
from issuer.services.review import ReviewEvidence
from issuer.services.review_background import Background
from issuer.services.revisions import Revisions
from issuer.services.scan_files import ScanFiles
from issuer.services.second_factor import SecondFactor
from issuer.services.share import Share
from issuer.services.share_links import ShareLinks
from issuer.services.share_work import ShareWork
from issuer.services.show_chart import ShowChart
from issuer.services.sign_in import SignIn
from issuer.services.sign_reports import SignReports
from issuer.services.stand import Stand
from issuer.services.submit import Submit
from issuer.services.take_in import TakeIn
from issuer.services.vc_api import VcApi
from issuer.services.verify import VerifyService
from issuer.services.verify_at_once import VerifyAtOnce
from issuer.settings import Settings
from issuer.storage.invariants import Violation, violations
from issuer.verification.documents import OwnFirst
from issuer.verification.readers import current_reader
from issuer.web.desk import Desk
from issuer.web.evidence_links import EvidenceLinks
from issuer.web.rate_limits import RateLimits

PUBLIC_URL_FACT = "public_url"


@dataclass(frozen=True)
class Service:
    """The whole service, ready to be served or used by a command."""

    settings: Settings
    clock: Clock
    store: Store
    blobs: Blobs
    publications: Publications
    marks: RecordMarks
    custody: Custody
    catalogue: Catalogue
    identity: IssuerIdentity
    desk: Desk
    issue: Issue
    add_forms: AddForms
    recover: Recover
    verifiers: Verifiers
    close: Callable[[], None]


def compose(settings: Settings, adapters: Adapters | None = None, catalogue: Catalogue | None = None) -> Service:
    """Build the service, over other adapters and another catalogue where they are given.

    Raises Misconfigured for anything it should not start with.
    """
    identity = identify(settings.public_url, settings.issuer_name, email=settings.issuer_email or None)
    catalogue = _supported(catalogue or _catalogue(settings))
    trust = trust_registry(settings.trust_registry)
    outside = adapters or open_adapters(settings)
    store, blobs, clock = outside.store, outside.blobs, outside.clock
    _require_same_address(store, identity)
    custody = Custody(settings, identity, clock())
    marks = RecordMarks(outside.publications, custody.report_signer(), custody.published)
    notice_restore = NoticeRestore(store, outside.publications, marks, clock)
    notice_restore.merge_if_restored()
    _record_announced(store, custody, clock)
    reader = current_reader()
    identify_us = Identify(identity, custody.published)
    self_check = SelfCheck()
    list_signer = ListSigner(identity, custody.status_signer(), reader, self_check.status_list)
    publish_status = PublishStatus(store, outside.publications, list_signer, clock)
    share_links = ShareLinks(store, catalogue, clock)
    own = OwnIssuerRecords(
        store, identity, identify_us, outside.publications.get, custody.compromised, share_links.award_behind
    )
    fetcher = Fetcher(loopback_map=settings.fetch_loopback_map)
    verify = VerifyService(fetcher, clock, own, trust=trust)
    self_check.use(verify)
    preparer = Preparer(identity, reader, custody.planning)
    sealer = Sealer(custody.sealing, reader, self_check.badge)
    add_forms = AddForms(store, preparer, sealer, clock)
    issue = Issue(store, catalogue, preparer, sealer, publish_status, notice_restore, clock, add_forms.expect)
    stand = Stand(store, catalogue, issue, publish_status, notice_restore, clock)
    urls = PublicUrls(identity.public_url)
    limits = UploadLimits(settings.max_file_bytes, settings.max_account_bytes)
    scans = ScanFiles(store, blobs, outside.scanner, clock)
    attach = Attach(store, blobs, TakeIn(blobs, outside.pictures, limits.max_file_bytes), scans, clock, limits)
    check_links = CheckLinks(store, fetcher.knock, clock)
    receive = Receive(store, outside.parts, attach, clock, limits)
    vc_api = VcApi(store, catalogue, issue, stand, verify, reader, OwnFirst(own, fetcher), urls, clock)
    erase = Erase(store, blobs, outside.passwords, publish_status, clock)
    retain = Retain(
        store, clock, Periods(**{f"{name.lower()}_days": days for name, days in settings.retain_days.items()})
    )
    second_factor = SecondFactor(store, outside.passwords, outside.sealing, settings.issuer_name, clock)
    verifiers = _verifiers(VerifyAtOnce(verify.tools, own, clock) if store.reads_at_once else None, settings, custody)
    desk = Desk(
        catalogue=catalogue,
        identity=identity,
        urls=urls,
        sign_in=SignIn(
            store, outside.passwords, clock, second_factor, settings.session_hours, settings.require_second_factor
        ),
        second_factor=second_factor,
        administer=Administer(store, outside.passwords, check_password, clock),
        submit=Submit(store, blobs, catalogue, clock),
        attach=attach,
        check_links=check_links,
        receive=receive,
        versions=DraftVersions(store, catalogue, clock),
        reflections=ReadReflection(store, blobs, catalogue, PypdfFields(), clock),
        reuse=Reuse(store, blobs, catalogue, clock, limits),
        name_files=NameFiles(store, clock),
        review=ReviewEvidence(store, catalogue, issue, clock, settings.revision_days),
        revisions=Revisions(store, clock),
        appeals=Appeals(store, catalogue, clock, settings.appeal_days),
        background=Background(store, catalogue, clock, settings.review_days),
        share=Share(store, catalogue, clock),
        records=Records(store, catalogue, urls, clock),
        show_chart=ShowChart(store, catalogue, clock),
        share_work=ShareWork(store, catalogue, clock),
        read_resources=ReadResources(store, catalogue, clock),
        share_links=share_links,
        forms=Forms(),
        stand=stand,
        notices=Notices(store, catalogue, clock),
        join=Join(
            store,
            outside.passwords,
            check_password,
            clock,
            Registration(settings.registration),
            outside.mailer is not None,
        ),
        export=Export(store, blobs, Forms(), clock),
        erase=erase,
        periods=retain.periods,
        own_addresses=OwnAddresses(store, outside.passwords, clock),
        own_sessions=OwnSessions(store, clock),
        reset_password=ResetPassword(store, outside.passwords, check_password, clock, outside.mailer is not None),
        clients=Clients(store, clock),
        vc_api=vc_api,
        verify=verify,
        verify_at_once=verifiers,
        reports=SignReports(identity.did, custody.report_signer(), clock),
        identify=identify_us,
        publish_status=publish_status,
        replay=Replay(store, clock),
        blobs=blobs,
        evidence_links=EvidenceLinks(outside.evidence_secret, settings.evidence_origin, clock),
        rate_limits=RateLimits(settings.rate_limits),
        clock=clock,
        origins=origins(identity.public_url),
        session_s=settings.session_hours * 3600,
        proxy_hops=settings.proxy_hops,
        is_loopback=settings.is_loopback,
        upload_limits=limits,
    )
    deliver = Deliver(store, catalogue, outside.mailer, identity.public_url, clock)
    look_over = LookOver(partial(_violations, outside, marks), clock)
    chores = (
        notice_restore.mark,
        look_over.run_some,
        receive.sweep,
        scans.run_some,
        check_links.run_some,
        retain.run_some,
        erase.remove_files,
    )
    recover = Recover(store, blobs, issue, add_forms, publish_status, deliver, clock, chores)
    return Service(
        settings, clock, store, blobs, outside.publications, marks, custody, catalogue, identity, desk, issue,
        add_forms, recover, verifiers, outside.close,
    )  # fmt: skip


def _verifiers(here: VerifyAtOnce | None, settings: Settings, custody: Custody) -> Verifiers:
    start = Start(
        settings.public_url, settings.issuer_name, settings.issuer_email, settings.database_url, settings.data_dir,
        settings.trust_registry, settings.clock_freeze, settings.log_level,
    )  # fmt: skip
    return Verifiers(here, start, custody.believed, settings.verifier_processes)


def _violations(outside: Adapters, marks: RecordMarks) -> list[Violation]:
    return violations(outside.store, outside.clock(), outside.publications, mark=marks.read())


def _catalogue(settings: Settings) -> Catalogue:
    try:
        return badge_classes.load(settings.catalogue_dir)
    except CatalogueError as error:
        raise Misconfigured("catalogue.invalid", str(error), f"{error.file}:{error.line}") from error


def _supported(catalogue: Catalogue) -> Catalogue:
    for one in catalogue:
        if one.second_review:
            raise Misconfigured("catalogue.invalid", "This service has no second review.", f"{one.slug}/v{one.version}")
    return catalogue


def _record_announced(store: Store, custody: Custody, clock: Clock) -> None:
    """Keys for uses that the installation did not have until now."""
    for key in custody.announced_at_start:
        store.write(partial(_append_announced, kid=key.kid, now=clock()))


def _append_announced(tx: Transaction, kid: str, now: datetime) -> None:
    tx.audit.append(now, "key.announced", OPERATOR, kid, {})


def _require_same_address(store: Store, identity: IssuerIdentity) -> None:
    """Badges name the address they were issued under; another one is a move that somebody must decide."""
    known = store.read(lambda tx: tx.facts.get(PUBLIC_URL_FACT))
    if known is None:
        store.write(lambda tx: tx.facts.set(PUBLIC_URL_FACT, identity.public_url))
    elif known != identity.public_url:
        raise Misconfigured(
            "settings.public_url_moved",
            f"Badges were issued under {known}, but PUBLIC_URL is now {identity.public_url}. "
            "Set it back, or record the move with: issuer move-public-url",
            "PUBLIC_URL",
        )
