"""The three walks that everything is for, through HTTP alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import PASSPHRASE, House
from web import PAGE, Town, people_of, web_of

from keys.ceremony import Ceremony
from keys.records import Purpose

SLUG = "building-will"
PEOPLE = ("teacher", "colleague", "reviewer", "administrator", "stranger")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "house"


def opened(folder: Path, keys: Path | None, alg: str = "ES256", **people) -> Iterator[Town]:
    house = House(folder, keys=keys, JWT_ALGORITHM=alg)
    with web_of(house) as web:
        yield Town(web, **(people or people_of(house)))
    house.close()


def issued(town: Town, slug: str = SLUG) -> dict[str, bytes]:
    """From evidence to an opened badge, asked for by its address in every form."""
    teacher, reviewer = town.as_(town.teacher), town.as_(town.reviewer)
    id = teacher.post("/api/submissions", {"achievement": slug}).json()["id"]
    example = town.house.example(slug)
    written = json.dumps(example.evidence)
    for file in example.files:
        sent = {"file": (file.name, file.text.encode(), file.media_type)}
        written = written.replace(file.id, teacher.post(f"/api/submissions/{id}/files", files=sent).json()["id"])
    assert teacher.put(f"/api/submissions/{id}", {"evidence": json.loads(written)}).json()["findings"] == []
    assert teacher.post(f"/api/submissions/{id}/submit").json()["state"] == "submitted"
    assert [one["id"] for one in reviewer.get("/api/reviews").json()["reviews"]] == [id]
    ratings = [{"requirement": one.requirement, "level": one.level} for one in town.house.ratings(slug)]
    decided = reviewer.post(f"/api/reviews/{id}/decision", {"decision": "approve", "ratings": ratings}).json()
    (badge,) = decided["credentials"]
    assert town.anybody().get(f"/credentials/{badge['id']}").status_code == 404
    assert teacher.post(f"/api/credentials/{badge['id']}/open").json()["url"] == badge["url"]
    path = f"/credentials/{badge['id']}"
    return {suffix: town.anybody().get(f"{path}.{suffix}").content for suffix in KINDS}


KINDS = {"json": "application/vc", "jwt": "application/vc+jwt", "png": "image/png", "svg": "image/svg+xml"}


def verdicts(town: Town, forms: dict[str, bytes]) -> dict[str, str]:
    visitor = town.anybody()
    return {
        suffix: visitor.post("/verify", content=body, headers={"content-type": KINDS[suffix]}).json()["verdict"]
        for suffix, body in forms.items()
    }


def signed_by(forms: dict[str, bytes]) -> str:
    method: str = json.loads(forms["json"])["proof"]["verificationMethod"]
    return method


def test_from_evidence_to_a_badge_to_a_report(folder: Path) -> None:
    for town in opened(folder, keys=None, alg="RS256"):
        forms = issued(town)
        assert set(verdicts(town, forms).values()) == {"valid"}
        page = town.anybody(accept=PAGE).post("/verify", data={"credential": forms["json"].decode()})
        assert "This badge is genuine" in page.text
        assert "Renée Whitfield" in page.text
        assert town.house.problems() == []


def test_key_01_a_badge_outlives_the_key_that_signed_it(folder: Path, keys_folder: Path) -> None:
    """POS-13: after a rotation and a restart the old badge verifies, and the new key signs."""
    people = {}
    for town in opened(folder, keys_folder):
        old = issued(town)
        people = {name: getattr(town, name) for name in PEOPLE}
        first = signed_by(old)
        now = town.house.clock()
    ceremony = Ceremony(folder / "keys", PASSPHRASE.encode())
    for purpose, alg in ((Purpose.DATA_INTEGRITY, "EdDSA"), (Purpose.VC_JWT, "ES256"), (Purpose.STATUS, "EdDSA")):
        key = ceremony.announce(purpose, alg, now)
        ceremony.mark_published(now)
        ceremony.activate(key.kid, now)
    for town in opened(folder, keys_folder, **people):
        assert set(verdicts(town, old).values()) == {"valid"}
        new = issued(town, "focusing-on-student-learning")
        assert signed_by(new) != first
        assert set(verdicts(town, new).values()) == {"valid"}
        methods = town.anybody().get("/.well-known/did.json").json()["assertionMethod"]
        assert {first, signed_by(new)} <= set(methods)
        assert town.house.problems() == []


def test_key_03_a_badge_signed_by_a_stolen_key_is_not_believed(folder: Path, keys_folder: Path) -> None:
    for town in opened(folder, keys_folder):
        old = issued(town)
        now = town.house.clock()
    ceremony = Ceremony(folder / "keys", PASSPHRASE.encode())
    stolen = signed_by(old).rpartition("#")[2]
    successor = ceremony.announce(Purpose.DATA_INTEGRITY, "EdDSA", now)
    ceremony.mark_published(now)
    ceremony.activate(successor.kid, now)
    ceremony.mark_compromised(stolen, now)
    for town in opened(folder, keys_folder, **dict.fromkeys(PEOPLE)):
        assert verdicts(town, {"json": old["json"]})["json"] != "valid"
        assert stolen not in town.anybody().get("/.well-known/did.json").text
