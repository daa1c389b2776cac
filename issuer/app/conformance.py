"""The conformance mode: keys of the moment, one issuer for each way of securing, http and https on loopback."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import ssl
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

import schemas
from issuer.app.http_server import HttpServer
from issuer.errors import Misconfigured
from issuer.issuance.any_credential import SD_JWT, TOKENS, VC_JOSE, SuiteIssuer
from issuer.outbound.fetcher import Fetcher
from issuer.proofs import base64url
from issuer.proofs.compact_json import write_compact
from issuer.proofs.general_reader import GeneralReader
from issuer.proofs.public_keys import PublicKey, from_jwk
from issuer.services.conformance import Conformance
from issuer.settings import Settings
from issuer.web.conformance import create_conformance_application
from keys.software.private_keys import PrivateKey, SoftwareSigner

LISTEN = "127.0.0.1"
HOST = "localhost"
READY_WITHIN_S = 20.0
CERTIFICATE_DAYS = 30

EXAMPLE_CONTEXTS: Mapping[str, Mapping[str, Any]] = {
    f"https://www.w3.org/ns/credentials/{name}/v2": {
        "@context": {"@vocab": f"https://www.w3.org/ns/credentials/{vocabulary}#"}
    }
    for name, vocabulary in (("examples", "examples"), ("undefined-terms", "undefined-term"))
}
"""Contexts of the W3C's own examples (VCDM 2.0, appendix B.2), which give a meaning to every name: for tests only."""

SUITES = (
    ("eddsa-rdfc-2022", "eddsa-rdfc-2022", "EdDSA", False),
    ("eddsa-jcs-2022", "eddsa-jcs-2022", "EdDSA", False),
    ("ecdsa-rdfc-2019", "ecdsa-rdfc-2019", "ES256", False),
    ("ecdsa-rdfc-2019-p384", "ecdsa-rdfc-2019", "ES384", False),
    ("ecdsa-jcs-2019", "ecdsa-jcs-2019", "ES256", False),
    ("ecdsa-jcs-2019-p384", "ecdsa-jcs-2019", "ES384", False),
    ("ecdsa-sd-2023", "ecdsa-sd-2023", "ES256", False),
    ("vc-jose", VC_JOSE, "ES256", False),
    ("vc-jose-p384", VC_JOSE, "ES384", False),
    ("vc-jose-p521", VC_JOSE, "ES512", False),
    ("vc-jose-eddsa", VC_JOSE, "EdDSA", False),
    ("sd-jwt", SD_JWT, "ES256", False),
    ("sd-jwt-p384", SD_JWT, "ES384", False),
    ("sd-jwt-p521", SD_JWT, "ES512", False),
    ("bitstring-status-list", "eddsa-rdfc-2022", "EdDSA", True),
)
"""Name in addresses, suite, algorithm of the key, and whether a status entry is added."""


def require_loopback(settings: Settings) -> None:
    """Raises Misconfigured (`settings.invalid`) unless PUBLIC_URL is this machine."""
    if not settings.is_loopback:
        raise Misconfigured(
            "settings.invalid",
            "The conformance mode signs whatever it is sent. It is for this machine only: leave PUBLIC_URL out.",
            "PUBLIC_URL",
        )


def conformance_service(settings: Settings, https_port: int) -> Conformance:
    """The service with keys of its own, made now and kept nowhere."""
    documents = {file.url: file.document for file in schemas.contexts() if not file.edition}
    frozen = settings.clock_freeze
    return Conformance(
        [_issuer(*suite) for suite in SUITES],
        GeneralReader({**documents, **EXAMPLE_CONTEXTS}),
        Fetcher(loopback_map=settings.fetch_loopback_map),
        (lambda: datetime.now(UTC)) if frozen is None else (lambda: frozen.astimezone(UTC)),
        f"https://{HOST}:{https_port}/status",
    )


def directory(api: Conformance, port: int, https_port: int) -> dict[str, Any]:
    """Every issuer with its DID and addresses, by name."""
    plain, secure = f"http://{HOST}:{port}", f"https://{HOST}:{https_port}"
    return {name: _entry(issuer, plain, secure) for name, issuer in api.issuers.items()}


def serve_conformance(settings: Settings, port: int, https_port: int, tell: Callable[[dict[str, Any]], None]) -> None:
    """Serve until SIGTERM or SIGINT. tell: called with the directory once both ports answer.

    Raises Misconfigured for another machine than this one.
    """
    require_loopback(settings)
    api = conformance_service(settings, https_port)
    found = directory(api, port, https_port)
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        certificate, key = make_certificate(Path(folder))
        servers = (
            HttpServer(create_conformance_application(api, f"http://{HOST}:{port}", found), LISTEN, port),
            HttpServer(
                create_conformance_application(api, f"https://{HOST}:{https_port}", found),
                LISTEN,
                https_port,
                certificate,
                key,
            ),
        )
        uvloop.run(_serve(servers, (port, https_port), lambda: tell(found)))


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for this machine and its key, as PEM files in a private folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    names = [x509.DNSName(HOST), *(x509.IPAddress(ipaddress.ip_address(one)) for one in (LISTEN, "::1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=CERTIFICATE_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].touch(0o600)
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def _issuer(name: str, suite: str, alg: str, has_status: bool) -> SuiteIssuer:
    key = PrivateKey.generate(alg)
    public = from_jwk(dict(key.public_jwk()))
    did, fragment = _name_of(public)
    signer = SoftwareSigner(key, f"{did}#{fragment}")
    return SuiteIssuer(name, suite, public.kind, did, signer, has_status)


def _name_of(key: PublicKey) -> tuple[str, str]:
    """A DID that is the key itself, and the fragment of its one method."""
    if key.kind == "P-521":
        return f"did:jwk:{base64url.encode(write_compact(key.jwk())).decode()}", "0"
    return f"did:key:{key.multibase()}", key.multibase()


def _entry(issuer: SuiteIssuer, plain: str, secure: str) -> dict[str, Any]:
    paths = {
        "issue": "credentials/issue",
        "verify": "credentials/verify",
        "derive": "credentials/derive",
        "status": "credentials/status",
        "verify_presentation": "presentations/verify",
        **({"prove": "presentations/prove"} if issuer.suite in TOKENS else {}),
    }
    return {
        "issuer": issuer.did,
        "suite": issuer.suite,
        "key": issuer.key_kind,
        **{name: f"{plain}/issuers/{issuer.name}/{path}" for name, path in paths.items()},
        "https": {name: f"{secure}/issuers/{issuer.name}/{path}" for name, path in paths.items()},
    }


async def _serve(servers: tuple[HttpServer, ...], ports: tuple[int, ...], on_ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    stops: list[Callable[[], object]] = [server.stop for server in servers]
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: [stop() for stop in stops])
    running = [asyncio.ensure_future(server.serve()) for server in servers]
    await asyncio.wait_for(_listening(ports), READY_WITHIN_S)
    on_ready()
    await asyncio.gather(*running)


async def _listening(ports: tuple[int, ...]) -> None:
    for port in ports:
        while True:
            with suppress(OSError, ssl.SSLError):
                _, writer = await asyncio.open_connection(LISTEN, port)
                writer.close()
                break
            await asyncio.sleep(0.02)
