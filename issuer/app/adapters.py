"""The world outside the services: clock, database, files, passwords and mail, opened as the settings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from issuer.app.clock import clock_of
from issuer.app.sealing import AesSealing
from issuer.outbound.clamd import Clamd
from issuer.outbound.mail import SmtpMailer
from issuer.outbound.passwords import Argon2Passwords
from issuer.outbound.pictures import PillowPictures
from issuer.services.account_ports import Sealing
from issuer.services.ports import Blobs, Clock, Mailer, Parts, Passwords, Pictures, Publications, Scanner
from issuer.settings import Settings
from issuer.storage.blobs import FileBlobs
from issuer.storage.opening import open_store
from issuer.storage.parts import FileParts
from issuer.storage.private_files import make_private_folder
from issuer.storage.publications import FilePublications
from issuer.storage.secret_file import kept_secret
from issuer.storage.stores import SqlStore


@dataclass(frozen=True)
class Adapters:
    """One of each port. mailer: None where no mail server is named. close: ends what was opened."""

    clock: Clock
    store: SqlStore
    blobs: Blobs
    publications: Publications
    passwords: Passwords
    parts: Parts
    pictures: Pictures
    scanner: Scanner | None
    evidence_secret: bytes = field(repr=False)
    sealing: Sealing
    mailer: Mailer | None
    close: Callable[[], None]


def open_adapters(settings: Settings) -> Adapters:
    """Open everything. Raises Misconfigured for anything the service should not start with."""
    make_private_folder(settings.data_dir)
    store = open_store(settings.database_url)
    blobs = FileBlobs(settings.data_dir)
    return Adapters(
        clock=clock_of(settings.clock_freeze),
        store=store,
        blobs=blobs,
        publications=FilePublications(settings.data_dir),
        passwords=Argon2Passwords(),
        parts=FileParts(settings.data_dir),
        pictures=PillowPictures(blobs.incoming),
        scanner=Clamd(settings.clamd_socket) if settings.clamd_socket else None,
        evidence_secret=kept_secret(settings.data_dir / "evidence" / "address-secret"),
        sealing=AesSealing(kept_secret(settings.data_dir / "second-factor-key")),
        mailer=SmtpMailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None,
        close=store.close,
    )
