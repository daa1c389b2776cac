"""`make bench-pages`: how large and how quick every page is when 10,000 submissions are there.

A page is what a first visit moves: the document and the styles, scripts and pictures that it names. The service
answers one request after the other, from a process of its own; wants a quiet machine.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import quantiles

import httpx
from demo_pages import REFUSED, places

from issuer.app.composition import Service, compose
from issuer.app.demo import DEMO_PASSWORD, REVIEWER, TEACHER, Stage, seed
from issuer.domain.people import Person, Role
from issuer.domain.review import Decision, Rating, Review
from issuer.domain.submission import Submission, SubmissionState, attempt_of
from issuer.services.access import OPERATOR
from issuer.services.ports import Transaction
from issuer.settings import from_environment
from tests.bench.over_http import environment_of, free_port, served

MAX_BYTES = 100_000
MAX_P95_MS = 100.0
TEACHERS = 250
BADGES = 300
STATES = (
    *[SubmissionState.SUBMITTED] * 6, *[SubmissionState.DECLINED] * 6, *[SubmissionState.RETURNED] * 2,
    *[SubmissionState.DRAFT] * 4, *[SubmissionState.WITHDRAWN] * 2,
)  # fmt: skip
"""How the states of submissions are spread; approved ones are issued besides."""
LOADED = re.compile(r'<(?:link rel="(?:stylesheet|icon)"|script|img)[^>]*?(?:href|src)="(/[^"]+)"')


@dataclass(frozen=True)
class Weighed:
    """One page. size_bytes: with all that it loads. p95_ms: of its document alone."""

    name: str
    document_bytes: int
    size_bytes: int
    p50_ms: float
    p95_ms: float

    @property
    def is_within(self) -> bool:
        return self.size_bytes <= MAX_BYTES and self.p95_ms <= MAX_P95_MS


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-pages", description=__doc__)
    parser.add_argument("--submissions", type=int, default=10_000)
    parser.add_argument("--visits", type=int, default=60, help="how often each page is asked for")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {**environment_of(Path(folder), port), "DEMO": "on"}
        service = compose(from_environment(environment))
        try:
            seed(service)
            _fill(service, asked.submissions)
            pages = places(service)
        finally:
            service.close()
        with served(environment, port):
            weighed = [_told(one) for one in _weigh(f"http://localhost:{port}", pages, asked.visits)]
    beyond = [one.name for one in weighed if not one.is_within]
    verdict = f"NOT REACHED by {', '.join(beyond)}" if beyond else "reached"
    print(f"{len(weighed)} pages over {asked.submissions:,} submissions, each at most {MAX_BYTES:,} bytes "
          f"and {MAX_P95_MS:.0f} ms at the 95th percentile: {verdict}")  # fmt: skip
    sys.exit(1 if beyond else 0)


def _told(page: Weighed) -> Weighed:
    sizes = f"{page.document_bytes:>9,} B  with all it loads {page.size_bytes:>9,} B"
    times = f"median {page.p50_ms:6.1f} ms  p95 {page.p95_ms:6.1f} ms"
    print(f"{page.name:22} {sizes}  {times}{'' if page.is_within else '  BEYOND'}", flush=True)
    return page


def _fill(service: Service, wanted: int) -> None:
    """Teachers of the demo's first school with submissions in every state; some of them became badges."""
    stage = Stage(service)
    stage.admit((TEACHER, REVIEWER))
    school = stage.people[TEACHER.email].organisation_id
    teachers = [
        service.desk.administer.add_person(
            OPERATOR, school, f"teacher{number}@demo.example", f"Teacher {number}", {Role.TEACHER}, DEMO_PASSWORD
        )
        for number in range(TEACHERS)
    ]
    made = _submissions(service, stage, teachers)
    for start in range(0, wanted, 500):
        batch = list(islice(made, min(500, wanted - start)))
        service.store.write(lambda tx, batch=batch: [_keep(tx, one, stage.id(REVIEWER)) for one in batch])
    waiting = [one for one in islice(_submissions(service, stage, teachers), BADGES * 4) if one.state == "submitted"]
    for one in waiting[:BADGES]:
        service.store.write(lambda tx, one=one: _keep(tx, one, stage.id(REVIEWER)))
        stage.approve(REVIEWER, one)


def _submissions(service: Service, stage: Stage, teachers: list[Person]) -> Iterator[Submission]:
    earnable = [one for one in service.catalogue if one.evidence_schema is not None]
    number, now = 0, service.desk.clock()
    while True:
        teacher, badge_class = teachers[number % TEACHERS], earnable[number // TEACHERS % len(earnable)]
        state = STATES[number % len(STATES)]
        at = now - timedelta(minutes=number)
        handed_in = state not in (SubmissionState.DRAFT, SubmissionState.WITHDRAWN)
        yield Submission(
            str(uuid.uuid4()), teacher.id, teacher.organisation_id, badge_class.slug, badge_class.version, state, at,
            at, stage.example(badge_class.slug)[1].evidence, {}, 2, int(handed_in), at if handed_in else None,
        )  # fmt: skip
        number += 1


def _keep(tx: Transaction, submission: Submission, reviewer: str) -> None:
    tx.submissions.add(submission)
    if submission.submitted_at is None:
        return
    tx.submissions.add_attempt(attempt_of(submission, {}))
    if submission.state in (SubmissionState.DECLINED, SubmissionState.RETURNED):
        decision = Decision.DECLINE if submission.state is SubmissionState.DECLINED else Decision.RETURN
        tx.reviews.add(Review(
            str(uuid.uuid4()), submission.id, 1, reviewer, decision, (Rating("any", "not-yet"),),
            "Please see the comments.", "", submission.submitted_at + timedelta(days=1),
        ))  # fmt: skip


def _weigh(url: str, pages: dict[str, str], visits: int) -> Iterator[Weighed]:
    visitors: dict[str, httpx.Client] = {}
    for name, place in pages.items():
        who, path = place.split(" ", 1)
        if who not in visitors:
            visitors[who] = _visitor(url, who)
        yield _weighed(visitors[who], name, path, visits)
    for one in visitors.values():
        one.close()


def _visitor(url: str, who: str) -> httpx.Client:
    client = httpx.Client(base_url=url, headers={"Accept": "text/html"}, timeout=30)
    if who == "-":
        return client
    answer = client.post("/login", data={"email": f"{who}@demo.example", "password": DEMO_PASSWORD},
                         headers={"Sec-Fetch-Site": "same-origin", "Origin": url})  # fmt: skip
    # A client library keeps Secure cookies from plain http, where a browser makes an exception for localhost.
    client.headers["Cookie"] = "; ".join(one.split(";", 1)[0] for one in answer.headers.get_list("set-cookie"))
    if client.get("/account").status_code != 200:
        raise RuntimeError(f"{who} could not sign in: {answer.status_code}")
    return client


def _weighed(client: httpx.Client, name: str, path: str, visits: int) -> Weighed:
    document = client.get(path)
    if document.status_code != REFUSED.get(name, 200):
        raise RuntimeError(f"{name} answered {document.status_code}")
    loaded = sum(len(client.get(one).content) for one in sorted(set(LOADED.findall(document.text))))
    taken_ms = []
    for _ in range(visits):
        begun = time.perf_counter()
        client.get(path)
        taken_ms.append(1_000 * (time.perf_counter() - begun))
    parts = quantiles(taken_ms, n=20)
    return Weighed(name, len(document.content), len(document.content) + loaded, parts[9], parts[18])


if __name__ == "__main__":
    main()
