"""Whether a newer copy that a refresh service gives out is this badge, and newer.

Two credentials with one id and one issuer are the same, and the one that is valid from a later moment is the newer
(OB 3.0 §Equality). Nobody is shown a badge for something or somebody else in place of the one they sent, so what
both copies say of the recipient and the achievement has to agree too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from issuer.proofs.strict_json import JsonObject
from issuer.verification.intake import listed, listed_texts
from issuer.verification.structure import is_record
from issuer.verification.validity import bounds_of

_Identifier = tuple[tuple[str, ...], bool, str]


def same_id(one: Any, other: Any) -> bool:
    """Ids are compared without percent escapes and outer spaces (OB 3.0 §Equality)."""
    return _plain(one) == _plain(other)


def differences(newer: JsonObject, older: JsonObject) -> Iterator[str]:
    """Why `newer` does not take the place of `older`, each a sentence; nothing when it does.

    Only what both say is compared: a copy may show less; a learner record may grow. Errors: Invalid ``time.malformed``.
    """
    if _is_older(newer, older):
        yield "The refresh service gave out a copy that is older than this one."
    if _is_for_another(newer, older):
        yield "The refresh service gave out a badge of another recipient."
    before, after = _achievements(older), _achievements(newer)
    if not is_record(newer) and before and after and before != after:
        yield "The refresh service gave out a badge for another achievement."


def _is_older(newer: JsonObject, older: JsonObject) -> bool:
    before, after = bounds_of(older)[0], bounds_of(newer)[0]
    return before is not None and (after is None or after < before)


def _is_for_another(newer: JsonObject, older: JsonObject) -> bool:
    """By ids; by identifiers where ids are missing and an identifier of one kind and salt stands in both."""
    before, after = _ids(_subjects(older)), _ids(_subjects(newer))
    if before and after:
        return before != after
    named, renamed = _identifiers(older), _identifiers(newer)
    return any(hashes.isdisjoint(renamed[kind]) for kind, hashes in named.items() if kind in renamed)


def _subjects(document: JsonObject) -> list[JsonObject]:
    return [one for one in listed(document.get("credentialSubject")) if isinstance(one, dict)]


def _achievements(document: JsonObject) -> frozenset[str]:
    named = [one for subject in _subjects(document) for one in listed(subject.get("achievement"))]
    ids = [_plain(one) for one in named if isinstance(one, str)]
    return _ids([one for one in named if isinstance(one, dict)]) | {one for one in ids if one}


def _ids(nodes: list[JsonObject]) -> frozenset[str]:
    return frozenset(name for node in nodes if (name := _plain(node.get("id"))))


def _identifiers(document: JsonObject) -> dict[_Identifier, set[str]]:
    """Hashes or plain values of the recipient's identifiers, by what they can be compared with."""
    found: dict[_Identifier, set[str]] = {}
    for subject in _subjects(document):
        for one in listed(subject.get("identifier")):
            value = one.get("identityHash") if isinstance(one, dict) else None
            if isinstance(value, str):
                types = tuple(sorted(listed_texts(one.get("identityType"))))
                found.setdefault((types, one.get("hashed") is True, str(one.get("salt"))), set()).add(value.lower())
    return found


def _plain(identifier: Any) -> str | None:
    return unquote(identifier).strip() if isinstance(identifier, str) else None
