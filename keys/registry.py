"""The public register of the issuer's keys: what each is for, its state, and since when.

It is one file, `registry.json`, beside the encrypted private keys; it holds nothing secret. A change to it
is the moment at which a ceremony takes effect.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from keys.errors import KeysError
from keys.folder import KeyFolder
from keys.records import ASSERTION_PURPOSES, KeyRecord, Purpose, Registry, State

__all__ = ["ASSERTION_PURPOSES", "KeyRecord", "Purpose", "Registry", "State", "load", "parse", "save", "serialise"]

REGISTRY_NAME = "registry.json"
_FORMAT = 1
_KID = re.compile(r"[a-z]{2,6}-[0-9]{4}-[0-9]{2}-[0-9a-f]{6}")
_EC_MEMBERS = ("kty", "crv", "x", "y")
_PUBLIC_MEMBERS = {
    "EdDSA": ("kty", "crv", "x"),
    "ES256": _EC_MEMBERS,
    "ES384": _EC_MEMBERS,
    "RS256": ("kty", "n", "e"),
}
_DATES = ("created", "published", "activated", "retired", "compromised")
_MEMBERS = {"kid", "purpose", "alg", "state", "public_jwk", *_DATES}
_DATE_OF_STATE = {
    State.ACTIVE: "activated",
    State.RETIRED: "retired",
    State.COMPROMISED: "compromised",
}


def load(folder: KeyFolder) -> Registry:
    """The registry in `folder`; an empty one when there is none yet.

    Errors: KeysError ``key.malformed``, ``key.reuse``, ``key.permissions``.
    """
    folder.check()
    data = folder.read(REGISTRY_NAME)
    return Registry() if data is None else parse(data)


def save(folder: KeyFolder, registry: Registry) -> None:
    """Put `registry` in the place of the one in `folder`, at once."""
    folder.write(REGISTRY_NAME, serialise(registry))


def parse(data: bytes) -> Registry:
    """The registry that `data` holds; read strictly. Errors: KeysError ``key.malformed``, ``key.reuse``."""
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_object_of)
        if document.keys() != {"format", "keys"} or document["format"] != _FORMAT:
            raise ValueError("unknown format")
        return Registry(tuple(_record(entry) for entry in document["keys"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        message = f"The registry of keys is not what was written: {type(error).__name__}."
        raise KeysError("key.malformed", message, REGISTRY_NAME) from error


def serialise(registry: Registry) -> bytes:
    """The registry as JSON, readable, one order."""
    entries = [_entry(record) for record in registry.records]
    return (json.dumps({"format": _FORMAT, "keys": entries}, indent=1) + "\n").encode()


def _entry(record: KeyRecord) -> dict[str, Any]:
    dates = {name: getattr(record, name) for name in _DATES}
    return {
        "kid": record.kid,
        "purpose": record.purpose.value,
        "alg": record.alg,
        "state": record.state.value,
        "public_jwk": dict(record.public_jwk),
        **{name: None if date is None else date.isoformat() for name, date in dates.items()},
    }


def _record(entry: dict[str, Any]) -> KeyRecord:
    if entry.keys() != _MEMBERS or not _KID.fullmatch(entry["kid"]):
        raise ValueError("members of a record")
    jwk, state = entry["public_jwk"], State(entry["state"])
    if tuple(jwk) != _PUBLIC_MEMBERS[entry["alg"]] or not all(isinstance(value, str) for value in jwk.values()):
        raise ValueError("members of a public key")
    created, dates = _date(entry["created"]), {name: _date(entry[name]) for name in _DATES[1:]}
    if created is None or (state is not State.ANNOUNCED and dates[_DATE_OF_STATE[state]] is None):
        raise ValueError("dates of a record")
    return KeyRecord(entry["kid"], Purpose(entry["purpose"]), entry["alg"], state, jwk, created, **dates)


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a date without zone")
    return moment.astimezone(UTC)


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members
