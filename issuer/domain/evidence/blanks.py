"""Evidence as a form sends it, without the fields that were left empty."""

from __future__ import annotations

from typing import Any

from issuer.domain.evidence.folding import is_blank
from issuer.domain.evidence.places import is_too_large


def without_blanks(evidence: Any) -> Any:
    """`evidence` without empty texts, nulls, and the rows and groups in which nothing was filled in.

    What is larger than evidence can be comes back as it is; `check_evidence` says so.
    """
    return evidence if is_too_large(evidence) else _filled(evidence)


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: kept for name, member in value.items() if not _is_empty(kept := _filled(member))}
    if isinstance(value, list):
        return [kept for item in value if not _is_empty(kept := _filled(item))]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value in ({}, []) or (isinstance(value, str) and is_blank(value))
