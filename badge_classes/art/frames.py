"""The family's frame: a shape for each strand, and the mark of each stage on its lower rim."""

from __future__ import annotations

from badge_classes.art.palette import ACCENT, LINE, Tone
from badge_classes.art.pen import Point, box, fill, lines, sized, star, stroke

MIDDLE: Point = (256, 256)
SHAPES = {
    "my-classroom": "M256 10A246 246 0 0 1 256 502A246 246 0 0 1 256 10Z",
    "peers-classrooms": lines(((142, 34), (370, 34), (490, 256), (370, 478), (142, 478), (22, 256)), closed=True),
    "my-school": "M256 18Q352 62 474 54V236C474 376 380 456 256 496C132 456 38 376 38 236V54Q160 62 256 18Z",
}
STAGES = ("building-skills", "demonstrating-impact", "leading-learning")


def frame(strand: str, stage: str, tone: Tone) -> str:
    """Rim and ground of the strand's shape."""
    shape = SHAPES[strand]
    parts = [fill(shape, tone.rim) + stroke(shape, tone.rim, 16)]
    inner = sized(0.83, MIDDLE, fill(shape, tone.ground), stroke(shape, tone.ground, 16))
    if stage != STAGES[0]:
        parts.append(sized(0.83, MIDDLE, stroke(shape, LINE, 38 if stage == STAGES[2] else 30)))
    return "".join(parts) + inner


def stage_mark(stage: str, tone: Tone) -> str:
    """One, two or three stars on a band."""
    stars = STAGES.index(stage) + 1
    width = 44 + 56 * stars
    band = box((256 - width / 2 - 10, 400), width + 20, 92, 46, tone.ground)
    band += box((256 - width / 2, 410), width, 72, 36, ACCENT)
    spots = (256 + 56 * (place - (stars - 1) / 2) for place in range(stars))
    return band + "".join(star((x, 448), 28, tone.ground) for x in spots)
