"""What a badge costs by its size, and a certification by the number of its children: that both grow in a straight line.

Badges of each size take turns, so that what the machine does meanwhile meets all of them. The line is fitted to the
medians by least squares of relative errors, since a tenth of a small badge's time matters as much as of a large one's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from issuer.credentials.references import ChildRef, child_evidence
from issuer.credentials.urls import PublicUrls
from issuer.domain.award import Standing
from issuer.proofs import data_integrity
from issuer.proofs.cryptosuites import CRYPTOSUITES
from issuer.proofs.data_integrity import HashedDocument
from issuer.proofs.strict_json import JsonObject
from issuer.services.verify import VerifyService
from issuer.verification.documents import IssuedRecord
from tests.bench.disciplines import Shelf, clock, must_be_valid
from tests.bench.material import NOW, Material, verify_embedded
from tests.bench.rounds import Operation, Row, compare

SIZES_KB = (1, 2, 4, 8, 16, 32, 64)
CHILDREN = (1, 5, 15, 50, 100)
POOL_BYTES = 800_000
MIN_POOL, MAX_POOL = 12, 150
_PROOF_BYTES = 330
_ENTRY_BYTES = 420
BY_SIZE, BY_CHILDREN = "bytes", "children"


@dataclass(frozen=True)
class Series:
    """One discipline at every size. unit: ``bytes`` or ``children``; rows: in the order of `sizes`."""

    what: str
    unit: str
    sizes: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def costs_ns(self) -> tuple[float, ...]:
        return tuple(1e9 / row.ops_s for row in self.rows)


@dataclass(frozen=True)
class Line:
    """The straight line nearest to a series. largest_deviation: the greatest relative distance of a point from it."""

    what: str
    unit: str
    fixed_ns: float
    ns_per_unit: float
    largest_deviation: float

    def cost_ns(self, size: float) -> float:
        return self.fixed_ns + self.ns_per_unit * size

    def sentence(self, name: str | None = None) -> str:
        """name: for the discipline, instead of its own."""
        one = {BY_SIZE: "byte", BY_CHILDREN: "child"}[self.unit]
        return (
            f"{name or self.what}: {self.fixed_ns / 1e3:,.0f} µs and {self.ns_per_unit:,.1f} ns a {one}, "
            f"no point further than {self.largest_deviation:.0%} from the line"
        )


def nearest_line(series: Series) -> Line:
    """Least squares of relative errors: minimises Σ((a + b·x - y) / y)²."""
    points = [(1 / cost, size / cost) for size, cost in zip(series.sizes, series.costs_ns, strict=True)]
    ones, sizes = sum(one for one, _ in points), sum(size for _, size in points)
    squares, mixed = sum(one * one for one, _ in points), sum(one * size for one, size in points)
    size_squares = sum(size * size for _, size in points)
    determinant = squares * size_squares - mixed * mixed
    fixed = (ones * size_squares - sizes * mixed) / determinant
    slope = (squares * sizes - mixed * ones) / determinant
    furthest = max(abs(fixed * one + slope * size - 1) for one, size in points)
    return Line(series.what, series.unit, fixed, slope, furthest)


def measure(
    material: Material,
    rounds: int,
    round_s: float,
    sizes_kb: tuple[int, ...] = SIZES_KB,
    children: tuple[int, ...] = CHILDREN,
) -> list[Series]:
    """Every series: issuing and verifying by size, then by children."""
    pools = {kb: _pool(material, kb) for kb in sizes_kb}
    stacks = {number: _Stack(material, number) for number in children}
    service = VerifyService(Shelf(material), clock)
    by_size: dict[str, Callable[[_Pool], Operation]] = {
        "di_issue": lambda pool: _issue(pool.unsigned, material),
        "di_verify": lambda pool: _check(pool.signed, material),
        "di_verify_full": lambda pool: _verify(pool.bodies, service),
    }
    by_children: dict[str, Callable[[_Stack], Operation]] = {
        "certification_issue": lambda stack: _issue(stack.unsigned, material),
        "certification_verify_full": lambda stack: _verify(stack.bodies, stack.service),
    }
    found = []
    for what, operation in by_size.items():
        rows = compare(what, {f"{kb}kb": operation(pool) for kb, pool in pools.items()}, rounds, round_s)
        found.append(_series(what, BY_SIZE, tuple(len(pool.bodies[0]) for pool in pools.values()), rows))
    for what, of_stack in by_children.items():
        rows = compare(what, {str(number): of_stack(stack) for number, stack in stacks.items()}, rounds, round_s)
        found.append(_series(what, BY_CHILDREN, children, rows))
    return found


def _series(what: str, unit: str, sizes: tuple[int, ...], rows: Sequence[Row]) -> Series:
    return Series(what, unit, sizes, tuple(replace(row, what=f"{what}_{row.who}", who="ours") for row in rows))


# -- what is measured with


@dataclass(frozen=True)
class _Pool:
    """Badges of one size, none like another."""

    unsigned: list[JsonObject]
    signed: list[JsonObject]
    bodies: list[bytes]


def sized(material: Material, number: int, size_bytes: int) -> JsonObject:
    """A small badge that evidence fills up until it has about `size_bytes`, once it is signed."""
    badge = _smallest(material, number)
    badge["evidence"] = []
    while (missing := size_bytes - _PROOF_BYTES - len(_written(badge))) > _ENTRY_BYTES:
        entries = badge["evidence"]
        entries += [_entry(number, len(entries) + one) for one in range(max(1, missing // _ENTRY_BYTES))]
    if not badge["evidence"]:
        del badge["evidence"]
    badge["credentialSubject"]["achievement"]["description"] += "." * max(0, missing)
    return badge


def _smallest(material: Material, number: int) -> JsonObject:
    whole = material.unsigned[0]
    address = f"https://badges.example.org/b/{number}"
    return {
        "@context": whole["@context"][:2],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": material.identity.did, "type": ["Profile"]},
        "validFrom": "2026-11-19T18:00:00Z",
        "credentialSubject": {
            "id": UUID(int=number + 1).urn,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"{address}/a", "type": ["Achievement"], "name": f"Badge {number}", "description": "Small.",
                "criteria": {"narrative": "Be there."},
            },
        },
    }  # fmt: skip


def _entry(number: int, part: int) -> JsonObject:
    words = f"What teacher {number} saw and changed, part {part}. "
    return {"id": f"https://badges.example.org/b/{number}/e/{part}", "type": ["Evidence"], "narrative": words * 6}


def _pool(material: Material, kb: int) -> _Pool:
    size = 1024 * kb
    count = min(MAX_POOL, max(MIN_POOL, POOL_BYTES // size))
    return _pool_of(material, [sized(material, 1_000 * kb + number, size) for number in range(count)])


def _pool_of(material: Material, unsigned: list[JsonObject]) -> _Pool:
    signed = [
        data_integrity.secure(one, material.signer, material.created[number], material.reader)
        for number, one in enumerate(unsigned)
    ]
    return _Pool(unsigned, signed, [_written(one) for one in signed])


class _Stack:
    """Certifications with so many children each, and the issuer that issued them all."""

    did, origin = "did:web:badges.example.org", "https://badges.example.org"

    def __init__(self, material: Material, children: int) -> None:
        self._records: dict[str, IssuedRecord] = {}
        self._shelf = Shelf(material)
        unsigned = [self._certification(material, number, children) for number in range(MIN_POOL)]
        pool = _pool_of(material, unsigned)
        self.unsigned, self.bodies = pool.unsigned, pool.bodies
        self.service = VerifyService(self._shelf, clock, own=self)

    def _certification(self, material: Material, number: int, children: int) -> JsonObject:
        urls = PublicUrls(material.identity.public_url)
        badge = dict(material.unsigned[number % material.size])
        badge["id"] = urls.credential(str(UUID(int=10**6 + number)))
        named = [self._child(1_000 * number + one) for one in range(children)]
        badge["evidence"] = [child_evidence(child, urls) for child in named]
        self._records |= {urls.credential(child.id): _record(child.content_sha256) for child in named}
        digest = HashedDocument(badge, material.reader).hash(CRYPTOSUITES["eddsa-rdfc-2022"], "sha256")
        self._records[badge["id"]] = _record(digest.hex())
        return badge

    @staticmethod
    def _child(number: int) -> ChildRef:
        return ChildRef(str(UUID(int=number + 1)), f"Badge {number}", sha256(str(number).encode()).hexdigest())

    # what verification asks of the house

    def published(self, path: str) -> tuple[bytes, str] | None:
        found = self._shelf.fetch(self.origin + path, ())
        return (found.body, found.media_type) if hasattr(found, "body") else None

    def compromised_key(self, key_url: str) -> None:
        return None

    def record(self, credential_id: str) -> IssuedRecord | None:
        return self._records.get(credential_id)

    def parts(self, credential_id: str) -> None:
        return None

    def suspension_list_for(self, list_url: str) -> None:
        return None


def _record(content_sha256: str) -> IssuedRecord:
    return IssuedRecord(content_sha256, Standing.ACTIVE, None, NOW)


# -- what is done


def _issue(unsigned: list[JsonObject], material: Material) -> Operation:
    size, signer, reader, created = len(unsigned), material.signer, material.reader, material.created
    return lambda n: data_integrity.secure(unsigned[n % size], signer, created[n % len(created)], reader)


def _check(signed: list[JsonObject], material: Material) -> Operation:
    size, public, reader = len(signed), material.public, material.reader
    return lambda n: verify_embedded(signed[n % size], public, reader)


def _verify(bodies: list[bytes], service: VerifyService) -> Operation:
    size = len(bodies)
    return lambda n: must_be_valid(service, bodies[n % size], "application/vc+ld+json")


def _written(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
