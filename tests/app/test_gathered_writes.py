"""What is written in one turn of the event loop leaves together, in order, and before the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from issuer.app.gathered_writes import GatheredWrites


class Recorded(asyncio.Transport):
    """A transport that notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.told.append(bytes(data))

    def write_eof(self) -> None:
        self.told.append("end")

    def close(self) -> None:
        self.told.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.told


def told(use: Callable[[GatheredWrites], None]) -> list[object]:
    """What reaches the transport when the turn of `use` and the next have passed."""
    under = Recorded()

    async def run() -> None:
        use(GatheredWrites(under, asyncio.get_running_loop()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(run())
    return under.told


def test_writes_of_one_turn_are_one() -> None:
    def use(transport: GatheredWrites) -> None:
        for part in (b"head ", b"body", bytearray(b" more")):
            transport.write(part)

    assert told(use) == [b"head body more"]


def test_each_turn_is_sent_at_its_end() -> None:
    under = Recorded()

    async def run() -> None:
        transport = GatheredWrites(under, asyncio.get_running_loop())
        for part in (b"first", b"second"):
            transport.write(part)
            assert part not in under.told
            await asyncio.sleep(0)
            assert under.told[-1] == part

    asyncio.run(run())


def test_what_is_written_leaves_before_the_end() -> None:
    def use(transport: GatheredWrites) -> None:
        transport.write(b"last")
        transport.write_eof()
        transport.close()

    assert told(use) == [b"last", "end", "closed"]


def test_what_is_written_after_the_end_goes_nowhere() -> None:
    def use(transport: GatheredWrites) -> None:
        transport.close()
        transport.write(b"late")

    assert told(use) == ["closed"]
