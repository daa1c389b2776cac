"""Signs of the strand that scales the work in one's school."""

from __future__ import annotations

from badge_classes.art.palette import ACCENT, LINE, SKY
from badge_classes.art.pen import (
    arc,
    arrow,
    arrow_head,
    box,
    disc,
    fill,
    lines,
    on_circle,
    person,
    star,
    stroke,
)


def twelve_colleagues(ground: str) -> str:
    """A teacher, four blue dots around, and eight yellow dots around those, all joined."""
    middle = (256.0, 236.0)
    links, dots = [], []
    for blue in range(4):
        inner = on_circle(middle, 80, blue * 90 + 45)
        links.append(lines((middle, inner)))
        dots.append(disc(inner, 28, SKY))
        for side in (-22, 22):
            outer = on_circle(middle, 146, blue * 90 + 45 + side)
            links.append(lines((inner, outer)))
            dots.append(disc(outer, 25, ACCENT))
    return stroke("".join(links), LINE, 10) + "".join(dots) + disc(middle, 38, LINE) + disc(middle, 16, ground)


def rising_bars(ground: str) -> str:
    """Four bars, each higher, and an arrow that rises over them."""
    bars = ((126, 302), (196, 262), (266, 218), (336, 168))
    drawn = "".join(box((x, top), 50, 380 - top, 8, LINE) for x, top in bars)
    return drawn + fill(arrow((132, 256), (390, 96), 26, 62), ACCENT)


def heart_in_hands(ground: str) -> str:
    """A heart held by two hands."""
    heart = (
        "M256 284C182 238 156 200 156 160C156 122 184 98 214 98C234 98 248 108 256 126"
        "C264 108 278 98 298 98C328 98 356 122 356 160C356 200 330 238 256 284Z"
    )
    hands = "M120 206V270Q120 298 140 314L204 372M392 206V270Q392 298 372 314L308 372"
    thumbs = "M160 254L212 308M352 254L300 308"
    return fill(heart, ACCENT) + stroke(hands, LINE, 36) + stroke(thumbs, LINE, 26)


def teacher_at_board(ground: str) -> str:
    """A teacher who points at a board, and learners in front of it."""
    cycle = (322.0, 166.0)
    board = box((216, 96), 200, 142, 14, LINE) + stroke(arc(cycle, 38, 30, 285), ground, 17)
    board += arrow_head(on_circle(cycle, 38, 344), 62, 44, ground)
    pointer = stroke("M182 244L254 190", ground, 34) + stroke("M182 244L254 190", ACCENT, 16)
    learners = "".join(person((x, 308), 23, LINE) for x in (180, 256, 332))
    return board + person((144, 168), 34, ACCENT) + pointer + learners


def speaker_at_lectern(ground: str) -> str:
    """A speaker at a lectern, and words that spread to both sides."""
    middle = (256.0, 146.0)
    waves = "".join(
        arc(middle, radius, side - spread, side + spread)
        for radius, spread in ((84, 34), (120, 25))
        for side in (90, 270)
    )
    lectern = "M150 254H362L348 296H332L318 388H194L180 296H164Z"
    return (
        stroke(waves, LINE, 18)
        + person(middle, 42, ACCENT)
        + stroke(lectern, ground, 26)
        + fill(lectern, LINE)
        + stroke("M176 302H336", ground, 12)
        + star((256, 346), 28, ground)
    )
