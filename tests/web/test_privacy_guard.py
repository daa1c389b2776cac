"""Signs of students in pages and in the API."""

from __future__ import annotations

import re

from photos import photo
from web import SLUG, Town, Visitor

from issuer.domain.privacy.flag import PUBLISHED_NAME

PNG = photo("PNG")
SHOWN = {"attestations": "shown", "action": "save"}


def drafted(town: Town, name: str) -> tuple[Visitor, str, str]:
    """A visitor with a complete draft, its path, and a requirement of it."""
    person = town.house.teacher(name)
    draft = town.house.draft(person, SLUG)
    return town.as_(person), f"/submissions/{draft.id}", town.house.badge_class(SLUG).requirements[0].id


def told(visitor: Visitor, path: str) -> dict:
    answer: dict = visitor.get(f"/api{path}").json()
    return answer


def evidence_form_of(visitor: Visitor, path: str) -> dict[str, str]:
    """The evidence as the page would send it: enough of it to stay complete."""
    flat: dict[str, str] = {}

    def flatten(value, pointer: str) -> None:
        members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
        if members is None:
            flat[pointer] = str(value).lower() if isinstance(value, bool) else str(value)
            return
        for key, member in members:
            flatten(member, f"{pointer}/{key}")

    flatten(told(visitor, path)["evidence"], "")
    return flat


def test_an_address_in_a_narrative_is_told_at_its_field_and_not_published(town: Town) -> None:
    visitor, path, requirement = drafted(town, "Tells Too Much")
    sent = {**evidence_form_of(visitor, path), **SHOWN, f"narrative:{requirement}": "Ask maria@school.example."}
    assert visitor.form(path, data=sent).status_code == 303
    page = visitor.page(path).text
    field = re.search(rf'<textarea id="narrative-{requirement}"[^>]*>', page)
    assert field
    assert f'aria-describedby="narrative-{requirement}-error"' in field[0]
    assert f'id="narrative-{requirement}-error">“maria@school.example”: This looks like an e-mail address.' in page
    assert f'<a href="#narrative-{requirement}">“maria@school.example”' in page
    assert f'name="attest:narrative:{requirement}"' not in page
    assert "Until then the text is not published." in page
    assert told(visitor, path)["findings"] == []
    assert visitor.post(f"/api{path}/submit").status_code == 200
    assert "Not published" in town.as_(town.reviewer).page(path.replace("submissions", "reviews")).text


def test_a_name_is_confirmed_for_the_text_that_was_shown(town: Town) -> None:
    visitor, path, requirement = drafted(town, "Confirms")
    evidence, box = evidence_form_of(visitor, path), f"attest:narrative:{requirement}"
    text = {f"narrative:{requirement}": "I read Cesar Chavez\r\nto my class."}
    visitor.form(path, data={**evidence, **SHOWN, **text, box: "true"})
    assert told(visitor, path)["attestations"] == {}, "nobody is asked before the text was looked through"
    assert f'name="{box}" value="true">' in visitor.page(path).text
    visitor.form(path, data={**evidence, **SHOWN, **text, box: "true"})
    assert told(visitor, path)["attestations"].keys() == {f"narrative:{requirement}"}
    assert f'name="{box}" value="true" checked>' in visitor.page(path).text
    visitor.form(path, data={**evidence, **text, "action": "save"})
    assert told(visitor, path)["attestations"] != {}, "a form that asks nothing changes nothing"
    other = {f"narrative:{requirement}": "I read Cesar Chavez to Maria Lopez."}
    visitor.form(path, data={**evidence, **SHOWN, **other, box: "true"})
    assert told(visitor, path)["attestations"] == {}
    assert [one["kind"] for one in told(visitor, path)["privacy_flags"]] == ["name", "name"]


def test_a_picture_is_marked_until_it_is_attested_and_handed_in_either_way(town: Town) -> None:
    visitor, path, _ = drafted(town, "Takes Pictures")
    id = path.rpartition("/")[2]
    evidence = evidence_form_of(visitor, path)
    at = next(name for name in evidence if name.endswith("/file"))
    uploaded = {f"upload:{at}": ("IMG_1.png", PNG, "image/png")}
    visitor.form(path, data={**evidence, **SHOWN}, files=uploaded)
    [flag] = told(visitor, path)["privacy_flags"]
    file = flag["pointer"].removeprefix("/files/")
    assert (flag["kind"], flag["excerpt"]) == ("picture", "IMG_1.png")
    page = visitor.page(path).text
    assert f'form="evidence" name="attest:hidden:{file}" value="true">' in page
    assert f'id="file-{file}">' in page
    assert f'<a href="#file-{file}">' in page
    evidence[at] = file
    ticked = {**evidence, **SHOWN, f"attest:consent:{file}": "true", "attest:consent:none": "true"}
    assert visitor.form(path, data=ticked).status_code == 303
    assert told(visitor, path)["privacy_flags"] == []
    assert told(visitor, path)["attestations"].keys() == {f"consent:{file}"}
    assert f'name="attest:consent:{file}" value="true" checked>' in visitor.page(path).text
    visitor.form(path, data={**evidence, **SHOWN, "action": "submit"})
    assert told(visitor, path)["state"] == "submitted"
    assert "not attested" in visitor.page(path).text
    reviewer = town.as_(town.reviewer)
    assert "not attested" in reviewer.page(f"/reviews/{id}").text
    sheet = reviewer.get(f"/api/reviews/{id}").json()
    assert ([one["kind"] for one in sheet["privacy_flags"]], sheet["attestations"]) == (["picture"], {})


def test_signs_in_evidence_lead_to_their_fields_and_reach_the_reviewer(town: Town) -> None:
    visitor, path, _ = drafted(town, "Writes Names")
    evidence = evidence_form_of(visitor, path)
    at = next(name for name in evidence if name.startswith("/reflection/answers/"))
    evidence[at] += " My student <Maria> Lopez agreed; her mother is at 555-123-4567."
    visitor.form(path, data={**evidence, **SHOWN, f"{at}": evidence[at]})
    page = visitor.page(path).text
    assert "Before you hand in: 2 signs of students" in page
    assert f'<a href="#f{at.replace("/", "-")}">' in page
    visitor.form(path, data={**evidence, **SHOWN, "action": "submit"})
    reviewer = town.as_(town.reviewer)
    sheet = reviewer.page(f"/reviews/{path.rpartition('/')[2]}").text
    assert "<summary>2 signs of students</summary>" in sheet
    assert "“555-123-4567”: This looks like a telephone number." in sheet


def test_the_api_saves_what_is_attested(town: Town) -> None:
    visitor, path, requirement = drafted(town, "Speaks JSON")
    evidence = told(visitor, path)["evidence"]
    body = {"evidence": evidence, "public_narratives": {requirement: "I read Cesar Chavez aloud."}}
    saved = visitor.put(f"/api{path}", body).json()
    [flag] = saved["privacy_flags"]
    assert flag == {
        "pointer": f"/public_narratives/{requirement}", "kind": "name", "excerpt": "Cesar Chavez",
        "message": PUBLISHED_NAME,
    }  # fmt: skip
    confirmed = visitor.put(f"/api{path}", {**body, "attestations": [f"narrative:{requirement}"]}).json()
    assert (confirmed["privacy_flags"], confirmed["attestations"].keys()) == ([], {f"narrative:{requirement}"})
    unknown = visitor.put(f"/api{path}", {**body, "attestations": ["file:none"]})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "input.invalid")
    assert visitor.post(f"/api{path}/submit").status_code == 200


def test_another_teacher_learns_of_no_sign(town: Town) -> None:
    _, path, _ = drafted(town, "Keeps To Herself")
    other = town.as_(town.house.teacher("Looks Around"))
    assert other.get(f"/api{path}").status_code == 404
    assert other.put(f"/api{path}", {"evidence": {}, "attestations": []}).status_code == 404
