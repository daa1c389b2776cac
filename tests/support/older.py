"""An installation from before badges were sealed for selective disclosure."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from house import NOW, PASSPHRASE, House

from issuer.app.ceremonies import DID_CACHED_FOR, follow
from keys.ceremony import Ceremony
from keys.records import Purpose

OLD_USES = (
    (Purpose.DATA_INTEGRITY, "EdDSA"),
    (Purpose.VC_JWT, "EdDSA"),
    (Purpose.STATUS, "EdDSA"),
    (Purpose.AUDIT, "EdDSA"),
)


def older_keys(folder: Path, now: datetime = NOW) -> None:
    """The keys that such an installation has."""
    ceremony_of(folder).ensure_first_set(now, OLD_USES)


def ceremony_of(folder: Path) -> Ceremony:
    return Ceremony(folder / "keys", PASSPHRASE.encode())


def older_house(folder: Path, **more) -> House:
    """The service started on such an installation. Only EdDSA keys: quick to make."""
    if not (folder / "keys").exists():
        older_keys(folder)
    return House(folder, JWT_ALGORITHM="EdDSA", **more)


def let_new_keys_begin(house: House) -> None:
    """What the running service does in the course of an hour."""
    follow_keys(house)
    house.clock.now += DID_CACHED_FOR + timedelta(seconds=1)
    follow_keys(house)


def follow_keys(house: House) -> None:
    service = house.service
    follow(service.settings, service.store, service.custody, house.clock())
