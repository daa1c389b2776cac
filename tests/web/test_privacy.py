"""The pages of privacy: what is kept, taking it along, having it erased."""

from __future__ import annotations

import io
import zipfile

from house import PASSWORD
from web import problem


def test_everybody_reads_how_long_things_are_kept(town):
    text = town.anybody().page("/privacy").text
    for words in ("3 years", "180 days", "1 year", "12 hours", "parents and eligible students".capitalize()):
        assert words in text


def test_prv_06_a_person_takes_everything_along(town):
    answer = town.as_(town.teacher).get("/account/export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "data.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert problem(town.anybody().get("/account/export")) == (401, "auth.session")


def test_an_administrator_gives_out_a_copy_and_says_who_asked(town):
    administrator, path = town.as_(town.administrator), f"/admin/people/{town.teacher.id}/export"
    copy = administrator.form(path, data={"asked_by": "student"})
    assert zipfile.ZipFile(io.BytesIO(copy.content)).testzip() is None
    assert administrator.form(path, data={"asked_by": ""}).status_code == 422
    assert town.as_(town.teacher).form(path, data={"asked_by": "person"}).status_code == 403


def test_prv_03_erasing_asks_twice_and_signs_out(town):
    person = town.house.teacher("Going Away")
    visitor = town.as_(person)
    assert "What stays" in visitor.page("/account/erase").text
    for wrong in ({"password": PASSWORD}, {"password": "wrong", "confirmed": "ERASE"}):
        assert visitor.form("/account/erase", data=wrong).status_code == 422
    done = visitor.form("/account/erase", data={"password": PASSWORD, "confirmed": "erase"})
    assert (done.status_code, done.headers["location"]) == (303, "/?notice=erased")
    assert visitor.get("/account").status_code == 401
    assert "Erased account" in town.as_(town.administrator).page(f"/admin/people/{person.id}").text


def test_an_administrator_erases_on_request(town):
    person = town.house.teacher("On Request")
    administrator, path = town.as_(town.administrator), f"/admin/people/{person.id}/erase"
    assert administrator.form(path).status_code == 422
    assert administrator.form(path, data={"confirmed": "ERASE"}).status_code == 303
    assert town.as_(town.teacher).form(path, data={"confirmed": "ERASE"}).status_code == 403


def test_archives_are_limited(new_town):
    town = new_town()
    visitor = town.as_(town.teacher)
    assert [visitor.get("/account/export").status_code for _ in range(7)] == [200] * 6 + [429]
