"""The figures as the README shows them, between two marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.goals import LIMIT, OURS, Outcome
from tests.bench.growth import Line
from tests.bench.hostile_memory import Memory
from tests.bench.rounds import Row

CHART = Path(__file__).with_name("growth.svg")
BEGIN, END = "<!-- bench:begin (make bench) -->", "<!-- bench:end -->"
MEANINGS = {
    "di_issue": "add a Data Integrity proof",
    "di_verify": "check a Data Integrity proof",
    "di_verify_full": "verify a badge, from bytes to report",
    "jwt_sign": "sign as VC-JWT (EdDSA)",
    "jwt_verify": "check a VC-JWT and its claims (EdDSA)",
    "sd_issue": "issue for selective disclosure (ecdsa-sd-2023)",
    "sd_derive": "derive what the holder shows",
    "sd_verify": "check what was derived",
    "certification_issue": "sign a certification",
    "certification_verify_full": "verify a certification and what it is stacked on",
    "http_verify_di": "`POST /verify`, embedded proof",
    "http_verify_jwt": "`POST /verify`, token as issued",
}


def markdown(
    rows: Sequence[Row],
    outcomes: Sequence[Outcome],
    machine: Mapping[str, Any],
    lines_of_growth: Sequence[Line] = (),
    memory: Memory | None = None,
) -> str:
    """A table of medians, operations per second, one line a discipline; then what was aimed at and not reached, how
    cost grows, and the memory that hostile badges take."""
    figures = {(row.what, row.who): row.ops_s for row in rows}
    peers = sorted({row.who for row in rows} - {OURS, LIMIT})
    lines = [
        f"| operations per second | ours | {' | '.join(peers)} | Ed25519 alone |",
        "|---|" + "--:|" * (len(peers) + 2),
    ]
    for what in dict.fromkeys(row.what for row in rows):
        cells = [_number(figures.get((what, who))) for who in (OURS, *peers, LIMIT)]
        lines.append(f"| {MEANINGS.get(what, what)} | {' | '.join(cells)} |")
    further = [*_missed(outcomes), *_growth(lines_of_growth), *(["", f"{memory.sentence()}."] if memory else [])]
    return "\n".join([*lines, "", _circumstances(machine), *further])


def write_into(readme: Path, text: str) -> None:
    """Put `text` between the marks. Raises ValueError when they are not there."""
    before, begun, rest = readme.read_text("utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError(f"{readme} has no {BEGIN} … {END}")
    readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


def _number(ops_s: float | None) -> str:
    return "–" if ops_s is None else f"{ops_s:,.0f}"


def _circumstances(machine: Mapping[str, Any]) -> str:
    packages = machine["packages"]
    peers = ", ".join(f"{name} {packages[name]}" for name in ("openbadgeslib", "openvc-core", "pyjwt"))
    return (
        f"Medians of one run on {machine['cores']} cores ({machine['architecture']}, Python {machine['python']}), "
        f"badges of {machine['badge']['bytes']:,} bytes. The server shares all cores with its client, "
        f"the other rows use one. {peers}."
    )


def _growth(lines: Sequence[Line]) -> list[str]:
    """What a further byte and a further child cost, and the picture of it."""
    if not lines:
        return []
    picture = CHART.relative_to(Path(__file__).parents[2]).as_posix()
    return [
        "",
        "Cost grows in a straight line with the size of a badge and with the number of badges that a certification is "
        "stacked on:",
        "",
        *(f"- {line.sentence(MEANINGS.get(line.what))}." for line in lines),
        "",
        f"![Time for one badge, by its size and by the number of badges it is stacked on]({picture})",
    ]


def _missed(outcomes: Sequence[Outcome]) -> list[str]:
    missed = [one.sentence() for one in outcomes if not one.is_reached]
    return ["", "Aimed at and not reached: " + "; ".join(missed) + "."] if missed else []
