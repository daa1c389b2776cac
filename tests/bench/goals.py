"""What the figures should reach, as ratios within one run, and whether they do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.bench.rounds import Row

OURS, LIMIT = "ours", "limit"


@dataclass(frozen=True)
class Goal:
    """At least `least` times the figure of `beside` in the discipline `what`; `beside` None: operations a second."""

    what: str
    least: float
    beside: str | None


BEST_PEER = "best peer"
GOALS = (
    Goal("di_issue", 0.25, LIMIT),
    Goal("di_verify", 0.50, LIMIT),
    Goal("di_verify_full", 0.25, LIMIT),
    Goal("jwt_verify", 0.70, LIMIT),
    Goal("di_issue", 20, BEST_PEER),
    Goal("di_verify", 20, BEST_PEER),
    Goal("di_verify_full", 20, BEST_PEER),
    Goal("jwt_verify", 1, BEST_PEER),
    Goal("sd_issue", 10, BEST_PEER),
    Goal("sd_derive", 10, BEST_PEER),
    Goal("sd_verify", 2, BEST_PEER),
    Goal("http_verify_di", 1_000, None),
    Goal("http_verify_jwt", 2_000, None),
)


@dataclass(frozen=True)
class Outcome:
    """A goal and what was found; `found` is None when it was not measured."""

    goal: Goal
    found: float | None

    @property
    def is_reached(self) -> bool:
        return self.found is not None and self.found >= self.goal.least

    def sentence(self) -> str:
        """The goal and what was found, without the verdict."""
        goal = self.goal
        beside = f" x {goal.beside}" if goal.beside else " a second"
        found = "not measured" if self.found is None else f"{self.found:,.4g}"
        return f"{goal.what} at least {goal.least:,g}{beside}: {found}"


def judge(rows: Iterable[Row]) -> list[Outcome]:
    """The outcome of every goal."""
    figures = {(row.what, row.who): row.ops_s for row in rows}
    return [Outcome(goal, _found(goal, figures)) for goal in GOALS]


def ratio_to(beside: str, what: str, figures: dict[tuple[str, str], float]) -> float | None:
    """Our figure over that of another; None when one of them was not measured."""
    ours = figures.get((what, OURS))
    peers = [ops_s for (row, who), ops_s in figures.items() if row == what and who not in (OURS, LIMIT)]
    other = max(peers, default=None) if beside == BEST_PEER else figures.get((what, beside))
    return None if ours is None or other is None else ours / other


def _found(goal: Goal, figures: dict[tuple[str, str], float]) -> float | None:
    if goal.beside is None:
        return figures.get((goal.what, OURS))
    return ratio_to(goal.beside, goal.what, figures)
