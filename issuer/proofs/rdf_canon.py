"""RDF Dataset Canonicalization: the same dataset gives the same lines, however its blank nodes were called.

Blank nodes that differ in the quads around them are ordered by a hash of those quads (first degree). Only
those that share that hash are compared through their neighbours (n degree), which takes exponential work on
graphs made for it: a budget counted in steps, not seconds, ends that with the same verdict on every machine.

Source: RDFC-1.0 (https://www.w3.org/TR/rdf-canon/), section 4; the names of its algorithms are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import eq

from issuer.errors import Refused
from issuer.proofs.n_quads import Dataset, Quad, line

DEFAULT_WORK_BUDGET = 30_000
"""Steps of n-degree hashing: one for each neighbour looked at, two for each order tried and one for each of its
places. A credential takes some dozens; the whole budget is spent in less than 0.1 s."""

CANONICAL_PREFIX = "_:c14n"

_MAX_RECURSION = 64

_Hash = Callable[[bytes], "hashlib._Hash"]
_HASHES: dict[str, _Hash] = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}

Labels = dict[str, str]
"""Blank node as it is called in the dataset, and its canonical label: ``{"_:b7": "_:c14n0"}``."""


def canonicalise(dataset: Dataset, work_budget: int = DEFAULT_WORK_BUDGET, hash_name: str = "sha256") -> bytes:
    """The canonical N-Quads document, in UTF-8.

    hash_name: ``sha256`` or ``sha384``.
    Raises Refused ``ld.too_complex`` when the budget is spent.
    """
    by_subject = _by_subject(dataset, canonical_labels(dataset, work_budget, hash_name))
    told = {one.subject: one for one in dataset.told}
    if len(told) < len(dataset.told) or not by_subject.keys().isdisjoint(told):  # said in several places
        _take_in_told(by_subject, dataset)
        told = {}
    _order(by_subject)
    pieces: list[bytes] = []
    for one in told.values():
        pieces.append(one.utf8)
    for subject, tails in by_subject.items():
        pieces.append((subject + subject.join(tails)).encode("utf-8"))
    pieces.sort()  # as their subjects, of which none begins another
    return b"".join(pieces)


def relabelled(dataset: Dataset, labels: Labels) -> list[str]:
    """The statements of `dataset` as sorted lines, each once, its blank nodes called what `labels` says."""
    by_subject = _by_subject(dataset, labels)
    _take_in_told(by_subject, dataset)
    _order(by_subject)
    return [subject + tail for subject, tails in sorted(by_subject.items()) for tail in tails]


def _by_subject(dataset: Dataset, labels: Labels) -> dict[str, list[str]]:
    """What follows each subject in its lines, but for what was told; blank nodes are called what `labels` says."""
    get = labels.get
    found: dict[str, list[str]] = {}
    for subject, tails in dataset.tails.items():
        if tails:
            found[get(subject, subject)] = tails.copy()
    for subject, predicate, object_, graph in dataset.quads:
        end = f" {get(graph, graph)} .\n" if graph else " .\n"
        found.setdefault(get(subject, subject), []).append(f" {predicate} {get(object_, object_)}{end}")
    return found


def _take_in_told(by_subject: dict[str, list[str]], dataset: Dataset) -> None:
    for told in dataset.told:
        by_subject.setdefault(told.subject, []).extend(told.tails)


def _order(by_subject: dict[str, list[str]]) -> None:
    """Have what follows each subject sorted, and each once."""
    all_tails: list[str] = []
    for tails in by_subject.values():
        tails.sort()
        all_tails += tails
    if any(map(eq, all_tails, islice(all_tails, 1, None))):  # of one subject, or of two that follow each other
        for tails in by_subject.values():
            tails[:] = dict.fromkeys(tails)


def canonical_labels(dataset: Dataset, work_budget: int = DEFAULT_WORK_BUDGET, hash_name: str = "sha256") -> Labels:
    """The canonical label of every blank node in `dataset`; arguments and errors are those of `canonicalise`."""
    mentions = _mentions(dataset)
    if len(mentions) < 2:
        return _numbered(list(mentions))
    hash_, tails = _HASHES[hash_name], dataset.tails
    hashes = {node: _first_degree(node, tails.get(node, ()), quads, hash_) for node, quads in mentions.items()}
    if len(set(hashes.values())) == len(hashes):
        return _numbered(sorted(hashes, key=hashes.__getitem__))
    by_hash: dict[str, list[str]] = {}
    for node, found in hashes.items():
        by_hash.setdefault(found, []).append(node)
    labels = _numbered([nodes[0] for _, nodes in sorted(by_hash.items()) if len(nodes) == 1])
    _Ndegree(mentions, by_hash, labels, work_budget, hash_name).label_the_rest()
    return labels


def _numbered(nodes: list[str]) -> Labels:
    return {node: f"{CANONICAL_PREFIX}{number}" for number, node in enumerate(nodes)}


def _mentions(dataset: Dataset) -> dict[str, list[Quad]]:
    """For each blank node the quads that mention it and are no tails, each once."""
    mentions: dict[str, list[Quad]] = {}
    for node, tails in dataset.tails.items():
        if node[0] == "_" and tails:
            mentions[node] = []
    for quad in dict.fromkeys(dataset.quads):
        subject, _, object_, graph = quad
        if subject[0] == "_":
            mentions.setdefault(subject, []).append(quad)
        if object_[0] == "_" and object_ != subject:
            mentions.setdefault(object_, []).append(quad)
        if graph[:1] == "_" and graph != subject and graph != object_:
            mentions.setdefault(graph, []).append(quad)
    return mentions


def _issue(labels: Labels, prefix: str, node: str) -> str:
    label = labels.get(node)
    if label is None:
        label = labels[node] = f"{prefix}{len(labels)}"
    return label


def _first_degree(node: str, tails: Sequence[str], quads: list[Quad], hash_: _Hash) -> str:
    """Hash First Degree Quads, section 4.6: `node` becomes ``_:a`` and every other blank node ``_:z``."""
    lines: list[str] = []
    has_blank_subject = False
    for subject, predicate, object_, graph in quads:
        if subject[0] == "_":
            subject, has_blank_subject = "_:a" if subject == node else "_:z", True
        if object_[0] == "_":
            object_ = "_:a" if object_ == node else "_:z"
        if graph[:1] == "_":
            graph = "_:a" if graph == node else "_:z"
        lines.append(line((subject, predicate, object_, graph)))
    if has_blank_subject:
        lines += ["_:a" + tail for tail in set(tails)]
    lines.sort()
    if tails and not has_blank_subject:  # as nearly always; what is about IRIs comes before what is about blank nodes
        lines.append("_:a" + "_:a".join(sorted(set(tails))))
    return hash_("".join(lines).encode("utf-8")).hexdigest()


def _digest(text: str, hash_name: str) -> str:
    return _HASHES[hash_name](text.encode("utf-8")).hexdigest()


class _Ndegree:
    """Labels the blank nodes that share a first-degree hash, by what lies around them (sections 4.7 and 4.8)."""

    def __init__(
        self,
        mentions: dict[str, list[Quad]],
        by_hash: dict[str, list[str]],
        labels: Labels,
        work_budget: int,
        hash_name: str,
    ) -> None:
        self._mentions = mentions
        self._by_hash = by_hash
        self._first_degree = {node: hash_ for hash_, nodes in by_hash.items() for node in nodes}
        self._labels = labels
        self._steps_left = work_budget
        self._hash_name = hash_name

    def label_the_rest(self) -> None:
        """Steps 5 and 6 of the canonicalization algorithm, section 4.4.3."""
        for hash_ in sorted(self._by_hash):
            nodes = self._by_hash[hash_]
            if len(nodes) == 1:
                continue
            results: list[tuple[str, Labels]] = []
            for node in nodes:
                if node not in self._labels:
                    results.append(self._hash_n_degree(node, {node: "_:b0"}, 1))
            for _, issued in sorted(results, key=lambda result: result[0]):
                for node in issued:
                    _issue(self._labels, CANONICAL_PREFIX, node)

    def _spend(self, steps: int) -> None:
        self._steps_left -= steps
        if self._steps_left < 0:
            raise Refused("ld.too_complex", "The blank nodes of this document are too alike to tell apart.")

    def _hash_n_degree(self, node: str, issued: Labels, depth: int) -> tuple[str, Labels]:
        """Hash N-Degree Quads, section 4.8: the hash of `node` and the temporary labels behind it."""
        if depth > _MAX_RECURSION:
            self._spend(self._steps_left + 1)
        related = self._related_by_hash(node, issued)
        data: list[str] = []
        for hash_ in sorted(related):
            path, issued = self._least_path(related[hash_], issued, depth)
            data += hash_, path
        return _digest("".join(data), self._hash_name), issued

    def _related_by_hash(self, node: str, issued: Labels) -> dict[str, list[str]]:
        """The neighbours of `node`, once for every mention, under the hash of how they are mentioned."""
        related: dict[str, list[str]] = {}
        for subject, predicate, object_, graph in self._mentions[node]:
            for other, position in ((subject, "s"), (object_, "o"), (graph, "g")):
                if other[:1] == "_" and other != node:
                    hash_ = self._hash_related(other, predicate, issued, position)
                    related.setdefault(hash_, []).append(other)
        return related

    def _hash_related(self, other: str, predicate: str, issued: Labels, position: str) -> str:
        """Hash Related Blank Node, section 4.7."""
        self._spend(1)
        known = self._labels.get(other) or issued.get(other) or self._first_degree[other]
        return _digest(f"{position}{'' if position == 'g' else predicate}{known}", self._hash_name)

    def _least_path(self, nodes: list[str], issued: Labels, depth: int) -> tuple[str, Labels]:
        """Of all orders in which `nodes` can be visited, the least path in code point order and its labels."""
        least, behind_least = "", issued
        for order in _orders(nodes):
            self._spend(2 + len(order) + len(issued) // 8)
            found = self._path(order, dict(issued), depth, least)
            if found is not None and (not least or found[0] < least):
                least, behind_least = found
        return least, behind_least

    def _path(self, order: list[str], issued: Labels, depth: int, least: str) -> tuple[str, Labels] | None:
        """The path of one order, or None as soon as it cannot become less than `least`."""
        path, to_visit = "", []
        for node in order:
            label = self._labels.get(node)
            if label is None:
                if node not in issued:
                    to_visit.append(node)
                label = _issue(issued, "_:b", node)
            path += label
        if least and len(path) >= len(least) and path > least:
            return None
        for node in to_visit:
            hash_, behind = self._hash_n_degree(node, issued, depth + 1)
            path += f"{_issue(issued, '_:b', node)}<{hash_}>"
            issued = behind
            if least and len(path) >= len(least) and path > least:
                return None
        return path, issued


def _orders(nodes: list[str]) -> Iterator[list[str]]:
    """Every distinct order of a list that may hold a node more than once."""
    distinct = list(dict.fromkeys(nodes))
    ranks = sorted(map(distinct.index, nodes))
    while True:
        yield [distinct[rank] for rank in ranks]
        fall = len(ranks) - 2
        while fall >= 0 and ranks[fall] >= ranks[fall + 1]:
            fall -= 1
        if fall < 0:
            return
        next_up = len(ranks) - 1
        while ranks[next_up] <= ranks[fall]:
            next_up -= 1
        ranks[fall], ranks[next_up] = ranks[next_up], ranks[fall]
        ranks[fall + 1 :] = reversed(ranks[fall + 1 :])
