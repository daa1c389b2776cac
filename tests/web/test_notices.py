"""The pages of notices and the link that ends mails."""

from __future__ import annotations

import pytest
from web import PAGE, SLUG, problem

from issuer.domain.notices import switches_of
from issuer.domain.people import Role
from issuer.services.notify import notify


@pytest.fixture
def teacher(town):
    """A teacher with one notice."""
    person = town.house.teacher(f"Told {len(town.house.administer.people('operator', 100))}")
    town.house.store.write(lambda tx: notify(tx, town.house.clock(), person.id, "account.password", {}))
    return person


def test_the_number_of_new_notices_stands_on_every_page_until_they_are_read(town, teacher):
    visitor = town.as_(teacher)
    assert '<span class="count">1' in visitor.page("/catalogue").text
    assert "Your password was changed" in visitor.page("/notices").text
    assert visitor.form("/notices/read").status_code == 303
    assert 'class="count"' not in visitor.page("/notices").text


def test_kinds_are_switched_in_the_account(town, teacher):
    visitor = town.as_(teacher)
    assert visitor.page("/account/notices").text.count(" checked") == len(switches_of([Role.TEACHER])) > 8
    assert visitor.form("/account/notices", data={"kind": ["award.issued"]}).status_code == 303
    assert visitor.page("/account/notices").text.count(" checked") == 1
    assert visitor.form("/account/notices", data={"kind": "no.such"}).status_code == 422


def test_reading_the_link_ends_nothing_and_one_click_does(town):
    house = town.house
    award = town.earned()
    house.recover.send_messages()
    url = [url for (id, *_), url in zip(house.mail.sent, house.mail.unsubscribe.values(), strict=True) if url][-1]
    path = url.removeprefix(town.web.url)
    anybody = town.anybody()
    shown = anybody.page(path)
    assert (shown.status_code, shown.headers["referrer-policy"]) == (200, "no-referrer")
    muted = house.store.read(lambda tx: tx.preferences.muted(award.person_id))
    assert muted == frozenset()
    clicked = anybody.post(path, data={"List-Unsubscribe": "One-Click"})
    assert clicked.status_code == 200
    assert house.store.read(lambda tx: tx.preferences.muted(award.person_id)) == {"award.issued"}
    assert house.badge_class(SLUG).name not in clicked.text


def test_an_unknown_link_is_gone(town):
    assert problem(town.anybody().get("/unsubscribe/nothing")) == (410, "claim.used")
    page = town.anybody().get("/unsubscribe/nothing", headers={"accept": PAGE})
    assert page.status_code == 410
