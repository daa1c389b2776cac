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
from issuer.app.verifiers.answering import answered
from issuer.app.verifiers.frames import Keys, Start, keys_frame, question_frame, start_frame, take_answers
from issuer.services.verify_at_once import VerifyAtOnce

MOST_ASKED = 7
"""Questions before one process: enough to have it busy until the service looks for its answers again."""
ANSWER_WITHIN_S = 5.0
END_WITHIN_S = 2.0
START_AGAIN_AFTER_S = 10.0
COMMAND = (sys.executable, "-m", "issuer.app.verifiers")

log = logging.getLogger(__name__)


class Question(NamedTuple):
    """What somebody waits for. answer: the report, empty where there is none; None when a process ended over it."""

    body: bytes
    media_type: str
    answer: asyncio.Future[bytes | None]

    def settle(self, answer: bytes | None) -> None:
        if not self.answer.done():  # who asked may have gone
            self.answer.set_result(answer)


class Verifiers:
    """Fulfils `web.quick_verify.ReportsAtOnce`; for one event loop.

    Questions that no process is free for stand in line. Between looking for what has arrived, the service itself
    answers one of them at a time, so that no core is idle and nobody else has to wait for long.

    here: answers in the service; None where the database takes too long for the event loop to wait for it, which
    then asks no more than the processes can take. count: how many processes there are.
    keys: what is believed of our keys now, the same object for as long as nothing has changed.
    """

    def __init__(self, here: VerifyAtOnce | None, start: Start, keys: Callable[[], Keys], count: int) -> None:
        self.here = here
        self.start = start
        self._keys = keys
        self._count = count
        self._processes: list[Process] = []
        self._line: deque[Question] = deque()
        self._is_running = False

    async def report(self, body: bytes, media_type: str) -> bytes | None:
        """The report as JSON; None for everything that takes longer to tell."""
        if not self._is_running:
            self._is_running = True
            for _ in range(self._count):
                await self._add()
        loop = asyncio.get_running_loop()
        question = Question(body, media_type, loop.create_future())
        if not self._give(question):
            if self.here is None:
                return None
            if not self._line:
                loop.call_soon(self._answer_one)
            self._line.append(question)
        answer = await question.answer
        return (self._answer(question) if answer is None else answer) or None

    def _give(self, question: Question) -> bool:
        """Whether there was a process to give it to."""
        least = min(self._processes, key=_asked_before, default=None)
        if least is None or _asked_before(least) >= MOST_ASKED:
            return False
        least.ask(question, self._keys())
        return True

    def _hand_out(self) -> None:
        while self._line and self._give(self._line[0]):
            self._line.popleft()
        if self._line:
            asyncio.get_running_loop().call_soon(self._answer_one)

    def _answer_one(self) -> None:
        question = self._line.popleft()
        if not question.answer.done():
            question.settle(self._answer(question))
        if self._line:
            asyncio.get_running_loop().call_soon(self._hand_out)

    def _answer(self, question: Question) -> bytes:
        return b"" if self.here is None else answered(self.here, question.body, question.media_type)

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


class Process(asyncio.Protocol):
    """One process, which answers in the order of the questions. Raises OSError where none can be started."""

    def __init__(self, start: Start, on_end: Callable[[Process, int], None]) -> None:
        self._start = start
        self._on_end = on_end
        self._asked: deque[tuple[Question, float]] = deque()
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
    def asked_count(self) -> int:
        return len(self._asked)

    async def connect(self) -> None:
        """Tell it what to verify with. It is ready some time after."""
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: self, sock=self._socket)
        self._asked.append((Question(b"", "", loop.create_future()), math.inf))
        self._transport.write(start_frame(self._start))

    def ask(self, question: Question, keys: Keys) -> None:
        """Have it answered; with None when the process ends over it or takes too long."""
        if keys is not self._told:
            self._told = keys
            self._transport.write(keys_frame(keys))
        self._transport.write(question_frame(question.body, question.media_type))
        loop = asyncio.get_running_loop()
        until = loop.time() + ANSWER_WITHIN_S
        self._asked.append((question, until))
        if self._watch is None:
            self._watch = loop.call_at(until, self._look_after)

    def _look_after(self) -> None:
        """End the process when the oldest question has waited for too long: one timer for all of them."""
        loop, self._watch = asyncio.get_running_loop(), None
        if not self._asked:
            return
        _, until = self._asked[0]
        if until <= loop.time():
            self._popen.kill()
        else:
            self._watch = loop.call_at(until, self._look_after)

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
            self._asked.popleft()[0].settle(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_ready = False
        if self._watch is not None:
            self._watch.cancel()
        while self._asked:
            self._asked.popleft()[0].settle(None)
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


def _asked_before(process: Process) -> int:
    return process.asked_count if process.is_ready else MOST_ASKED
