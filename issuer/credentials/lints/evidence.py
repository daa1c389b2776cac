"""Evidence is a public narrative, or a file or a child with its digest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked, objects_of

SOURCE = "OB 3.0 §Evidence; VC Data Model 2.0 §5.3; CID 1.0 §2.4 and §2.5 (multihash)"

SHA256_MULTIHASH = re.compile(r"uEi[A-D][A-Za-z0-9_-]{43}")
"""``u``, then base64url of 0x12 0x20 and 32 bytes."""

_NARRATIVE = {"id", "type", "name", "narrative"}
_NAMED = {"id", "type", "name", "digestMultibase", "mediaType"}


def check(badge: Walked) -> Iterator[Fault]:
    """Exactly the members of one of the two kinds; every digest is a SHA-256 multihash."""
    for place, one in enumerate(objects_of(badge.credential, "evidence")):
        if one.keys() not in (_NARRATIVE, _NAMED):
            yield Fault(f"/evidence/{place}", "This is neither a narrative nor a file or a child with its digest.")
    for name in ("evidence", "relatedResource"):
        for place, one in enumerate(objects_of(badge.credential, name)):
            digest = one.get("digestMultibase")
            if (digest is not None or name == "relatedResource") and not SHA256_MULTIHASH.fullmatch(str(digest)):
                yield Fault(f"/{name}/{place}/digestMultibase", "The digest is no SHA-256 multihash.")
