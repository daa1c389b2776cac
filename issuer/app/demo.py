"""Demo people and badges, made the way real ones are: evidence handed in, reviewed, issued.

For trying the service out on one's own machine; the password is public.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from badge_classes import BadgeClass
from badge_classes.examples import Example, load_example
from issuer.app.composition import Service
from issuer.domain.award import Award, Standing
from issuer.domain.people import Organisation, Person, Role
from issuer.domain.review import Decision, Rating
from issuer.domain.submission import Submission, SubmissionState
from issuer.errors import NotFound
from issuer.services.access import OPERATOR
from issuer.services.review import Decided

DEMO_PASSWORD = "blue-dots-yellow-dots"
SEEDED_FACT = "demo"

MAPLE_STREET = "Maple Street School"
RIVERSIDE = "Riverside School"


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to sign in as."""

    email: str
    name: str
    school: str
    roles: frozenset[Role]


TEACHER = DemoPerson("teacher@demo.example", "Renée Whitfield", MAPLE_STREET, frozenset({Role.TEACHER}))
REVIEWER = DemoPerson("reviewer@demo.example", "Jordan Avery", MAPLE_STREET, frozenset({Role.REVIEWER}))
ADMINISTRATOR = DemoPerson("administrator@demo.example", "Priya Nair", MAPLE_STREET, frozenset({Role.ADMINISTRATOR}))
COLLEAGUE = DemoPerson(
    "colleague@demo.example", "Samuel Okafor", MAPLE_STREET, frozenset({Role.TEACHER, Role.REVIEWER})
)
OTHER_TEACHER = DemoPerson("teacher@riverside.example", "Lena Vogt", RIVERSIDE, frozenset({Role.TEACHER}))
OTHER_REVIEWER = DemoPerson("reviewer@riverside.example", "Noor Haddad", RIVERSIDE, frozenset({Role.REVIEWER}))
PEOPLE = (TEACHER, REVIEWER, ADMINISTRATOR, COLLEAGUE, OTHER_TEACHER, OTHER_REVIEWER)

OPENED = ("focusing-on-student-learning", "looking-at-student-work", "understanding-improvement")
PRIVATE = "collecting-data"
REVOKED = "establishing-a-common-aim"
SUSPENDED = "facilitating-peer-reflection"
RETURNED = "soliciting-feedback-from-peers"
WAITING = "using-improvement-methods"
DRAFT = "sharing-learning"
SHARED = "sharing-improvement-strategies"
SHARED_TITLE = "A printed box makes students estimate first"

NARRATIVE = (
    "My students could repeat a task in their own words but did not know how to begin it. "
    "Watching the first two minutes of group work, twice, changed how I hand a task over."
)
FEEDBACK = "The survey is there. Please add what you changed in your practice after reading the answers."
REVOKED_BECAUSE = "The data collection tools turned out to be a colleague’s."
SUSPENDED_BECAUSE = "One of the videos is being checked for consent."


def seed(service: Service) -> dict[str, str]:
    """Make the demo unless it is there already; returns the addresses of the opened badges by name.

    Every step looks first whether it was done, so a start that was cut short is finished by the next one.
    Raises IssuerError where the catalogue or the clock do not allow it.
    """
    if service.store.read(lambda tx: tx.facts.get(SEEDED_FACT)) is None:
        stage = Stage(service)
        stage.admit(PEOPLE)
        _perform(stage)
        service.store.write(lambda tx: tx.facts.set(SEEDED_FACT, "made"))
    return _opened(service)


class Stage:
    """The services as the demo people use them."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.desk = service.desk
        self.people: dict[str, Person] = {}

    def admit(self, people: tuple[DemoPerson, ...]) -> None:
        """Open the accounts and schools that are missing."""
        for one in people:
            self.people[one.email] = self._account(one)

    def id(self, person: DemoPerson) -> str:
        return self.people[person.email].id

    def example(self, slug: str) -> tuple[BadgeClass, Example]:
        """A badge class with its example evidence. Raises NotFound where the catalogue has none."""
        badge_class = next((one for one in self.service.catalogue if one.slug == slug), None)
        example = load_example(badge_class, self.service.settings.catalogue_dir) if badge_class else None
        if badge_class is None or example is None:
            raise NotFound("not_found", f"The catalogue has no example of evidence for {slug}.")
        return badge_class, example

    def draft(self, teacher: DemoPerson, slug: str) -> Submission:
        """The teacher's submission for a badge class, started and filled in with the example if there is none."""
        known = [one for one in self.desk.submit.mine(self.id(teacher)) if one.achievement == slug]
        if known and known[0].evidence:
            return known[0]
        submission = known[0] if known else self.desk.submit.start(self.id(teacher), slug)
        badge_class, example = self.example(slug)
        ids = {file.id: self._attached(teacher, submission, file.name, file.media_type, file.text)
               for file in example.files}  # fmt: skip
        narratives = {badge_class.requirements[0].id: NARRATIVE} if slug == OPENED[0] else {}
        evidence = with_files(example.evidence, ids)
        return self.desk.submit.save(self.id(teacher), submission.id, evidence, narratives).submission

    def hand_in(self, teacher: DemoPerson, slug: str) -> Submission:
        """The same, handed in."""
        submission = self.draft(teacher, slug)
        if submission.state is not SubmissionState.DRAFT:
            return submission
        return self.desk.submit.submit(self.id(teacher), submission.id)

    def approve(self, reviewer: DemoPerson, submission: Submission) -> Decided:
        """Every requirement met, and the badge issued."""
        badge_class = self.service.catalogue.version(submission.achievement, submission.version)
        ratings = [Rating(one.id, one.required_level) for one in badge_class.requirements]
        return self.desk.review.decide(self.id(reviewer), submission.id, Decision.APPROVE, ratings)

    def earned(self, teacher: DemoPerson, slug: str) -> str:
        """The id of the teacher's badge, earned now if it was not before."""
        submission = self.hand_in(teacher, slug)
        if submission.state is SubmissionState.SUBMITTED:
            return self.approve(REVIEWER, submission).awards[0]
        award = self.service.store.read(lambda tx: tx.awards.by_submission(submission.id))
        if award is None:
            raise NotFound("not_found", f"The demo badge for {slug} is not there.")
        self.service.issue.finish([award.id])
        return award.id

    def _account(self, person: DemoPerson) -> Person:
        known = self.service.store.read(lambda tx: tx.people.by_email(person.email))
        if known is not None:
            return known
        school = self._school(person.school)
        return self.desk.administer.add_person(
            OPERATOR, school.id, person.email, person.name, person.roles, DEMO_PASSWORD
        )

    def _school(self, name: str) -> Organisation:
        known = next((one for one in self.desk.administer.organisations(OPERATOR) if one.name == name), None)
        return known or self.desk.administer.add_organisation(OPERATOR, name)

    def _attached(self, teacher: DemoPerson, submission: Submission, name: str, media_type: str, text: str) -> str:
        return self.desk.attach.add_file(self.id(teacher), submission.id, name, media_type, [text.encode()]).id


def with_files(value: Any, ids: dict[str, str]) -> Any:
    """Evidence in which every id of an example's file is that of the uploaded one."""
    if isinstance(value, dict):
        return {name: with_files(member, ids) for name, member in value.items()}
    if isinstance(value, list):
        return [with_files(member, ids) for member in value]
    return ids.get(value, value) if isinstance(value, str) else value


def _perform(stage: Stage) -> None:
    """Something of every kind; nothing beyond the people where the catalogue is another one."""
    offered = {one.slug for one in stage.service.catalogue}
    if not offered.issuperset({*OPENED, PRIVATE, REVOKED, SUSPENDED, RETURNED, WAITING, DRAFT, SHARED}):
        return
    teacher, desk = stage.id(TEACHER), stage.desk
    for slug in (*OPENED, REVOKED, SUSPENDED):
        desk.share.set_open(teacher, stage.earned(TEACHER, slug), is_open=True)
    stage.earned(TEACHER, PRIVATE)
    _set_aside(stage, REVOKED, desk.stand.revoke, REVOKED_BECAUSE)
    _set_aside(stage, SUSPENDED, desk.stand.suspend, SUSPENDED_BECAUSE)
    _return(stage)
    stage.hand_in(TEACHER, WAITING)
    stage.hand_in(OTHER_TEACHER, WAITING)
    _begin(stage)
    _share(stage)


def _share(stage: Stage) -> None:
    """The colleague's approved work, published with the word that its file tells of no student."""
    colleague, share = stage.id(COLLEAGUE), stage.desk.share_work
    stage.earned(COLLEAGUE, SHARED)
    submission = next(one.id for one in stage.desk.submit.mine(colleague) if one.achievement == SHARED)
    if submission in share.mine(colleague):
        return
    settled = [one.pointer for one in share.save(colleague, submission, SHARED_TITLE, {}, ()).hindrances]
    prepared = share.save(colleague, submission, SHARED_TITLE, {}, (), settled)
    share.publish(colleague, submission, prepared.preview.digest)


def _set_aside(stage: Stage, slug: str, change: Callable[[str, str, str], Award], reason: str) -> None:
    award = stage.desk.share.own(stage.id(TEACHER), stage.earned(TEACHER, slug)).award
    if award.standing is Standing.ACTIVE:
        change(stage.id(REVIEWER), award.id, reason)


def _return(stage: Stage) -> None:
    submission = stage.hand_in(TEACHER, RETURNED)
    if submission.state is SubmissionState.SUBMITTED:
        badge_class = stage.service.catalogue.version(submission.achievement, submission.version)
        ratings = [Rating(one.id, one.levels[0].id) for one in badge_class.requirements]
        stage.desk.review.decide(stage.id(REVIEWER), submission.id, Decision.RETURN, ratings, FEEDBACK)


def _begin(stage: Stage) -> None:
    """A draft with something still missing."""
    teacher = stage.id(TEACHER)
    if all(one.achievement != DRAFT for one in stage.desk.submit.mine(teacher)):
        _, example = stage.example(DRAFT)
        submission = stage.desk.submit.start(teacher, DRAFT)
        begun = {name: value for name, value in example.evidence.items() if name not in ("artifacts", "reflection")}
        stage.desk.submit.save(teacher, submission.id, begun)


def _opened(service: Service) -> dict[str, str]:
    teacher = service.store.read(lambda tx: tx.people.by_email(TEACHER.email))
    if teacher is None:
        return {}
    badges = service.desk.share.backpack(teacher.id).badges
    return {
        f"{one.badge_class.name} ({one.award.standing})": service.desk.urls.credential(one.award.id)
        for one in reversed(badges)
        if one.is_open
    }
