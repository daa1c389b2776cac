"""Signs of the strand in peers' classrooms."""

from __future__ import annotations

from badge_classes.art.palette import ACCENT, LINE
from badge_classes.art.pen import arrow, box, disc, fill, flipped, person, person_outline, ring, stroke


def shared_target(ground: str) -> str:
    """Two arrows that meet in one target."""
    middle = (256.0, 218.0)
    arrows = arrow((112, 366), (228, 246), 26, 60) + arrow((400, 366), (284, 246), 26, 60)
    return (
        disc(middle, 132, LINE)
        + ring(middle, 90, ground, 26)
        + disc(middle, 44, ground)
        + stroke(arrows, ground, 30)
        + fill(arrows, ACCENT)
        + disc(middle, 30, ACCENT)
    )


def tally_on_clipboard(ground: str) -> str:
    """A clipboard with a tally of five."""
    return (
        box((136, 104), 240, 282, 28, LINE)
        + box((186, 70), 140, 72, 24, ground)
        + box((198, 82), 116, 48, 16, ACCENT)
        + stroke("M190 206V320M234 206V320M278 206V320M322 206V320", ground, 20)
        + stroke("M166 312L346 214", ground, 34)
        + stroke("M166 312L346 214", ACCENT, 18)
    )


def mirrored_colleagues(ground: str) -> str:
    """A person and a reflection, with a mirror line between them."""
    return (
        stroke("M256 100V376", ACCENT, 16, "1 34")
        + person((172, 160), 45, LINE)
        + person_outline((340, 160), 45, LINE, 20)
    )


def four_answers(ground: str) -> str:
    """Four speech bubbles that all turn to the same point."""
    upper = (
        "M212 84H300A20 20 0 0 1 320 104V148A20 20 0 0 1 300 168H278L256 200"
        "L234 168H212A20 20 0 0 1 192 148V104A20 20 0 0 1 212 84Z"
    )
    left = (
        "M104 190H164A20 20 0 0 1 184 210V218L216 236L184 254V262"
        "A20 20 0 0 1 164 282H104A20 20 0 0 1 84 262V210A20 20 0 0 1 104 190Z"
    )
    bubble = fill(upper, LINE) + stroke("M220 114H292M220 140H266", ground, 14)
    bubble += flipped(False, True, fill(upper, LINE), stroke("M220 114H292M246 140H292", ground, 14))
    side = fill(left, ACCENT) + stroke("M112 222H156M112 250H140", ground, 14)
    return bubble + side + flipped(True, False, side) + disc((256, 236), 15, LINE)
