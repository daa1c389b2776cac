"""The one tree of errors: every failure a caller can meet is an `IssuerError` with a stable code.

A code never changes once published (texts may); `web.problems` maps the classes to HTTP once.
Verification knows three kinds: `Refused` (not processed at all), `Invalid` (certainly not good)
and `Undecided` (could not be checked); the last two become outcomes of a report.
"""

from __future__ import annotations


class IssuerError(Exception):
    """Something a caller can be told.

    code: stable machine code such as ``json.duplicate_member``.
    message: one plain sentence for a person.
    where: JSON pointer, form field or file position the message is about, if there is one.
    """

    def __init__(self, code: str, message: str, where: str | None = None) -> None:
        super().__init__(f"{code}: {message}" if where is None else f"{code} at {where}: {message}")
        self.code = code
        self.message = message
        self.where = where


class Refused(IssuerError):
    """Input that is not processed: malformed, no credential, or dearer than the limits allow."""


class Invalid(IssuerError):
    """A credential, key or document that is certainly not good."""


class Undecided(IssuerError):
    """A question that could not be answered here and now: unsupported or unreachable."""


class Unauthenticated(IssuerError):
    """The caller has not said who they are, or the session has ended."""


class Forbidden(IssuerError):
    """The caller is known and may not do this."""


class NotFound(IssuerError):
    """There is no such thing, or the caller may not know of it."""


class Conflict(IssuerError):
    """The thing is no longer in the state this step starts from."""


class Gone(IssuerError):
    """The thing was there once and will not come back."""


class Unprocessable(IssuerError):
    """Well-formed input that breaks a rule of the domain."""


class TooManyRequests(IssuerError):
    """A limit on frequency was reached; `retry_after_s` says when to come back."""

    def __init__(self, code: str, message: str, retry_after_s: int) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s


class Unavailable(IssuerError):
    """The service cannot do this now (storage, key or capacity); the same request may pass later."""


class StorageFull(IssuerError):
    """No room is left to store what was sent; nothing was half-stored."""


class Misconfigured(IssuerError):
    """The service refuses to start; the message says what to change."""
