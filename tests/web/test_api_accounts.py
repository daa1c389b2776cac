"""Accounts through the API."""

from __future__ import annotations

import io
import zipfile

from web import problem


def _sent(town, email):
    return {"email": email, "roles": ["reviewer"], "organisation": town.house.school().id}


def test_an_administrator_invites_lists_and_withdraws(town):
    administrator = town.as_(town.administrator)
    made = administrator.post("/api/invitations", _sent(town, "by-api@school.example"))
    assert made.status_code == 201
    path = made.json()["link"].removeprefix(town.web.url)
    assert town.anybody().page(path).status_code == 200
    listed = administrator.get("/api/invitations").json()["invitations"]
    assert made.json()["id"] in {one["id"] for one in listed}
    assert "link" not in listed[0]
    entry = f"/api/invitations/{made.json()['id']}"
    assert administrator.delete(entry).status_code == 204
    assert problem(administrator.delete(entry)) == (410, "claim.used")
    assert problem(town.anybody().get(path)) == (410, "claim.used")


def test_az_06_nobody_else_does(town):
    teacher = town.as_(town.teacher)
    assert problem(teacher.post("/api/invitations", _sent(town, "x@school.example"))) == (403, "forbidden")
    assert problem(teacher.get("/api/invitations")) == (403, "forbidden")
    assert problem(town.anybody().get("/api/invitations")) == (401, "auth.session")


def test_notices_and_everything_about_oneself(town):
    award = town.earned("sharing-learning")
    earner = town.house.administer.person("operator", award.person_id)[0]
    visitor = town.as_(earner)
    (notice,) = visitor.get("/api/notices").json()["notices"]
    assert (notice["kind"], notice["url"]) == ("award.issued", f"{town.web.url}/badges/{award.id}")
    archive = zipfile.ZipFile(io.BytesIO(visitor.get("/api/account/export").content))
    assert any(award.id in name for name in archive.namelist())
