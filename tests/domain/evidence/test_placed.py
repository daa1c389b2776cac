"""Where evidence uses its files."""

from __future__ import annotations

import badge_classes
from issuer.domain.evidence.placed import placed

SCHEMA = badge_classes.load().current("focusing-on-student-learning").evidence_schema


def test_a_file_is_told_with_its_place_its_requirement_and_its_caption():
    attached = [{"file": "f1", "caption": "Our tool"}, {"file": "f2"}]
    evidence = {"cycles": [{}, {"tool": {"attachments": attached}}], "reflection": {"form": {"file": "f1"}}}
    found = placed(SCHEMA, evidence)
    assert found.keys() == {"f1", "f2"}
    first, again = found["f1"]
    assert (first.pointer, first.caption) == ("/cycles/1/tool/attachments/0", "Our tool")
    assert first.label.startswith("Cycle 2 › Data collection tool")
    assert first.requirement != again.requirement == "reflection"
    assert found["f2"][0].caption == ""


def test_captions_of_any_shape_are_no_fault():
    (one,) = placed(SCHEMA, {"cycles": {"file": "f", "caption": 7}})["f"]
    assert (one.pointer, one.caption) == ("/cycles", "")
