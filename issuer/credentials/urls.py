"""Every public address the service gives out, under the configured public URL, whatever Host a request names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class PublicUrls:
    """Addresses under one origin, given without a slash at its end."""

    origin: str

    def issuer(self) -> str:
        """The issuer's profile."""
        return f"{self.origin}/issuer"

    def catalogue(self) -> str:
        """The public catalogue."""
        return f"{self.origin}/catalogue"

    def achievement(self, slug: str, version: int) -> str:
        """One published version of a badge class; also the achievement's id."""
        return f"{self.origin}/achievements/{_segment(slug)}/v{version}"

    def achievement_image(self, slug: str, version: int, suffix: str = "png") -> str:
        """The art of one version, ``png`` or ``svg``."""
        return f"{self.achievement(slug, version)}/image.{suffix}"

    def criteria(self, slug: str, version: int) -> str:
        """Where the criteria stand on the achievement's page; an id of its own, so that no nodes merge."""
        return f"{self.achievement(slug, version)}#criteria"

    def requirement(self, slug: str, version: int, requirement: str) -> str:
        """The id of a requirement's result description."""
        return f"{self.achievement(slug, version)}#requirement-{_segment(requirement)}"

    def level(self, slug: str, version: int, requirement: str, level: str) -> str:
        """The id of one level of a requirement."""
        return f"{self.requirement(slug, version, requirement)}/{_segment(level)}"

    def credential(self, id: str) -> str:
        """A badge; also its id. `id` is the award's UUID."""
        return f"{self.origin}/credentials/{_segment(id)}"

    def evidence(self, credential_id: str, requirement: str) -> str:
        """Where a public narrative stands on the badge's page."""
        return f"{self.credential(credential_id)}#evidence-{_segment(requirement)}"

    def evidence_file(self, id: str) -> str:
        """An evidence file, for its owner and those who judge it."""
        return f"{self.origin}/evidence/{_segment(id)}"

    def resource(self, id: str) -> str:
        """What a teacher shares with everybody."""
        return f"{self.origin}/resources/{_segment(id)}"

    def resource_file(self, id: str, file_id: str) -> str:
        """A file of it."""
        return f"{self.resource(id)}/files/{_segment(file_id)}"

    def question(self, token: str) -> str:
        """Where a reader's question is answered; who has the address can read it."""
        return f"{self.origin}/questions/{_segment(token)}"

    def shared(self, token: str) -> str:
        """A badge seen through a share link."""
        return f"{self.origin}/s/{_segment(token)}"

    def status_list(self, purpose: str, number: int) -> str:
        """A status list credential; also its id."""
        return f"{self.origin}/status/{_segment(purpose)}-{number}"

    def status_entry(self, purpose: str, number: int, index: int) -> str:
        """The id of one entry, which must differ from the list's own address."""
        return f"{self.status_list(purpose, number)}#{index}"

    def key(self, kid: str) -> str:
        """One bare public JWK, the HTTP form of a `kid` (OB 3.0 §8.2)."""
        return f"{self.origin}/keys/{_segment(kid)}"


def _segment(text: str) -> str:
    return quote(text, safe="")
