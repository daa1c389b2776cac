"""Which problem codes a call can be answered with: status → codes, in groups that routes put together."""

from __future__ import annotations

from collections.abc import Mapping

Codes = Mapping[int, tuple[str, ...]]

EVERYWHERE: Codes = {
    400: ("http.host", "http.malformed"),
    413: ("input.too_large",),
    415: ("input.content_encoding",),
    431: ("http.malformed",),
    500: ("internal",),
    503: ("db.busy",),
}
"""Any call: an unknown host, a head or a body beyond the limits, a busy database, a defect of ours."""

READ: Codes = {429: ("rate.limited",)}
"""Every GET but `/healthz` is counted."""

SIGNED_IN: Codes = {400: ("input.invalid",), 401: ("auth.session", "auth.key"), 403: ("auth.otp", "forbidden")}
"""Calls of signed-in people and registered clients: no session, a token that opens nothing, an account that was
closed, a parameter nobody knows."""

TEXT: Codes = {422: ("content.control_character",)}
"""Calls that look up or store a text: U+0000 has no place in it."""

WRITE: Codes = {403: ("csrf",), 409: ("state.conflict",), 507: ("storage.full",)}
"""Calls that change something: sent by another site, met by another change, no room."""

JSON_BODY: Codes = {
    400: (
        "input.bom", "input.empty", "input.malformed", "input.not_utf8", "json.duplicate_member", "json.lone_surrogate",
        "json.malformed", "json.non_finite_number", "json.not_object", "json.number_out_of_range", "json.too_deep",
        "json.too_many_members",
    ),
    413: ("input.too_large",),
    415: ("input.media_type",),
    422: ("input.invalid", "input.unknown_field", "recipient.unverified"),
}  # fmt: skip
"""Calls that take a JSON object."""

FORM_BODY: Codes = {400: ("input.malformed", "input.not_utf8", "input.too_many_parts")}
"""Calls that take a form."""

CREDENTIAL: Codes = {
    400: (
        "image.crc", "image.dimensions", "image.malformed", "image.too_many_chunks", "image.trailing_data",
        "image.truncated", "image.xml_dtd", "input.bom", "input.empty", "input.malformed", "input.nested_envelope",
        "input.not_utf8", "input.too_many_parts", "jose.malformed", "jose.noncanonical_b64", "json.duplicate_member",
        "json.lone_surrogate", "json.malformed", "json.non_finite_number", "json.not_object",
        "json.number_out_of_range", "json.too_deep", "json.too_many_members", "ld.too_complex", "proof.too_many",
        "status.too_many",
    ),
    413: ("image.too_large", "input.too_large"),
    415: ("input.media_type",),
    429: ("rate.limited",),
    503: ("verifier.busy",),
}  # fmt: skip
"""Calls that take a credential: what is none, or would cost more than the limits."""

LINK: Codes = {400: ("fetch.blocked_address", "fetch.port", "fetch.scheme", "fetch.self", "fetch.url_malformed")}
"""Calls that follow a link: addresses that are never asked."""

NOT_FOUND: Codes = {404: ("not_found",)}

SIGNS: Codes = {503: ("key.unavailable",)}
"""Calls that lead to a signature: the key in custody cannot be used now."""

REPEATABLE: Codes = {409: ("state.conflict",), 422: ("input.invalid",)}
"""Calls that honour `Idempotency-Key`: a key used for something else, or a first request still under way."""


def joined(*groups: Codes) -> dict[int, tuple[str, ...]]:
    """The groups as one, each code once."""
    codes: dict[int, set[str]] = {}
    for group in groups:
        for status, some in group.items():
            codes.setdefault(status, set()).update(some)
    return {status: tuple(sorted(some)) for status, some in codes.items()}
