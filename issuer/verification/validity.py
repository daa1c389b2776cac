"""From when until when a credential counts, and whether that is now.

A token's own bounds and the credential's are taken together: the earliest end and the latest beginning win.
Sources: VCDM 2.0 §4.9, OB 3.0 §9.1 step 4, RFC 7519 §4.1.4 to §4.1.6.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from issuer.errors import Invalid
from issuer.proofs.registered_claims import is_v1
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import format_timestamp, parse_timestamp
from issuer.proofs.vc_jwt import JwtTimes, times_of
from issuer.verification.findings import Findings
from issuer.verification.presented import Presented
from issuer.verification.report import Check, Outcome

LEEWAY_S = 60
_LEEWAY = timedelta(seconds=LEEWAY_S)
_SOURCE = "OB 3.0 §9.1 step 4; VCDM 2.0 §4.9"
_IN_FORCE = Check("validity", Outcome.PASSED, None, "The badge is in force today by its own dates.", _SOURCE)


def check_validity(presented: Presented, now: datetime, findings: Findings) -> None:
    """Add the rows about time.

    Codes: ``time.malformed``, ``.window_inverted``, ``.not_yet_valid``, ``.expired``, and
    ``jose.claims_mismatch`` where a token's times are not its credential's.
    """
    problems = _problems(presented, now)
    for problem in problems:
        findings.add_problem("validity", problem, _SOURCE)
    if not problems:
        findings.add(_IN_FORCE)


def _problems(presented: Presented, now: datetime) -> list[Invalid]:
    token = presented.intake.token
    try:
        token_times = None if token is None else times_of(presented.intake.presented)
        starts, ends, issued = _bounds(presented.document, token_times)
        problem = time_problem(starts, ends, issued, now)
    except Invalid as malformed:
        return [malformed, *presented.time_problems]
    problems = [] if problem is None else [problem]
    if problem is not None and problem.code == "time.window_inverted":
        problems += filter(None, [time_problem(None, ends, None, now)])
    return [*problems, *presented.time_problems]


def bounds_of(document: JsonObject) -> tuple[datetime | None, datetime | None]:
    """Begin and end as the credential itself states them; of two names for one bound the stricter counts.

    Errors: Invalid ``time.malformed``.
    """
    starts, ends = _stated(document, "validFrom"), _stated(document, "validUntil")
    if is_v1(document):
        starts = _one_of(max, starts, _stated(document, "issuanceDate"))
        ends = _one_of(min, ends, _stated(document, "expirationDate"))
    return starts, ends


def _bounds(
    document: JsonObject, token_times: JwtTimes | None
) -> tuple[datetime | None, datetime | None, datetime | None]:
    starts, ends = bounds_of(document)
    _stated(document, "awardedDate")
    if token_times is None:
        return starts, ends, None
    return (
        _one_of(max, starts, _moment(token_times.not_before_s)),
        _one_of(min, ends, _moment(token_times.expires_s)),
        _moment(token_times.issued_s),
    )


def _stated(document: JsonObject, member: str) -> datetime | None:
    return parse_timestamp(document[member], f"/{member}") if member in document else None


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _one_of(
    choose: Callable[[datetime, datetime], datetime], one: datetime | None, other: datetime | None
) -> datetime | None:
    return choose(one, other) if one and other else one or other


def time_problem(
    starts: datetime | None, ends: datetime | None, issued: datetime | None, now: datetime
) -> Invalid | None:
    """What is wrong with these bounds at `now`: beginning, end, and when a token was made."""
    if starts and ends and ends < starts:
        return Invalid("time.window_inverted", "The badge ends before it begins.")
    if ends and now - _LEEWAY > ends:
        return Invalid("time.expired", f"The badge expired on {format_timestamp(ends)}.")
    latest = _one_of(max, starts, issued)
    if latest and now + _LEEWAY < latest:
        return Invalid("time.not_yet_valid", f"The badge does not count before {format_timestamp(latest)}.")
    return None
