"""Running the service: one process, one event loop, a background thread that finishes what was cut short."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time

import uvloop

from issuer.app.ceremonies import follow
from issuer.app.composition import Service
from issuer.app.garbage import collect_seldom
from issuer.app.http_server import STOP_WITHIN_S, HttpServer
from issuer.errors import IssuerError
from issuer.web.application import create_application
from keys.errors import KeysError

RECOVERY_INTERVAL_S = 30.0
LULL_S = 0.5
"""How long a badge just issued waits for its further forms."""
PAUSE_S = 0.05
"""How long the next one waits after that."""

log = logging.getLogger(__name__)


class Background:
    """Follows key ceremonies and runs recovery, at start and every half minute until stopped.

    In between it adds to badges just issued the forms that do not come with the approval.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recovery", daemon=True)

    def start(self) -> None:
        self._service.recover.sweep_files()
        self._service.add_forms.tell(self._woken.set)
        self._thread.start()

    def stop(self) -> None:
        """Let the pass under way finish."""
        self._stopped.set()
        self._woken.set()
        self._thread.join(timeout=STOP_WITHIN_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._pass()
            self._add_forms(until_s=time.monotonic() + RECOVERY_INTERVAL_S)

    def _add_forms(self, until_s: float) -> None:
        """To one badge after the other as they come, each after a pause, so that approvals go on meanwhile."""
        pause_s = LULL_S
        while not self._stopped.is_set() and self._woken.wait(max(0.0, until_s - time.monotonic())):
            if self._stopped.wait(pause_s) or time.monotonic() > until_s:
                return
            self._woken.clear()
            pause_s = LULL_S
            if self._service.add_forms.run_next():
                self._woken.set()
                pause_s = PAUSE_S

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
    server = HttpServer(create_application(service.desk), settings.host, settings.port)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    collect_seldom()
    log.info("serving", extra={"host": settings.host, "port": settings.port, "public_url": settings.public_url})
    await server.serve()
    await service.verifiers.close()
