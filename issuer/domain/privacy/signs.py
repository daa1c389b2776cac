"""Every kind of sign in one text."""

from __future__ import annotations

from issuer.domain.privacy.email_addresses import email_addresses
from issuer.domain.privacy.flag import PrivacyFlag, SignKind, flag
from issuer.domain.privacy.id_numbers import birth_dates, id_numbers
from issuer.domain.privacy.initials import initials
from issuer.domain.privacy.names import student_names
from issuer.domain.privacy.phone_numbers import phone_numbers
from issuer.domain.privacy.street_addresses import street_addresses


def signs(where: str, text: str, known: frozenset[str], *, anywhere: bool) -> list[PrivacyFlag]:
    """One flag for each different sign in `text`; a longer sign stands for one inside it."""
    found = [
        *((SignKind.EMAIL, sign) for sign in email_addresses(text)),
        *((SignKind.PHONE, sign) for sign in phone_numbers(text)),
        *((SignKind.BIRTH_DATE, sign) for sign in birth_dates(text)),
        *((SignKind.ID_NUMBER, sign) for sign in id_numbers(text)),
        *((SignKind.ADDRESS, sign) for sign in street_addresses(text)),
        *((SignKind.NAME, sign) for sign in student_names(text, known, anywhere=anywhere)),
        *((SignKind.NAME, sign) for sign in initials(text)),
    ]
    return [flag(where, kind, sign) for kind, sign in dict.fromkeys(found)]
