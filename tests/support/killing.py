"""Adapters that kill their own process, without any warning, at one exact point."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from issuer.app.adapters import Adapters


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def in_child(story: Callable[[], object]) -> int:
    """Run the story in a process of its own; returns how that ended, negative for a signal."""
    child = os.fork()
    if child == 0:
        try:
            story()
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@dataclass
class KillingStore:
    """Dies in the transaction that records an event of the kind `at`: before it is committed, or after.

    seen: where the sealed forms that the transaction holds are written before dying.
    """

    inner: object
    at: str
    when: str
    seen: Path | None = None

    def read(self, work):
        return self.inner.read(work)

    def __getattr__(self, name: str):
        return getattr(self.inner, name)

    def write(self, work):
        found = []

        def watched(tx):
            before = tx.audit.last()
            result = work(tx)
            after = before.seq if before else 0
            while (event := tx.audit.get(after := after + 1)) is not None:
                if event.kind == self.at:
                    found.append(event)
            if found and self.when == "before":
                self._tell(tx, found)
                die()
            return result

        result = self.inner.write(watched)
        if found and self.when == "after":
            die()
        return result

    def _tell(self, tx, events) -> None:
        if self.seen is not None:
            forms = [form.sealed for event in events for form in tx.awards.get(event.subject_id).forms]
            self.seen.write_bytes(b"\n\n".join(one for one in forms if one))


@dataclass
class KillingPublications:
    """Dies while a document is replaced: with the new one beside it, or with the new one in its place."""

    inner: object
    folder: Path
    name: str
    when: str

    def get(self, name: str):
        return self.inner.get(name)

    def put(self, name: str, body: bytes) -> None:
        if name == self.name and self.when == "before rename":
            (self.folder / ".dead.new").write_bytes(body[: len(body) // 2])
            die()
        self.inner.put(name, body)
        if name == self.name and self.when == "after rename":
            die()


@dataclass
class KillingBlobs:
    """Dies while a file comes in, or when it is stored and has no row yet."""

    inner: object
    when: str

    def put(self, id: str, chunks: Iterable[bytes], max_bytes: int):
        def watched():
            for number, chunk in enumerate(chunks):
                if number and self.when == "in the middle":
                    die()
                yield chunk

        stored = self.inner.put(id, watched(), max_bytes)
        if self.when == "before the row":
            die()
        return stored

    def delete(self, id: str) -> None:
        if self.when == "before deleting":
            die()
        self.inner.delete(id)

    def __getattr__(self, name: str):
        return getattr(self.inner, name)


@dataclass
class KillingMailer:
    """Dies when the server has taken the message."""

    inner: object

    def send(self, message_id: str, to: str, subject: str, text: str, unsubscribe_url: str = "") -> None:
        self.inner.send(message_id, to, subject, text, unsubscribe_url)
        die()


def killing(folder: Path, **parts: object) -> Callable[[Adapters], Adapters]:
    """Adapters with one killing part: store=(kind, when), publications=(name, when), blobs=when, mailer=True."""

    def wrap(adapters: Adapters) -> Adapters:
        made: dict[str, object] = {}
        if "store" in parts:
            made["store"] = KillingStore(adapters.store, *parts["store"], seen=folder / "seen")
        if "publications" in parts:
            made["publications"] = KillingPublications(
                adapters.publications, folder / "published", *parts["publications"]
            )
        if "blobs" in parts:
            made["blobs"] = KillingBlobs(adapters.blobs, parts["blobs"])
        if "mailer" in parts:
            made["mailer"] = KillingMailer(adapters.mailer)
        return replace(adapters, **made)

    return wrap
