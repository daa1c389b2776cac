"""What a teacher declares about the use of artificial intelligence in a submission."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from issuer.errors import Unprocessable

MAX_CHARACTERS = 2_000


class AiUse(StrEnum):
    """Whether it was used. UNDECLARED: nobody has said so yet."""

    UNDECLARED = ""
    NONE = "none"
    USED = "used"


@dataclass(frozen=True)
class AiDeclaration:
    """The declaration. how: in the teacher's words, which tools for what; only where it was used."""

    use: AiUse = AiUse.UNDECLARED
    how: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it says enough to be handed in with."""
        return self.use is AiUse.NONE or (self.use is AiUse.USED and bool(self.how.strip()))


UNDECLARED = AiDeclaration()


def declared(use: str, how: str = "") -> AiDeclaration:
    """The declaration of these words. Raises Unprocessable (`input.invalid`) for another answer or too many words."""
    if use not in {one.value for one in AiUse}:
        raise Unprocessable("input.invalid", "Say “none” or “used”.", "/ai_use/use")
    if len(how) > MAX_CHARACTERS:
        raise Unprocessable("input.invalid", f"At most {MAX_CHARACTERS:,} characters fit here.", "/ai_use/how")
    return AiDeclaration(AiUse(use), how.strip() if use == AiUse.USED else "")
