"""The keys of the service: opened once, made on first start, published as the registry says."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from issuer.app.verifiers.frames import Keys
from issuer.credentials.did_document import KeyState, KeyUse, PublishedKey
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.urls import PublicUrls
from issuer.domain.award import FOR_EVERYBODY, Form
from issuer.errors import Misconfigured
from issuer.issuance.signing import SignerWithKid
from issuer.proofs.public_keys import from_jwk
from issuer.settings import Settings
from issuer.verification.documents import CompromisedKey
from keys.ceremony import Ceremony
from keys.errors import KeysError
from keys.records import KeyRecord, Purpose, State
from keys.software import KeyRing, SoftwareSigner

log = logging.getLogger(__name__)

LOOPBACK_PASSPHRASE_FILE = "loopback-passphrase"
_USES = {
    Purpose.DATA_INTEGRITY: KeyUse.DATA_INTEGRITY,
    Purpose.STATUS: KeyUse.DATA_INTEGRITY,
    Purpose.VC_JWT: KeyUse.JOSE,
    Purpose.REPORT: KeyUse.REPORT,
}


class Custody:
    """The opened key ring of one issuer. Raises Misconfigured when the keys cannot be used."""

    def __init__(self, settings: Settings, identity: IssuerIdentity, now: datetime) -> None:
        self._settings = settings
        self._identity = identity
        self._folder, self._passphrase = keys_folder(settings), passphrase_of(settings)
        self._ceremony = Ceremony(self._folder, self._passphrase)
        self._uses = _uses_of_forms(settings)
        self._planning: Mapping[Form, SignerWithKid] = {}
        self._sealing: tuple[SignerWithKid, ...] = ()
        try:
            self._ceremony.ensure_first_set(now, _first_set(settings))
            self.announced_at_start = self._ceremony.announce_new_uses(now, _first_set(settings))
            self._use(KeyRing.open(self._folder, self._passphrase))
        except KeysError as error:
            raise Misconfigured(error.code, error.message, error.where) from error
        for form in sorted(FOR_EVERYBODY - self._planning.keys()):
            self._with_kid(*self._uses[form])

    @property
    def planning(self) -> Mapping[Form, SignerWithKid]:
        """The active key for each form that badges are planned in; follows the ceremonies."""
        return _Current(lambda: self._planning)

    @property
    def sealing(self) -> Collection[SignerWithKid]:
        """Those keys, and retired ones for badges that were planned while they signed and are not sealed yet."""
        return _Those(lambda: self._sealing)

    @property
    def has_announced(self) -> bool:
        """Whether a key waits until it may sign."""
        return any(one.state is KeyState.ANNOUNCED for one in self._published)

    def status_signer(self) -> SignerWithKid:
        """The active key for status lists."""
        return self._with_kid(Purpose.STATUS, "EdDSA")

    def report_signer(self) -> SignerWithKid | None:
        """The active key for reports of verifications; None where it was retired without a successor."""
        if any(one.purpose is Purpose.REPORT and one.state is State.ACTIVE for one in self._ring.public_keys()):
            return self._with_kid(Purpose.REPORT, "EdDSA")
        return None

    def published(self) -> tuple[PublishedKey, ...]:
        """The public keys as the DID document lists them."""
        return self._published

    def compromised(self) -> Mapping[str, CompromisedKey]:
        """By kid, the keys that vouch for nothing but what was issued before they were lost."""
        return self._compromised

    def believed(self) -> Keys:
        """Both of these, the same object until something changes."""
        return self._believed

    def refresh(self, now: datetime) -> None:
        """Follow the ceremonies held beside the running service: what is published and what is believed.

        Notes since when an announced key is published. A key that signs badges follows another at once; one that
        ends without a successor is used until the next start. Which keys sign lists and reports is decided at
        start. Raises KeysError.
        """
        if any(one.state is State.ANNOUNCED and one.published is None for one in self._ceremony.known().records):
            self._ceremony.mark_published(now)
        if not self._ring.is_current():
            self._use(KeyRing.open(self._folder, self._passphrase))

    def _use(self, ring: KeyRing) -> None:
        self._compromised = {record.kid: _lost(record) for record in ring.compromised()}
        self._published = tuple(_published(record) for record in ring.public_keys())
        self._believed = Keys(self._published, self._compromised)
        self._ring = ring
        self._planning = {**self._planning, **self._active(ring)}
        finishing = (
            self._shown(signer, purpose)
            for purpose in (Purpose.DATA_INTEGRITY, Purpose.VC_JWT)
            for signer in ring.finishing(purpose, self._identity.did)
        )
        self._sealing = (*self._planning.values(), *finishing)

    def _active(self, ring: KeyRing) -> dict[Form, SignerWithKid]:
        signing = {(one.purpose, one.alg) for one in ring.public_keys() if one.state is State.ACTIVE}
        return {form: self._with_kid(*use) for form, use in self._uses.items() if use in signing}

    def _with_kid(self, purpose: Purpose, alg: str) -> SignerWithKid:
        try:
            signer = self._ring.signer(purpose, self._identity.did, alg)
        except KeysError as error:
            raise Misconfigured(error.code, error.message, error.where) from error
        return self._shown(signer, purpose)

    def _shown(self, signer: SoftwareSigner, purpose: Purpose) -> SignerWithKid:
        kid = signer.verification_method.rpartition("#")[2]
        record = next(one for one in self._ring.public_keys() if one.kid == kid)
        shown = signer.verification_method
        if purpose is Purpose.VC_JWT and self._settings.jwt_kid == "url":
            shown = PublicUrls(self._identity.public_url).key(kid)
        return SignerWithKid(signer, from_jwk(dict(record.public_jwk)), shown, signer.derive)


class _Current(Mapping[Form, SignerWithKid]):
    """A mapping as it is at the moment it is looked at."""

    def __init__(self, current: Callable[[], Mapping[Form, SignerWithKid]]) -> None:
        self._current = current

    def __getitem__(self, form: Form) -> SignerWithKid:
        return self._current()[form]

    def __iter__(self) -> Iterator[Form]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())


class _Those(Collection[SignerWithKid]):
    """A collection as it is at the moment it is looked at."""

    def __init__(self, current: Callable[[], Collection[SignerWithKid]]) -> None:
        self._current = current

    def __contains__(self, key: object) -> bool:
        return key in self._current()

    def __iter__(self) -> Iterator[SignerWithKid]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())


def keys_folder(settings: Settings) -> Path:
    """Where the keys of an installation live."""
    return settings.data_dir / "keys"


def passphrase_of(settings: Settings) -> bytes:
    """What the private keys are encrypted with."""
    return settings.key_passphrase or _loopback_passphrase(settings.data_dir)


def _uses_of_forms(settings: Settings) -> dict[Form, tuple[Purpose, str]]:
    """Wallets that show parts of a badge know P-256 keys before all others."""
    return {
        Form.EDDSA_RDFC_2022: (Purpose.DATA_INTEGRITY, "EdDSA"),
        Form.VC_JWT: (Purpose.VC_JWT, settings.jwt_algorithm),
        Form.ECDSA_SD_2023: (Purpose.DATA_INTEGRITY, "ES256"),
        Form.SD_JWT_VC: (Purpose.VC_JWT, "ES256"),
    }


def _first_set(settings: Settings) -> tuple[tuple[Purpose, str], ...]:
    return (
        *dict.fromkeys(_uses_of_forms(settings).values()),
        (Purpose.STATUS, "EdDSA"),
        (Purpose.AUDIT, "EdDSA"),
        (Purpose.REPORT, "EdDSA"),
    )


def _published(record: KeyRecord) -> PublishedKey:
    return PublishedKey(
        record.kid, from_jwk(dict(record.public_jwk)), _USES[record.purpose], KeyState(record.state.value)
    )


def _lost(record: KeyRecord) -> CompromisedKey:
    return CompromisedKey(from_jwk(dict(record.public_jwk)), record.compromised or record.created)


def _loopback_passphrase(data_dir: Path) -> bytes:
    """A passphrase made here, for trying the service out on this machine only; the log says so."""
    path = data_dir / LOOPBACK_PASSPHRASE_FILE
    if path.exists():
        return path.read_bytes().strip()
    log.warning("keys.passphrase_generated", extra={"file": str(path), "why": "PUBLIC_URL is loopback"})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_urlsafe(32).encode())
    return path.read_bytes().strip()
