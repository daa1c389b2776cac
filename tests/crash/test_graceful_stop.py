"""REL-18: told to stop in the middle of many approvals and uploads, the service finishes what it took on."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from house import NOW, PASSPHRASE, Clock, House
from server_process import PASSWORD, SCHOOL, ServerProcess

from issuer.domain.award import IssueState
from issuer.domain.submission import SubmissionState

APPROVALS, UPLOADS = 50, 20
LATER = "2026-11-21T19:00:00Z"
SLUG = "building-will"


def _house(server: ServerProcess, folder: Path, **more: Any) -> House:
    house = House(folder, PUBLIC_URL=server.url, **more)
    house.school_name = SCHOOL
    return house


def _signed_in(server: ServerProcess, who: str) -> dict[str, str]:
    sent = {"email": server.people[who].email, "password": PASSWORD}
    answer = httpx.post(f"{server.url}/login", json=sent, verify=False)
    return {"cookie": answer.headers["set-cookie"].partition(";")[0]}


def test_rel_18_a_stop_in_the_middle_of_approvals_and_uploads(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    environment = {"KEY_PASSPHRASE": PASSPHRASE, "JWT_ALGORITHM": "ES256", "RATE_LIMITS": "off"}
    server = ServerProcess(folder, CLOCK_FREEZE=LATER, **environment)
    house = _house(server, folder)
    teachers = [house.teacher(f"Teacher {number}") for number in range(4)]
    waiting = [house.waiting(teacher, slug) for teacher in teachers for slug in house.earnable][:APPROVALS]
    draft = house.draft(server.people["teacher"], SLUG)
    ratings = {slug: house.ratings(slug) for slug in house.earnable}
    house.close()
    answered: dict[str, int] = {}
    many = threading.Event()

    def said(name: str, send: Any) -> None:
        try:
            answered[name] = send().status_code
        except httpx.TransportError:
            answered[name] = 0
        if len(answered) > 15:
            many.set()

    server.start()
    reviewer, teacher = _signed_in(server, "reviewer"), _signed_in(server, "teacher")
    with httpx.Client(base_url=server.url, verify=False, timeout=30) as client, ThreadPoolExecutor(12) as pool:
        for number, submission in enumerate(waiting):
            rated = [{"requirement": one.requirement, "level": one.level} for one in ratings[submission.achievement]]
            body = {"decision": "approve", "ratings": rated}
            path = f"/api/reviews/{submission.id}/decision"
            pool.submit(said, submission.id, lambda p=path, b=body: client.post(p, json=b, headers=reviewer))
            if number < UPLOADS:
                file = {"file": (f"notes-{number}.txt", b"What I saw: " + b"." * 480_000, "text/plain")}
                path = f"/api/submissions/{draft.id}/files"
                pool.submit(
                    said, f"notes-{number}.txt", lambda f=file, p=path: client.post(p, files=f, headers=teacher)
                )
        assert many.wait(30)
        begun = time.monotonic()
        assert server.stop(within_s=20) == 0
        assert time.monotonic() - begun < 20
    assert "Traceback" not in server.log.read_text()

    house = _house(server, folder, clock=Clock(NOW.replace(hour=20)))
    approved = [id for id, status in answered.items() if status == 200]
    assert approved
    assert set(answered.values()) <= {0, 200, 201, 503}, answered
    assert {house.submission(id).state for id in approved} == {SubmissionState.APPROVED}
    house.recover.run_once()
    issued = [award for one in teachers for award in house.awards(one)]
    assert {award.state for award in issued} == {IssueState.ISSUED}
    assert {award.submission_id for award in issued if award.submission_id} >= set(approved)
    assert 201 in answered.values()
    kept = json.dumps([file.name for file in house.store.read(lambda tx: tx.submissions.files_of(draft.id))])
    assert all(name in kept for name, status in answered.items() if status == 201)
    assert house.problems() == []
    house.close()
