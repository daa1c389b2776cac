"""Running the service: one process, one event loop, a background thread that finishes what was cut short."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading

import uvloop
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from issuer.app.ceremonies import follow
from issuer.app.composition import Service
from issuer.errors import IssuerError
from issuer.web.application import create_application
from keys.errors import KeysError

RECOVERY_INTERVAL_S = 30.0
STOP_WITHIN_S = 20.0
MAX_HEADER_BYTES = 64 * 1024

log = logging.getLogger(__name__)


class Background:
    """Follows key ceremonies and runs recovery, at start and every half minute until stopped."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recovery", daemon=True)

    def start(self) -> None:
        self._service.recover.sweep_files()
        self._thread.start()

    def stop(self) -> None:
        """Let the pass under way finish."""
        self._stopped.set()
        self._thread.join(timeout=STOP_WITHIN_S)

    def _run(self) -> None:
        self._pass()
        while not self._stopped.wait(RECOVERY_INTERVAL_S):
            self._pass()

    def _pass(self) -> None:
        try:
            follow(self._service.settings, self._service.store, self._service.custody, self._service.clock())
        except (KeysError, IssuerError) as error:
            log.error("keys.refresh_failed", extra={"code": error.code})
        self._service.recover.run_once()


def serve(service: Service) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way and close the store."""
    background = Background(service)
    background.start()
    try:
        uvloop.run(_serve(service))
    finally:
        background.stop()
        service.close()


async def _serve(service: Service) -> None:
    settings = service.settings
    server = Server(
        create_application(service.desk),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=MAX_HEADER_BYTES * 2),
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    log.info("serving", extra={"host": settings.host, "port": settings.port, "public_url": settings.public_url})
    await server.serve()
