"""What ties a plan to the checks its content passed."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from issuer.domain.award import PlannedForm


def lint_token(award_id: str, content: bytes, content_sha256: str, forms: Iterable[PlannedForm]) -> str:
    """SHA-256, hex, over everything that was checked: badge, content, and what each key is to sign.

    The store redeems it once; sealing computes it again, so a plan changed after its checks has none.
    """
    return _digest(award_id, content, content_sha256, forms)


def added_form_token(award_id: str, content: bytes, content_sha256: str, planned: PlannedForm) -> str:
    """The same for one form that is added to a badge; never equal to the token of a badge's own plan."""
    return _digest(f"added to {award_id}", content, content_sha256, [planned])


def _digest(what: str, content: bytes, content_sha256: str, forms: Iterable[PlannedForm]) -> str:
    parts = [what, sha256(content).hexdigest(), content_sha256]
    for planned in forms:
        parts += [planned.form.value, planned.verification_method, sha256(planned.tbs).hexdigest()]
    return sha256("\n".join(parts).encode()).hexdigest()
