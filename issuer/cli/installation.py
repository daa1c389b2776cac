"""The installation a command works on: the one that the environment describes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from issuer.app.composition import Service, compose
from issuer.app.logs import set_up
from issuer.settings import Settings, from_environment


def read_settings(**overrides: str) -> Settings:
    """The settings of the environment. Raises Misconfigured."""
    return from_environment({**os.environ, **overrides})


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Service]:
    """The composed service, not served; closed afterwards. Only errors are logged."""
    set_up("ERROR")
    service = compose(settings or read_settings())
    try:
        yield service
    finally:
        service.close()


def names_installation(environment: Mapping[str, str], settings: Settings) -> bool:
    """Whether there is an installation to work on, rather than one that would be made by looking."""
    return bool(environment.get("DATABASE_URL")) or (settings.data_dir / "keys").is_dir()
