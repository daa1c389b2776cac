"""Looking an installation over: every invariant of its data, and every stored badge verified again."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.app.composition import Service
from issuer.domain.award import Award, IssueState
from issuer.issuance.forms import SECURING
from issuer.storage.invariants import Violation, violations
from issuer.storage.opening import open_store
from issuer.verification.proving import LOGGED_BEFORE
from issuer.verification.readers import current_reader
from issuer.verification.report import Outcome

PAGE = 200
_MUST_PASS = ("input", "structure", "binding", "proof", "schema")


def inspect(service: Service) -> list[Violation]:
    """Everything that is wrong with database, published lists and evidence files; empty when all is well."""
    store = open_store(service.settings.database_url)
    try:
        return violations(store, service.clock(), service.publications, service.blobs, service.marks.read())
    finally:
        store.close()


def inspect_badges(service: Service) -> Iterator[Violation]:
    """I6: the stored badges, or what they carry, that no longer verify; standing and dates may have changed.

    Badges whose key was lost are among them: this service believes them by its own record, and nobody else does.
    """
    after: str | None = None
    while page := _page(service, after):
        for award in page:
            if award.state is IssueState.ISSUED and not _verifies(service, award):
                yield Violation("I6", award.id)
        after = page[-1].id


def stray_files(service: Service) -> list[str]:
    """Stored files without a row: uploads under way, or cut short and swept at the next start."""
    known = service.store.read(lambda tx: set(tx.submissions.file_ids()))
    return sorted(set(service.blobs.ids()) - known)


def _page(service: Service, after: str | None) -> list[Award]:
    return service.store.read(lambda tx: tx.awards.page(PAGE, after))


def _verifies(service: Service, award: Award) -> bool:
    for form in award.forms:
        if form.sealed is None and form.is_added:
            continue
        securing = SECURING[form.form]
        shown = securing.shown(form.sealed or b"", current_reader())
        report = service.desk.verify.verify(shown, securing.media_type)
        if LOGGED_BEFORE in report.flags or any(report.outcome(name) is not Outcome.PASSED for name in _MUST_PASS):
            return False
    return True
