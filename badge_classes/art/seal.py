"""The seal of the certification: the three strands in one."""

from __future__ import annotations

from badge_classes.art.frames import SHAPES
from badge_classes.art.palette import ACCENT, LINE, SEAL, TONES
from badge_classes.art.pen import Point, disc, fill, lines, on_circle, sized, star, stroke

MIDDLE_OF_SEAL: Point = (256, 236)


def seal() -> str:
    """A toothed seal on two ribbons: three shapes for three strands around a star, in a ring of fifteen pearls."""
    teeth = lines((on_circle(MIDDLE_OF_SEAL, 226 if step % 2 else 208, step * 6) for step in range(60)), closed=True)
    ribbons = "M140 350L82 478L156 466L196 506L254 396ZM372 350L430 478L356 466L316 506L258 396Z"
    return (
        fill(ribbons, TONES["my-school"].rim)
        + fill(teeth, SEAL.rim)
        + stroke(teeth, SEAL.rim, 10)
        + "".join(disc(on_circle(MIDDLE_OF_SEAL, 190, step * 24), 9, LINE) for step in range(15))
        + disc(MIDDLE_OF_SEAL, 170, LINE)
        + disc(MIDDLE_OF_SEAL, 158, SEAL.ground)
        + "".join(_strand(strand, angle) for strand, angle in zip(SHAPES, (240, 0, 120), strict=True))
        + star(MIDDLE_OF_SEAL, 44, ACCENT)
    )


def _strand(strand: str, angle_deg: float) -> str:
    shape = SHAPES[strand]
    spot = on_circle(MIDDLE_OF_SEAL, 97, angle_deg)
    return sized(0.205, spot, fill(shape, TONES[strand].rim), stroke(shape, LINE, 50))
