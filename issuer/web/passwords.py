"""Counting wrong passwords of somebody who is signed in, as at the door, and wrong codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from issuer.errors import IssuerError, Unprocessable
from issuer.web.callers import Caller
from issuer.web.desk import Desk


@contextmanager
def checking_password(desk: Desk, caller: Caller) -> Iterator[None]:
    """Around work that asks for the current password. Raises TooManyRequests after too many wrong ones."""
    desk.rate_limits.require_room("login-account", caller.person.email)
    try:
        yield
    except Unprocessable as error:
        if error.code == "input.invalid":
            desk.rate_limits.spend("login-account", caller.person.email)
        raise


@contextmanager
def checking_code(desk: Desk, whose: str) -> Iterator[None]:
    """Around work that asks for the code of a second factor. Raises TooManyRequests after too many wrong ones."""
    desk.rate_limits.require_room("login-code", whose)
    try:
        yield
    except IssuerError as error:
        if error.code == "auth.otp":
            desk.rate_limits.spend("login-code", whose)
        raise
