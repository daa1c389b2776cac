"""The pages of joining, of new passwords, and of one's own account."""

from __future__ import annotations

import re
from dataclasses import replace
from time import perf_counter

import pytest
from house import PASSWORD
from web import PAGE, problem

from issuer.services.access import OPERATOR

NEW = "nineteen blue teapots"
FROM_PAGE = {"accept": PAGE, "sec-fetch-site": "same-origin"}


def _post(visitor, path, **data):
    return visitor.post(path, data=data, headers=FROM_PAGE)


def _shown_link(answer, url):
    assert answer.status_code == 200
    return re.search(rf'value="{re.escape(url)}([^"]+)"', answer.text)[1]


def _invite(town, email):
    administrator = town.as_(town.administrator)
    data = {"email": email, "role": "teacher", "organisation": town.house.school().id}
    return _shown_link(administrator.form("/admin/invitations", data=data), town.web.url)


def test_biz_06_reading_an_invitation_changes_nothing_and_posting_opens_the_account(town):
    path = _invite(town, "joins@school.example")
    visitor = town.anybody()
    for _ in range(3):
        shown = visitor.page(path)
        assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert "joins@school.example" in shown.text
    joined = _post(visitor, path, display_name="Joining Teacher", password=PASSWORD)
    assert (joined.status_code, joined.headers["location"]) == (303, "/login?notice=joined")
    assert problem(visitor.get(path)) == (410, "claim.used")
    assert problem(visitor.post(path, data={"display_name": "Again", "password": PASSWORD})) == (410, "claim.used")


def test_biz_05_a_signed_in_person_does_not_use_somebody_else_s_invitation(town):
    path = _invite(town, "somebody-else@school.example")
    teacher = town.as_(town.teacher)
    assert "Sign out first" in teacher.page(path).text or "sign out first" in teacher.page(path).text
    answer = teacher.post(path, data={"display_name": "Other", "password": PASSWORD})
    assert problem(answer) == (410, "claim.used")


def test_a_bad_password_is_told_on_the_page(town):
    path = _invite(town, "weak@school.example")
    answer = _post(town.anybody(), path, display_name="Weak <One>", password="short")
    assert answer.status_code == 422
    assert "Weak &lt;One&gt;" in answer.text
    assert "at least 8 characters" in answer.text


def test_another_site_cannot_post_these_forms(town):
    for path in ("/join/x", "/reset/x", "/forgot", "/register"):
        answer = town.anybody().post(path, data={"email": "x@y.example"}, headers={"origin": "https://evil.example"})
        assert problem(answer) == (403, "csrf")


def test_aut_03_asking_for_a_password_answers_the_same_in_the_same_time(town):
    visitor, answers, times = town.anybody(), {}, {}
    for email in ("unknown@school.example", town.teacher.email) * 8:
        began = perf_counter()
        answer = _post(visitor, "/forgot", email=email)
        times.setdefault(email, []).append(perf_counter() - began)
        answers[email] = (answer.status_code, answer.text)
    (first, second) = answers.values()
    assert first == second
    (unknown, known) = (sorted(one)[3] for one in times.values())
    assert max(unknown, known) < 3 * min(unknown, known) + 0.01


def test_aut_09_the_link_in_a_mail_comes_from_the_public_url_alone(town):
    house = town.house
    _post(town.anybody(**{"x-forwarded-host": "evil.example"}), "/forgot", email=town.teacher.email)
    house.recover.send_messages()
    text = [text for _, to, _, text in house.mail.sent if to == town.teacher.email][-1]
    assert town.web.url + "/reset/" in text
    assert "evil" not in text


def test_a_new_password_by_the_link_of_an_administrator(town):
    person = town.house.teacher("Forgetful")
    answer = town.as_(town.administrator).form(f"/admin/people/{person.id}/reset-link")
    path, visitor = _shown_link(answer, town.web.url), town.anybody()
    assert visitor.page(path).status_code == 200
    assert _post(visitor, path, password="short").status_code == 422
    assert _post(visitor, path, password=NEW).headers["location"] == "/login?notice=new-password"
    assert problem(visitor.get(path)) == (410, "claim.used")
    signed_in = visitor.post("/login", {"email": person.email, "password": NEW}, headers={"accept": "*/*"})
    assert signed_in.status_code == 200


def test_registering_is_offered_only_where_it_is_on(town, new_town):
    assert "by invitation" in town.anybody().page("/register").text
    answer = town.anybody().post("/register", data={"email": "a@b.example", "organisation": "x"})
    assert problem(answer) == (403, "forbidden")
    other = new_town(REGISTRATION="open", RATE_LIMITS="on")
    school = other.house.school()
    visitor = other.anybody()
    assert school.name in visitor.page("/register").text
    known, unknown = (
        _post(visitor, "/register", email=email, organisation=school.id)
        for email in (other.teacher.email, "unknown@school.example")
    )
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert _post(visitor, "/register", email="a@b.example", organisation="nowhere").status_code == 422


def test_links_and_requests_for_them_are_limited_per_address(new_town):
    town = new_town()
    visitor = town.anybody("198.51.100.9")
    tried = [_post(visitor, "/reset/guess", password=NEW).status_code for _ in range(31)]
    assert tried == [410] * 30 + [429]
    asked = [_post(visitor, "/forgot", email=town.teacher.email).status_code for _ in range(6)]
    assert asked == [200] * 5 + [429]
    assert _post(town.anybody("198.51.100.10"), "/reset/guess", password=NEW).status_code == 410
    limits = {one["name"]: one for one in visitor.get("/limits").json()["limits"]}
    assert limits["claim"]["per_minute"] * 60 == 30
    assert "30 an hour" in visitor.page("/limits").text


def test_an_account_shows_addresses_and_sessions(town):
    person = town.house.teacher("Several Addresses")
    here, there = town.as_(person), town.web.visitor(person)
    email = "several@home.example"
    add = {"email": email, "password": PASSWORD}
    assert here.form("/account/addresses", data=add | {"password": "wrong"}).status_code == 422
    assert here.form("/account/addresses", data=add).status_code == 303
    assert here.form("/account/addresses/primary", data={"email": email}).status_code == 422
    town.house.recover.send_messages()
    text = [text for _, to, _, text in town.house.mail.sent if to == email][-1]
    path = text.split(town.web.url)[1].strip()
    assert problem(town.anybody().get(path)) == (401, "auth.session")
    assert email in here.page(path).text
    assert here.form(path).headers["location"] == "/account?notice=address-verified#addresses"
    assert here.form("/account/addresses/primary", data={"email": email}).status_code == 303
    assert here.form("/account/addresses/remove", data={"email": person.email}).status_code == 303
    page = here.page("/account").text
    (other,) = re.findall(r'action="/account/sessions/([0-9a-f]+)/end"', page)
    assert problem(town.as_(town.teacher).form(f"/account/sessions/{other}/end", headers={"accept": "*/*"})) == (
        404, "not_found",
    )  # fmt: skip
    assert here.form(f"/account/sessions/{other}/end").status_code == 303
    assert problem(there.get("/account")) == (401, "auth.session")
    third = town.web.visitor(replace(person, email=email))
    assert here.form("/account/sessions/end-others").status_code == 303
    assert third.get("/account").status_code == 401


def test_changing_the_password_keeps_this_session_and_counts_wrong_ones(new_town):
    town = new_town()
    person = town.house.teacher("Changes")
    visitor = town.as_(person)
    change = {"current": PASSWORD, "new": NEW}
    assert visitor.form("/account/password", data=change).headers["location"] == "/account?notice=password"
    assert visitor.page("/account").status_code == 200
    wrong = [visitor.form("/account/password", data=change | {"current": "guess"}).status_code for _ in range(11)]
    assert wrong == [422] * 10 + [429]


@pytest.mark.parametrize("path", ["/admin/invitations", "/admin/people/x"])
def test_invitations_and_people_are_for_administrators(town, path):
    assert town.as_(town.teacher).page(path).status_code == 403


def test_an_administrator_sees_who_waits_and_withdraws(town):
    town.house.service.desk.join.invite(OPERATOR, "waits@school.example", town.teacher.roles, town.house.school().id)
    administrator = town.as_(town.administrator)
    page = administrator.page("/admin/invitations").text
    (entry,) = re.findall(
        r"<strong>waits@school.example</strong>.*?/admin/invitations/([0-9a-f-]{36})/link", page, re.S
    )
    path = _shown_link(administrator.form(f"/admin/invitations/{entry}/link"), town.web.url)
    assert administrator.form(f"/admin/invitations/{entry}/withdraw").status_code == 303
    assert problem(town.anybody().get(path)) == (410, "claim.used")
    taken = {"email": town.teacher.email, "role": "teacher", "organisation": town.house.school().id}
    assert administrator.form("/admin/invitations", data=taken).status_code == 422
    person = administrator.page(f"/admin/people/{town.teacher.id}")
    assert town.teacher.email in person.text
