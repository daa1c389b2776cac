"""Trust in issuers and what may deceive about them: rows and flags, never a failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from issuer.app.trust import trust_registry
from issuer.errors import Misconfigured
from issuer.services.verify import VerifyService
from issuer.verification.scripts import mixed_word
from issuer.verification.trust_registry import parse_registry

ENTRY = {
    "id": "did:web:issuer.test", "name": "Schools That Lead", "how": "We have met.", "since": "2026-03-01"
}  # fmt: skip


def registry(*entries: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"issuers": list(entries), **more}, indent=1).encode()


def knowing(world: Any, *entries: dict[str, Any]) -> Any:
    world.service = VerifyService(world, lambda: world.now, trust=parse_registry(registry(*entries), "trust.json"))
    return world


def trust_rows(report: Any) -> list[tuple[str, str | None, str]]:
    return [(row.outcome.value, row.code, row.message) for row in report.checks if row.check == "trust"]


def test_known_issuer_and_how_it_is_known(world: Any) -> None:
    report = knowing(world, ENTRY).verify(world.di(world.badge()))
    assert (report.verdict, report.flags) == ("valid", ())
    assert trust_rows(report) == [
        ("passed", None, "The issuer is known here as “Schools That Lead” since 2026-03-01: We have met.")
    ]


def test_unknown_issuer_is_a_flag_and_no_failure(new_world: Any) -> None:
    world = knowing(new_world(), {**ENTRY, "id": "did:web:somebody.else.test"})
    report = world.verify(world.di(world.badge()))
    assert (report.verdict, report.flags) == ("valid", ("issuer.unknown",))
    assert [row[:2] for row in trust_rows(report)] == [("not_applicable", "issuer.unknown")]


def test_ids_are_compared_exactly(new_world: Any) -> None:
    world = knowing(new_world(), {**ENTRY, "id": "did:web:issuer.test:path"})
    assert world.verify(world.di(world.badge())).flags == ("issuer.unknown",)


def test_without_a_registry_nothing_is_flagged(world: Any) -> None:
    report = world.verify(world.di(world.badge()))
    assert (report.flags, [row[:2] for row in trust_rows(report)]) == ((), [("not_applicable", None)])


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'{"issuers": [\n  nonsense\n]}', 2),
        (b'{"issuers": []}\n\n\xff', 3),
        (b'{"issuers": [], "issuers": []}', 1),
        (b"[]", 1),
        (registry(trusted=True), 1),
        (registry(ENTRY, {**ENTRY, "id": "issuer.test"}), 9),
        (registry(ENTRY, {**ENTRY, "id": "http://issuer.test"}), 9),
        (registry(ENTRY, {**ENTRY, "extra": 1}), 9),
        (registry({**ENTRY, "name": "{ [ \" }"}, {"id": "did:web:b.test"}), 9),
        (registry({**ENTRY, "since": "2026-02-30"}), 3),
        (registry(ENTRY, ENTRY), 9),
    ],
    ids=["syntax", "not UTF-8", "member twice", "no object", "unknown member", "no id", "plain http", "extra",
         "missing", "no such day", "issuer twice"],
)  # fmt: skip
def test_registry_that_cannot_be_used_names_file_and_line(tmp_path: Path, data: bytes, line: int) -> None:
    path = tmp_path / "trust.json"
    path.write_bytes(data)
    with pytest.raises(Misconfigured) as caught:
        trust_registry(path)
    assert (caught.value.code, caught.value.where) == ("trust.registry", f"{path}:{line}")


def test_missing_registry_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        trust_registry(tmp_path / "none.json")
    assert caught.value.where == str(tmp_path / "none.json")
    assert trust_registry(None) is None


# -- look-alikes


def by(world: Any, did: str, name: str) -> dict[str, Any]:
    """A good badge of an issuer with this DID and name."""
    key = world.key("EdDSA", f"{did}#k1")
    host = did.removeprefix("did:web:")
    world.serve(f"https://{host}/.well-known/did.json", world.did_document(did, [key.as_method()]))
    issuer = {"id": did, "type": ["Profile"], "name": name}
    signed: dict[str, Any] = world.di(world.badge(issuer=issuer, credentialStatus=None), key)
    return signed


@pytest.mark.parametrize(
    ("did", "name", "flags"),
    [
        ("did:web:issuer.test", "Schools That Lead", ()),
        ("did:web:issuer.test", "Sch\u043e\u043els That Lead", ("issuer.mixed_script",)),
        ("did:web:issuer.test", "\u0428\u043a\u043e\u043b\u0430 English Centre", ()),
        ("did:web:issuer.test", "東京カレッジ college", ()),
        ("did:web:issuer.test", "Université d’Été, Łódź", ()),
        ("did:web:issuer.test", "issuer.test badges", ()),
        ("did:web:badges.issuer.test", "issuer.test", ()),
        ("did:web:issuer.test", "Harvard.edu Badges", ("issuer.name_differs",)),
        ("did:web:issuer.test", "notissuer.test", ("issuer.name_differs",)),
        ("did:web:issuer.test", "issuer.test.evil.example", ("issuer.name_differs",)),
        ("did:web:issuer.test", "The U.S.A. School of St. Mary e.V.", ()),
        ("did:web:xn--strae-oqa.test", "Straße", ("issuer.punycode",)),
        ("did:web:xn--pple-43d.test", "Apple", ("issuer.punycode", "issuer.mixed_script")),
    ],
)  # fmt: skip
def test_look_alikes_are_flagged_and_fail_nothing(world: Any, did: str, name: str, flags: tuple[str, ...]) -> None:
    report = world.verify(by(world, did, name))
    assert (report.verdict, report.flags) == ("valid", flags)


def test_punycode_host_is_shown_in_both_forms(world: Any) -> None:
    rows = trust_rows(world.verify(by(world, "did:web:xn--strae-oqa.test", "x")))
    assert any("xn--strae-oqa.test" in row[2] and "straße.test" in row[2] for row in rows)


def test_punycode_that_cannot_be_read_is_left_as_it_is(world: Any) -> None:
    assert world.verify(by(world, "did:web:xn--99999999.test", "x")).flags == ()


def test_issuer_without_any_host_that_claims_one(world: Any) -> None:
    did = world.did_key.verification_method.split("#")[0]
    badge = world.badge(issuer={"id": did, "type": ["Profile"], "name": "harvard.edu"}, credentialStatus=None)
    assert set(world.verify(world.di(badge, world.did_key)).flags) == {"issuer.self_asserted", "issuer.name_differs"}


def test_known_issuer_may_be_called_as_the_registry_calls_it(world: Any) -> None:
    known = knowing(world, {**ENTRY, "id": "did:web:badges.test"}, ENTRY)
    assert known.verify(by(world, "did:web:badges.test", "harvard.edu")).flags == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("p\u0430ypal", "p\u0430ypal"), ("Ωmega", "Ωmega"), ("µTeach", None), ("한국 BTS방탄", None), ("", None),
        ("naïve", None), ("५ students", None), ("ＡBC", "ＡBC"), ("a" * 5_000 + "\u0430", None),
    ],
)  # fmt: skip
def test_words_of_mixed_scripts(text: str, word: str | None) -> None:
    assert mixed_word(text) == word
