"""The conformance mode as a process: its first line, both ports, its end, and where it refuses to start."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from issuer.cli.conformance import port_beside
from issuer.cli.root import main
from issuer.settings import DOCUMENTATION


def free_ports() -> tuple[int, int]:
    """Two neighbouring ports that nobody listens on."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port, port + 1


def started(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    plain = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    return subprocess.Popen(
        [sys.executable, "-m", "issuer", "conformance", *arguments],
        env={**plain, "DATA_DIR": str(folder), **environment},
        cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any], int]]:
    """The folder it was told to keep its data in, the addresses that it told, and its port."""
    folder, (port, _) = tmp_path_factory.mktemp("conformance"), free_ports()
    process = started(folder, "--port", str(port))
    assert process.stdout is not None
    dids, found = json.loads(process.stdout.readline()), json.loads(process.stdout.readline())
    assert dids == {name: entry["issuer"] for name, entry in found.items()}
    assert all(did.startswith("did:jwk:" if "p521" in name else "did:key:z") for name, did in dids.items())
    yield folder, found, port
    process.send_signal(signal.SIGTERM)
    try:
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.communicate()


def test_the_first_lines_name_every_issuer_and_both_ports_answer(running: tuple[Path, dict[str, Any], int]) -> None:
    folder, found, _ = running
    assert {"eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ecdsa-sd-2023", "eddsa-jcs-2022", "ecdsa-jcs-2019"} <= found.keys()
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
    }
    anything = ssl.create_default_context()
    anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE
    with httpx.Client(verify=anything, timeout=20) as client:
        entry = found["bitstring-status-list"]
        for issue, verify in ((entry["issue"], entry["https"]["verify"]), (entry["https"]["issue"], entry["verify"])):
            answer = client.post(issue, json={"credential": credential})
            assert answer.status_code == 201
            signed = answer.json()["verifiableCredential"]
            assert signed["issuer"] == entry["issuer"]
            listing = client.get(signed["credentialStatus"]["statusListCredential"])
            assert listing.status_code == 200
            assert listing.headers["content-type"].startswith("application/vc")
            assert client.post(verify, json={"verifiableCredential": signed}).json()["verified"]
    assert not list(folder.iterdir())  # nothing of it is kept


def test_it_listens_on_loopback_only(running: tuple[Path, dict[str, Any], int]) -> None:
    _, _, port = running
    assert httpx.get(f"http://127.0.0.1:{port}/", timeout=20).status_code == 200
    other = [one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    for address in {one for one in other if not one.startswith("127.")}:
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex((address, port)) != 0


def refused(*arguments: str, **environment: str) -> str:
    """What is said on the standard error instead of starting."""
    clean = {one.name: None for one in DOCUMENTATION}
    done = CliRunner(env={**clean, **environment}).invoke(main, ["conformance", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr


def test_it_does_not_start_for_a_public_address() -> None:
    said = refused(PUBLIC_URL="https://badges.example.org", KEY_PASSPHRASE="seventeen green umbrellas")
    assert "this machine only" in said


def test_it_does_not_start_on_a_port_in_use() -> None:
    port, _ = free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert f"127.0.0.1:{port}" in refused("--port", str(port))


def test_https_is_beside_http_unless_somebody_listens_there() -> None:
    port, beside = free_ports()
    assert port_beside(port) == beside
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", beside))
        taken.listen()
        assert port_beside(port) not in (port, beside)
    assert 0 < port_beside(65_535) < 65_535
