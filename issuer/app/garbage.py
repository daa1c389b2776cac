"""How seldom a process that answers many requests looks for garbage: not at all until it is ready."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (20_000, 20, 50)
"""Objects, collections of the young, collections of the middle-aged."""


@contextmanager
def starting() -> Iterator[None]:
    """Until `collect_seldom` or the end: what is made at the start stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def collect_seldom() -> None:
    """Leave what was made at the start to itself, and look for cycles among the rest less often.

    Requests make hardly any; looking through every object of the process time and again took longer than they did.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    gc.enable()
