"""The opened keys of one folder: every key that signs or soon will, checked against the registry."""

from __future__ import annotations

from pathlib import Path

from keys import registry
from keys.errors import KeysError
from keys.folder import STAGED_SUFFIX, KeyFolder
from keys.records import KeyRecord, Purpose, Registry, State
from keys.software.private_keys import PrivateKey, Sealed, SoftwareSigner

PEM_SUFFIX = ".pem"


class KeyRing(Sealed):
    """Private keys in memory beside their public registry; made by `open`.

    registry: the public side, as it was when the ring was opened.
    """

    __slots__ = ("_folder", "_keys", "registry")

    def __init__(self, folder: KeyFolder, register: Registry, keys: dict[str, PrivateKey]) -> None:
        self._folder = folder
        self._keys = keys
        self.registry = register

    @classmethod
    def open(cls, folder: Path, passphrase: bytes) -> KeyRing:
        """Open every active and announced key of `folder` and test each, and retired ones that are still there.

        Errors: KeysError ``key.not_found`` (no folder), ``key.permissions``, ``key.malformed``,
        ``key.unavailable`` (a file is missing, the passphrase is wrong), ``key.mismatch`` (a file holds
        another key than the registry says), ``key.reuse``.
        """
        place = KeyFolder(folder)
        register = registry.load(place)
        there = place.names(PEM_SUFFIX)
        signing = (record for record in register.records if _may_sign(record, record.kid + PEM_SUFFIX in there))
        return cls(place, register, {record.kid: _opened(place, record, passphrase) for record in signing})

    def signer(self, purpose: Purpose, controller: str, alg: str | None = None) -> SoftwareSigner:
        """The active key of `purpose` as a signer named ``{controller}#{kid}``.

        Errors: KeysError ``key.unavailable`` when no key, or more than one, is active for it.
        """
        record = self.registry.active(purpose, alg)
        return SoftwareSigner(self._keys[record.kid], f"{controller}#{record.kid}")

    def finishing(self, purpose: Purpose, controller: str) -> tuple[SoftwareSigner, ...]:
        """The retired keys of `purpose` whose private half is still there.

        For what was planned, and promised, while they signed; nothing new is planned with them.
        """
        retired = (one for one in self.registry.of(purpose) if one.state is State.RETIRED and one.kid in self._keys)
        return tuple(SoftwareSigner(self._keys[one.kid], f"{controller}#{one.kid}") for one in retired)

    def public_keys(self) -> tuple[KeyRecord, ...]:
        """The keys to publish: announced, active and retired ones; not compromised, not the audit key."""
        return self.registry.published()

    def compromised(self) -> tuple[KeyRecord, ...]:
        """The keys that must not be believed."""
        return self.registry.compromised()

    def is_current(self) -> bool:
        """Whether the registry on disk is still the one this ring was opened with."""
        return registry.load(self._folder) == self.registry

    def __repr__(self) -> str:
        return f"<KeyRing {' '.join(self._keys)}>"


def _may_sign(record: KeyRecord, is_there: bool) -> bool:
    return record.state in (State.ACTIVE, State.ANNOUNCED) or (record.state is State.RETIRED and is_there)


def _opened(folder: KeyFolder, record: KeyRecord, passphrase: bytes) -> PrivateKey:
    name = record.kid + PEM_SUFFIX
    pem = folder.read(name) or folder.read(name + STAGED_SUFFIX)
    if pem is None:
        raise KeysError("key.unavailable", "The file of the private key is missing.", record.kid)
    key = PrivateKey.from_pem(pem, passphrase, record.kid)
    if key.public_jwk() != record.public_jwk or key.alg != record.alg:
        raise KeysError("key.mismatch", "The file holds another key than the registry says.", record.kid)
    key.self_test(record.kid)
    return key
