"""Who may touch which object: the one place where ownership and organisation are checked.

What a person may not know of is answered exactly like what does not exist.
"""

from __future__ import annotations

from issuer.domain.award import Award
from issuer.domain.evidence_file import EvidenceFile
from issuer.domain.people import Person, Role
from issuer.domain.review import is_own_work, require_reviewer
from issuer.domain.submission import Submission
from issuer.errors import Forbidden, NotFound
from issuer.services.ports import Transaction

OPERATOR = "operator"
"""Actor id of commands given on the machine itself."""


def not_found() -> NotFound:
    return NotFound("not_found", "There is nothing here, or it is not yours to see.")


def actor(tx: Transaction, person_id: str) -> Person:
    """The person as they are now. Raises Forbidden when the account was closed meanwhile."""
    person = tx.people.get(person_id)
    if person is None or person.disabled_at is not None:
        raise Forbidden("forbidden", "This account is closed.")
    return person


def require_role(person: Person, role: Role) -> None:
    """Raises Forbidden when the person does not hold the role."""
    if not person.has(role):
        raise Forbidden("forbidden", f"Only {'an' if role is Role.ADMINISTRATOR else 'a'} {role} may do this.")


def require_administrator(tx: Transaction, by: str) -> None:
    """Raises Forbidden for anybody but administrators and the operator of the machine."""
    if by != OPERATOR:
        require_role(actor(tx, by), Role.ADMINISTRATOR)


def own_submission(tx: Transaction, person: Person, submission_id: str) -> Submission:
    """The person's own submission. Raises NotFound for everybody else's."""
    submission = tx.submissions.get(submission_id)
    if submission is None or submission.teacher_id != person.id:
        raise not_found()
    return submission


def reviewable_submission(tx: Transaction, person: Person, submission_id: str) -> tuple[Submission, Person]:
    """A submission this person may judge, with its teacher.

    Raises Forbidden for people who are no reviewers and for one's own work, NotFound otherwise.
    """
    require_role(person, Role.REVIEWER)
    submission = tx.submissions.get(submission_id)
    if submission is None or submission.attempt == 0:
        raise not_found()
    teacher = tx.people.get(submission.teacher_id)
    if teacher is None:
        raise not_found()
    require_reviewer(person, submission, teacher)
    return submission, teacher


def readable_file(tx: Transaction, person: Person, file_id: str) -> EvidenceFile:
    """A file of one's own, or of a handed-in submission that one may judge. Raises NotFound otherwise."""
    file = tx.submissions.file(file_id)
    if file is None:
        raise not_found()
    if file.owner_id != person.id:
        _require_judge(tx, person, file)
    return file


def _require_judge(tx: Transaction, person: Person, file: EvidenceFile) -> None:
    try:
        reviewable_submission(tx, person, file.submission_id)
    except Forbidden:
        raise not_found() from None
    if not any(file.id in attempt.file_digests for attempt in tx.submissions.attempts(file.submission_id)):
        raise not_found()


def own_award(tx: Transaction, person: Person, award_id: str) -> Award:
    """A badge of one's own. Raises NotFound for everybody else's."""
    award = tx.awards.get(award_id)
    if award is None or award.person_id != person.id:
        raise not_found()
    return award


def governed_award(tx: Transaction, person: Person, award_id: str) -> Award:
    """A badge whose history this person may read.

    Administrators govern every badge, reviewers those of their organisation.
    Raises Forbidden for everybody else, NotFound for another organisation's badge.
    """
    if not (person.has(Role.ADMINISTRATOR) or person.has(Role.REVIEWER)):
        raise Forbidden("forbidden", "Only reviewers and administrators may do this.")
    award = tx.awards.get(award_id)
    earner = tx.people.get(award.person_id) if award is not None else None
    if award is None or earner is None:
        raise not_found()
    if not person.has(Role.ADMINISTRATOR) and earner.organisation_id != person.organisation_id:
        raise not_found()
    return award


def changeable_award(tx: Transaction, person: Person, award_id: str) -> tuple[Award, Person]:
    """A badge whose standing this person may change, with its earner.

    Raises what `governed_award` raises, and Forbidden for one's own badge, whatever one's roles.
    """
    award = governed_award(tx, person, award_id)
    earner = tx.people.get(award.person_id)
    if earner is None:
        raise not_found()
    if is_own_work(person, earner):
        raise Forbidden("review.conflict_of_interest", "You cannot change the standing of your own badge.")
    return award, earner
