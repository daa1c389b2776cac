"""Badges, their sealed forms and what they are stacked on, in tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, select, update

from issuer.domain.award import Award, Form, HeldAward, IssuedAward, IssueState, PlannedForm, Standing, StatusEntry
from issuer.errors import Conflict, NotFound
from issuer.storage import schema
from issuer.storage.columns import moment_of
from issuer.storage.statements import changes, insert_if_free, one_row

_AWARD = schema.award.c
_FORM = schema.award_form.c
_CHILD = schema.award_child.c

_ADD = insert_if_free(schema.award)
_ADD_FORM = insert(schema.award_form)
_ADD_CHILD = insert(schema.award_child)
_GET = select(schema.award).where(_AWARD.id == bindparam("id_"))
_ISSUED = (
    select(_AWARD.content_sha256, _AWARD.standing, _AWARD.replaced_by, _AWARD.planned_at, _FORM.tbs_sha256)
    .outerjoin(schema.award_form, and_(_FORM.award_id == _AWARD.id, _FORM.form == bindparam("token")))
    .where(_AWARD.id == bindparam("id_"))
)
_FORMS = select(schema.award_form).where(_FORM.award_id.in_(bindparam("ids", expanding=True))).order_by(_FORM.position)
_CHILDREN = (
    select(_CHILD.award_id, _CHILD.child_id)
    .where(_CHILD.award_id.in_(bindparam("ids", expanding=True)))
    .order_by(_CHILD.position)
)
_BY_SUBMISSION = select(schema.award).where(_AWARD.submission_id == bindparam("submission"))
_AT = select(schema.award).where(_AWARD.list_number == bindparam("list_"), _AWARD.list_index == bindparam("index_"))
_OF_PERSON = (
    select(schema.award)
    .where(_AWARD.person_id == bindparam("person"))
    .order_by(_AWARD.planned_at, _AWARD.id)
)  # fmt: skip
_HELD_BY = select(
    _AWARD.id, _AWARD.achievement, _AWARD.version, _AWARD.standing, _AWARD.planned_at, _AWARD.content_sha256
).where(_AWARD.person_id == bindparam("person")).order_by(_AWARD.planned_at, _AWARD.id)  # fmt: skip
_STACKED_ON = (
    select(schema.award)
    .join(schema.award_child, _CHILD.award_id == _AWARD.id)
    .where(_CHILD.child_id == bindparam("child"))
    .order_by(_AWARD.planned_at, _AWARD.id)
)
_PAGE = (
    select(schema.award)
    .where(_AWARD.id > bindparam("after"))
    .order_by(_AWARD.id)
    .limit(bindparam("limit"))
)  # fmt: skip
_PAGE_OF_ORGANISATION = _PAGE.join(schema.person, schema.person.c.id == _AWARD.person_id).where(
    schema.person.c.organisation_id == bindparam("organisation")
)
_UNFINISHED = (
    select(_AWARD.id)
    .where(_AWARD.state.in_([IssueState.PLANNED.value, IssueState.SEALED.value]))
    .order_by(_AWARD.planned_at, _AWARD.id)
    .limit(bindparam("limit"))
)
_REDEEM = update(schema.award).where(
    _AWARD.id == bindparam("id_"),
    _AWARD.lint_token == bindparam("token"),
    _AWARD.lint_redeemed_at.is_(None),
)
_SEAL = update(schema.award_form).where(
    _FORM.award_id == bindparam("id_"), _FORM.form == bindparam("form_"), _FORM.sealed.is_(None)
)
_ADD_FORM_LATER = insert_if_free(schema.award_form)
_LAST_POSITION = select(func.max(_FORM.position)).where(_FORM.award_id == bindparam("id_"))
_REDEEM_FORM = update(schema.award_form).where(
    _FORM.award_id == bindparam("id_"),
    _FORM.form == bindparam("form_"),
    _FORM.lint_token == bindparam("token"),
    _FORM.lint_redeemed_at.is_(None),
)
_LACKING = (
    select(_AWARD.id)
    .where(
        _AWARD.id > bindparam("after"),
        _AWARD.state == IssueState.ISSUED.value,
        _AWARD.standing == Standing.ACTIVE.value,
        bindparam("wanted")
        > select(func.count())
        .select_from(schema.award_form)
        .where(
            _FORM.award_id == _AWARD.id,
            _FORM.form.in_(bindparam("forms", expanding=True)),
            _FORM.sealed.is_not(None),
        )
        .correlate(schema.award)
        .scalar_subquery(),
    )
    .order_by(_AWARD.id)
    .limit(bindparam("limit"))
)
_SEALED = select(_FORM.sealed).where(_FORM.award_id == bindparam("id_"), _FORM.form == bindparam("form_"))
_ADVANCE = update(schema.award).where(_AWARD.id == bindparam("id_"), _AWARD.state == bindparam("start"))
_STAND = update(schema.award).where(_AWARD.id == bindparam("id_"), _AWARD.standing == bindparam("expected"))
_HOLDER = select(_AWARD.id).where(_AWARD.living_key == bindparam("key"))
_UPDATE = update(schema.award).where(_AWARD.id == bindparam("id_"))

_TOKEN = Form.VC_JWT.value
_STANDINGS = {standing.value: standing for standing in Standing}


class SqlAwards:
    """Fulfils `ports.Awards`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, award: Award) -> None:
        """Raises Conflict (`issue.duplicate`) when the submission has its badge or the living key is taken."""
        if not changes(self._connection, _ADD, _values(award)):
            raise _duplicate()
        if award.forms:
            self._connection.execute(_ADD_FORM, [_form_values(award.id, *form) for form in enumerate(award.forms)])
        if award.children:
            rows = [
                {"award_id": award.id, "position": position, "child_id": child}
                for position, child in enumerate(award.children)
            ]
            self._connection.execute(_ADD_CHILD, rows)

    def get(self, id: str) -> Award | None:
        return self._one(self._connection.execute(_GET, {"id_": id}).one_or_none())

    def issued(self, id: str) -> IssuedAward | None:
        row = one_row(self._connection, _ISSUED, {"id_": id, "token": _TOKEN})
        if row is None:
            return None
        content_sha256, standing, replaced_by, planned_at, token_sha256 = row
        return IssuedAward(content_sha256, _STANDINGS[standing], replaced_by, moment_of(planned_at), token_sha256)

    def by_submission(self, submission_id: str) -> Award | None:
        return self._one(self._connection.execute(_BY_SUBMISSION, {"submission": submission_id}).one_or_none())

    def at(self, status: StatusEntry) -> Award | None:
        values = {"list_": status.list_number, "index_": status.index}
        return self._one(self._connection.execute(_AT, values).one_or_none())

    def of_person(self, person_id: str) -> list[Award]:
        return self._all(self._connection.execute(_OF_PERSON, {"person": person_id}).all())

    def held_by(self, person_id: str) -> list[HeldAward]:
        rows = self._connection.execute(_HELD_BY, {"person": person_id})
        return [
            HeldAward(row.id, row.achievement, row.version, Standing(row.standing), row.planned_at, row.content_sha256)
            for row in rows
        ]

    def stacked_on(self, child_id: str) -> list[Award]:
        return self._all(self._connection.execute(_STACKED_ON, {"child": child_id}).all())

    def page(self, limit: int, after_id: str | None = None, organisation_id: str | None = None) -> list[Award]:
        values = {"after": after_id or "", "limit": limit}
        if organisation_id is None:
            return self._all(self._connection.execute(_PAGE, values).all())
        values["organisation"] = organisation_id
        return self._all(self._connection.execute(_PAGE_OF_ORGANISATION, values).all())

    def unfinished(self, limit: int) -> list[str]:
        return list(self._connection.execute(_UNFINISHED, {"limit": limit}).scalars())

    def redeem_lint(self, award_id: str, lint_token: str, now: datetime) -> bool:
        """Mark the token used; False when it does not fit or was used already."""
        values = {"id_": award_id, "token": lint_token, "lint_redeemed_at": now}
        return changes(self._connection, _REDEEM, values) == 1

    def lacking(self, forms: Collection[Form], limit: int, after_id: str = "") -> list[str]:
        """Ids of issued and active awards of which not every one of these forms is sealed, in order of id."""
        values = {"after": after_id, "wanted": len(forms), "forms": [one.value for one in forms], "limit": limit}
        return list(self._connection.execute(_LACKING, values).scalars())

    def add_form(self, award_id: str, planned: PlannedForm) -> bool:
        """Add a planned form after the others; False when there is one of its kind already."""
        last = self._connection.execute(_LAST_POSITION, {"id_": award_id}).scalar_one()
        return changes(self._connection, _ADD_FORM_LATER, _form_values(award_id, last + 1, planned)) == 1

    def redeem_form_lint(self, award_id: str, form: Form, lint_token: str, now: datetime) -> bool:
        """Mark the token of an added form used; False when it does not fit or was used already."""
        values = {"id_": award_id, "form_": form.value, "token": lint_token, "lint_redeemed_at": now}
        return changes(self._connection, _REDEEM_FORM, values) == 1

    def seal(self, award_id: str, form: Form, sealed: bytes, now: datetime) -> None:
        """Store a finished form once. Raises Conflict for other bytes than are stored, NotFound for no such form."""
        values = {"id_": award_id, "form_": form.value, "sealed": sealed, "sealed_at": now}
        if changes(self._connection, _SEAL, values):
            return
        row = self._connection.execute(_SEALED, {"id_": award_id, "form_": form.value}).one_or_none()
        if row is None:
            raise NotFound("not_found", "This badge has no such form.")
        if row.sealed != sealed:
            raise Conflict("state.conflict", "This form of the badge is sealed already, with other bytes.")

    def advance(self, award_id: str, start: IssueState, end: IssueState) -> bool:
        """Compare and set of the state; False when it was elsewhere."""
        values = {"id_": award_id, "start": start.value, "state": end.value}
        return changes(self._connection, _ADVANCE, values) == 1

    def stand(self, award: Award, expected: Standing) -> None:
        """Store standing, reason, time, living_key, replaced_by. Raises Conflict when it has moved on."""
        if award.living_key is not None:
            self._require_free(award.living_key, award.id)
        values = {
            "id_": award.id, "expected": expected.value, "standing": award.standing.value,
            "standing_reason": award.standing_reason, "standing_at": award.standing_at,
            "living_key": award.living_key, "replaced_by": award.replaced_by,
        }  # fmt: skip
        if not changes(self._connection, _STAND, values):
            raise Conflict("state.conflict", "This badge has changed meanwhile. Reload it and try again.")

    def set_opened(self, award_id: str, opened_at: datetime | None) -> None:
        """Raises NotFound when there is no such badge."""
        if not changes(self._connection, _UPDATE, {"id_": award_id, "opened_at": opened_at}):
            raise NotFound("not_found", "There is no such badge.")

    def _require_free(self, living_key: str, award_id: str) -> None:
        holder = self._connection.execute(_HOLDER, {"key": living_key}).scalar_one_or_none()
        if holder not in (None, award_id):
            raise _duplicate()

    def _one(self, row: Row[Any] | None) -> Award | None:
        return None if row is None else self._all([row])[0]

    def _all(self, rows: Sequence[Row[Any]]) -> list[Award]:
        forms: dict[str, list[PlannedForm]] = defaultdict(list)
        children: dict[str, list[str]] = defaultdict(list)
        if rows:
            for form in self._connection.execute(_FORMS, {"ids": [row.id for row in rows]}):
                forms[form.award_id].append(_as_form(form))
        if stacked := [row.id for row in rows if row.child_count]:
            for award_id, child_id in self._connection.execute(_CHILDREN, {"ids": stacked}):
                children[award_id].append(child_id)
        return [_as_award(row, tuple(forms[row.id]), tuple(children[row.id])) for row in rows]


def _duplicate() -> Conflict:
    return Conflict("issue.duplicate", "This badge was awarded already.")


def _values(award: Award) -> dict[str, Any]:
    return {
        "id": award.id, "person_id": award.person_id, "submission_id": award.submission_id,
        "achievement": award.achievement, "version": award.version,
        "list_number": award.status.list_number, "list_index": award.status.index,
        "content": award.content, "content_sha256": award.content_sha256, "lint_token": award.lint_token,
        "valid_from": award.valid_from, "awarded_at": award.awarded_at, "planned_at": award.planned_at,
        "state": award.state.value, "standing": award.standing.value,
        "standing_reason": award.standing_reason, "standing_at": award.standing_at,
        "living_key": award.living_key, "child_count": len(award.children),
        "replaces": award.replaces, "replaced_by": award.replaced_by, "opened_at": award.opened_at,
    }  # fmt: skip


def _form_values(award_id: str, position: int, form: PlannedForm) -> dict[str, Any]:
    return {**vars(form), "form": form.form.value, "award_id": award_id, "position": position}


def _as_form(row: Row[Any]) -> PlannedForm:
    return PlannedForm(
        Form(row.form), row.verification_method, row.tbs, row.tbs_sha256, row.sealed, row.lint_token, row.planned_at
    )


def _as_award(row: Row[Any], forms: tuple[PlannedForm, ...], children: tuple[str, ...]) -> Award:
    return Award(
        id=row.id, person_id=row.person_id, submission_id=row.submission_id,
        achievement=row.achievement, version=row.version,
        status=StatusEntry(row.list_number, row.list_index),
        content=row.content, content_sha256=row.content_sha256, lint_token=row.lint_token, forms=forms,
        valid_from=row.valid_from, awarded_at=row.awarded_at, planned_at=row.planned_at,
        state=IssueState(row.state), standing=Standing(row.standing),
        standing_reason=row.standing_reason, standing_at=row.standing_at,
        living_key=row.living_key, children=children,
        replaces=row.replaces, replaced_by=row.replaced_by, opened_at=row.opened_at,
    )  # fmt: skip
