"""What a reader can do about a check that did not simply pass, by its stable code."""

from __future__ import annotations

from collections.abc import Mapping

_ASK_HOLDER = "Ask whoever showed it to you for the badge as its issuer gave it to them."
_ASK_ISSUER = "Ask the issuer, by an address you know from elsewhere, whether the badge is theirs."
_ISSUERS_FAULT = "The issuer has to put this right. Tell them, and ask for a new badge."
_LATER = "Try again later. If it stays so, ask the issuer."
_TODAY = "Do not count on it today. Ask the issuer what has become of it."
_NOTHING_OF_IT = "Do not rely on it, and tell the issuer who is named in it."
_OTHER_FORM = "Ask for the badge in another form, or check it with other software as well."

_BY_CODE: Mapping[str, str] = {
    "content.bidi_control": "Read the texts with care: signs in them turn the direction of writing.",
    "credential.superseded": "Ask the holder for the newer badge, and rely on that one.",
    "did.method_unsupported": _OTHER_FORM,
    "did.unreachable": _LATER,
    "endorsement.not_checked": "Do not count the endorsement, or ask whoever gave it.",
    "endorsement.invalid": "Do not count the endorsement. The badge itself has checks of its own.",
    "image.pixels_not_signed": "Believe what is written in this report, not what the picture shows.",
    "issuer.bound_by_origin": "Make sure that the web address is the one of the organisation you think of.",
    "issuer.mismatch": _NOTHING_OF_IT,
    "issuer.mixed_script": "Compare the name and the address with those you know, letter by letter.",
    "issuer.name_differs": "Go by the address, not by the name.",
    "issuer.punycode": "Compare both spellings of the address with the one you know.",
    "issuer.self_asserted": "Find out by another way whose key this is before you rely on the badge.",
    "issuer.unknown": "Find out who the issuer is before you rely on the badge.",
    "issuer.unknown_or_mismatch": _NOTHING_OF_IT,
    "key.compromised": _NOTHING_OF_IT,
    "key.compromised_logged_before": "Ask the issuer for a copy with a new signature; other software needs one.",
    "ld.context_unknown": _OTHER_FORM,
    "not_found": (
        "Nothing is said about the badge itself. A badge has no address while its earner keeps it private: ask them to "
        "open it, or to send you the badge or a share link."
    ),
    "proof.missing": _ASK_HOLDER,
    "proof.suite_unsupported": _OTHER_FORM,
    "recipient.differs": "Ask the holder whether both ids are theirs, and how they show it.",
    "recipient.unverified": "Ask which address or name the badge was awarded to, and try that one.",
    "refresh.issuer_changed": _NOTHING_OF_IT,
    "refresh.not_performed": "Verify again and ask for the newest copy; if you did, get it from the issuer.",
    "schema.untrusted": "Verify it with other software as well if the extra rules matter to you.",
    "sig.invalid": "Do not rely on it: something was changed after it was signed. " + _ASK_HOLDER,
    "status.list_expired": _LATER,
    "status.message": "Ask the issuer what their note means.",
    "status.revoked": "Do not rely on it. The issuer can say why.",
    "status.suspended": _TODAY,
    "status.type_unsupported": _ASK_ISSUER,
    "status.unreachable": _LATER,
    "time.expired": "Ask the holder whether there is a renewed badge.",
    "time.not_yet_valid": "Verify it again on the day it begins.",
    "type.not_credential": _ASK_HOLDER,
    "type.not_open_badge": _ASK_HOLDER,
    "verifier.busy": _LATER,
    "verifier.unavailable": _LATER,
}
_LINKED: Mapping[str, str] = {"credential.superseded": "Open the corrected badge, and rely on that one."}
_BY_FAMILY: Mapping[str, str] = {
    "content": _ISSUERS_FAULT,
    "did": _ISSUERS_FAULT,
    "fetch": _ISSUERS_FAULT,
    "image": _ASK_HOLDER,
    "input": _ASK_HOLDER,
    "jose": _NOTHING_OF_IT,
    "json": _ASK_HOLDER,
    "key": _NOTHING_OF_IT,
    "ld": _ISSUERS_FAULT,
    "proof": _NOTHING_OF_IT,
    "schema": _ISSUERS_FAULT,
    "sig": _NOTHING_OF_IT,
    "status": _ISSUERS_FAULT,
    "time": _ISSUERS_FAULT,
    "type": _ASK_HOLDER,
}
_OPEN = _LATER
_FAILED = _NOTHING_OF_IT


def advice(code: str | None, failed: bool, is_open: bool, is_linked: bool = False) -> str | None:
    """What to do next; None where there is nothing to do.

    code: of the row. failed, is_open: whether its check failed, or could not be decided. is_linked: whether the row
    has the address where to do it.
    """
    known = (is_linked and _LINKED.get(code or "")) or _BY_CODE.get(code or "")
    if known is not None:
        return known
    if failed:
        return _BY_FAMILY.get((code or "").partition(".")[0], _FAILED)
    return _OPEN if is_open else None
