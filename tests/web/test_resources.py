"""Shared work in pages: what everybody sees, what only its author sees, and questions."""

from __future__ import annotations

import re

import pytest
from web import PAGE, Town, Visitor, problem

from issuer.domain.people import Person

SLUG = "sharing-improvement-strategies"
MARKUP = "<script>alert(1)</script> {{7*7}}"


@pytest.fixture(scope="module")
def author(town: Town) -> Person:
    return town.house.teacher("Ida Author")


@pytest.fixture(scope="module")
def path(town: Town, author: Person) -> str:
    submission = town.house.hand_in(author, SLUG)
    town.house.approve(town.reviewer, submission)
    return f"/submissions/{submission.id}/resource"


def published(visitor: Visitor, path: str, title: str) -> str:
    """As a browser does it: tick everything that is shown, save, look, publish. Returns the public page's path."""
    sent = {"title": title}
    for _ in range(2):
        sent |= dict.fromkeys(re.findall(r'name="(attest:[^"]+)"', visitor.page(path).text), "true")
        assert visitor.form(path, data=sent).headers["location"] == f"{path}?notice=saved#preview-heading"
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', visitor.page(path).text)
    assert digest
    address = visitor.form(f"{path}/publish", data={"digest": digest[1]}).headers["location"]
    return address.partition("?")[0]


def test_an_author_publishes_what_everybody_then_finds_and_withdraws_it(town: Town, author: Person, path: str) -> None:
    visitor, anybody = town.as_(author), town.anybody(accept=PAGE)
    page = visitor.page(path).text
    assert "Exactly what everybody will see" in page
    assert "Publish exactly this" not in page
    public = published(visitor, path, f"Exit tickets {MARKUP}")
    read = anybody.get(public)
    assert read.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in read.text
    assert "<strong>Ida Author</strong>" in read.text
    assert author.email not in read.text
    assert 'role="img"' in read.text
    assert "The points of" in read.text
    for name in ("agree", "advice-to-others", "/evidence/"):
        assert name not in read.text
    assert public in anybody.get("/resources?q=exit+TICKETS").text
    (file,) = re.findall(rf'href="({public}/files/[^"]+)"', read.text)
    sent = anybody.get(file)
    assert sent.headers["content-disposition"].startswith('attachment; filename="artifact-1.')
    assert "sandbox" in sent.headers["content-security-policy"]
    visitor.form(f"{path}/withdraw")
    assert [anybody.get(one).status_code for one in (public, file)] == [404, 404]
    assert public not in anybody.get("/resources").text


def test_a_reader_asks_and_reads_the_answer_under_a_link(town: Town, author: Person, path: str) -> None:
    visitor, anybody = town.as_(author), town.anybody(accept=PAGE)
    public = published(visitor, path, "Exit tickets")
    asked = anybody.post(f"{public}/questions", data={"name": "Ada", "text": "How long did one ticket take?"})
    link = asked.headers["location"].partition("?")[0]
    assert re.fullmatch(r"/questions/[\w-]{32}", link)
    assert "Not answered yet" in anybody.get(link).text
    assert "A question about the work you share" in visitor.page("/notices").text or "asks you" in (
        visitor.page("/notices").text
    )
    mine = visitor.page(path).text
    assert "How long did one ticket take?" in mine
    (form,) = re.findall(r'action="(/submissions/[^"]+/answer)"', mine)
    assert visitor.form(form, data={"answer": "Five minutes."}).status_code == 303
    assert "Five minutes." in anybody.get(link).text
    assert anybody.get(f"{link}x").status_code == 404
    colleague = town.as_(town.colleague)
    colleague.form(f"{public}/questions", data={"name": "Colleague", "text": "And how long did two of them take?"})
    (second,) = re.findall(r'action="(/submissions/[^"]+/answer)"', visitor.page(path).text)
    visitor.form(second, data={"answer": "Ten minutes."})
    (notice,) = re.findall(r'href="(/asked/[^"]+)"', colleague.page("/notices").text)
    assert "Ten minutes." in colleague.page(notice).text
    assert visitor.page(notice).status_code == 404
    too_short = anybody.post(f"{public}/questions", data={"name": "Ada", "text": "Hm?"})
    assert too_short.status_code == 422
    assert "Hm?</textarea>" in too_short.text
    trapped = {"name": "Ada", "text": "How long did one ticket take?", "website": "http://spam.example"}
    assert anybody.post(f"{public}/questions", data=trapped).status_code == 422
    crossing = town.anybody(**{"sec-fetch-site": "cross-site"})
    sent = {"name": "Ada", "text": "How long did one ticket take?"}
    assert problem(crossing.post(f"{public}/questions", sent)) == (403, "csrf")


def test_what_was_changed_meanwhile_is_looked_at_again(town: Town, author: Person, path: str) -> None:
    visitor = town.as_(author)
    published(visitor, path, "Tickets at the door")
    answer = visitor.form(f"{path}/publish", data={"digest": "0" * 64})
    assert answer.status_code == 422
    assert "no longer what you looked at" in answer.text
    wrong = visitor.form(path, data={"title": "x" * 201})
    assert wrong.status_code == 422
    assert "x" * 201 in wrong.text
    assert town.as_(town.teacher).page(path).status_code == 404


@pytest.mark.parametrize("query", ["sort=id;DROP", "strand=%27", "page=0", "page=x", "limit=9", "q=" + "a+" * 11])
def test_web_14_the_list_takes_only_what_it_knows(town: Town, query: str) -> None:
    assert problem(town.anybody().get(f"/resources?{query}")) == (400, "input.invalid")


def test_questions_are_counted(new_town) -> None:
    town = new_town()
    visitor = town.anybody()
    sent = {"name": "Ada", "text": "How long did one ticket take?"}
    answers = [visitor.post("/resources/no-such/questions", sent).status_code for _ in range(6)]
    assert answers == [404] * 5 + [429]
