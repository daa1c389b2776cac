"""Handing mail to a server on the loopback interface that speaks just enough SMTP."""

from __future__ import annotations

import email
import socket
import socketserver
import ssl
import threading
from email.policy import default

import pytest
import trustme

from issuer.errors import Misconfigured, Unavailable
from issuer.outbound.mail import SmtpMailer


class Conversation(socketserver.StreamRequestHandler):
    """One client: offers STARTTLS when the server has a certificate, keeps what is said and sent."""

    timeout = 5

    def setup(self):
        if self.server.implicit_tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.encrypted = self.server.implicit_tls
        super().setup()

    def finish(self):
        super().finish()
        self.request.close()

    def handle(self):
        self.say("220 ready")
        while line := self.rfile.readline():
            command = line.decode().strip()
            self.server.said.append((self.encrypted, command.partition(" ")[0].upper()))
            if not self.answer(command):
                return

    def answer(self, command):
        verb = command.partition(" ")[0].upper()
        if verb == "EHLO":
            offers = ["250-loopback", "250-AUTH PLAIN"]
            if self.server.tls is not None and not self.encrypted:
                offers.append("250-STARTTLS")
            self.say("\r\n".join([*offers, "250 8BITMIME"]))
        elif verb == "STARTTLS":
            self.say("220 go ahead")
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            self.encrypted = True
            super().setup()
        elif verb == "DATA":
            return self.data()
        elif verb == "AUTH":
            self.server.credentials.append(command)
            self.say("235 welcome")
        elif verb == "RCPT" and self.server.mood == "refuses":
            self.say("550 unknown")
        else:
            self.say("221 bye" if verb == "QUIT" else "250 fine")
        return verb != "QUIT"

    def data(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.received.append(b"".join(lines))
        if self.server.mood == "dies":
            return False
        self.say("250 taken")
        return True

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    tls = None
    implicit_tls = False
    mood = "friendly"

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received, self.said, self.credentials = [], [], []
        self.port = self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that hangs up in the middle is what some tests are about."""


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def server_tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.fixture
def client_tls(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def _send(mailer, message_id="<badge-1@issuer.test>"):
    mailer.send(message_id, "teacher@school.test", "Your badge: “Écoute”", "Dear teacher,\n\n☃ issued.\n")


def test_a_message_arrives_as_it_was_written(server):
    _send(SmtpMailer(f"smtp://127.0.0.1:{server.port}", "badges@issuer.test"))
    message = email.message_from_bytes(server.received[0], policy=default)
    assert message["Message-ID"] == "<badge-1@issuer.test>"
    assert message["From"] == "badges@issuer.test"
    assert message["To"] == "teacher@school.test"
    assert message["Subject"] == "Your badge: “Écoute”"
    assert message["Date"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines() == ["Dear teacher,", "", "☃ issued."]


def test_rel_03_every_attempt_carries_the_same_message_id(server):
    mailer = SmtpMailer(f"smtp://127.0.0.1:{server.port}", "badges@issuer.test")
    server.mood = "dies"
    with pytest.raises(Unavailable) as failed:
        _send(mailer)
    assert failed.value.code == "mail.unavailable"
    server.mood = "friendly"
    _send(mailer)
    ids = [email.message_from_bytes(raw)["Message-ID"] for raw in server.received]
    assert ids == ["<badge-1@issuer.test>", "<badge-1@issuer.test>"]


def test_starttls_comes_before_password_and_message(server, server_tls, client_tls):
    server.tls = server_tls
    _send(SmtpMailer(f"smtp://us%40er:p%2Fw@localhost:{server.port}", "badges@issuer.test", client_tls))
    assert [said for said in server.said if said[1] in ("AUTH", "MAIL", "DATA")] == [
        (True, "AUTH"), (True, "MAIL"), (True, "DATA"),
    ]  # fmt: skip
    assert len(server.credentials) == 1


def test_implicit_tls(server, server_tls, client_tls):
    server.tls, server.implicit_tls = server_tls, True
    _send(SmtpMailer(f"smtps://127.0.0.1:{server.port}", "badges@issuer.test", client_tls))
    assert len(server.received) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_nobody_vouches_for_is_not_trusted(server, server_tls, scheme):
    server.tls, server.implicit_tls = server_tls, scheme == "smtps"
    with pytest.raises(Unavailable):
        _send(SmtpMailer(f"{scheme}://127.0.0.1:{server.port}", "badges@issuer.test"))
    assert server.received == []


def test_a_server_elsewhere_without_tls_gets_nothing(server, monkeypatch):
    real = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda address, *rest: real(("127.0.0.1", address[1]), *rest))
    with pytest.raises(Unavailable):
        _send(SmtpMailer(f"smtp://user:secret@mail.example:{server.port}", "badges@issuer.test"))
    assert not {"AUTH", "MAIL", "DATA"} & {verb for _, verb in server.said}


def test_a_refused_address_is_unavailable_and_named_nowhere(server):
    server.mood = "refuses"
    with pytest.raises(Unavailable) as failed:
        _send(SmtpMailer(f"smtp://127.0.0.1:{server.port}", "badges@issuer.test"))
    assert "teacher" not in str(failed.value)


def test_no_server_is_unavailable():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(Unavailable):
        _send(SmtpMailer(f"smtp://127.0.0.1:{port}", "badges@issuer.test"))


@pytest.mark.parametrize("header", ["to", "subject"])
def test_a_line_break_never_becomes_a_header(server, header):
    mailer = SmtpMailer(f"smtp://127.0.0.1:{server.port}", "badges@issuer.test")
    values = {"to": "teacher@school.test", "subject": "Badge"}
    values[header] += "\r\nBcc: everybody@school.test"
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        mailer.send("<id@issuer.test>", text="text", **values)
    assert server.received == []


@pytest.mark.parametrize("url", ["", "http://host", "smtp://", "smtp://host:x", "smtp://host:99999", "host:25"])
def test_what_names_no_mail_server_is_a_misconfiguration(url):
    with pytest.raises(Misconfigured) as refused:
        SmtpMailer(url, "badges@issuer.test")
    assert "secret" not in str(refused.value)
