"""What in an issuer's name or address may make it be taken for somebody else: said, never judged.

A badge shows whatever name its issuer likes; only the address is bound to the key. Sources: UTS #39
§5, RFC 3492 (hosts in Punycode).
"""

from __future__ import annotations

import re
from functools import lru_cache

from issuer.proofs.strict_json import JsonObject
from issuer.verification.did_web import DID_WEB
from issuer.verification.findings import Findings, bounded
from issuer.verification.names import authority_of
from issuer.verification.report import Check, Outcome
from issuer.verification.scripts import mixed_word

MIXED_SCRIPT = "issuer.mixed_script"
NAME_DIFFERS = "issuer.name_differs"
PUNYCODE = "issuer.punycode"
_SOURCE = "UTS #39 §5"
_HOST_IN_NAME = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?![\w-])")
_MAX_SHOWN_CHARS = 120
_MAX_KEPT_CHARS = 500


def check_look_alikes(issuer: str, document: JsonObject, findings: Findings) -> None:
    """Add a flag and a row for each thing a reader could be deceived by.

    issuer: the id the key is bound to. Codes: ``issuer.mixed_script``, ``issuer.name_differs``,
    ``issuer.punycode``.
    """
    name = _name(document)
    look = _kept_mentions if len(issuer) + len(name) <= _MAX_KEPT_CHARS else _mentions
    for code, message in look(issuer, name):
        findings.flag(code)
        findings.add(Check("trust", Outcome.NOT_APPLICABLE, code, message, _SOURCE))


def _mentions(issuer: str, name: str) -> tuple[tuple[str, str], ...]:
    """Code and message of each thing a reader could be deceived by."""
    found: list[tuple[str, str]] = []
    host = host_of(issuer)
    readable = "" if host is None else readable_host(host)
    if host is not None and readable != host:
        found.append((PUNYCODE, f"The issuer's address is {host}, which is shown to people as “{readable}”."))
    word = mixed_word(f"{name} {readable}")
    if word is not None:
        message = f"“{_cut(word)}” mixes letters of different alphabets that may look alike."
        found.append((MIXED_SCRIPT, message))
    claimed = _HOST_IN_NAME.search(name)
    if claimed is not None and not _same_house(claimed[0].lower(), host, readable):
        whose = "stands for no web address at all" if host is None else f"belongs to {host}"
        found.append((NAME_DIFFERS, f"The issuer calls itself “{_cut(name)}”, but its key {whose}."))
    return tuple(found)


_kept_mentions = lru_cache(maxsize=512)(_mentions)  # the same issuers come again and again


def host_of(issuer: str) -> str | None:
    """The host an issuer's id stands for, lower case; None when it stands for none."""
    if issuer.startswith(DID_WEB):
        return re.split(r":|%3[aA]", issuer.removeprefix(DID_WEB))[0].lower()
    authority = authority_of(issuer)
    return None if authority is None else authority.partition(":")[0]


def readable_host(host: str) -> str:
    """`host` with the labels that stand in Punycode as people are shown them."""
    return ".".join(_readable(label) for label in host.split("."))


def _readable(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        readable = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    return readable if readable.isprintable() else label


def _name(document: JsonObject) -> str:
    issuer = document.get("issuer")
    name = issuer.get("name") if isinstance(issuer, dict) else None
    return name[:2_000] if isinstance(name, str) else ""


def _same_house(claimed: str, host: str | None, readable: str) -> bool:
    """Whether one of the two is the other or a part of it."""
    return any(
        claimed == known or known.endswith(f".{claimed}") or claimed.endswith(f".{known}")
        for known in (host, readable)
        if known
    )


def _cut(text: str) -> str:
    return bounded(text, _MAX_SHOWN_CHARS)
