"""The earner is named in plain and known by a salted hash, and in no other way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked, object_at, objects_of
from issuer.credentials.recipient import MIN_SALT_BYTES

SOURCE = "OB 3.0 §IdentityObject"

_SHA256 = re.compile(r"sha256\$[0-9a-f]{64}")
_SALT = re.compile(rf"[0-9a-f]{{{2 * MIN_SALT_BYTES},}}")
_WHERE = "/credentialSubject/identifier"


def check(badge: Walked) -> Iterator[Fault]:
    """One plain name, the same as the subject's, and one hashed address with 128 bits of salt or more."""
    subject = object_at(badge.credential, "credentialSubject")
    identifiers = objects_of(subject, "identifier")
    kinds = [(one.get("identityType"), one.get("hashed")) for one in identifiers]
    if kinds != [("name", False), ("emailAddress", True)]:
        yield Fault(_WHERE, "The identifiers are the plain name and the hashed e-mail address, in this order.")
        return
    name, email = identifiers
    if not name.get("identityHash") or name["identityHash"] != subject.get("name"):
        yield Fault(f"{_WHERE}/0/identityHash", "The plain name is the one the subject shows.")
    if not _SHA256.fullmatch(str(email.get("identityHash"))):
        yield Fault(f"{_WHERE}/1/identityHash", "The address is hashed with SHA-256.")
    if not _SALT.fullmatch(str(email.get("salt"))):
        yield Fault(f"{_WHERE}/1/salt", f"The salt has at least {MIN_SALT_BYTES} bytes, in hexadecimal.")
