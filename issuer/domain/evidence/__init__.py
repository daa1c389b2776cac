"""What a teacher hands in for a badge class: how its form reads, and the rules JSON Schema cannot say.

The evidence schema of a badge class (`badge_classes/EVIDENCE.md`) decides shape and counts, and names the
further rules as data under `x-rules`. This package reads such a schema as a form, explains what fails in
the form's words, and holds evidence against the named rules. Everything here is a function of values.
"""

from __future__ import annotations

from issuer.domain.evidence.case import Case
from issuer.domain.evidence.finding import Finding, Flaw
from issuer.domain.evidence.form import Field, Form
from issuer.domain.evidence.rules import RULES, broken_rules, rule_faults

__all__ = ["RULES", "Case", "Field", "Finding", "Flaw", "Form", "broken_rules", "rule_faults"]
