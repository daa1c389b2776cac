"""The issuer is a named Profile with a did:web."""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked, object_at

SOURCE = "OB 3.0 §Profile; did:web §3.1"

_DID_WEB = re.compile(r"did:web:(?=[^:]*[a-z])[a-z0-9.-]+(?:%3A[0-9]{1,5})?")
_MEMBERS = {"id", "type", "name", "url", "description"}


def check(badge: Walked) -> Iterator[Fault]:
    """An object, because some verifiers refuse a bare id; nothing in it but what the profile shows."""
    issuer = object_at(badge.credential, "issuer")
    if not issuer.get("name"):
        yield Fault("/issuer", "The issuer is an object with a name.")
    if not _DID_WEB.fullmatch(str(issuer.get("id"))):
        yield Fault("/issuer/id", "The issuer's id is the did:web of a host name.")
    for name in sorted(issuer.keys() - _MEMBERS):
        yield Fault(f"/issuer/{name}", "A badge's issuer shows id, name, site and description only.")
