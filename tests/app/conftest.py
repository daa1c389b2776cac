"""The conformance mode without sockets, and keys of others to sign with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from issuer.app.conformance import conformance_service, directory
from issuer.proofs.public_keys import from_jwk
from issuer.services.conformance import Conformance
from issuer.settings import from_environment
from issuer.web.conformance import create_conformance_application
from keys.software.private_keys import PrivateKey, SoftwareSigner

PORT, HTTPS_PORT = 8_100, 8_101
ORIGIN = f"http://localhost:{PORT}"

JsonObject = dict[str, Any]


@dataclass
class Suite:
    """What a test suite is: something that sends JSON and looks at statuses and bodies."""

    api: Conformance
    directory: JsonObject
    portal: BlockingPortal
    client: httpx.AsyncClient

    def post(self, path: str, body: Any, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            return await self.client.post(path, json=body, **more)

        return self.portal.call(ask)

    def get(self, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            return await self.client.get(path, **more)

        return self.portal.call(ask)

    def did(self, name: str) -> str:
        return str(self.directory[name]["issuer"])

    def issue(self, credential: JsonObject, name: str = "eddsa-rdfc-2022", **more: Any) -> JsonObject:
        """The signed credential; fails when there is none."""
        answer = self.post(f"/issuers/{name}/credentials/issue", {"credential": credential, **more})
        assert answer.status_code == 201, answer.text
        signed: JsonObject = answer.json()["verifiableCredential"]
        return signed

    def refusal(self, credential: Any, name: str = "eddsa-rdfc-2022", **more: Any) -> JsonObject:
        """What is said of a credential that is not issued; fails when it is."""
        answer = self.post(f"/issuers/{name}/credentials/issue", {"credential": credential, **more})
        assert answer.status_code in (400, 422), answer.text
        body: JsonObject = answer.json()
        return body

    def verify(self, credential: Any, **options: Any) -> JsonObject:
        """The answer; its status and `verified` always agree."""
        answer = self.post("/credentials/verify", {"verifiableCredential": credential, "options": options})
        return _agreeing(answer)

    def verify_presentation(self, presentation: Any, **options: Any) -> JsonObject:
        answer = self.post("/presentations/verify", {"verifiablePresentation": presentation, "options": options})
        return _agreeing(answer)


def _agreeing(answer: httpx.Response) -> JsonObject:
    body: JsonObject = answer.json()
    assert (answer.status_code, body["verified"]) in ((200, True), (400, False)), answer.text
    assert bool(body["problemDetails"]) is not body["verified"]
    for problem in body["problemDetails"]:
        assert problem["type"].startswith("https://")
        assert problem["title"]
    return body


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    folder: Path = tmp_path_factory.mktemp("data")
    api = conformance_service(from_environment({"DATA_DIR": str(folder)}), HTTPS_PORT)
    found = directory(api, PORT, HTTPS_PORT)
    app = create_conformance_application(api, ORIGIN, found)
    with start_blocking_portal() as portal:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=ORIGIN)
        yield Suite(api, found, portal, client)
        portal.call(client.aclose)


@dataclass(frozen=True)
class Stranger:
    """Somebody with a key of their own, who is no issuer here."""

    did: str
    signer: SoftwareSigner


@pytest.fixture(scope="session")
def stranger() -> Callable[[str], Stranger]:
    def make(alg: str = "EdDSA") -> Stranger:
        key = PrivateKey.generate(alg)
        name = from_jwk(dict(key.public_jwk())).multibase()
        return Stranger(f"did:key:{name}", SoftwareSigner(key, f"did:key:{name}#{name}"))

    return make


@pytest.fixture
def credential() -> JsonObject:
    """The least that is a credential."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
    }
