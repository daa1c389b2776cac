"""`issuer serve` in a process of its own: start, refusals, demo, and a clean end."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Installation

ISSUER = [sys.executable, "-m", "issuer"]
START_WITHIN_S = 60
STOP_WITHIN_S = 20


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


@contextmanager
def served(environment: dict[str, str], folder: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A service that answers, and its port. It is killed at the end if it still runs."""
    port = free_port()
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            [*ISSUER, "serve"], env={**environment, "PORT": str(port), **settings}, stdout=out, stderr=err
        )
        try:
            wait_until_healthy(process, port)
            yield process, port
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def wait_until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    ends_at = time.monotonic() + START_WITHIN_S
    while time.monotonic() < ends_at:
        assert process.poll() is None
        try:
            if get(port, "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the service did not start")


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}", "Accept": "text/html"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"PORT": "zero"}, "PORT is a whole number", id="port"),
        pytest.param({"PUBLIC_URL": "http://badges.example.org"}, "PUBLIC_URL begins with https://", id="plain http"),
        pytest.param(
            {"PUBLIC_URL": "https://192.0.2.1", "KEY_PASSPHRASE": "a b c d"}, "cannot be an IP", id="IP address"
        ),
        pytest.param({"PUBLIC_URL": "https://badges.example.org"}, "KEY_PASSPHRASE_FILE", id="no passphrase"),
        pytest.param(
            {"KEY_PASSPHRASE_FILE": "/nowhere/phrase"},
            "KEY_PASSPHRASE_FILE names a file that can be read",
            id="passphrase file",
        ),
        pytest.param({"PUBLIC_URL": "https://b.example", "DEMO": "on"}, "DEMO is for this machine only", id="demo"),
        pytest.param({"CATALOGUE_DIR": "/nowhere"}, "/nowhere", id="catalogue"),
        pytest.param({"DATABASE_URL": "mysql://x"}, "neither SQLite nor PostgreSQL", id="database"),
    ],
)
def test_misconfigured_is_one_clear_line_and_status_2(empty: Installation, settings: dict[str, str], said: str) -> None:
    done = empty.run("serve", **{"PORT": str(free_port()), **settings})
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_told_before_anything_is_made(empty: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = empty.run("serve", PORT=str(port))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"Error: Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another PORT.\n"
    assert not empty.folder.exists()


def test_demo_service_serves_and_ends_cleanly_with_a_connection_open(
    clean_environment: dict[str, str], tmp_path: Path
) -> None:
    with served(clean_environment, tmp_path, DEMO="on") as (process, port):
        pages = {path: get(port, path)[0] for path in ("/", "/catalogue", "/login", "/verify", "/.well-known/did.json")}
        assert set(pages.values()) == {200}, pages
        printed = (tmp_path / "out").read_text("utf-8")
        assert "teacher@demo.example" in printed
        badges = [word for word in printed.split() if "/credentials/" in word]
        assert len(badges) == 5
        assert get(port, badges[0].partition(str(port))[2])[0] == 200
        idle = socket.create_connection(("127.0.0.1", port), 10)
        idle.sendall(f"GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
        assert idle.recv(1024).startswith(b"HTTP/1.1 200")
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_WITHIN_S) == 0
        idle.close()
    with pytest.raises(ConnectionRefusedError):
        get(port, "/healthz")


def test_no_demo_unless_asked_for(clean_environment: dict[str, str], tmp_path: Path) -> None:
    with served(clean_environment, tmp_path) as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_WITHIN_S) == 0
    assert len((tmp_path / "out").read_text("utf-8").splitlines()) == 1
