"""Proofs made for one domain and one challenge: they count for who asked for exactly that, and for nobody else.

Sources: VC-DI §2.1 (`domain`, `challenge`), §4.4.
"""

from __future__ import annotations

from msgspec import Struct

from issuer.errors import Invalid
from issuer.proofs.strict_json import JsonObject
from issuer.verification.findings import Findings
from issuer.verification.intake import listed

_SOURCE = "VC-DI §4.4"


class Occasion(Struct, frozen=True):
    """What the caller has asked to be signed; None where nothing was asked."""

    domain: str | None = None
    challenge: str | None = None


EVERYBODY = Occasion()


def refuse_others(options: JsonObject, occasion: Occasion) -> None:
    """Raises Invalid ``proof.domain`` for a proof that names another domain or challenge than was asked for."""
    for member, asked in (("domain", occasion.domain), ("challenge", occasion.challenge)):
        if member in options and asked is None:
            raise Invalid("proof.domain", "The proof was made for one audience only; a badge is for everybody.")
        if member in options and asked not in listed(options[member]):
            raise Invalid("proof.domain", f"The proof was made for another {member}.", f"/proof/{member}")


def require_answer(proofs: list[JsonObject], occasion: Occasion, findings: Findings) -> None:
    """Add a row where something was asked for that none of `proofs` answers. proofs: the issuer's, verified."""
    for member, asked in (("domain", occasion.domain), ("challenge", occasion.challenge)):
        if asked is not None and not any(asked in listed(proof.get(member)) for proof in proofs):
            findings.failed("proof", "proof.domain", f"No proof was made for the {member} that was asked for.", _SOURCE)
