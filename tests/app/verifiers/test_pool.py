"""Verifier processes beside the service: the same report, whatever becomes of a process."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from house import House

from issuer.app.verifiers import pool, process
from issuer.app.verifiers.frames import Keys, start_frame, take_answers
from issuer.app.verifiers.pool import MOST_ASKED, Verifiers
from issuer.domain.award import Form

DI, JWT = (Form.EDDSA_RDFC_2022, "application/vc+ld+json"), (Form.VC_JWT, "application/vc+jwt")
READY_WITHIN_S = 30.0


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    opened = House(tmp_path_factory.mktemp("verifiers"))
    yield opened
    opened.close()


@pytest.fixture
def house_on_postgresql(tmp_path, cluster):
    opened = House(tmp_path, database_url=cluster.new_database(cluster.migrated))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def reviewer(house):
    return house.reviewer()


@pytest.fixture(scope="module")
def teacher(house):
    return house.teacher()


class Here:
    """What verifies in the service itself, and counts how often."""

    def __init__(self, verifiers: Verifiers) -> None:
        self._real = verifiers.here
        self.asked = 0

    def verify(self, data: bytes, media_type: str):
        self.asked += 1
        return self._real and self._real.verify(data, media_type)


class Scene:
    """A pool of its own with one process, and what is believed of the keys."""

    def __init__(self, house: House) -> None:
        usual = house.service.verifiers
        self.here = Here(usual)
        self.keys = house.service.custody.believed()
        start = msgspec.structs.replace(usual.start, clock_freeze=house.clock())
        self.pool = Verifiers(self.here, start, lambda: self.keys, 1)

    async def ready(self) -> int:
        """The id of the process, once it answers."""
        ends_at = time.monotonic() + READY_WITHIN_S
        while not self.pool.processes:
            assert time.monotonic() < ends_at
            assert await self.pool.report(b"{}", DI[1]) is None
            await asyncio.sleep(0.02)
        self.here.asked = 0
        return self.pool.processes[0]


def played(house: House, act: Callable[[Scene], Awaitable[None]]) -> None:
    async def play() -> None:
        scene = Scene(house)
        try:
            await act(scene)
        finally:
            await scene.pool.close()

    asyncio.run(play())


def verdict(answer: bytes | None) -> object:
    return None if answer is None else msgspec.json.decode(answer)["verdict"]


def test_a_process_reports_what_the_service_would_and_ends_with_it(house, teacher, reviewer):
    award = house.earn(teacher, reviewer, "collecting-data")
    body, media_type = award.sealed(DI[0]), DI[1]

    async def act(scene: Scene) -> None:
        process = await scene.ready()
        for form, kind in (DI, JWT):
            told = msgspec.json.decode(await scene.pool.report(award.sealed(form), kind))
            assert told == house.verify.verify(award.sealed(form), kind).as_json()
            assert told["verdict"] == "valid"
        assert await scene.pool.report(body.replace(b"ollecting", b"nventing"), media_type) is None
        assert await scene.pool.report(b"\xff", "text/\u2013") is None

        believed, scene.keys = scene.keys, Keys()
        assert await scene.pool.report(body, media_type) is None
        scene.keys = Keys(*believed)
        assert verdict(await scene.pool.report(body, media_type)) == "valid"

        house.stand.revoke(reviewer.id, award.id, "A reason.")
        assert await scene.pool.report(body, media_type) is None
        assert scene.here.asked == 0

        await scene.pool.close()
        assert not Path(f"/proc/{process}").exists()

    played(house, act)


def test_nobody_waits_for_a_process_that_is_busy_or_gone_or_stuck(house, teacher, reviewer, monkeypatch):
    monkeypatch.setattr(pool, "START_AGAIN_AFTER_S", 0.0)
    body, media_type = house.earn(teacher, reviewer, "using-improvement-methods").sealed(DI[0]), DI[1]

    async def act(scene: Scene) -> None:
        assert verdict(await scene.pool.report(body, media_type)) == "valid"
        assert scene.here.asked == 1
        first = await scene.ready()

        os.kill(first, signal.SIGSTOP)
        asked = [asyncio.create_task(scene.pool.report(body, media_type)) for _ in range(MOST_ASKED + 2)]
        await asyncio.gather(*asked[MOST_ASKED:])
        assert scene.here.asked == 2
        assert not any(one.done() for one in asked[:MOST_ASKED])
        os.kill(first, signal.SIGKILL)
        assert [verdict(one) for one in await asyncio.gather(*asked)] == ["valid"] * len(asked)
        assert scene.here.asked == len(asked)

        second = await scene.ready()
        assert second != first
        assert verdict(await scene.pool.report(body, media_type)) == "valid"
        assert scene.here.asked == 0

        monkeypatch.setattr(pool, "ANSWER_WITHIN_S", 0.05)
        os.kill(second, signal.SIGSTOP)
        assert verdict(await scene.pool.report(body, media_type)) == "valid"
        assert scene.here.asked == 1
        while second in scene.pool.processes:
            await asyncio.sleep(0.01)

    played(house, act)


def test_the_service_answers_one_at_a_time_what_no_process_is_free_for(house, teacher, reviewer):
    body, media_type = house.earn(teacher, reviewer, "facilitating-peer-reflection").sealed(JWT[0]), JWT[1]

    async def act(scene: Scene) -> None:
        process = await scene.ready()
        os.kill(process, signal.SIGSTOP)
        held = [asyncio.create_task(scene.pool.report(body, media_type)) for _ in range(MOST_ASKED)]
        lined = [asyncio.create_task(scene.pool.report(body, media_type)) for _ in range(3)]
        gone = lined[1]
        await asyncio.sleep(0)
        gone.cancel()
        asked = [scene.here.asked]
        while not lined[2].done():
            await asyncio.sleep(0)
            asked.append(scene.here.asked)
        assert all(later - earlier <= 1 for earlier, later in pairwise(asked))
        assert asked[-1] == 2

        os.kill(process, signal.SIGCONT)
        assert {verdict(one) for one in await asyncio.gather(*held, lined[0], lined[2])} == {"valid"}
        assert (scene.here.asked, gone.cancelled()) == (2, True)

    played(house, act)


def test_a_fault_of_the_verifier_is_left_to_the_route(house, monkeypatch, caplog):
    async def act(scene: Scene) -> None:
        monkeypatch.setattr(scene.here, "verify", lambda *_: 1 / 0)
        assert await scene.pool.report(b"{}", DI[1]) is None

    played(house, act)
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == ["verifier.failed"]


def test_where_the_database_is_far_the_processes_answer_alone(house_on_postgresql):
    house = house_on_postgresql
    assert house.service.verifiers.here is None
    body, media_type = house.earn(house.teacher(), house.reviewer(), "building-will").sealed(DI[0]), DI[1]

    async def act(scene: Scene) -> None:
        assert await house.service.verifiers.report(body, media_type) is None
        await scene.ready()
        assert verdict(await scene.pool.report(body, media_type)) == "valid"
        assert scene.here.asked == 0

    played(house, act)


def test_a_process_that_cannot_be_started_costs_no_answer(house, teacher, reviewer, monkeypatch):
    monkeypatch.setattr(pool, "COMMAND", ("/nowhere/at/all",))
    body, media_type = house.earn(teacher, reviewer, "collecting-data").sealed(JWT[0]), JWT[1]

    async def act(scene: Scene) -> None:
        for _ in range(2):
            assert verdict(await scene.pool.report(body, media_type)) == "valid"
        assert (scene.here.asked, scene.pool.processes) == (2, ())

    played(house, act)


def test_a_process_that_cannot_be_started_is_tried_again(house, teacher, reviewer, monkeypatch, tmp_path):
    command = tmp_path / "verifier"
    as_usual = shlex.join(pool.COMMAND)
    monkeypatch.setattr(pool, "COMMAND", (str(command),))
    monkeypatch.setattr(pool, "START_AGAIN_AFTER_S", 0.02)
    body, media_type = house.earn(teacher, reviewer, "building-will").sealed(DI[0]), DI[1]

    async def act(scene: Scene) -> None:
        assert verdict(await scene.pool.report(body, media_type)) == "valid"
        await asyncio.sleep(0.05)
        assert (scene.here.asked, scene.pool.processes) == (1, ())

        command.write_text(f"#!/bin/sh\nexec {as_usual}\n")
        command.chmod(0o700)
        await scene.ready()
        assert verdict(await scene.pool.report(body, media_type)) == "valid"
        assert scene.here.asked == 0

    played(house, act)


def test_a_process_collects_garbage_as_seldom_as_the_service(house, monkeypatch):
    collected: list[str] = []
    monkeypatch.setattr(process, "collect_seldom", lambda: collected.append("seldom"))
    monkeypatch.setattr(process.logs, "set_up", lambda level: None)
    ours, theirs = socket.socketpair()
    program = Thread(target=process.run, args=(theirs,))
    program.start()
    with ours, theirs:
        ours.sendall(start_frame(house.service.verifiers.start))
        answers = bytearray(ours.recv(1024))
        ours.shutdown(socket.SHUT_WR)
        program.join()
    assert (list(take_answers(answers)), collected) == ([b""], ["seldom"])
