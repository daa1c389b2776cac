"""Sending mail through a mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from urllib.parse import SplitResult, unquote, urlsplit

from issuer.errors import Misconfigured, Unavailable

TIMEOUT_S = 20
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_PORT = {"smtp": 587, "smtps": 465}


class SmtpMailer:
    """Fulfils `ports.Mailer`.

    `smtps://` speaks TLS from the first byte, `smtp://` turns to TLS before anything is said; only a
    server on this very machine may do without. Certificates are checked.
    """

    def __init__(self, smtp_url: str, sender: str, tls: ssl.SSLContext | None = None) -> None:
        """Raises Misconfigured (`settings.invalid`) for a URL that is no mail server's."""
        parts = _parsed(smtp_url)
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or DEFAULT_PORT[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender
        self._tls = tls or ssl.create_default_context()

    def send(self, message_id: str, to: str, subject: str, text: str, unsubscribe_url: str = "") -> None:
        """Hand one message over.

        unsubscribe_url: announced for one click (RFC 8058 §3.1). Raises Unavailable (`mail.unavailable`) when the
        server did not take it.
        """
        message = self._message(message_id, to, subject, text)
        if unsubscribe_url:
            message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        try:
            with self._connected() as server:
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message, self._sender, [to])
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(
                "mail.unavailable", f"The mail server did not take the message ({type(error).__name__})."
            ) from error

    def _message(self, message_id: str, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = subject
        message["Message-ID"] = message_id
        message["Date"] = formatdate(usegmt=True)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    def _connected(self) -> smtplib.SMTP:
        if self._implicit_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_S, context=self._tls)
        server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S)
        try:
            server.ehlo()
            if server.has_extn("starttls") or self._host not in LOOPBACK:
                server.starttls(context=self._tls)
                server.ehlo()
        except BaseException:
            server.close()
            raise
        return server


def _parsed(smtp_url: str) -> SplitResult:
    try:
        parts = urlsplit(smtp_url)
        usable = parts.scheme in DEFAULT_PORT and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Misconfigured(
            "settings.invalid", "The mail server is named like smtps://user:password@host:port.", "SMTP_URL"
        )
    return parts
