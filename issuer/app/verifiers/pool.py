"""The verifier processes of a running service: started with the first question, and again where that went wrong."""

from __future__ import annotations

import asyncio
import logging
import math
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from typing import NamedTuple, cast

from issuer.app.gathered_writes import GatheredWrites
from issuer.app.verifiers.frames import Keys, Start, keys_frame, question_frame, start_frame, take_answers
from issuer.services.verify_at_once import VerifyAtOnce
from issuer.web.api import to_json

MOST_WAITING = 3
"""Questions before one process; what is asked beyond them the service answers itself, so that both are busy."""
ANSWER_WITHIN_S = 5.0
END_WITHIN_S = 2.0
START_AGAIN_AFTER_S = 10.0
COMMAND = (sys.executable, "-m", "issuer.app.verifiers")

log = logging.getLogger(__name__)


class Verifiers:
    """Fulfils `web.quick_verify.ReportsAtOnce`; for one event loop.

    here: answers while no process is ready, or all have enough to do; None where the database takes too long for
    the event loop to wait for it. count: how many processes there are.
    keys: what is believed of our keys now, the same object for as long as nothing has changed.
    """

    def __init__(self, here: VerifyAtOnce | None, start: Start, keys: Callable[[], Keys], count: int) -> None:
        self.here = here
        self.start = start
        self._keys = keys
        self._count = count
        self._processes: list[Process] = []
        self._is_running = False

    async def report(self, body: bytes, media_type: str) -> bytes | None:
        """The report as JSON; None for everything that takes longer to tell."""
        if not self._is_running:
            self._is_running = True
            for _ in range(self._count):
                await self._add()
        least = min(self._processes, key=_work_before, default=None)
        if least is not None and _work_before(least) < MOST_WAITING:
            answer = await least.ask(body, media_type, self._keys())
            if answer is not None:
                return answer or None
        report = None if self.here is None else self.here.verify(body, media_type)
        return None if report is None else to_json(report.as_json())

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of those that answer."""
        return tuple(one.pid for one in self._processes if one.is_ready)

    async def close(self) -> None:
        """Let the processes end, and see that they have."""
        self._is_running, self._count = True, 0
        await asyncio.gather(*(one.close() for one in tuple(self._processes)))

    async def _add(self) -> None:
        try:
            process = Process(self.start, self._ended)
        except OSError as error:
            log.error("verifier.not_started", extra={"kind": type(error).__name__})
            self._add_later()
            return
        await process.connect()
        self._processes.append(process)

    def _ended(self, process: Process, status: int) -> None:
        self._processes.remove(process)
        if self._count:
            log.error("verifier.ended", extra={"status": status})
            self._add_later()

    def _add_later(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(START_AGAIN_AFTER_S, lambda: loop.create_task(self._again()))

    async def _again(self) -> None:
        if len(self._processes) < self._count:
            await self._add()


class _Waiting(NamedTuple):
    """Somebody who waits for an answer. until: in the loop's time."""

    answer: asyncio.Future[bytes | None]
    until: float

    def settle(self, answer: bytes | None) -> None:
        if not self.answer.done():  # who asked may have gone
            self.answer.set_result(answer)


class Process(asyncio.Protocol):
    """One process, which answers in the order of the questions. Raises OSError where none can be started."""

    def __init__(self, start: Start, on_end: Callable[[Process, int], None]) -> None:
        self._start = start
        self._on_end = on_end
        self._waiting: deque[_Waiting] = deque()
        self._watch: asyncio.TimerHandle | None = None
        self._received = bytearray()
        self._told = Keys()
        self._gone = asyncio.Event()
        self.is_ready = False
        self._socket, theirs = socket.socketpair()
        with theirs:
            try:
                self._popen = subprocess.Popen(COMMAND, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)
            except OSError:
                self._socket.close()
                raise

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def waiting_count(self) -> int:
        return len(self._waiting)

    async def connect(self) -> None:
        """Tell it what to verify with. It is ready some time after."""
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: self, sock=self._socket)
        self._waiting.append(_Waiting(loop.create_future(), math.inf))
        self._transport.write(start_frame(self._start))

    async def ask(self, body: bytes, media_type: str, keys: Keys) -> bytes | None:
        """The report as JSON, empty where it has none; None when it ended over the question or took too long."""
        if keys is not self._told:
            self._told = keys
            self._transport.write(keys_frame(keys))
        loop = asyncio.get_running_loop()
        waiting = _Waiting(loop.create_future(), loop.time() + ANSWER_WITHIN_S)
        self._waiting.append(waiting)
        self._transport.write(question_frame(body, media_type))
        if self._watch is None:
            self._watch = loop.call_at(waiting.until, self._look_after)
        return await waiting.answer

    def _look_after(self) -> None:
        """End the process when the oldest question has waited for too long: one timer for all of them."""
        loop, self._watch = asyncio.get_running_loop(), None
        if self._waiting and self._waiting[0].until <= loop.time():
            self._popen.kill()
        elif self._waiting:
            self._watch = loop.call_at(self._waiting[0].until, self._look_after)

    async def close(self) -> None:
        """Let it end, and wait until it has."""
        self._transport.close()
        await self._gone.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = GatheredWrites(cast(asyncio.Transport, transport), asyncio.get_running_loop())

    def data_received(self, data: bytes) -> None:
        self._received += data
        for answer in take_answers(self._received):
            self.is_ready = True
            self._waiting.popleft().settle(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_ready = False
        if self._watch is not None:
            self._watch.cancel()
        while self._waiting:
            self._waiting.popleft().settle(None)
        self._burial = asyncio.get_running_loop().create_task(self._bury())

    async def _bury(self) -> None:
        status = await asyncio.to_thread(self._end)
        self._on_end(self, status)
        self._gone.set()

    def _end(self) -> int:
        try:
            return self._popen.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            return self._popen.wait()


def _work_before(process: Process) -> int:
    return process.waiting_count if process.is_ready else MOST_WAITING
