"""The embedded proofs of a credential: which count, in which order, and over what each was made.

Every supported proof by the issuer has to verify. Somebody else's signature may stand beside it, and is
never taken for the issuer's. Sources: VC-DI §4.2, §4.4 "Verify Proof Sets and Chains", OB 3.0 §8.3.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from issuer.errors import Invalid, Undecided
from issuer.proofs.cryptosuites import ASSERTION_METHOD, CRYPTOSUITES, PROOF_TYPE, check_shape, name_of
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import parse_timestamp
from issuer.verification.intake import listed
from issuer.verification.occasion import EVERYBODY, Occasion, refuse_others
from issuer.verification.validity import LEEWAY_S

_LEEWAY = timedelta(seconds=LEEWAY_S)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class EmbeddedProof(Struct, frozen=True):
    """One proof, its shape checked. before: the proofs of the set it says it was made after."""

    options: JsonObject
    before: tuple[JsonObject, ...]

    @property
    def method(self) -> str:
        method = self.options.get("verificationMethod")
        return method if isinstance(method, str) else ""

    @property
    def suite_name(self) -> str:
        """The cryptosuite, or the type where a type is a suite of its own."""
        return name_of(self.options)[:60]

    @property
    def is_supported(self) -> bool:
        """Whether it can be checked here; a supported suite under another type can: it is wrong."""
        return name_of(self.options) in CRYPTOSUITES

    @property
    def covers_text_alone(self) -> bool:
        """Whether it was made over the JSON (JCS), which need not mean anything as linked data."""
        suite = CRYPTOSUITES.get(name_of(self.options))
        return suite is not None and suite.names_contexts


def proofs_of(document: JsonObject) -> tuple[EmbeddedProof, ...]:
    """The proofs of a credential in order.

    Errors: Invalid ``proof.missing``, ``proof.malformed``, ``proof.chain_broken``.
    """
    proofs = listed(document.get("proof"))
    if not proofs:
        raise Invalid("proof.missing", "The badge is not signed: it has no proof.", "/proof")
    for proof in proofs:
        _check_shape(proof)
    return _chained(proofs)


def check_options(proof: EmbeddedProof, now: datetime, occasion: Occasion = EVERYBODY) -> None:
    """What a proof says about its purpose, time and audience.

    Errors: Invalid ``proof.purpose``, ``proof.created_future``, ``proof.expired``, ``proof.domain``,
    ``proof.malformed``.
    """
    options = proof.options
    if options["proofPurpose"] != ASSERTION_METHOD:
        raise Invalid("proof.purpose", "The proof was not made to vouch for a credential (assertionMethod).")
    check_moments(options, now)
    refuse_others(options, occasion)


def check_moments(options: JsonObject, now: datetime) -> None:
    """When a proof was made and until when it counts.

    Errors: Invalid ``proof.created_future``, ``proof.expired``, ``proof.malformed``.
    """
    if "created" in options:
        _check_created(options["created"], now)
    if "expires" in options and _moment(options["expires"]) < now - _LEEWAY:
        raise Invalid("proof.expired", "The proof itself has expired.")


def _check_shape(proof: Any) -> None:
    """The shape of a proof that could be checked here; other kinds have shapes of their own."""
    if not isinstance(proof, dict) or not isinstance(proof.get("type"), str):
        raise Invalid("proof.malformed", "A proof is an object that names its type.", "/proof")
    if proof["type"] == PROOF_TYPE or "cryptosuite" in proof or proof["type"] in CRYPTOSUITES:
        check_shape(proof)
        if name_of(proof) in ("", PROOF_TYPE):
            raise Invalid("proof.malformed", "The proof does not name its cryptosuite.", "/proof")


def _check_created(created: str, now: datetime) -> None:
    try:
        is_future = _moment(created) > now + _LEEWAY
    except Invalid:
        day = _DATE.match(created)
        if day is None or not _is_after(day[0], now):
            raise
        is_future = True
    if is_future:
        raise Invalid("proof.created_future", "The proof says it was made in the future.")


def _is_after(day: str, now: datetime) -> bool:
    """Whether a date at the start of something unreadable is at least two days ahead."""
    try:
        return date.fromisoformat(day) > (now + timedelta(days=1)).date()
    except ValueError:
        return False


def _moment(text: Any) -> datetime:
    try:
        return parse_timestamp(text)
    except Invalid as problem:
        raise Invalid("proof.malformed", "A time in the proof is no date, time and zone.") from problem


def _chained(proofs: list[JsonObject]) -> tuple[EmbeddedProof, ...]:
    if not any("previousProof" in proof for proof in proofs):
        return tuple(EmbeddedProof(proof, ()) for proof in proofs)
    ids = [proof["id"] for proof in proofs if isinstance(proof.get("id"), str)]
    names = [_previous(proof) for proof in proofs]
    if len(set(ids)) != len(ids):
        raise _broken("Two proofs of the chain have the same id.")
    if any(name not in ids for earlier in names for name in earlier):
        raise _broken("A proof builds on another one that is not there.")
    _refuse_circles({proof.get("id", ""): earlier for proof, earlier in zip(proofs, names, strict=True)})
    return tuple(
        EmbeddedProof(proof, tuple(other for other in proofs if other.get("id") in earlier))
        for proof, earlier in zip(proofs, names, strict=True)
    )


def _previous(proof: JsonObject) -> list[str]:
    earlier = listed(proof.get("previousProof"))
    if ("previousProof" in proof and not earlier) or not all(isinstance(name, str) for name in earlier):
        raise _broken("A proof names the one it builds on by something that is no id.")
    return earlier


def _refuse_circles(earlier: dict[str, list[str]]) -> None:
    """Take away proofs that build on nothing left, until none is left or only a circle."""
    left = dict(earlier)
    while left:
        free = [name for name, needs in left.items() if not any(need in left for need in needs)]
        if not free:
            raise _broken("The proofs build on each other in a circle.")
        for name in free:
            del left[name]


def _broken(message: str) -> Invalid:
    return Invalid("proof.chain_broken", message, "/proof")


def unsupported(proof: EmbeddedProof) -> Undecided:
    """The answer to a proof that cannot be checked here."""
    return Undecided(
        "proof.suite_unsupported",
        f"The badge is signed with {proof.suite_name!a}, which cannot be checked here. "
        "That does not mean it is forged; ask the issuer for another form of it.",
    )
