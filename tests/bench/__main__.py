"""`make bench`: our speed beside that of others and beside the limit, in one run.

Prints a table and what the figures should reach; writes them to a JSON file. In one process a second is one of
processor time, over HTTP one on the clock, so only those rows want a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography.hazmat.backends.openssl import backend as openssl

from tests.bench import growth, hostile_memory, over_http
from tests.bench.chart import chart
from tests.bench.disciplines import ASIDE, DISCIPLINES, Discipline
from tests.bench.goals import BEST_PEER, LIMIT, judge, ratio_to
from tests.bench.material import Material, make
from tests.bench.rounds import Row, compare
from tests.bench.summary import CHART, markdown, write_into

MEASURED_WITH = ("cryptography", "openbadgeslib", "openvc-core", "pyjwt", "pyld", "pynacl", "uvicorn", "litestar")


def main() -> None:
    asked = _arguments()
    material = make()
    _say(f"{material.description} a badge · {asked.rounds} rounds of {asked.round_s} s · load {os.getloadavg()[0]:.1f}")
    rows = _run(DISCIPLINES, material, asked)
    aside = [] if asked.no_aside else _run(ASIDE, material, asked)
    served = None if asked.no_http else over_http.measure(asked.http_rounds, asked.http_round_s)
    if served is not None:
        rows += served.rows
        _table(served.rows)
        _say(f"  latency in ms: {served.latency_ms}; mean bytes of a badge: {served.badge_bytes}")
    series = [] if asked.no_growth else growth.measure(material, asked.growth_rounds, asked.round_s / 2)
    lines = [growth.nearest_line(one) for one in series]
    for one in series:
        _table(list(one.rows))
    memory = None if asked.no_http else hostile_memory.measure()
    outcomes = judge(rows)
    _say("")
    for sentence in [*(line.sentence() for line in lines), *([memory.sentence()] if memory else [])]:
        _say(sentence)
    for outcome in outcomes:
        _say(f"{'reached' if outcome.is_reached else 'NOT REACHED':12} {outcome.sentence()}")
    report: dict[str, Any] = {
        "machine": {**_machine(), "badge": material.description},
        "rows": [_written(row) for row in [*rows, *(row for one in series for row in one.rows)]],
        "aside": [_written(row) for row in aside],
        "http": None if served is None else {"latency_ms": served.latency_ms, "badge_bytes": served.badge_bytes},
        "growth": [
            {**asdict(line), "sizes": one.sizes, "costs_ns": [round(cost) for cost in one.costs_ns]}
            for one, line in zip(series, lines, strict=True)
        ],
        "hostile": None if memory is None else asdict(memory),
        "goals": [{**asdict(one.goal), "found": one.found, "reached": one.is_reached} for one in outcomes],
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    _say(f"\nwritten to {asked.out}")
    if asked.readme is not None:
        write_into(asked.readme, markdown(rows, outcomes, report["machine"], lines, memory))
        if series:
            CHART.write_text(chart(series, lines), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    parser.add_argument("--readme", type=Path, help="also put the figures between the marks in this file")
    parser.add_argument("--rounds", type=int, default=9, help="rounds in which the contenders take turns")
    parser.add_argument("--round-s", type=float, default=0.25, help="seconds of one contender in one round")
    parser.add_argument("--http-rounds", type=int, default=5)
    parser.add_argument("--http-round-s", type=float, default=2.0)
    parser.add_argument("--growth-rounds", type=int, default=7, help="rounds for the cost by size and by children")
    parser.add_argument("--no-growth", action="store_true", help="leave out the cost by size and by children")
    parser.add_argument("--no-http", action="store_true", help="leave out the server")
    parser.add_argument("--no-aside", action="store_true", help="leave out what is no part of the published figures")
    parser.add_argument("--only", default="", help="disciplines whose name contains this")
    return parser.parse_args()


def _run(disciplines: dict[str, Discipline], material: Material, asked: argparse.Namespace) -> list[Row]:
    found: list[Row] = []
    for what, discipline in disciplines.items():
        if asked.only in what:
            rows = compare(what, discipline(material), asked.rounds, asked.round_s)
            _table(rows)
            found += rows
    return found


def _table(rows: list[Row]) -> None:
    figures = {(row.what, row.who): row.ops_s for row in rows}
    for row in rows:
        print(f"{row.what:36} {row.who:14} {row.ops_s:>10,.0f}/s  ({row.min:,.0f} to {row.max:,.0f})")
    for what in dict.fromkeys(row.what for row in rows):
        for beside in (LIMIT, BEST_PEER):
            ratio = ratio_to(beside, what, figures)
            if ratio is not None:
                print(f"{'':36} ours is {ratio:.3g} x {beside}")
    sys.stdout.flush()


def _written(row: Row) -> dict[str, Any]:
    return {name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(row).items()}


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "openssl": openssl.openssl_version_text(),
        "load": round(os.getloadavg()[0], 2),
        "packages": {name: version(name) for name in MEASURED_WITH},
    }


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
