"""Puts frame, stage mark and sign together: the SVG of each packaged badge class."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

import resvg_py

from badge_classes.art import classroom, peers, school
from badge_classes.art.frames import frame, stage_mark
from badge_classes.art.palette import TONES
from badge_classes.art.seal import seal

Sign = Callable[[str], str]

SIGNS: dict[str, Sign] = {
    "focusing-on-student-learning": classroom.open_book_and_lens,
    "listening-to-student-voice": classroom.raised_hand_in_bubble,
    "looking-at-student-work": classroom.sheets_and_eye,
    "understanding-improvement": classroom.improvement_cycle,
    "using-improvement-methods": classroom.run_chart,
    "sharing-improvement-strategies": classroom.sheet_sent_three_ways,
    "establishing-a-common-aim": peers.shared_target,
    "collecting-data": peers.tally_on_clipboard,
    "facilitating-peer-reflection": peers.mirrored_colleagues,
    "soliciting-feedback-from-peers": peers.four_answers,
    "building-will": school.twelve_colleagues,
    "measuring-impact-on-student-learning": school.rising_bars,
    "considering-impact-on-culture": school.heart_in_hands,
    "building-skills-in-others": school.teacher_at_board,
    "sharing-learning": school.speaker_at_lectern,
}


def badge_art(slug: str, name: str, strand: str, stage: str) -> str:
    """The SVG of a badge class of the packaged catalogue; `strand` and `stage` are ids."""
    tone, sign = TONES[strand], SIGNS[slug]
    drawing = frame(strand, stage, tone) + sign(tone.ground) + stage_mark(stage, tone)
    return _picture(name, _words(sign), drawing)


def seal_art(name: str) -> str:
    """The SVG of the certification."""
    return _picture(name, _words(seal), seal())


def png(svg: str) -> bytes:
    """The 512 × 512 PNG of an SVG; the same SVG gives the same bytes."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=512, height=512, skip_system_fonts=True))


def _words(drawn: Callable[..., str]) -> str:
    return (drawn.__doc__ or "").strip()


def _picture(name: str, words: str, drawing: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512" role="img">'
        f"<title>{escape(name)}</title><desc>{escape(words)}</desc>{drawing}</svg>\n"
    )
