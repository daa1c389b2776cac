"""What a rule looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from issuer.domain.evidence.finding import Path
from issuer.domain.evidence.form import Form


@dataclass(frozen=True)
class Case:
    """Evidence and what is known beside it.

    evidence: any JSON value; rules skip what does not have the shape they look for.
    teacher_name: whose evidence it is. today: the date on which it is looked at.
    settings: how the badge class reads rules that leave room, by name.
    """

    form: Form
    evidence: object
    teacher_name: str
    today: date
    settings: Mapping[str, Any]

    def label(self, path: Path) -> str:
        """What the form calls the place at `path`."""
        return self.form.field(path).label
