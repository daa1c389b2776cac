"""The pages of the second factor, and signing in with it."""

from __future__ import annotations

import re

import pyotp
from house import PASSWORD
from web import PAGE, problem

FROM_PAGE = {"accept": PAGE, "sec-fetch-site": "same-origin"}


def _set_up(town, visitor):
    began = visitor.form("/account/second-factor", data={"password": PASSWORD})
    assert 'src="data:image/svg+xml' in began.text
    otp = pyotp.TOTP(_key(began.text))
    done = visitor.form("/account/second-factor/confirm", data={"code": _code(town, otp)})
    assert done.status_code == 200
    codes = re.findall(r"<li><code>([A-Z2-7-]+)</code></li>", done.text)
    town.house.clock.advance(seconds=30)
    return otp, codes


def _key(page):
    return re.search(r"Key: <code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")


def _code(town, otp):
    return otp.at(int(town.house.clock().timestamp()))


def _password(town, person):
    visitor = town.anybody()
    return visitor, visitor.post("/login", data={"email": person.email, "password": PASSWORD}, headers=FROM_PAGE)


def test_a_browser_is_asked_for_the_code_on_a_page_of_its_own(town):
    person = town.house.teacher("Two Factors")
    otp, codes = _set_up(town, town.as_(person))
    assert len(codes) == 10
    visitor, answer = _password(town, person)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login/code")
    first = visitor.cookies["__Host-session"]
    assert problem(visitor.get("/account")) == (401, "auth.session")
    assert visitor.page("/login/code").status_code == 200
    assert visitor.post("/login/code", data={"code": "000000"}, headers=FROM_PAGE).status_code == 401
    done = visitor.post("/login/code", data={"code": _code(town, otp), "next": "/account"}, headers=FROM_PAGE)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert visitor.cookies["__Host-session"] != first
    assert visitor.form("/account/second-factor/off", data={"password": "wrong"}).status_code == 422
    assert visitor.form("/account/second-factor/recovery-codes", data={"password": PASSWORD}).status_code == 200
    assert visitor.form("/account/second-factor/off", data={"password": PASSWORD}).status_code == 303
    assert _password(town, person)[1].headers["location"] == "/badges"


def test_software_sends_the_code_along(town):
    person = town.house.teacher("By Software")
    otp, _ = _set_up(town, town.as_(person))
    visitor, sent = town.anybody(), {"email": person.email, "password": PASSWORD}
    assert problem(visitor.post("/login", sent)) == (401, "auth.otp")
    assert visitor.post("/login", {**sent, "code": _code(town, otp)}).status_code == 200
    assert problem(visitor.post("/login", {**sent, "code": _code(town, otp)})) == (401, "auth.otp")


def test_web_06_after_the_code_nobody_is_led_elsewhere(town):
    person = town.house.teacher("Led Elsewhere")
    otp, _ = _set_up(town, town.as_(person))
    visitor, _ = _password(town, person)
    sent = {"code": _code(town, otp), "next": "//evil.test"}
    done = visitor.post("/login/code", data=sent, headers=FROM_PAGE)
    assert (done.status_code, done.headers["location"]) == (303, "/badges")


def test_wrong_codes_are_limited_and_nobody_guesses_without_the_password(new_town):
    town = new_town()
    person = town.house.teacher("Guessed At")
    _set_up(town, town.as_(person))
    visitor, _ = _password(town, person)
    guesses = [visitor.post("/login/code", data={"code": "000000"}, headers=FROM_PAGE).status_code for _ in range(6)]
    assert guesses == [401] * 5 + [429]
    stranger = town.anybody().post("/login/code", data={"code": "000000"}, headers=FROM_PAGE)
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/login")


def test_another_site_cannot_post_the_code(town):
    answer = town.anybody().post("/login/code", data={"code": "1"}, headers={"origin": "https://evil.example"})
    assert problem(answer) == (403, "csrf")


def test_where_it_is_required_nothing_else_opens_before_it_is_set_up(new_town):
    town = new_town(REQUIRE_SECOND_FACTOR="on")
    visitor = town.web.visitor(None)
    assert visitor.post("/login", {"email": town.reviewer.email, "password": PASSWORD}).status_code == 200
    assert problem(visitor.get("/api/reviews")) == (403, "auth.otp")
    page = visitor.page("/reviews")
    assert (page.status_code, 'href="/account/second-factor"' in page.text) == (403, True)
    shown = visitor.page("/account/second-factor")
    sent = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', shown.text)[1], "password": PASSWORD}
    began = visitor.post("/account/second-factor", data=sent, headers=FROM_PAGE)
    code = {**sent, "code": _code(town, pyotp.TOTP(_key(began.text)))}
    assert visitor.post("/account/second-factor/confirm", data=code, headers=FROM_PAGE).status_code == 200
    assert visitor.get("/api/reviews").status_code == 200


def test_an_administrator_takes_it_away(town):
    person = town.house.teacher("Lost It")
    _set_up(town, town.as_(person))
    administrator = town.as_(town.administrator)
    assert "second-factor-off" in administrator.page(f"/admin/people/{person.id}").text
    assert administrator.form(f"/admin/people/{person.id}/second-factor-off").status_code == 303
    assert _password(town, person)[1].headers["location"] == "/badges"
