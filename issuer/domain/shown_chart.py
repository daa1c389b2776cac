"""The run chart that a teacher shows beside a badge: a copy of the evidence, private until chosen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.domain.evidence import Form
from issuer.domain.evidence.finding import pointer
from issuer.domain.evidence.places import walk

_PARTS = ("measure", "unit", "points", "annotations")


@dataclass(frozen=True)
class ShownChart:
    """What everybody sees. chart: measure, unit, points and annotations, as the evidence had them."""

    submission_id: str
    chart: dict[str, Any]
    shown_at: datetime


def chart_in(schema: Mapping[str, Any], evidence: Mapping[str, Any]) -> dict[str, Any] | None:
    """The first run chart of evidence: what has points; None where there is none."""
    form = Form(schema)
    for path, value in walk(evidence):
        if isinstance(value, dict) and "points" in value and form.field((*path, "points")).widget == "points":
            return {name: value[name] for name in _PARTS if name in value}
    return None


def texts_in(chart: Mapping[str, Any]) -> dict[str, str]:
    """JSON pointer into the chart → every text that its author wrote."""
    return {pointer(path): value for path, value in walk(dict(chart)) if isinstance(value, str) and path[-1] != "date"}


def digest_of(chart: Mapping[str, Any]) -> str:
    """SHA-256 hex of a chart."""
    return hashlib.sha256(json.dumps(chart, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
