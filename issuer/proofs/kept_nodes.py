"""What many documents have in common is read once: the issuer's profile and the achievement of a badge class.

A node that equals one read before, below the same context, says the same thing but for the names of its blank
nodes. Those are handed out anew each time, so nothing of one document can be seen in another. Only nodes made
of text are kept, because Python holds 1, 1.0 and True for equal, and only when they come a second time. The
store is bounded, because documents choose what comes into it.
"""

from __future__ import annotations

import marshal
from typing import Any, Final

from issuer.proofs.contexts import ActiveContext
from issuer.proofs.n_quads import Dataset, Told
from issuer.proofs.strict_json import JsonObject

REPEATED_MEMBERS = frozenset({"issuer", "achievement"})
"""The members whose values many documents have in common."""

MAX_KEPT_NODES = 128
MAX_KEPT_BYTES = 16_384
MAX_SEEN_ONCE = 4_096

_Key = tuple[ActiveContext, str]


class KeptNode:
    """What one node says.

    node: a copy of what was read.
    said: its statements, and those of nodes within it; its blank nodes are numbered from 1: ``_:b1``, ``_:b2``…
    depth: the deepest place it was read at without a complaint.
    described: the ``id`` of every node that is described in it.
    """

    __slots__ = ("_said", "blank_count", "depth", "described", "node", "subject")

    def __init__(self, node: JsonObject, subject: str, said: Dataset, blank_count: int, depth: int) -> None:
        linking = {quad[0] for quad in said.quads}
        self.node: Final = node
        self.subject: Final = subject
        self.blank_count: Final = blank_count
        self.depth: Final = depth
        subjects = {*linking, *(one for one, tails in said.tails.items() if tails), *(one.subject for one in said.told)}
        self.described: Final = frozenset(one[1:-1] for one in subjects if one[0] == "<")
        self._said: Final = Dataset(said.quads)
        self._said.told.extend(said.told)
        for name, tails in said.tails.items():
            if name[0] == "<" and tails and name not in linking:
                self._said.told.append(Told(name, tails))
            else:
                self._said.tails[name] = tails

    def say_again(self, dataset: Dataset, blanks_before: int) -> str:
        """Write it into `dataset`, its blank nodes numbered on from `blanks_before`; returns its subject."""
        said = renumbered(self._said, 0, blanks_before, self.blank_count) if self.blank_count else self._said
        dataset.add_all(said)
        return self.subject


class KeptNodes:
    """The nodes kept so far, by context and ``id``. Safe to share between threads: the worst is a lost entry."""

    def __init__(self) -> None:
        self._nodes: Final[dict[_Key, KeptNode]] = {}
        self._seen_once: Final[set[_Key]] = set()

    def __len__(self) -> int:
        return len(self._nodes)

    def find(self, node: JsonObject, context: ActiveContext) -> KeptNode | None:
        """What was kept of a node equal to `node`."""
        identifier = node.get("id")
        kept = self._nodes.get((context, identifier)) if type(identifier) is str else None
        return kept if kept is not None and kept.node == node else None

    def copy_to_keep(self, node: JsonObject, context: ActiveContext) -> JsonObject | None:
        """A copy of `node` if it is worth keeping: met before, of moderate size and made of text alone."""
        identifier = node.get("id")
        if type(identifier) is not str:
            return None
        key = (context, identifier)
        if key not in self._seen_once:
            if len(self._seen_once) >= MAX_SEEN_ONCE:
                self._seen_once.clear()
            if len(identifier) <= MAX_KEPT_BYTES // 64:
                self._seen_once.add(key)
            return None
        if not _is_text(node):
            return None
        spelling = marshal.dumps(node)
        return marshal.loads(spelling) if len(spelling) <= MAX_KEPT_BYTES else None

    def keep(self, node: KeptNode, context: ActiveContext) -> None:
        """Keep `node`, which replaces another of its ``id``."""
        if len(self._nodes) >= MAX_KEPT_NODES:
            self._nodes.clear()
        self._nodes[context, node.node["id"]] = node


def _is_text(value: Any) -> bool:
    if type(value) is dict:
        return all(map(_is_text, value.values()))
    return all(map(_is_text, value)) if type(value) is list else type(value) is str


def renumbered(said: Dataset, before: int, after: int, count: int) -> Dataset:
    """The same with its `count` blank nodes, numbered on from `before`, numbered on from `after`."""
    get = {f"_:b{before + number}": f"_:b{after + number}" for number in range(1, count + 1)}.get
    other = Dataset((get(s, s), predicate, get(o, o), get(g, g)) for s, predicate, o, g in said.quads)
    for name, tails in said.tails.items():
        other.tails[get(name, name)] = tails
    other.told.extend(said.told)
    return other
