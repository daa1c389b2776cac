"""The person a badge is about, as far as a badge may say it: a displayed name and a salted hash."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from issuer.credentials.text import clean_line
from issuer.errors import Unprocessable
from issuer.proofs.strict_json import JsonObject, parse_object

MIN_SALT_BYTES = 16


@dataclass(frozen=True)
class Recipient:
    """name: as the person wants it shown. email: verified address, never written into a badge."""

    name: str
    email: str


def identity_objects(recipient: Recipient, salt: bytes) -> list[JsonObject]:
    """The subject's `identifier` (OB 3.0 §IdentityObject): the name in plain, the address only as a hash.

    salt: at least 16 random bytes of this badge alone, so that two badges of one person cannot be
    linked. The name comes first, for displays that print the first entry.
    Raises Unprocessable (`issue.lint`) for a shorter salt or a name with nothing in it.
    """
    if len(salt) < MIN_SALT_BYTES:
        raise Unprocessable("issue.lint", f"A salt has at least {MIN_SALT_BYTES} random bytes.")
    return [_plain_name(displayed_name(recipient)), _hashed_email(recipient.email, salt.hex())]


def displayed_name(recipient: Recipient) -> str:
    """The name on one line, without characters that could disguise it."""
    name = clean_line(recipient.name)
    if not name:
        raise Unprocessable("issue.lint", "A badge shows its earner's name, and this one is empty.")
    return name


def shown_name(content: bytes) -> str:
    """The name that a badge of ours (unsigned content, as planned) shows."""
    return str(parse_object(content)["credentialSubject"].get("name", ""))


def email_hash(email: str, salt: str) -> str:
    """``sha256$…`` of the address, trimmed, in lower case, and the salt after it (OB 3.0 §IdentityObject)."""
    return "sha256$" + sha256((email.strip().lower() + salt).encode()).hexdigest()


def names(subject: JsonObject, recipient: Recipient) -> bool:
    """Whether a badge's subject, as `identity_objects` writes it, names this person in this way."""
    shown = subject.get("name") == displayed_name(recipient)
    hashes = [one for one in subject.get("identifier", []) if one.get("hashed") is True]
    return shown and any(one["identityHash"] == email_hash(recipient.email, one["salt"]) for one in hashes)


def _plain_name(name: str) -> JsonObject:
    return {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}


def _hashed_email(email: str, salt: str) -> JsonObject:
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": email_hash(email, salt),
        "identityType": "emailAddress",
        "salt": salt,
    }
