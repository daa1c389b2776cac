"""The statements of a document in the order in which ecdsa-sd-2023 signs them, and those that a part makes.

Blank nodes bear labels that an HMAC makes from their canonical ones, so that what is shown tells nothing of how
many there are and of how they would sort. The same node has the same label in the whole and in every part.

Source: VC-DI ECDSA 1.0, section 3.4 "Selective Disclosure Functions". The specification keeps track of nodes by
giving them IRIs for a while (skolemization); here the reading itself says which object became which node.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from issuer.errors import Unprocessable
from issuer.proofs.ecdsa_sd_values import MAX_SIGNATURES, secret_label
from issuer.proofs.json_selection import Selection, select
from issuer.proofs.linked_data import Reader
from issuer.proofs.linked_data_names import too_complex
from issuer.proofs.n_quads import Dataset
from issuer.proofs.rdf_canon import canonical_labels, relabelled
from issuer.proofs.strict_json import JsonObject


class LabelledDocument:
    """lines: the whole's statements, sorted, each with its newline."""

    def __init__(self, document: JsonObject, hmac_key: bytes, reader: Reader) -> None:
        """document: without proofs. Raises what `Reader.read_traced` raises, Refused ``ld.too_complex``."""
        self._document = _copied(document)
        self._reader = reader
        dataset, self._places = reader.read_traced(self._document)
        self._labels = {
            node: secret_label(hmac.digest(hmac_key, label.removeprefix("_:").encode(), "sha256"))
            for node, label in canonical_labels(dataset).items()
        }
        self.lines = relabelled(dataset, self._labels)
        if len(self.lines) > MAX_SIGNATURES:
            raise too_complex(f"more than {MAX_SIGNATURES} statements")
        self._known = frozenset(self.lines)

    def part(self, pointers: Sequence[str]) -> Part:
        """What the pointers name, which must be something.

        Raises Unprocessable ``input.invalid`` for pointers that name nothing, or a piece of what cannot be
        taken apart: a list with an order, a JSON literal.
        """
        selection = select(self._document, pointers)
        dataset, places = self._reader.read_traced(selection.document)
        labels: dict[str, str] = {}
        for (object_, member, number), node in places.items():
            whole = self._places.get((selection.origins.get(object_, object_), member, number), "")
            labels[node] = self._labels.get(whole, whole)
        part = Part(selection, dataset, labels)
        if not self._known.issuperset(part.lines):
            raise Unprocessable("input.invalid", "What was named can only be shown whole: it has an order, or is JSON.")
        return part


class Part:
    """A part of a document, read. lines: its statements, sorted, as they stand in the whole."""

    def __init__(self, selection: Selection, dataset: Dataset, labels: dict[str, str]) -> None:
        self.document = selection.document
        self.lines = relabelled(dataset, labels)
        self._dataset = dataset
        self._labels = labels

    def labels_by_canonical(self) -> dict[str, str]:
        """The canonical label of each blank node in the part by itself, with its label in the whole."""
        canonical = canonical_labels(self._dataset)
        return {label: self._labels[node] for node, label in canonical.items()}


def digest_of(lines: Sequence[str]) -> bytes:
    """SHA-256 of statements in their order."""
    return sha256("".join(lines).encode("utf-8")).digest()


def _copied(value: Any) -> Any:
    """A deep copy in which no object stands twice, as none does in JSON text."""
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
