"""The examples of the OpenAPI document, out of real calls.

Written anew by `PYTHONPATH=.:tests/support python tests/support/api_examples.py`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
from contract import is_json
from house import PASSWORD, House
from web import SLUG, Town, Visitor, people_of, web_of, without_limits

from issuer.services.access import OPERATOR

FILE = Path(__file__).parents[2] / "issuer" / "web" / "openapi_examples.json"
MOST_ITEMS = 2
MOST_CHARACTERS = 600


class Recorder:
    """The first JSON of each operation and status, with what was sent for it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.examples: dict[str, Any] = {}
        self.seen: set[tuple[str, int]] = set()

    def call(self, visitor: Visitor, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        answer = visitor.request(method, path, **({"json": body} if body is not None else {}), **more)
        operation = self.town.web.contract.operation(method, httpx.URL(path).path)
        assert operation is not None, path
        name, status = operation["operationId"], answer.status_code
        if (name, status) not in self.seen:
            self.seen.add((name, status))
            example = self.examples.setdefault(name, {})
            if body is not None and status < 300:
                example["request"] = shortened(body)
            if is_json(answer):
                example.setdefault("answers", {})[str(status)] = shortened(answer.json())
        return answer


def record(town: Town) -> Recorder:
    """Call every operation once with success, and some without."""
    recorder = Recorder(town)
    _session(recorder)
    _accounts(recorder)
    submission = _evidence(recorder)
    credential = _review(recorder, submission)
    _badge(recorder, submission, credential)
    _verification(recorder, credential)
    _published(recorder, credential)
    _vc_api(recorder, credential)
    _standing(recorder, credential)
    _sharing(recorder)
    _records(recorder)
    _appealing(recorder)
    return recorder


def shortened(value: Any) -> Any:
    """The value with long lists cut after two items, and long texts after some hundred characters."""
    if isinstance(value, dict):
        return {name: shortened(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shortened(one) for one in value[:MOST_ITEMS]]
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return value[:MOST_CHARACTERS] + "…"
    return value


def shape_of(value: Any) -> Any:
    """What stays the same from one recording to the next: members, and kinds of values."""
    if isinstance(value, dict):
        return {name: shape_of(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape_of(one) for one in value]
    return type(value).__name__


def _session(recorder: Recorder) -> None:
    town = recorder.town
    visitor = town.anybody()
    recorder.call(visitor, "POST", "/login", {"email": town.teacher.email, "password": "a wrong one"})
    recorder.call(visitor, "POST", "/login", {"email": town.teacher.email, "password": PASSWORD})
    recorder.call(visitor, "POST", "/logout")
    recorder.call(visitor, "GET", "/api/submissions")


def _accounts(recorder: Recorder) -> None:
    town = recorder.town
    administrator = town.as_(town.administrator)
    sent = {"email": "new@school.example", "roles": ["teacher"], "organisation": town.house.school().id}
    invited = recorder.call(administrator, "POST", "/api/invitations", sent).json()
    recorder.call(administrator, "POST", "/api/invitations", {**sent, "email": town.teacher.email})
    recorder.call(administrator, "GET", "/api/invitations")
    recorder.call(administrator, "DELETE", f"/api/invitations/{invited['id']}")
    recorder.call(administrator, "DELETE", f"/api/invitations/{invited['id']}")
    award = town.earned("understanding-improvement")
    earner = town.house.administer.person("operator", award.person_id)[0]
    recorder.call(town.as_(earner), "GET", "/api/notices")
    recorder.call(town.as_(earner), "GET", "/api/account/export")


def _evidence(recorder: Recorder) -> str:
    town = recorder.town
    teacher = town.as_(town.teacher)
    badge = town.house.badge_class(SLUG)
    started = recorder.call(teacher, "POST", "/api/submissions", {"achievement": SLUG}).json()
    path = f"/api/submissions/{started['id']}"
    text = ("notes.txt", b"What we saw, and what we will try next.", "text/plain")
    file = recorder.call(teacher, "POST", f"{path}/files", files={"file": text}).json()
    _in_pieces(recorder, teacher, started["id"])
    recorder.call(teacher, "POST", f"{path}/links/check")
    saved = {
        "evidence": {
            "reflection": {"answers": {badge.reflection[0].id: "I asked for help with my own question first."}}
        },
        "public_narratives": {badge.requirements[0].id: "We asked before we told."},
        "revision": started["revision"],
    }
    recorder.call(teacher, "PUT", path, saved)
    recorder.call(teacher, "PUT", path, saved)
    recorder.call(teacher, "POST", f"{path}/check", {"evidence": saved["evidence"]})
    recorder.call(teacher, "GET", f"{path}/versions")
    recorder.call(teacher, "GET", f"{path}/versions/1")
    recorder.call(teacher, "POST", f"{path}/versions/1/restore")
    recorder.call(teacher, "POST", f"{path}/submit")
    recorder.call(teacher, "GET", f"/evidence/{file['id']}")
    recorder.call(teacher, "PUT", f"{path}/files/{file['id']}/digest", {"in_badge": True})
    recorder.call(teacher, "DELETE", f"{path}/files/{file['id']}")
    recorder.call(teacher, "DELETE", path)
    complete = town.house.draft(town.teacher, SLUG).id
    declared = {"ai_use": {"use": "used", "how": "To check the spelling."}}
    recorder.call(teacher, "POST", f"/api/submissions/{complete}/submit", declared)
    town.house.clock.advance(minutes=5)
    other = town.house.waiting(town.teacher, "sharing-learning").id
    recorder.call(teacher, "POST", f"/api/submissions/{other}/withdraw")
    return complete


def _in_pieces(recorder: Recorder, teacher: Visitor, submission: str) -> None:
    text = b"What we saw in the second lesson."
    announced = {"name": "more.txt", "size_bytes": len(text), "media_type": "text/plain"}
    uploads = f"/api/submissions/{submission}/uploads"
    path = f"/api/uploads/{recorder.call(teacher, 'POST', uploads, announced).json()['id']}"
    for start, end in ((0, 20), (0, 20), (20, None)):
        headers = {"Upload-Offset": str(start), "content-type": "application/offset+octet-stream"}
        recorder.call(teacher, "PATCH", path, content=text[start:end], headers=headers)
    recorder.call(teacher, "GET", uploads)
    recorder.call(teacher, "GET", path)
    file = recorder.call(teacher, "POST", f"{path}/complete").json()
    recorder.call(teacher, "DELETE", f"/api/submissions/{submission}/files/{file['id']}")
    given_up = recorder.call(teacher, "POST", uploads, announced).json()["id"]
    recorder.call(teacher, "DELETE", f"/api/uploads/{given_up}")


def _review(recorder: Recorder, submission: str) -> str:
    town = recorder.town
    reviewer, path = town.as_(town.reviewer), f"/api/reviews/{submission}"
    recorder.call(reviewer, "GET", "/api/reviews?limit=10")
    recorder.call(reviewer, "GET", path)
    recorder.call(reviewer, "POST", f"{path}/claim")
    recorder.call(reviewer, "POST", f"{path}/release")
    ratings = [{"requirement": one.requirement, "level": one.level} for one in town.house.ratings(SLUG)]
    sent = {"decision": "approve", "ratings": ratings, "feedback": "Well done."}
    decided = recorder.call(reviewer, "POST", f"{path}/decision", sent).json()
    recorder.call(reviewer, "POST", f"{path}/decision", sent)
    id: str = decided["credential"]["id"]
    return id


def _badge(recorder: Recorder, submission: str, credential: str) -> None:
    teacher = recorder.town.as_(recorder.town.teacher)
    recorder.town.house.service.add_forms.run_all()
    recorder.call(teacher, "GET", f"/api/submissions/{submission}")
    recorder.call(teacher, "GET", "/api/submissions")
    recorder.call(teacher, "GET", "/api/credentials")
    recorder.call(teacher, "GET", f"/api/credentials/{credential}/forms/sd-jwt-vc")
    recorder.call(teacher, "POST", f"/api/credentials/{credential}/close")
    link = recorder.call(
        teacher, "POST", f"/api/credentials/{credential}/links", {"label": "A school", "days": 30}
    ).json()
    recorder.call(recorder.town.anybody(), "GET", f"{httpx.URL(link['url']).path}.json")
    recorder.call(teacher, "POST", f"/api/credentials/{credential}/links/{link['id']}/end")
    recorder.call(teacher, "GET", f"/api/credentials/{credential}/links")
    recorder.call(recorder.town.anybody(), "GET", f"/credentials/{credential}.json")
    recorder.call(teacher, "POST", f"/api/credentials/{credential}/open")


def _verification(recorder: Recorder, credential: str) -> None:
    visitor = recorder.town.anybody()
    signed = visitor.get(f"/credentials/{credential}.json")
    recorder.call(visitor, "POST", "/verify", signed.json())
    twice = b'{"id": "a", "id": "b"}'
    recorder.call(visitor, "POST", "/verify", content=twice, headers={"content-type": "application/json"})
    recorder.call(visitor, "GET", f"/verify?url={recorder.town.web.url}/credentials/{credential}.json")
    kind = {"content-type": "application/x-ndjson"}
    recorder.call(visitor, "POST", "/verify/bulk", content=signed.content + b"\n", headers=kind)


def _published(recorder: Recorder, credential: str) -> None:
    visitor = recorder.town.anybody()
    recorder.call(visitor, "GET", f"/credentials/{credential}.json")
    recorder.call(visitor, "GET", f"/credentials/{credential}/card.png")
    status = visitor.get(f"/credentials/{credential}.json").json()["credentialStatus"]
    lists = status if isinstance(status, list) else [status]
    recorder.call(visitor, "GET", httpx.URL(lists[0]["statusListCredential"]).path)
    keys = recorder.call(visitor, "GET", "/.well-known/jwks.json").json()["keys"]
    recorder.call(visitor, "GET", f"/keys/{keys[0]['kid'].rpartition('#')[2]}")
    for path in ("/.well-known/did.json", "/issuer", "/catalogue", "/healthz", "/limits"):
        recorder.call(visitor, "GET", path)
    recorder.call(visitor, "GET", f"/achievements/{SLUG}")
    recorder.call(visitor, "GET", f"/achievements/{SLUG}/v1")
    recorder.call(visitor, "GET", f"/achievements/{SLUG}/v1/image.svg")


def _vc_api(recorder: Recorder, credential: str) -> None:
    town = recorder.town
    visitor, teacher = town.anybody(), town.as_(town.teacher)
    signed = visitor.get(f"/credentials/{credential}.json").json()
    recorder.call(visitor, "POST", "/credentials/verify", {"verifiableCredential": signed, "options": {}})
    recorder.call(visitor, "POST", "/credentials/verify", {"verifiableCredential": {**signed, "name": "Other"}})
    presentation = {
        "@context": signed["@context"][:1], "type": ["VerifiablePresentation"], "verifiableCredential": [signed],
    }  # fmt: skip
    recorder.call(visitor, "POST", "/presentations/verify", {"verifiablePresentation": presentation})
    base = teacher.get(f"/api/credentials/{credential}/forms/ecdsa-sd-2023").json()
    asked = {"verifiableCredential": base, "options": {"selectivePointers": ["/credentialSubject/identifier"]}}
    recorder.call(visitor, "POST", "/credentials/derive", asked)
    token = town.house.service.desk.clients.add(OPERATOR, "Course platform", town.administrator.email).token
    client = town.anybody(authorization=f"Bearer {token}")
    subject = {
        "type": ["AchievementSubject"], "id": f"mailto:{town.teacher.email}",
        "achievement": {"id": town.web.desk.urls.achievement(SLUG, 1)},
    }  # fmt: skip
    wanted = {"@context": signed["@context"], "type": signed["type"], "credentialSubject": subject}
    recorder.call(client, "POST", "/credentials/issue", {"credential": wanted})
    recorder.call(visitor, "POST", "/credentials/issue", {"credential": wanted})
    for status in (True, False):
        entry = {"statusPurpose": "suspension", "status": status}
        change = {"credentialId": signed["id"], "credentialStatus": [entry], "reason": "A doubt was raised."}
        recorder.call(client, "POST", "/credentials/status", change)


def _standing(recorder: Recorder, credential: str) -> None:
    town = recorder.town
    administrator, path = town.as_(town.administrator), f"/api/credentials/{credential}"
    for step, why in (("suspend", "A doubt was raised."), ("reinstate", "The doubt was settled.")):
        recorder.call(administrator, "POST", f"{path}/{step}", {"reason": why})
    name = {"name": "Renée Whitfield-Okafor", "email": town.teacher.email, "reason": "A new name."}
    recorder.call(administrator, "POST", f"{path}/correct", name)
    recorder.call(administrator, "POST", f"{path}/correct", name)
    revoked = town.earned("sharing-learning").id
    recorder.call(administrator, "POST", f"/api/credentials/{revoked}/revoke", {"reason": "Issued by mistake."})
    recorder.call(administrator, "POST", f"/api/credentials/{revoked}/reinstate", {"reason": "Not so."})


def _records(recorder: Recorder) -> None:
    town = recorder.town
    teacher, administrator = town.as_(town.colleague), town.as_(town.administrator)
    recorder.call(teacher, "GET", "/api/record")
    recorder.call(teacher, "GET", "/api/organisation/record")
    recorder.call(administrator, "GET", "/api/organisation/record")
    badge = town.house.awards(town.colleague)[0].id
    recorder.call(teacher, "GET", f"/api/credentials/{badge}/chart")
    recorder.call(teacher, "POST", f"/api/credentials/{badge}/chart", {"is_shown": True, "attested": True})


def _appealing(recorder: Recorder) -> None:
    town = recorder.town
    teacher, reviewer = town.as_(town.colleague), town.as_(town.reviewer)
    second = town.as_(town.house.reviewer("Ada Moreno"))
    submission = town.house.hand_in(town.colleague, SLUG).id
    path, review = f"/api/submissions/{submission}", f"/api/reviews/{submission}"
    ratings = [{"requirement": one.requirement, "level": "not-yet"} for one in town.house.ratings(SLUG)]
    sent = {"decision": "return", "ratings": ratings, "feedback": "Please add the dates."}
    recorder.call(reviewer, "POST", f"{review}/decision", sent)
    recorder.call(reviewer, "POST", f"{review}/extend", {"days": 30})
    recorder.call(teacher, "POST", f"{path}/appeal", {"grounds": "Every visit is dated, on the second page."})
    recorder.call(teacher, "GET", f"{path}/revision")
    open_ones = recorder.call(second, "GET", "/api/appeals").json()["appeals"]
    answer = {"outcome": "overturn", "reason": "All twelve visits are dated."}
    recorder.call(reviewer, "POST", f"/api/appeals/{open_ones[0]['id']}/decision", answer)
    recorder.call(second, "POST", f"/api/appeals/{open_ones[0]['id']}/decision", answer)
    recorder.call(second, "GET", f"{review}/background")
    recorder.call(second, "POST", f"{review}/decision", {**sent, "decision": "decline"})
    recorder.call(teacher, "POST", f"{path}/appeal", {"grounds": "Every visit is dated, on the second page."})
    recorder.call(teacher, "POST", f"{path}/appeal/withdraw")


def _sharing(recorder: Recorder) -> None:
    town, slug = recorder.town, "sharing-improvement-strategies"
    author, visitor = town.as_(town.colleague), town.anybody()
    submission = town.house.hand_in(town.colleague, slug).id
    town.house.approve(town.reviewer, town.house.submission(submission))
    path = f"/api/submissions/{submission}"
    draft = recorder.call(author, "GET", f"{path}/resource").json()
    sent = {"title": "Estimates on exit tickets", "texts": {}, "left_out": ["/artifacts/2"]}
    recorder.call(author, "POST", f"{path}/resource/publish", {"digest": draft["digest"]})
    draft = recorder.call(author, "PUT", f"{path}/resource", sent).json()
    spoken = {**sent, "attestations": [one["pointer"] for one in draft["hindrances"]]}
    draft = recorder.call(author, "PUT", f"{path}/resource", spoken).json()
    id = recorder.call(author, "POST", f"{path}/resource/publish", {"digest": draft["digest"]}).json()["id"]
    recorder.call(visitor, "GET", "/resources?q=tickets")
    shared = recorder.call(visitor, "GET", f"/resources/{id}").json()
    recorder.call(visitor, "GET", httpx.URL(shared["files"][0]["url"]).path)
    asked = {"name": "Ada Moreno", "text": "How long did one ticket take?"}
    recorder.call(visitor, "POST", f"/resources/{id}/questions", asked)
    question = recorder.call(author, "GET", f"{path}/questions").json()["questions"][0]["id"]
    recorder.call(author, "POST", f"{path}/questions/{question}/answer", {"answer": "About five minutes."})
    recorder.call(author, "POST", f"{path}/resource/withdraw")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        with web_of(house, without_limits(house)) as web:
            examples = record(Town(web, **people_of(house))).examples
        house.close()
    FILE.write_text(json.dumps(examples, ensure_ascii=False, indent=1) + "\n")
    sys.stdout.write(f"{FILE}: {len(examples)} operations\n")


if __name__ == "__main__":
    main()
