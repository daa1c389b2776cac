"""Another organisation's web server on the loopback interface, and the badges it issues."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from stranger import Stranger

from issuer.proofs import bitstring

V2 = "https://www.w3.org/ns/credentials/v2"
ORIGIN = "https://issuer.test"
DID = "did:web:issuer.test"
LIST = f"{ORIGIN}/status/1"


class Site(ThreadingHTTPServer):
    """Serves what stands in `pages` by path; `asked` are the paths that were asked for, in order.

    max_age_s: how long others may keep a page.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.pages: dict[str, bytes] = {}
        self.max_age_s = 0
        self.asked: list[str] = []

    @property
    def loopback_map(self) -> str:
        """The value of FETCH_LOOPBACK_MAP that leads here."""
        return json.dumps({ORIGIN: f"http://127.0.0.1:{self.server_port}"})

    def serve(self, path: str, document: Any) -> None:
        self.pages[path] = document if isinstance(document, bytes) else json.dumps(document).encode()


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Any = self.server
        site.asked.append(self.path)
        body = site.pages.get(self.path, b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/json")
        if site.max_age_s:
            self.send_header("Cache-Control", f"public, max-age={site.max_age_s}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class OutsideIssuer(Stranger):
    """A did:web issuer whose documents stand on a site."""

    def __init__(self, site: Site, did: str = DID) -> None:
        super().__init__()
        key = self.did.removeprefix("did:key:")
        self.site, self.did, self._method = site, did, f"{did}#k1"
        method = {"id": self._method, "type": "Multikey", "controller": did, "publicKeyMultibase": key}
        self.document = {"id": did, "verificationMethod": [method], "assertionMethod": [self._method]}
        if did == DID:
            site.serve("/.well-known/did.json", self.document)

    def badge_on_list(self, index: int = 7, **changes: Any) -> dict[str, Any]:
        entry = {
            "id": f"{LIST}#{index}", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": str(index), "statusListCredential": LIST,
        }  # fmt: skip
        return self.badge(credentialStatus=entry, **changes)

    def serve_list(self, *set_bits: int) -> None:
        bits = bytearray(bitstring.MIN_ENTRIES // 8)
        for index in set_bits:
            bits[index // 8] |= 0x80 >> index % 8
        document = {
            "@context": [V2], "id": LIST, "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.did, "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {
                "id": f"{LIST}#list", "type": "BitstringStatusList", "statusPurpose": "revocation",
                "encodedList": bitstring.encode(bits),
            },
        }  # fmt: skip
        self.site.serve("/status/1", self.signed(document))


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
