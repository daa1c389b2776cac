"""Adding the forms that a badge does not get with its approval: the same award, the same content.

A badge just issued is expected here and gets them within seconds. One that was issued before there were such forms,
or whose turn was cut short, gets them when all badges are looked through. For each form two transactions that can be
repeated: its plan, then its sealed bytes. What is cut short between them is finished from the plan with its bytes.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from issuer.domain.award import Award, Form, IssueState, PlannedForm, Standing
from issuer.errors import Conflict, IssuerError
from issuer.issuance.prepare import Preparer
from issuer.services.access import OPERATOR
from issuer.services.issue import Seals
from issuer.services.ports import Clock, Store, Transaction

BADGES_AT_A_TIME = 50
MAX_EXPECTED = 10_000
REST = timedelta(hours=1)

log = logging.getLogger(__name__)


class AddForms:
    """Looks through the issued badges, some at a time, for those that lack a form that badges are planned in today.

    Revoked, suspended, superseded and expired badges stay as they are. Once all badges were looked at it rests for
    an hour, unless a form has come meanwhile. Thread-safe.
    """

    def __init__(self, store: Store, preparer: Preparer, sealer: Seals, clock: Clock) -> None:
        self._store = store
        self._preparer = preparer
        self._sealer = sealer
        self._clock = clock
        self._turn = threading.Lock()
        self._after = ""
        self._rested: tuple[frozenset[Form], datetime] | None = None
        self._expected: deque[str] = deque()
        self._told: Callable[[], None] = _nobody

    def tell(self, told: Callable[[], None]) -> None:
        """Call `told` whenever a badge is expected here."""
        self._told = told

    def expect(self, award_id: str) -> None:
        """Remember a badge that was just issued for `run_next`; beyond a bound, for the next look at all badges."""
        if len(self._expected) < MAX_EXPECTED:
            self._expected.append(award_id)
        else:
            self._rested = None
        self._told()

    def run_next(self) -> bool:
        """Add what is missing to the badge that was expected first; False when none is."""
        with self._turn:
            try:
                award_id = self._expected.popleft()
            except IndexError:
                return False
            self._guarded(award_id, self._preparer.forms)
            return True

    def run_some(self, limit: int = BADGES_AT_A_TIME) -> int:
        """Look at the next badges that lack a form, while resting at those just issued; returns how many were sealed.

        A badge that cannot have one is logged and passed over until the next round.
        """
        with self._turn:
            forms = self._preparer.forms
            if self._is_resting(forms):
                waiting = min(limit, len(self._expected))
                return sum(self._guarded(self._expected.popleft(), forms) for _ in range(waiting))
            ids = self._store.read(lambda tx: tx.awards.lacking(forms, limit, self._after))
            sealed = sum(self._guarded(award_id, forms) for award_id in ids)
            self._after = ids[-1] if len(ids) == limit else ""
            self._rested = None if self._after else (forms, self._clock())
            return sealed

    def run_all(self) -> int:
        """Look at every badge once, from the first on; returns how many forms were sealed."""
        with self._turn:
            self._after, self._rested = "", None
            self._expected.clear()
        sealed = 0
        while self._rested is None:
            sealed += self.run_some()
        return sealed

    def _is_resting(self, forms: frozenset[Form]) -> bool:
        return self._rested is not None and self._rested[0] == forms and self._clock() < self._rested[1] + REST

    def _guarded(self, award_id: str, forms: Collection[Form]) -> int:
        try:
            return self.add_to(award_id, forms)
        except IssuerError as error:
            log.error("forms.not_added", extra={"award": award_id, "code": error.code})
        except Exception as error:
            log.exception("forms.not_added", extra={"award": award_id, "code": type(error).__name__})
        return 0

    def add_to(self, award_id: str, forms: Collection[Form]) -> int:
        """Plan what is missing of `forms` and seal it; returns how many forms were sealed.

        Raises what planning, signing or storage raises.
        """
        award = self._award(award_id)
        if award is None or not self._is_in_force(award):
            return 0
        missing = frozenset(forms) - {one.form for one in award.forms}
        if missing:
            self._plan(award, missing)
            award = self._award(award_id) or award
        return self._seal(award)

    def _award(self, award_id: str) -> Award | None:
        return self._store.read(lambda tx: tx.awards.get(award_id))

    def _is_in_force(self, award: Award) -> bool:
        end = self._preparer.ends_at(award.content)
        return _is_open(award) and (end is None or self._clock() < end)

    def _plan(self, award: Award, missing: Collection[Form]) -> None:
        added = self._preparer.plan_added(award, missing)

        def work(tx: Transaction) -> None:
            now = self._clock()
            for planned in added:
                if _is_open(tx.awards.get(award.id)) and tx.awards.add_form(award.id, replace(planned, planned_at=now)):
                    details = {"form": planned.form.value, f"tbs_sha256.{planned.form}": planned.tbs_sha256}
                    tx.audit.append(now, "award.form_planned", OPERATOR, award.id, details)

        self._store.write(work)

    def _seal(self, award: Award) -> int:
        waiting = [planned for planned in award.forms if planned.is_added and planned.sealed is None]
        others = [planned for planned in award.forms if planned not in waiting]
        sealed = 0
        for planned in waiting:
            body = self._sealer.seal(replace(award, forms=(*others, planned)))[planned.form]
            sealed += self._store_sealed(award.id, planned, body)
        return sealed

    def _store_sealed(self, award_id: str, planned: PlannedForm, body: bytes) -> bool:
        """False when the badge has ended meanwhile, or another process was first."""

        def work(tx: Transaction) -> bool:
            now = self._clock()
            award = tx.awards.get(award_id)
            if not _is_open(award):
                return False
            if not tx.awards.redeem_form_lint(award_id, planned.form, planned.lint_token or "", now):
                _require_sealed(award, planned.form)
                return False
            tx.awards.seal(award_id, planned.form, body, now)
            tx.audit.append(now, "award.form_sealed", OPERATOR, award_id, {"form": planned.form.value})
            return True

        return self._store.write(work)


def _nobody() -> None:
    """Where nothing runs in the background."""


def _is_open(award: Award | None) -> bool:
    return award is not None and award.state is IssueState.ISSUED and award.standing is Standing.ACTIVE


def _require_sealed(award: Award | None, form: Form) -> None:
    if award is None or award.sealed(form) is None:
        raise Conflict("issue.token", "This form was never checked, or its check was used already.")
