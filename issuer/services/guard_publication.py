"""What keeps work from being published: signs of people in its texts, files and links nobody has spoken for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from issuer.domain.evidence.finding import pointer
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.privacy import Attestations, PrivacyFlag, narrative_flags, of_file, of_narrative
from issuer.domain.resource import Piece

TITLE = "/title"
HELD_BACK = "The virus scanner has not passed this file. Leave it out, or wait."
UNSPOKEN_FOR = "Look at it, then say that it tells of no student, or leave it out."
_NARRATIVES = "/public_narratives"


@dataclass(frozen=True)
class Hindrance:
    """One thing to settle before publication. pointer: of the text, or of the attachment; `/title` for the title.

    can_be_attested: whether the author's word settles it; otherwise the text must change or the part be left out.
    """

    pointer: str
    code: str
    message: str
    can_be_attested: bool


def hindrances(
    title: str, kept: Sequence[Piece], files: Iterable[EvidenceFile], author: str, said: Attestations
) -> Iterator[Hindrance]:
    """Everything that hinders publication, the title first.

    kept: what would be published. author: the author's own name, which may stand anywhere. said: what is attested.
    """
    if not title:
        yield Hindrance(TITLE, "resource.title", "Give it a title.", False)
    for flag in text_flags(_texts(title, kept), author, said):
        yield Hindrance(flag.pointer, f"privacy.{flag.kind}", f"“{flag.excerpt}”: {flag.message}", not flag.is_hard)
    held_back = {file.id for file in files if file.is_held_back}
    for piece in kept:
        if piece.kind == "file" and piece.text in held_back:
            yield Hindrance(piece.pointer, "upload.held_back", HELD_BACK, False)
        elif piece.kind in ("file", "link") and _thing(piece) not in said:
            yield Hindrance(piece.pointer, f"privacy.{piece.kind}", UNSPOKEN_FOR, True)


def text_flags(texts: Mapping[str, str], author: str, said: Attestations) -> Iterator[PrivacyFlag]:
    """Signs of people in texts to be published, by the pointer they stand at; attested ones left out."""
    places = {_NARRATIVES + pointer((where,)): where for where in texts}
    for flag in narrative_flags(texts, author, said):
        yield PrivacyFlag(places[flag.pointer], flag.kind, flag.excerpt, flag.message)


def sayable(title: str, kept: Sequence[Piece]) -> dict[str, str]:
    """Pointer of each text and attachment → what is recorded when the author speaks for it as it now is."""
    return {
        **{where: of_narrative(where, text) for where, text in _texts(title, kept).items()},
        **{piece.pointer: _thing(piece) for piece in kept if piece.kind in ("file", "link")},
    }


def _texts(title: str, kept: Sequence[Piece]) -> dict[str, str]:
    return {TITLE: title, **{piece.pointer: piece.text for piece in kept if piece.kind == "text"}}


def _thing(piece: Piece) -> str:
    return of_file(piece.text) if piece.kind == "file" else of_narrative("link", piece.text)
