"""Addresses of evidence files that work for a while without a cookie: whoever has one may read that one file.

With an origin of their own (`EVIDENCE_ORIGIN`) files never meet our cookies at all.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from issuer.errors import NotFound
from issuer.services.ports import Clock

LIFETIME = timedelta(hours=1)
"""Long enough to watch a lesson; a page that is opened again names a new address."""

PATH = "/files/"
_MAC_BYTES = 24


@dataclass(frozen=True)
class EvidenceLinks:
    """Makes and reads such addresses. origin: where files are served from; "": our own."""

    secret: bytes = field(repr=False)
    origin: str
    clock: Clock

    def url(self, file_id: str, *, is_shown: bool = False) -> str:
        """The address of a file. is_shown: for a player or picture in a page, not to be downloaded."""
        ends_at = int((self.clock() + LIFETIME).timestamp())
        said = f"{file_id}.{ends_at:x}.{'show' if is_shown else 'save'}"
        return f"{self.origin}{PATH}{said}.{self._mac(said)}"

    def read(self, token: str) -> tuple[str, bool]:
        """The file's id, and whether it is to be shown. Raises NotFound for what was never made, or is over."""
        said, _, mac = token.rpartition(".")
        if not hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(said).encode()):
            raise _over()
        file_id, ends_at, purpose = said.split(".")
        if self.clock() > datetime.fromtimestamp(int(ends_at, 16), UTC):
            raise _over()
        return file_id, purpose == "show"

    def _mac(self, said: str) -> str:
        mac = hmac.new(self.secret, said.encode("utf-8", "replace"), hashlib.sha256).digest()[:_MAC_BYTES]
        return base64.urlsafe_b64encode(mac).decode()


def _over() -> NotFound:
    return NotFound("not_found", "This address is no longer in use. Open the file from its page again.")
