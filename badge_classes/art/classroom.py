"""Signs of the strand in one's own classroom."""

from __future__ import annotations

from badge_classes.art.palette import ACCENT, LINE
from badge_classes.art.pen import arc, arrow, box, disc, fill, lines, on_circle, ring, stroke, turned


def open_book_and_lens(ground: str) -> str:
    """An open book under a magnifying glass."""
    book = (
        "M256 276C222 250 170 246 124 256V362C170 352 222 356 256 382"
        "C290 356 342 352 388 362V256C342 246 290 250 256 276Z"
    )
    return (
        fill(book, LINE)
        + stroke("M256 280V378", ground, 10)
        + stroke("M300 226L344 270", ground, 52)
        + disc((252, 178), 90, ground)
        + ring((252, 178), 68, ACCENT, 22)
        + stroke("M304 230L340 266", ACCENT, 30)
        + stroke("M222 168A34 34 0 0 1 248 144", LINE, 12)
    )


def raised_hand_in_bubble(ground: str) -> str:
    """A raised hand in a speech bubble."""
    bubble = (
        "M158 92H354A40 40 0 0 1 394 132V292A40 40 0 0 1 354 332H256L196 386V332"
        "H158A40 40 0 0 1 118 292V132A40 40 0 0 1 158 92Z"
    )
    fingers = "M220 232V158M248 222V138M276 222V144M304 232V168"
    palm = "M209 226H315V258C315 290 294 310 264 310C238 310 224 296 209 272Z"
    hand = stroke(fingers, ground, 22) + fill(palm, ground) + stroke("M216 274L186 236", ground, 22)
    return fill(bubble, LINE) + hand


def sheets_and_eye(ground: str) -> str:
    """Sheets of student work with an eye on them."""
    eye = "M132 262C170 212 212 192 256 192C300 192 342 212 380 262C342 312 300 332 256 332C212 332 170 312 132 262Z"
    return (
        turned(14, (256, 236), box((164, 90), 196, 276, 16, ACCENT))
        + box((150, 86), 196, 288, 22, ground)
        + box((160, 96), 176, 268, 14, LINE)
        + stroke("M190 132H306M190 164H266", ground, 14)
        + stroke(eye, ground, 30)
        + fill(eye, LINE)
        + disc((256, 262), 52, ACCENT)
        + disc((256, 262), 30, ground)
        + disc((268, 250), 11, LINE)
    )


def improvement_cycle(ground: str) -> str:
    """Four arrows that follow one another in a circle."""
    middle = (256.0, 238.0)
    drawn = disc(middle, 44, LINE) + disc(middle, 20, ground)
    for quarter in range(4):
        colour = ACCENT if quarter == 0 else LINE
        start, neck = quarter * 90 + 8, quarter * 90 + 54
        head = (on_circle(middle, 80, neck - 1), on_circle(middle, 114, neck + 33), on_circle(middle, 156, neck - 1))
        drawn += stroke(arc(middle, 116, start, neck), colour, 36).replace("round", "butt", 1)
        drawn += fill(lines(head, closed=True), colour)
    return drawn


def run_chart(ground: str) -> str:
    """A line of data that crosses its median and stays above it."""
    points = ((166, 302), (202, 316), (238, 268), (274, 284), (308, 196), (344, 164), (380, 124))
    return (
        stroke("M130 104V366H392", LINE, 20)
        + stroke("M168 240H392", LINE, 12, "2 24")
        + stroke(lines(points), ACCENT, 13)
        + "".join(disc(point, 17, ACCENT) for point in points)
    )


def sheet_sent_three_ways(ground: str) -> str:
    """A sheet with a small run chart, from which three arrows go out."""
    arrows = arrow((256, 250), (256, 78), 28, 58) + arrow((200, 250), (112, 108), 28, 58)
    arrows += arrow((312, 250), (400, 108), 28, 58)
    return (
        fill(arrows, ACCENT)
        + box((152, 222), 208, 164, 30, ground)
        + box((164, 234), 184, 140, 18, LINE)
        + stroke(lines(((192, 342), (228, 308), (264, 324), (320, 268))), ground, 16)
    )
