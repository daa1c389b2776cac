"""Fair timing: the contenders take turns, A B A B, so that what the machine does meanwhile meets all of them.
Time is processor time of this process: nothing here waits or uses a second thread.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from statistics import median
from time import process_time

Operation = Callable[[int], object]
"""One unit of work on item `number` of a pool; the number rises from call to call."""


@dataclass(frozen=True)
class Row:
    """Operations per second of one contender in one discipline, the median, least and most of all rounds."""

    what: str
    who: str
    ops_s: float
    min: float
    max: float


class Contender:
    """An operation and how often it runs within a round."""

    def __init__(self, who: str, operation: Operation, round_s: float) -> None:
        self.who = who
        self._operation = operation
        self._numbers = count()
        self._calls = 1
        self.rates: list[float] = []
        self._calibrate(round_s)

    def _calibrate(self, round_s: float) -> None:
        """Warm up, and choose the number of calls that fills a round."""
        for _ in range(3):
            self._calls = max(2, round(self._rate() * round_s))

    def _rate(self) -> float:
        operation, numbers = self._operation, [next(self._numbers) for _ in range(self._calls)]
        gc.collect()
        begun = process_time()
        for number in numbers:
            operation(number)
        return self._calls / (process_time() - begun)

    def run(self) -> None:
        """One round."""
        self.rates.append(self._rate())


def compare(what: str, operations: dict[str, Operation], rounds: int, round_s: float) -> list[Row]:
    """Rows of all contenders in one discipline; `operations` by contender, run in turns."""
    contenders = [Contender(who, operation, round_s) for who, operation in operations.items()]
    for number in range(rounds):
        for contender in contenders[:: 1 if number % 2 == 0 else -1]:
            contender.run()
    return [Row(what, one.who, median(one.rates), min(one.rates), max(one.rates)) for one in contenders]
