"""RDFC-1.0: the W3C's cases, an independent implementation, and a budget no graph can outrun."""

from __future__ import annotations

import csv
import json
import os
import random
import time
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from issuer.errors import Refused
from issuer.proofs import n_quads, rdf_canon
from issuer.proofs.n_quads import Dataset, Quad

STANDARDS = Path(os.environ.get("STANDARDS_DIR", Path(__file__).parents[3] / "shared" / "standards"))
W3C_SUITE = STANDARDS / "test-vectors" / "rdf-canon"
P = "<urn:p>"


def w3c_cases() -> list[dict[str, str]]:
    manifest = W3C_SUITE / "manifest.csv"
    return list(csv.DictReader(manifest.read_text("utf-8").splitlines())) if manifest.exists() else []


@pytest.mark.skipif(not W3C_SUITE.exists(), reason="the W3C rdf-canon suite is not here (STANDARDS_DIR)")
@pytest.mark.parametrize("case", w3c_cases(), ids=lambda case: f"{case['test']} {case['name']}")
def test_w3c_suite(case: dict[str, str]) -> None:
    """https://github.com/w3c/rdf-canon, tests/rdfc10: POS-16."""
    folder = W3C_SUITE / "rdfc10"
    quads = n_quads.parse((folder / f"{case['test']}-in.nq").read_text("utf-8"))
    hash_name = case["hashAlgorithm"].lower() or "sha256"
    if case["rdfc10"] == "RDFC10NegativeEvalTest":
        with pytest.raises(Refused, match=r"ld\.too_complex"):
            rdf_canon.canonicalise(Dataset(quads), hash_name=hash_name)
        return
    expected = (folder / f"{case['test']}-rdfc10.nq").read_text("utf-8")
    assert rdf_canon.canonicalise(Dataset(quads), hash_name=hash_name).decode() == expected
    if case["rdfc10map"] == "TRUE":
        labels = rdf_canon.canonical_labels(Dataset(quads), hash_name=hash_name)
        expected_map = json.loads((folder / f"{case['test']}-rdfc10map.json").read_text("utf-8"))
        assert {node[2:]: label[2:] for node, label in labels.items()} == expected_map


# -- documents of our own, so that the algorithm is tested without the suite too


def edges(pairs: list[tuple[int, int]]) -> list[Quad]:
    return [(f"_:n{start}", P, f"_:n{end}", "") for start, end in pairs]


def test_nodes_told_apart_by_their_neighbours_only() -> None:
    """Two alike chains of two: the ends differ in first degree, the beginnings do not."""
    quads = [*edges([(0, 1), (2, 3)]), ("_:n1", P, '"a"', ""), ("_:n3", P, '"b"', "")]
    labels = rdf_canon.canonical_labels(Dataset(quads))
    assert sorted(labels.values()) == ["_:c14n0", "_:c14n1", "_:c14n2", "_:c14n3"]
    assert {labels["_:n1"], labels["_:n3"]} == {"_:c14n0", "_:c14n1"}
    assert canonical(quads) == by_pyld(quads)


def test_a_neighbour_mentioned_twice_counts_twice() -> None:
    """Hn of section 4.8 is a list: equal proofs embedded in two graphs meet this."""
    quads = [
        (subject, P, other, graph)
        for subject, graph in (("_:s0", "_:g0"), ("_:s1", "_:g1"))
        for other in ("_:x", "_:y")
    ]
    quads += [("_:x", P, subject, graph) for subject, graph in (("_:s0", "_:g0"), ("_:s1", "_:g1"))]
    quads += [("<urn:s>", P, "_:g0", ""), ("<urn:s>", P, "_:g1", "")]
    assert canonical(quads) == by_pyld(quads)


def test_duplicates_and_order_do_not_matter() -> None:
    quads = [*edges([(0, 1)]), ("<urn:s>", P, "_:n0", ""), ("<urn:s>", P, '"a"', "<urn:g>")]
    assert canonical(quads * 2) == canonical(list(reversed(quads)))
    assert rdf_canon.canonicalise(Dataset(quads * 2)).count(b"\n") == 3


def test_nothing_gives_nothing() -> None:
    assert rdf_canon.canonicalise(Dataset()) == b""


def test_sha384_gives_other_labels() -> None:
    quads = [(f"_:n{index}", P, f'"{index}"', "") for index in range(20)]
    assert rdf_canon.canonical_labels(Dataset(quads)) != rdf_canon.canonical_labels(Dataset(quads), hash_name="sha384")


nodes = st.sampled_from(["<urn:s>", "_:a", "_:b", "_:c", "_:d", "_:e"])
datasets = st.lists(
    st.tuples(nodes, st.sampled_from([P, "<urn:q>"]), nodes | st.just('"x"'), st.sampled_from(["", "<urn:g>", "_:e"])),
    max_size=14,
)


@given(datasets, st.randoms(use_true_random=False))
def test_the_names_of_blank_nodes_do_not_matter(quads: list[Quad], chance: random.Random) -> None:
    names = ["_:k", "_:l", "_:m", "_:n", "_:o"]
    chance.shuffle(names)
    renamed = dict(zip(["_:a", "_:b", "_:c", "_:d", "_:e"], names, strict=True))
    others = [
        (renamed.get(subject, subject), predicate, renamed.get(object_, object_), renamed.get(graph, graph))
        for subject, predicate, object_, graph in quads
    ]
    chance.shuffle(others)
    assert canonical(quads) == canonical(others)


@given(datasets)
def test_equal_to_independent_implementations(quads: list[Quad]) -> None:
    assert canonical(quads) == by_pyoxigraph(quads)
    if not any(mentions_a_node_twice(quad) for quad in quads):  # pyld 3.3.0 counts such a quad twice
        assert canonical(quads) == by_pyld(quads)


def mentions_a_node_twice(quad: Quad) -> bool:
    nodes = [term for term in quad if term.startswith("_:")]
    return len(set(nodes)) < len(nodes)


def canonical(quads: list[Quad]) -> str:
    return rdf_canon.canonicalise(Dataset(quads)).decode()


def by_pyld(quads: list[Quad]) -> str:
    document = "".join(map(n_quads.line, quads))
    options = {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"}
    normalized: str = jsonld.normalize(document, options)
    return normalized


def by_pyoxigraph(quads: list[Quad]) -> str:
    document = "".join(map(n_quads.line, quads))
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(document, pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    lines = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS).decode().splitlines(True)
    return "".join(sorted(lines))


# -- work


def clique(size: int) -> list[Quad]:
    return edges([(start, end) for start in range(size) for end in range(size) if start != end])


def grid(side: int) -> list[Quad]:
    right = [(row * side + column, row * side + column + 1) for row in range(side) for column in range(side - 1)]
    down = [(row * side + column, (row + 1) * side + column) for row in range(side - 1) for column in range(side)]
    return edges(right + down)


def circulant(size: int) -> list[Quad]:
    return edges([(node, (node + step) % size) for node in range(size) for step in (1, 5, 11)])


def hubs(count: int, spokes: int) -> list[Quad]:
    return [(f"_:h{hub}", P, f"_:s{hub}-{spoke}", "") for hub in range(count) for spoke in range(spokes)]


POISON = {
    "CAN-01 clique of 8": clique(8),
    "clique of 60": clique(60),
    "CAN-03 ring of 200": edges([(node, (node + 1) % 200) for node in range(200)]),
    "CAN-03 grid 12x12": grid(12),
    "CAN-03 binary tree of depth 7": edges([(node, 2 * node + side) for node in range(127) for side in (1, 2)]),
    "CAN-03 circulant 148": circulant(148),
    "two hubs of 2000": hubs(2, 2_000),
    "fifty hubs of 50": hubs(50, 50),
    "random, 3000 nodes": edges(
        [(node, other) for node in range(3_000) for other in random.Random(node).sample(range(3_000), 3)]
    ),
}


@pytest.mark.parametrize("quads", POISON.values(), ids=POISON)
def test_poison_is_refused_within_the_budget(quads: list[Quad]) -> None:
    started = time.process_time()
    with pytest.raises(Refused) as caught:
        rdf_canon.canonicalise(Dataset(quads))
    assert caught.value.code == "ld.too_complex"
    assert time.process_time() - started < 1.0  # 0.1 s on an idle machine of 2024


def test_can_03_64_identical_twins_are_cheap() -> None:
    quads = [("<urn:s>", P, f"_:n{index}", "") for index in range(64)]
    assert rdf_canon.canonicalise(Dataset(quads), work_budget=200).count(b"\n") == 64


def test_the_budget_is_counted_in_steps() -> None:
    quads = edges([(node, (node + 1) % 5) for node in range(5)])
    steps = next(budget for budget in range(10_000) if succeeds(quads, budget))
    assert steps > 5
    assert all(succeeds(quads, budget) == (budget >= steps) for budget in range(steps - 5, steps + 5))


def succeeds(quads: list[Quad], budget: int) -> bool:
    try:
        rdf_canon.canonicalise(Dataset(quads), budget)
    except Refused:
        return False
    return True
