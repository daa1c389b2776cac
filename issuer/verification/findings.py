"""The rows and flags of a verification while it runs."""

from __future__ import annotations

from functools import cache
from operator import attrgetter

from issuer.errors import Invalid, IssuerError, Undecided
from issuer.verification.report import CHECKS, Check, Outcome

MAX_MESSAGE_CHARS = 400
_CAUSES_SHOWN = ("fetch.", "time.malformed", "verifier.busy")
_ALWAYS_LISTED = frozenset(CHECKS[:-1])  # `child` appears only where a badge names children
_check_of, _position = attrgetter("check"), attrgetter("position")


class Findings:
    """Collects rows and flags; one per verification, used by one thread. add: takes a row that is no problem."""

    def __init__(self) -> None:
        self._rows: list[Check] = []
        self.add = self._rows.append
        self.has_failed = False
        self._problems: list[Check] = []
        self._flags: dict[str, None] = {}

    def flag(self, code: str) -> None:
        self._flags[code] = None

    def failed(self, check: str, code: str, message: str, source: str) -> None:
        self.add_problem(check, Invalid(code, message), source)

    def inconclusive(self, check: str, code: str, message: str, source: str) -> None:
        self.add_problem(check, Undecided(code, message), source)

    def take(self, others: Findings) -> None:
        """Add everything that `others` has found."""
        self._rows += others._rows
        self._problems += others._problems
        self._flags |= others._flags
        self.has_failed = self.has_failed or others.has_failed

    def add_problem(self, check: str, problem: Invalid | Undecided, source: str) -> None:
        """A row that says what an error says: failed when it is Invalid, inconclusive when Undecided.

        What a fetch or a date that failed on the way was about follows in a row of its own (the error's cause).
        """
        outcome = Outcome.INCONCLUSIVE if isinstance(problem, Undecided) else Outcome.FAILED
        rows = [Check(check, outcome, problem.code, bounded(_sentence(problem)), source)]
        cause = problem.__cause__
        if isinstance(cause, Invalid | Undecided) and cause.code.startswith(_CAUSES_SHOWN):
            rows.append(Check(check, outcome, cause.code, bounded(_sentence(cause)), source))
        self._rows += rows
        self._problems += rows
        self.has_failed = self.has_failed or outcome is Outcome.FAILED

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(self._flags)

    @property
    def rows(self) -> tuple[Check, ...]:
        """The rows in the published order of checks; a check without a row was not run."""
        missing = _ALWAYS_LISTED.difference(map(_check_of, self._rows))
        return tuple(sorted(self._rows + [not_run(name) for name in missing], key=_position))

    @property
    def problems(self) -> tuple[Check, ...]:
        """The rows that failed or stayed open, in order of finding."""
        return tuple(self._problems)


@cache
def not_run(check: str) -> Check:
    """The row of a check that an earlier one has made pointless."""
    return Check(check, Outcome.NOT_RUN, None, "Not looked at, because an earlier check did not pass.", "OB 3.0 §9")


def bounded(text: str, max_chars: int = MAX_MESSAGE_CHARS) -> str:
    """`text`, cut off where it would be too long for a report."""
    return text if len(text) <= max_chars else text[: max_chars - 1] + "…"


def _sentence(problem: IssuerError) -> str:
    return problem.message if problem.where is None else f"{problem.message} (At: {problem.where[:120]})"
