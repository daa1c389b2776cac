"""What the service and its verifier processes send each other over a socket: frames, answered in order.

A frame to a process is its length in four bytes, its kind in one, and the content. A frame back is a length and a
report as JSON, empty where there is none. Both ends are this program, of one start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from struct import Struct
from typing import NamedTuple

import msgspec

from issuer.credentials.did_document import KeyState, KeyUse, PublishedKey
from issuer.proofs.public_keys import from_jwk
from issuer.verification.documents import CompromisedKey

START, KEYS, ASK = b"S", b"K", b"?"
_HEAD, _LENGTH = Struct("!Ic"), Struct("!I")
_MAX_NAME_BYTES = 255


class Start(msgspec.Struct):
    """The settings that a verifier needs, and no others."""

    public_url: str
    issuer_name: str
    issuer_email: str
    database_url: str
    data_dir: Path
    trust_registry: Path | None
    clock_freeze: datetime | None
    log_level: str


class Keys(NamedTuple):
    """The public halves of our keys, as the service believes them to be. compromised: by kid."""

    published: tuple[PublishedKey, ...] = ()
    compromised: Mapping[str, CompromisedKey] = {}


class _Key(msgspec.Struct):
    kid: str
    jwk: dict[str, str]
    use: KeyUse
    state: KeyState


class _Lost(msgspec.Struct):
    kid: str
    jwk: dict[str, str]
    since: datetime


class _Keys(msgspec.Struct):
    published: list[_Key]
    compromised: list[_Lost]


def start_frame(start: Start) -> bytes:
    """The first frame of all; it is answered, with nothing, when the process is ready."""
    return _framed(START, msgspec.json.encode(start, enc_hook=str))


def start_of(content: bytes) -> Start:
    """What `start_frame` wrote."""
    return msgspec.json.decode(content, type=Start, dec_hook=lambda _, text: Path(text))


def keys_frame(keys: Keys) -> bytes:
    """What counts from here on; not answered."""
    published = [_Key(one.kid, one.public.jwk(), one.use, one.state) for one in keys.published]
    lost = [_Lost(kid, one.key.jwk(), one.since) for kid, one in keys.compromised.items()]
    return _framed(KEYS, msgspec.json.encode(_Keys(published, lost)))


def keys_of(content: bytes) -> Keys:
    """What `keys_frame` wrote."""
    sent = msgspec.json.decode(content, type=_Keys)
    return Keys(
        tuple(PublishedKey(one.kid, from_jwk(one.jwk), one.use, one.state) for one in sent.published),
        {one.kid: CompromisedKey(from_jwk(one.jwk), one.since) for one in sent.compromised},
    )


def question_frame(body: bytes, media_type: str) -> bytes:
    """The frame that asks for a report."""
    name = media_type.encode("latin-1", "replace")[:_MAX_NAME_BYTES]
    return _framed(ASK, bytes([len(name)]) + name + body)


def question_of(content: bytes) -> tuple[bytes, str]:
    """Body and media type, as `question_frame` wrote them."""
    end = 1 + content[0]
    return content[end:], content[1:end].decode("latin-1")


def answer_frames(reports: Iterable[bytes]) -> bytes:
    """The frames back."""
    return b"".join(_LENGTH.pack(len(one)) + one for one in reports)


def take_frames(buffer: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of every whole frame at the head of `buffer`, from which it is taken."""
    while len(buffer) >= _HEAD.size:
        length, kind = _HEAD.unpack_from(buffer)
        content = _take(buffer, _HEAD.size, length)
        if content is None:
            return
        yield kind, content


def take_answers(buffer: bytearray) -> Iterator[bytes]:
    """Every whole answer at the head of `buffer`, from which it is taken."""
    while len(buffer) >= _LENGTH.size:
        answer = _take(buffer, _LENGTH.size, _LENGTH.unpack_from(buffer)[0])
        if answer is None:
            return
        yield answer


def _take(buffer: bytearray, start: int, length: int) -> bytes | None:
    end = start + length
    if len(buffer) < end:
        return None
    with memoryview(buffer) as view:
        content = bytes(view[start:end])
    del buffer[:end]
    return content


def _framed(kind: bytes, content: bytes) -> bytes:
    return _HEAD.pack(len(content), kind) + content
