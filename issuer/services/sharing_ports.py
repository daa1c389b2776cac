"""What sharing needs of storage, beside `ports`."""

from __future__ import annotations

from typing import Protocol

from issuer.domain.share_link import ShareLink


class ShareLinks(Protocol):
    """Share links, by the SHA-256 of their token."""

    def add(self, link: ShareLink) -> None: ...
    def by_token(self, token_sha256: str) -> ShareLink | None: ...
    def of_award(self, award_id: str) -> list[ShareLink]:
        """In the order in which they were made."""
        ...

    def end(self, link: ShareLink) -> None:
        """Keep its `ended_at`."""
        ...

    def count_view(self, id: str) -> None: ...
