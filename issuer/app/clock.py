"""What time it is."""

from __future__ import annotations

from datetime import UTC, datetime

from issuer.services.ports import Clock


def clock_of(frozen: datetime | None) -> Clock:
    """The time, which may be made to stand still."""
    if frozen is not None:
        moment = frozen.astimezone(UTC)
        return lambda: moment
    return lambda: datetime.now(UTC)
