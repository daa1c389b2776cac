"""What a verifier is equipped with, and what it looks up once per verification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct, field

from issuer.proofs.linked_data import Reader
from issuer.verification.documents import Answer, Documents, IssuedRecord, OwnIssuer, SeenLists
from issuer.verification.kept_lists import KeptLists
from issuer.verification.occasion import EVERYBODY, Occasion
from issuer.verification.trust_registry import TrustRegistry


@dataclass(frozen=True, slots=True)
class Tools:
    """reader: reads over the pinned contexts as they are published now.

    older_readers: by the URL of a context whose content was changed in place, readers over what stood there
    before. own: the house's own issuer, None when it issues nothing. kept_lists: lists verified before.
    trust: the issuers known here, None where no registry is kept.
    """

    reader: Reader
    older_readers: Mapping[str, tuple[Reader, ...]]
    documents: Documents
    seen_lists: SeenLists
    kept_lists: KeptLists
    own: OwnIssuer | None = None
    trust: TrustRegistry | None = None


class AskedOnce:
    """Documents asked for at most once within one verification, so that it sees one state of the world."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._answers: dict[tuple[str, tuple[str, ...]], Answer] = {}

    def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Answer:
        key = url, accept
        answer = self._answers.get(key) if max_age_s is None else None
        if answer is None:
            answer = self._answers[key] = self._documents.fetch(url, accept, max_age_s)
        return answer


class Visit(Struct, frozen=True):
    """One verification under way: the tools, the documents seen by it, its one moment, and for whom it is.

    Like other values that every verification makes anew it is a Struct, which is made in an eighth of the time
    of a frozen dataclass.
    """

    tools: Tools
    documents: Documents
    now: datetime
    occasion: Occasion = EVERYBODY
    _records: dict[str, IssuedRecord | None] = field(default_factory=dict)

    def own_record(self, credential_id: str) -> IssuedRecord | None:
        """What the house's issuance record says of a badge, looked up once."""
        if credential_id not in self._records:
            own = self.tools.own
            self._records[credential_id] = None if own is None else own.record(credential_id)
        return self._records[credential_id]
