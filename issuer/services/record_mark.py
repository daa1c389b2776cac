"""The mark outside the database: how far the audit record had come, signed, so that a changed past does not go unseen.

It stands beside the published lists. Whoever edits the database, and the mark with it, lacks the key: it is the one
for reports, which no verifier takes for a credential's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from issuer.credentials.did_document import PublishedKey
from issuer.domain.audit import AuditEvent
from issuer.errors import IssuerError
from issuer.issuance.signing import NamedSigner, SignerWithKid
from issuer.proofs import base64url, jws
from issuer.services.ports import Publications

NAME = "record-mark"
TYP = "record-mark+jwt"


@dataclass(frozen=True)
class Mark:
    """An event of the record by its number and hash. is_ours: signed by a key of ours."""

    seq: int
    hash: str
    is_ours: bool

    def stands_for(self, event: AuditEvent | None) -> bool:
        """Whether the record still holds the event, None for one that it does not know."""
        return event is not None and (event.seq, event.hash) == (self.seq, self.hash)


class RecordMarks:
    """Reads and replaces the mark. key: None where there is none to sign with; such a mark is not ours."""

    def __init__(
        self, publications: Publications, key: SignerWithKid | None, published: Callable[[], Iterable[PublishedKey]]
    ) -> None:
        self._publications = publications
        self._key = key
        self._published = published

    def read(self) -> Mark | None:
        """The mark as it stands there; None when there is none."""
        body = self._publications.get(NAME)
        if body is None:
            return None
        try:
            token = jws.read_compact(body)
        except IssuerError:
            return _plain(body, is_ours=False)
        return _plain(token.payload, self._is_ours(token))

    def write(self, event: AuditEvent) -> None:
        """Raises Unavailable (`key.unavailable`)."""
        payload = json.dumps({"seq": event.seq, "hash": event.hash}).encode()
        self._publications.put(NAME, payload if self._key is None else _signed(payload, self._key))

    def _is_ours(self, token: jws.CompactJws) -> bool:
        name = str(token.header.get("kid", "")).rpartition("#")[2]
        keys = [one.public for one in self._published() if one.kid == name]
        if token.header.get("typ") != TYP or len(keys) != 1:
            return False
        try:
            jws.verify_signature(token, keys[0])
        except IssuerError:
            return False
        return True


def _signed(payload: bytes, key: SignerWithKid) -> bytes:
    header = json.dumps({"alg": key.signer.alg, "kid": key.kid, "typ": TYP}).encode()
    signer = NamedSigner(key.signer.alg, key.signer.verification_method, key.sign)
    return jws.sign_compact(base64url.encode(header), payload, signer).encode("ascii")


def _plain(body: bytes, is_ours: bool) -> Mark:
    """A mark that cannot be read stands for no event."""
    try:
        noted = json.loads(body)
        return Mark(int(noted["seq"]), str(noted["hash"]), is_ours)
    except (ValueError, TypeError, KeyError):
        return Mark(0, "", is_ours=False)
