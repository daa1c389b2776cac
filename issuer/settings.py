"""Every setting of the service, in one place, read from the environment once.

The README's table is made from `DOCUMENTATION`; a test compares them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from issuer.domain.loopback import is_loopback
from issuer.errors import Misconfigured

JWT_ALGORITHMS = ("RS256", "ES256", "EdDSA")
KID_FORMS = ("did", "url")
RETAIN = ("EVIDENCE", "ENDED", "DRAFT", "NOTICE", "CLOSED")
MAX_RETAINED_DAYS = 3_650
REGISTRATION = ("off", "open", "code")
_VERIFIERS = str(max(1, min(4, (os.cpu_count() or 1) - 1)))


@dataclass(frozen=True)
class Setting:
    """What one environment variable means; `default` is what people read."""

    name: str
    default: str
    meaning: str


DOCUMENTATION = (
    Setting(
        "PUBLIC_URL",
        "http://localhost:$PORT",
        "Address under which everybody reaches the service; fixes the issuer's DID.",
    ),
    Setting("PORT", "8000", "Port to listen on."),
    Setting("HOST", "127.0.0.1", "Address to listen on."),
    Setting("DATA_DIR", "./data", "Folder of database, keys, evidence and published status lists."),
    Setting("DATABASE_URL", "SQLite in DATA_DIR", "`sqlite:////path/file.db` or `postgresql://user@host/name`."),
    Setting("CATALOGUE_DIR", "the packaged catalogue", "Folder with another organisation's badge classes."),
    Setting("TRUST_REGISTRY", "", "JSON file of the issuers you know, and how; reports say so, and flag all others."),
    Setting("KEY_PASSPHRASE_FILE", "", "File, outside DATA_DIR, with the passphrase of the private keys."),
    Setting("KEY_PASSPHRASE", "", "The same as a variable. One of the two is required unless PUBLIC_URL is loopback."),
    Setting("JWT_ALGORITHM", "RS256", "Algorithm of VC-JWTs: RS256, ES256 or EdDSA."),
    Setting("JWT_KID", "did", "`did`: kid is the DID URL; `url`: kid is PUBLIC_URL/keys/…"),
    Setting("ISSUER_NAME", "Schools That Lead", "Name of the issuer in every badge."),
    Setting("ISSUER_EMAIL", "", "Contact address in the issuer's profile."),
    Setting("MAX_FILE_MIB", "25", "Largest evidence file, in MiB."),
    Setting("MAX_ACCOUNT_MIB", "500", "All evidence files of one person together, in MiB."),
    Setting(
        "EVIDENCE_ORIGIN",
        "",
        "A second origin that leads here too, such as https://files.badges.example.org: evidence files are then "
        "sent from there, where no cookie of the service goes.",
    ),
    Setting(
        "CLAMD_SOCKET",
        "",
        "Socket of a ClamAV daemon, `/run/clamav/clamd.ctl` or `host:port`: files are looked through for viruses "
        "before others can open them.",
    ),
    Setting("SESSION_HOURS", "12", "How long a sign-in lasts."),
    Setting("REQUIRE_SECOND_FACTOR", "off", "`on`: reviewers and administrators set one up before anything else."),
    Setting("REGISTRATION", "off", "Who registers without invitation: `off` nobody, `open` teachers, `code` with it."),
    Setting("REVIEW_DAYS", "14", "Within which evidence should be decided; the queue shows the clock."),
    Setting("REVISION_DAYS", "60", "Within which returned evidence is handed in again, unless extended. 0: no limit."),
    Setting("APPEAL_DAYS", "14", "Within which an appeal should be answered."),
    Setting("RETAIN_EVIDENCE_DAYS", "1095", "Evidence of approved submissions is erased so long after the approval."),
    Setting("RETAIN_ENDED_DAYS", "180", "The same for declined and withdrawn submissions."),
    Setting("RETAIN_DRAFT_DAYS", "365", "Drafts and returned submissions are erased so long after their last change."),
    Setting("RETAIN_NOTICE_DAYS", "365", "Notices are forgotten after that."),
    Setting("RETAIN_CLOSED_DAYS", "365", "Closed accounts are erased after that."),
    Setting("SMTP_URL", "", "`smtp://` or `smtps://user:password@host:port`; empty: no mail is sent."),
    Setting("MAIL_FROM", "", "Sender of mails; required with SMTP_URL."),
    Setting("PROXY_HOPS", "0", "Number of trusted proxies in front, whose X-Forwarded-For entries count."),
    Setting("VERIFIER_PROCESSES", "one fewer than cores, 1 to 4", "Processes that verify beside the service. 0: none."),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Setting("DEMO", "off", "`on`: demo people and badges; only while PUBLIC_URL is loopback."),
    Setting("RATE_LIMITS", "on", "`off` is honoured only while PUBLIC_URL is loopback."),
    Setting(
        "FETCH_LOOPBACK_MAP", "", "JSON object, origin → loopback base, for tests; only while PUBLIC_URL is loopback."
    ),
    Setting("CLOCK_FREEZE", "", "RFC 3339 time at which the clock stands still; only while PUBLIC_URL is loopback."),
)


@dataclass(frozen=True)
class Settings:
    """The settings as values. Raises Misconfigured on construction through `from_environment`."""

    public_url: str
    host: str
    port: int
    data_dir: Path
    database_url: str
    catalogue_dir: Path | None
    trust_registry: Path | None
    key_passphrase: bytes | None = field(repr=False)
    jwt_algorithm: str
    jwt_kid: str
    issuer_name: str
    issuer_email: str
    max_file_bytes: int
    max_account_bytes: int
    evidence_origin: str
    clamd_socket: str
    session_hours: int
    review_days: int
    revision_days: int
    appeal_days: int
    require_second_factor: bool
    registration: str
    retain_days: Mapping[str, int]
    smtp_url: str = field(repr=False)
    mail_from: str
    proxy_hops: int
    verifier_processes: int
    log_level: str
    demo: bool
    rate_limits: bool
    fetch_loopback_map: Mapping[str, str]
    clock_freeze: datetime | None

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.public_url)


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read and check the settings. Raises Misconfigured, naming the variable and what to do."""
    get = _Reader(environment)
    port = _number(get("PORT", "8000"), "PORT", 1, 65_535)
    public_url = _public_url(get("PUBLIC_URL", f"http://localhost:{port}"))
    data_dir = Path(get("DATA_DIR", "data")).resolve()
    catalogue_dir, trust_registry = get("CATALOGUE_DIR", ""), get("TRUST_REGISTRY", "")
    settings = Settings(
        public_url=public_url,
        host=get("HOST", "127.0.0.1"),
        port=port,
        data_dir=data_dir,
        database_url=get("DATABASE_URL", f"sqlite:///{data_dir / 'issuer.db'}"),
        catalogue_dir=Path(catalogue_dir).resolve() if catalogue_dir else None,
        trust_registry=Path(trust_registry).resolve() if trust_registry else None,
        key_passphrase=_passphrase(get, data_dir),
        jwt_algorithm=_one_of(get("JWT_ALGORITHM", "RS256"), "JWT_ALGORITHM", JWT_ALGORITHMS),
        jwt_kid=_one_of(get("JWT_KID", "did"), "JWT_KID", KID_FORMS),
        issuer_name=get("ISSUER_NAME", "Schools That Lead"),
        issuer_email=get("ISSUER_EMAIL", ""),
        max_file_bytes=_number(get("MAX_FILE_MIB", "25"), "MAX_FILE_MIB", 1, 10_240) * 1024 * 1024,
        max_account_bytes=_number(get("MAX_ACCOUNT_MIB", "500"), "MAX_ACCOUNT_MIB", 1, 1_048_576) * 1024 * 1024,
        evidence_origin=_evidence_origin(get("EVIDENCE_ORIGIN", ""), public_url),
        clamd_socket=_clamd_socket(get("CLAMD_SOCKET", "")),
        session_hours=_number(get("SESSION_HOURS", "12"), "SESSION_HOURS", 1, 24 * 30),
        require_second_factor=_switch(get("REQUIRE_SECOND_FACTOR", "off"), "REQUIRE_SECOND_FACTOR"),
        registration=_one_of(get("REGISTRATION", "off").lower(), "REGISTRATION", REGISTRATION),
        review_days=_number(get("REVIEW_DAYS", "14"), "REVIEW_DAYS", 1, 365),
        revision_days=_number(get("REVISION_DAYS", "60"), "REVISION_DAYS", 0, 3_650),
        appeal_days=_number(get("APPEAL_DAYS", "14"), "APPEAL_DAYS", 1, 365),
        retain_days={name: _days(get, name) for name in RETAIN},
        smtp_url=get("SMTP_URL", ""),
        mail_from=get("MAIL_FROM", ""),
        proxy_hops=_number(get("PROXY_HOPS", "0"), "PROXY_HOPS", 0, 10),
        verifier_processes=_number(get("VERIFIER_PROCESSES", _VERIFIERS), "VERIFIER_PROCESSES", 0, 64),
        log_level=_one_of(get("LOG_LEVEL", "INFO").upper(), "LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
        demo=_switch(get("DEMO", "off"), "DEMO"),
        rate_limits=_switch(get("RATE_LIMITS", "on"), "RATE_LIMITS"),
        fetch_loopback_map=_loopback_map(get("FETCH_LOOPBACK_MAP", "")),
        clock_freeze=_moment(get("CLOCK_FREEZE", "")),
    )
    _require_loopback_for_tests(settings)
    if settings.smtp_url and not settings.mail_from:
        raise Misconfigured("settings.invalid", "SMTP_URL needs MAIL_FROM, the sender of the mails.", "MAIL_FROM")
    return settings


class _Reader:
    """Looks variables up; an empty value counts as absent."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def __call__(self, name: str, default: str) -> str:
        return self._environment.get(name, "").strip() or default


def _public_url(text: str, name: str = "PUBLIC_URL") -> str:
    url = text.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
        raise _wrong(name, "is an origin such as https://badges.example.org, without a path")
    if not url.isascii():
        raise _wrong(name, "is written in ASCII; give an international host in its xn-- form")
    if parts.scheme == "http" and not is_loopback(url):
        raise _wrong(name, "begins with https:// unless it is this machine itself")
    return url.lower()


def _clamd_socket(text: str) -> str:
    host, _, port = text.rpartition(":")
    if text and not text.startswith("/") and not (host and port.isascii() and port.isdigit()):
        raise _wrong("CLAMD_SOCKET", "is the path of a socket, or host:port")
    return text


def _evidence_origin(text: str, public_url: str) -> str:
    if not text:
        return ""
    origin = _public_url(text, "EVIDENCE_ORIGIN")
    if urlsplit(origin).hostname == urlsplit(public_url).hostname:
        raise _wrong("EVIDENCE_ORIGIN", "has another host than PUBLIC_URL, so that no cookie goes there")
    return origin


def _passphrase(get: _Reader, data_dir: Path) -> bytes | None:
    file_name, text = get("KEY_PASSPHRASE_FILE", ""), get("KEY_PASSPHRASE", "")
    if not file_name:
        return text.encode() or None
    path = Path(file_name).resolve()
    if path.is_relative_to(data_dir):
        raise _wrong("KEY_PASSPHRASE_FILE", "lies outside DATA_DIR, so that a copy of the data does not open the keys")
    try:
        content = path.read_bytes().strip()
    except OSError as error:
        raise _wrong("KEY_PASSPHRASE_FILE", f"names a file that can be read ({error.strerror})") from None
    if not content:
        raise _wrong("KEY_PASSPHRASE_FILE", "is not empty")
    return content


def _loopback_map(text: str) -> Mapping[str, str]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        raise _wrong("FETCH_LOOPBACK_MAP", "is a JSON object, origin to loopback base") from None
    if not isinstance(found, dict) or not all(isinstance(base, str) and is_loopback(base) for base in found.values()):
        raise _wrong("FETCH_LOOPBACK_MAP", "maps origins to addresses of this machine only")
    return {str(origin).rstrip("/"): base.rstrip("/") for origin, base in found.items()}


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong("CLOCK_FREEZE", "is a time such as 2026-11-21T18:00:00Z") from None
    if moment.tzinfo is None:
        raise _wrong("CLOCK_FREEZE", "names its zone, such as 2026-11-21T18:00:00Z")
    return moment


def _require_loopback_for_tests(settings: Settings) -> None:
    if settings.is_loopback:
        return
    asked = {
        "DEMO": settings.demo,
        "RATE_LIMITS": not settings.rate_limits,
        "FETCH_LOOPBACK_MAP": bool(settings.fetch_loopback_map),
        "CLOCK_FREEZE": settings.clock_freeze is not None,
    }
    for name, is_asked in asked.items():
        if is_asked:
            raise _wrong(name, "is for this machine only; leave it out while PUBLIC_URL is public")
    if settings.key_passphrase is None:
        raise _wrong("KEY_PASSPHRASE_FILE", "or KEY_PASSPHRASE is required; the private keys are stored encrypted")


def _number(text: str, name: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise _wrong(name, f"is a whole number from {low} to {high}")
    return int(text)


def _days(get: _Reader, name: str) -> int:
    variable = f"RETAIN_{name}_DAYS"
    default = next(one.default for one in DOCUMENTATION if one.name == variable)
    return _number(get(variable, default), variable, 1, MAX_RETAINED_DAYS)


def _one_of(text: str, name: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise _wrong(name, f"is one of {', '.join(choices)}")
    return text


def _switch(text: str, name: str) -> bool:
    return _one_of(text.lower(), name, ("on", "off")) == "on"


def _wrong(name: str, what: str) -> Misconfigured:
    return Misconfigured("settings.invalid", f"{name} {what}.", name)
