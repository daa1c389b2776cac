"""Killed processes and cut power: what was acknowledged is there, and every invariant holds.

A disk that lies about fsync cannot be tested here.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from issuer.domain.award import IssueState
from issuer.storage.invariants import violations
from issuer.storage.opening import open_store

SCRIPT = Path(__file__).with_name("issuing_process.py")


@contextlib.contextmanager
def _issuing(url, *names):
    """Processes that issue; whatever is left of them is killed in the end."""
    processes = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), url, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for name in names
    ]  # fmt: skip
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n", process.stderr.read()
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _killed(process, after_s):
    """Kill -9; returns the ids of the badges the process was told are issued, and what it complained of."""
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    acknowledged, complaints = process.communicate()
    return acknowledged.split(), complaints


def _check(url, acknowledged):
    store = open_store(url)
    assert violations(store, datetime.now(UTC)) == []
    states = store.read(lambda tx: {tx.awards.get(id).state for id in acknowledged})
    assert states <= {IssueState.ISSUED}
    store.close()


def test_rel_04_kill_9_of_concurrent_issuers(database_url):
    everything = []
    for turn in range(2):
        with _issuing(database_url, f"a{turn}", f"b{turn}") as processes:
            for process in processes:
                acknowledged, complaints = _killed(process, random.uniform(0.1, 0.35))
                assert complaints == ""
                everything.extend(acknowledged)
        _check(database_url, everything)
    assert everything, "nothing was issued between the kills"


def test_rel_05_the_state_at_any_instant_is_whole(sqlite_url, sqlite_path, tmp_path):
    """Stops the writer at random instants: what the files hold then is what a power cut would leave."""
    with _issuing(sqlite_url, "a") as (process,):
        for turn in range(8):
            time.sleep(random.uniform(0.03, 0.15))
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED)
            copy = tmp_path / f"copy{turn}.db"
            for suffix in ("", "-wal"):
                shutil.copy(f"{sqlite_path}{suffix}", f"{copy}{suffix}")
            process.send_signal(signal.SIGCONT)
            _check(f"sqlite:///{copy}", [])
        acknowledged, complaints = _killed(process, 0)
    assert complaints == ""
    assert len(acknowledged) > 8
    _check(sqlite_url, acknowledged)
