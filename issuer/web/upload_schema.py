"""What is said and answered about files that arrive in pieces."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from issuer.services.receive import PIECE_BYTES, Arriving
from issuer.web.api_schema import LinkCheck, Moment, Sent, Sha256, Told

MAX_NAME_CHARACTERS = 1_000


class StartUpload(Sent):
    """Announces a file."""

    name: Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARACTERS)]
    size_bytes: Annotated[int, Meta(ge=0)]
    media_type: Annotated[str, Meta(max_length=200, description="What the sender takes it for.")] = ""


class CompleteUpload(Sent):
    """Says that all has been sent."""

    sha256: Annotated[Sha256, Meta(description="Of what was sent.")] | UnsetType = UNSET


class Upload(Told):
    """A file that is arriving. Its id becomes that of the file."""

    id: str
    name: str
    size_bytes: int
    offset: Annotated[int, Meta(description="How many bytes have arrived; the next piece begins there.")]
    piece_bytes: Annotated[int, Meta(description="The most bytes of one piece.")]
    created_at: Moment


class Uploads(Told):
    """What has not arrived whole yet."""

    uploads: list[Upload]


class LinkChecks(Told):
    """What lay behind the links of a submission."""

    links: list[LinkCheck]


def upload(one: Arriving) -> Upload:
    return Upload(
        id=one.upload.id,
        name=one.upload.name,
        size_bytes=one.upload.size_bytes,
        offset=one.offset,
        piece_bytes=PIECE_BYTES,
        created_at=one.upload.created_at,
    )
