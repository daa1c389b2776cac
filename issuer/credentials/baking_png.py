"""Credentials in PNG images.

Open Badges 3.0, Document Formats, PNG: one ``iTXt`` chunk with the keyword ``openbadgecredential``, never
compressed, its text the credential as JSON or as compact JWS; it must not occur twice.
"""

from __future__ import annotations

import zlib

from issuer.credentials.png_chunks import SIGNATURE, Chunk, encode_chunk, read_chunks
from issuer.errors import Invalid, Refused

KEYWORD = b"openbadgecredential"
RECORD_KEYWORD = b"clrcredential"
MAX_CREDENTIAL_BYTES = 262_144

_OTHER_CARRIERS = {
    b"openbadges": "This image carries an Open Badges 2.0 assertion, not an Open Badges 3.0 credential.",
    RECORD_KEYWORD: "This image carries a learner record, not a badge.",
    KEYWORD: "The credential in this image is not in the kind of chunk (iTXt) that Open Badges 3.0 asks for.",
}
_TEXT_CHUNKS = (b"iTXt", b"tEXt", b"zTXt")


def extract(image: bytes, keyword: bytes = KEYWORD) -> str:
    """The text of the one credential baked into `image`. keyword: `RECORD_KEYWORD` for a learner record (CLR 2.0).

    Raises Refused for an image that is not read (``image.*`` of `png_chunks.read_chunks`; ``image.too_large``
    for a credential over MAX_CREDENTIAL_BYTES, inflated or not; ``input.not_utf8``), and Invalid:
    ``image.no_credential`` (its `where` is the keyword of another kind of credential, if there is one),
    ``image.multiple_credentials``, ``image.compressed``.
    """
    chunks = read_chunks(image)
    found = [chunk for chunk in chunks if _is_credential(chunk, keyword)]
    if len(found) > 1:
        raise Invalid("image.multiple_credentials", "The image carries more than one credential.")
    text = _text_of(found[0]) if found else b""
    if not text:
        raise _no_credential(chunks)
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise Refused("input.not_utf8", "The credential in the image is not UTF-8 text.") from error


def bake(image: bytes, credential: str) -> bytes:
    """`image` with `credential` (JSON or compact JWS) in it, in place of any that it carried before.

    All other chunks stay as they are. Raises Refused: as `read_chunks`, and ``image.too_large`` for a
    credential over MAX_CREDENTIAL_BYTES, ``image.malformed`` for one that no text chunk can hold.
    """
    chunks = read_chunks(image)
    kept = b"".join(image[chunk.start : chunk.end] for chunk in chunks[1:] if not _is_credential(chunk))
    header = image[chunks[0].start : chunks[0].end]
    return SIGNATURE + header + encode_chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + _bakeable(credential)) + kept


def _bakeable(credential: str) -> bytes:
    text = credential.encode(errors="surrogatepass")
    if len(text) > MAX_CREDENTIAL_BYTES:
        raise Refused("image.too_large", "The credential is too large to be baked into an image.")
    if not text or b"\0" in text or text.decode(errors="replace") != credential:
        raise Refused("image.malformed", "The credential is empty or holds characters that an image cannot carry.")
    return text


def _keyword(chunk: Chunk) -> bytes:
    return chunk.data.partition(b"\0")[0] if chunk.kind in _TEXT_CHUNKS else b""


def _is_credential(chunk: Chunk, keyword: bytes = KEYWORD) -> bool:
    return chunk.kind == b"iTXt" and _keyword(chunk) == keyword


def _text_of(chunk: Chunk) -> bytes:
    body = chunk.data[len(_keyword(chunk)) + 1 :]
    fields = body[2:].split(b"\0", 2)
    if len(fields) != 3 or body[0] > 1:
        raise Refused("image.malformed", "The chunk with the credential is not well-formed.", f"byte {chunk.start}")
    if body[0] == 1:
        raise _compressed(fields[2])
    if len(fields[2]) > MAX_CREDENTIAL_BYTES:
        raise Refused("image.too_large", "The credential in the image is larger than this service reads.")
    return fields[2]


def _compressed(data: bytes) -> Refused | Invalid:
    inflater = zlib.decompressobj()
    try:
        oversized = len(inflater.decompress(data, MAX_CREDENTIAL_BYTES + 1)) > MAX_CREDENTIAL_BYTES
    except zlib.error:
        oversized = False
    if oversized:
        return Refused("image.too_large", "The credential in the image is larger than this service reads.")
    return Invalid("image.compressed", "The credential in the image is compressed, which Open Badges 3.0 forbids.")


def _no_credential(chunks: list[Chunk]) -> Invalid:
    keywords = {_keyword(chunk) for chunk in chunks if not _is_credential(chunk)}
    for keyword, message in _OTHER_CARRIERS.items():
        if keyword in keywords:
            return Invalid("image.no_credential", message, keyword.decode())
    return Invalid("image.no_credential", "There is no Open Badges 3.0 credential in this image.")
