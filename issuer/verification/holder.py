"""The holder's signature under a presentation of an SD-JWT, where there is one or one was asked for.

Source: RFC 9901 §7.3. Whether the holder has to sign is the verifier's wish, never the presentation's.
"""

from __future__ import annotations

from datetime import datetime

from issuer.errors import Invalid, Undecided
from issuer.proofs.key_binding import ANYTHING, Expected, check_key_binding
from issuer.proofs.strict_json import parse_object
from issuer.verification.findings import Findings
from issuer.verification.intake import Intake
from issuer.verification.report import Check, Outcome

FOR_SOMEBODY = "proof.domain"
_SOURCE = "RFC 9901 §7.3"
_NOT_SIGNED = Invalid("jose.claims_missing", "The holder has not signed this presentation.")
_BOUND = Check("proof", Outcome.PASSED, None, "The holder has signed this presentation for you.", _SOURCE)


def check_holder(intake: Intake, now: datetime, expected: Expected, findings: Findings) -> None:
    """Add a row about the holder's signature. The issuer's has been verified.

    expected: what the holder was asked to sign; where anything was, the holder has to have signed.
    Codes: those of `check_key_binding`; flag ``proof.domain`` for a signature whose audience or nonce was not compared.
    """
    sd_jwt = intake.sd_jwt
    key_binding = None if sd_jwt is None else sd_jwt.key_binding
    if sd_jwt is None or key_binding is None:
        if expected != ANYTHING:
            findings.add_problem("proof", _NOT_SIGNED, _SOURCE)
        return
    try:
        check_key_binding(sd_jwt, intake.presented, now.timestamp(), expected)
    except (Invalid, Undecided) as problem:
        findings.add_problem("proof", problem, _SOURCE)
        return
    if expected.is_complete:
        findings.add(_BOUND)
        return
    audience = ascii(parse_object(key_binding.payload)["aud"])[:120]
    message = f"The holder has signed this presentation for {audience}. Whether that is you was not compared."
    findings.flag(FOR_SOMEBODY)
    findings.add(Check("proof", Outcome.PASSED, FOR_SOMEBODY, message, _SOURCE))
