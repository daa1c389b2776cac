"""The whole service over throw-away keys and folders, with a clock that the test moves."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from migrated import put_migrated

import badge_classes
from badge_classes import BadgeClass, Catalogue
from badge_classes.examples import Example, load_example
from issuer.app.adapters import Adapters, open_adapters
from issuer.app.composition import Service, compose
from issuer.domain.award import Award, Form
from issuer.domain.people import Organisation, Person, Role
from issuer.domain.review import Decision, Rating
from issuer.domain.submission import Attempt, Submission, SubmissionState
from issuer.issuance.forms import SECURING
from issuer.services.access import OPERATOR
from issuer.services.review import Decided
from issuer.settings import from_environment
from issuer.storage.invariants import Violation, violations
from issuer.verification.readers import current_reader
from issuer.verification.report import Report

NOW = datetime(2026, 11, 21, 18, 0, 0, 250_000, tzinfo=UTC)
PASSWORD = "seventeen green umbrellas"
CATALOGUE = badge_classes.load()
READER = current_reader()
PASSPHRASE = "a passphrase for the keys of one test"


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class QuickPasswords:
    """Fulfils `ports.Passwords` without the work that a real hash costs."""

    def hash(self, password: str) -> str:
        return hashlib.sha256(password.encode()).hexdigest()

    def matches(self, password_hash: str, password: str) -> bool:
        return self.hash(password) == password_hash


@dataclass
class KeptMail:
    """Fulfils `ports.Mailer` by keeping (Message-ID, to, subject, text); `unsubscribe` by Message-ID."""

    sent: list[tuple[str, str, str, str]]
    unsubscribe: dict[str, str] = field(default_factory=dict)

    def send(self, message_id: str, to: str, subject: str, text: str, unsubscribe_url: str = "") -> None:
        self.sent.append((message_id, to, subject, text))
        self.unsubscribe[message_id] = unsubscribe_url


class House:
    """A composed service in one folder. Open it again on the same folder and it goes on where it was.

    keys: a folder of keys to copy, which saves making them. wrap: puts other adapters around the real ones.
    Tokens are signed with ES256 unless JWT_ALGORITHM says otherwise: RSA keys take most of a second to make and
    a fifth to open.
    """

    def __init__(
        self,
        folder: Path,
        keys: Path | None = None,
        database_url: str | None = None,
        clock: Clock | None = None,
        wrap: Callable[[Adapters], Adapters] = lambda adapters: adapters,
        catalogue: Catalogue = CATALOGUE,
        **environment: str,
    ) -> None:
        self.folder = folder
        self.school_name = "Example School"
        self.clock = clock or Clock()
        if keys is not None and not (folder / "keys").exists():
            shutil.copytree(keys, folder / "keys")
        settings = from_environment(
            {
                "PUBLIC_URL": "https://badges.school.example", "DATA_DIR": str(folder), "KEY_PASSPHRASE": PASSPHRASE,
                "JWT_ALGORITHM": "ES256", "VERIFIER_PROCESSES": "0",
                **({"DATABASE_URL": database_url} if database_url else {}), **environment,
            }
        )  # fmt: skip
        if settings.database_url.startswith("sqlite:///"):
            put_migrated(Path(settings.database_url.removeprefix("sqlite:///")))
        real = open_adapters(settings)
        self.mail = KeptMail([])
        self.adapters = wrap(
            replace(real, clock=self.clock, passwords=QuickPasswords(), mailer=real.mailer or self.mail)
        )
        self.real = real
        self.service: Service = compose(settings, self.adapters, catalogue)
        self.store = self.service.store
        self.catalogue = self.service.catalogue
        desk = self.service.desk
        self.submit, self.review, self.stand, self.share = desk.submit, desk.review, desk.stand, desk.share
        self.attach, self.receive = desk.attach, desk.receive
        self.administer, self.verify, self.publish_status = desk.administer, desk.verify, desk.publish_status
        self.issue, self.recover = self.service.issue, self.service.recover

    def close(self) -> None:
        self.service.close()

    def school(self, name: str = "") -> Organisation:
        """The school of that name (the usual one when it is left out), registered when it is new."""
        name = name or self.school_name
        for organisation in self.administer.organisations(OPERATOR):
            if organisation.name == name:
                return organisation
        return self.administer.add_organisation(OPERATOR, name)

    def person(self, name: str, *roles: Role, email: str = "", school: str = "") -> Person:
        address = email or f"{name}@{school or self.school_name}.example".lower().replace(" ", "-")
        return self.administer.add_person(OPERATOR, self.school(school).id, address, name, roles, PASSWORD)

    def teacher(self, name: str = "Dana Reyes", **more: str) -> Person:
        return self.person(name, Role.TEACHER, **more)

    def reviewer(self, name: str = "Robin Vance", **more: str) -> Person:
        return self.person(name, Role.REVIEWER, **more)

    def administrator(self, name: str = "Alex Admin", **more: str) -> Person:
        return self.person(name, Role.ADMINISTRATOR, **more)

    def badge_class(self, slug: str) -> BadgeClass:
        return self.catalogue.current(slug)

    @property
    def earnable(self) -> list[str]:
        """The slugs of what is earned by evidence, in the catalogue's order."""
        return [one.slug for one in self.catalogue if one.evidence_schema is not None]

    def draft(self, teacher: Person, slug: str) -> Submission:
        """The complete example evidence of a badge class with its files, not handed in yet."""
        example = self.example(slug)
        submission = self.submit.start(teacher.id, slug)
        written = json.dumps(example.evidence)
        for file in example.files:
            stored = self.attach.add_file(teacher.id, submission.id, file.name, file.media_type, [file.text.encode()])
            written = written.replace(file.id, stored.id)
        return self.submit.save(teacher.id, submission.id, json.loads(written)).submission

    def hand_in(self, teacher: Person, slug: str) -> Submission:
        return self.submit.submit(teacher.id, self.draft(teacher, slug).id)

    def waiting(self, teacher: Person, slug: str, narratives: dict[str, str] | None = None) -> Submission:
        """A handed-in submission put straight into the store: quick, with hardly any evidence."""
        badge_class, now = self.badge_class(slug), self.clock()
        submission = Submission(
            str(uuid.uuid4()), teacher.id, teacher.organisation_id, slug, badge_class.version,
            SubmissionState.SUBMITTED, now, now, {"about": slug}, narratives or {}, 2, 1, now,
        )  # fmt: skip
        attempt = Attempt(submission.id, 1, now, submission.evidence, submission.public_narratives, {}, "ab" * 32)

        def work(tx) -> None:
            tx.submissions.add(submission)
            tx.submissions.add_attempt(attempt)

        self.store.write(work)
        return submission

    def example(self, slug: str) -> Example:
        example = load_example(self.badge_class(slug))
        assert example is not None
        return example

    def ratings(self, slug: str, level: str | None = None) -> tuple[Rating, ...]:
        """Every requirement rated, at its required level unless another is named."""
        return tuple(Rating(one.id, level or one.required_level) for one in self.badge_class(slug).requirements)

    def approve(self, reviewer: Person, submission: Submission) -> Decided:
        ratings = self.ratings(submission.achievement)
        return self.review.decide(reviewer.id, submission.id, Decision.APPROVE, ratings, "Well done.")

    def earn(self, teacher: Person, reviewer: Person, slug: str) -> Award:
        """A badge earned with the least effort."""
        return self.award(self.approve(reviewer, self.waiting(teacher, slug)).awards[0])

    def earn_all(self, teacher: Person, reviewer: Person) -> dict[str, Award]:
        """Every badge there is, by slug; the certification that they complete among them."""
        for slug in self.earnable:
            self.earn(teacher, reviewer, slug)
        return {one.achievement: one for one in self.awards(teacher) if one.is_living}

    def whole(self, award: Award) -> Award:
        """The award with the forms that come after the approval as well."""
        self.service.add_forms.add_to(award.id, set(Form))
        return self.award(award.id)

    def award(self, award_id: str) -> Award:
        award = self.store.read(lambda tx: tx.awards.get(award_id))
        assert award is not None
        return award

    def awards(self, person: Person) -> list[Award]:
        return self.store.read(lambda tx: tx.awards.of_person(person.id))

    def submission(self, submission_id: str) -> Submission | None:
        return self.store.read(lambda tx: tx.submissions.get(submission_id))

    def content(self, award: Award) -> dict:
        """What the badge says: its signed JSON without the proof."""
        sealed = award.sealed(Form.EDDSA_RDFC_2022)
        assert sealed is not None
        document = json.loads(sealed)
        del document["proof"]
        return document

    def report(self, award: Award, form: Form = Form.EDDSA_RDFC_2022) -> Report:
        """What everybody is told about the badge, when all of it is shown."""
        sealed = self.award(award.id).sealed(form)
        assert sealed is not None
        return self.verify.verify(SECURING[form].shown(sealed, READER), SECURING[form].media_type)

    def events(self, subject_id: str) -> list[str]:
        """The kinds of what was recorded about something, in order."""
        return [event.kind for event in self.store.read(lambda tx: tx.audit.of_subject(subject_id))]

    def problems(self) -> list[Violation]:
        """Every invariant that does not hold."""
        return violations(self.real.store, self.clock(), self.real.publications, self.real.blobs)
