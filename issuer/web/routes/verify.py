"""Verifying credentials: `POST /verify` for software and pages, `GET /verify` for people and links."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency

from issuer.errors import Refused, Unavailable
from issuer.services.sign_reports import REPORT_MEDIA_TYPE
from issuer.services.verify import IMAGE_MEDIA_TYPES, MEDIA_TYPES, is_address
from issuer.services.verify_bulk import MAX_ENTRIES, MAX_LINKS
from issuer.verification.report import Report
from issuer.web.addresses import address_of
from issuer.web.decoding import FORM, MULTIPART, form_of, media_type
from issuer.web.desk import Desk
from issuer.web.negotiation import CREDENTIAL_TYPES, prefers_page
from issuer.web.openapi import PAGE, Answer, described
from issuer.web.problem_codes import CREDENTIAL, LINK, READ, SIGNS, Codes
from issuer.web.public import PUBLIC_HEADERS
from issuer.web.published_schema import VerificationReport
from issuer.web.quick_verify import COUNTED, LIMIT
from issuer.web.rendering import page

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_FORM_PARTS = 100
URL = {"type": "string", "description": "Where the credential is."}
WISHES = {
    "refresh": {"type": "string", "description": "`true`: follow the credential’s refreshService once."},
    "recipient": {"type": "string", "description": "An e-mail address or id: does it belong to them?"},
    "audience": {"type": "string", "description": "The holder of an SD-JWT has to have signed it for this audience."},
    "nonce": {"type": "string", "description": "The holder of an SD-JWT has to have signed it with this nonce."},
    "domain": {"type": "string", "description": "The embedded proof has to be made for this domain."},
    "challenge": {"type": "string", "description": "The embedded proof has to answer this challenge."},
    "signed": {"type": "string", "description": "`true`: give the report as a signed token."},
}
ASKED = ("recipient", "audience", "nonce", "domain", "challenge")
SWITCHES = ("refresh", "signed")
WISHED: Codes = {400: ("input.invalid",)}
REPORT = Answer({"application/json": VerificationReport, **PAGE, REPORT_MEDIA_TYPE: {"type": "string"}}, "The report.")
_FORM = {
    "type": "object",
    "properties": {
        "credential": {"type": "string", "description": "The credential as text, or its address."},
        "file": {"description": "The credential as a file."},
        "refresh": WISHES["refresh"],
        "recipient": WISHES["recipient"],
    },
}
CARRIERS: dict[str, Any] = {
    **{kind: {"type": "string", "description": "A compact token."} for kind in sorted(MEDIA_TYPES)},
    **{kind: {"type": "object", "description": "A credential with its proof."} for kind in CREDENTIAL_TYPES},
    **{kind: {} for kind in sorted(IMAGE_MEDIA_TYPES)},
    **dict.fromkeys((FORM, MULTIPART), _FORM),
}


@get(
    "/verify",
    **described(
        "verifyLink", "Verification", {200: REPORT},
        (READ, CREDENTIAL, LINK, SIGNS, WISHED), query={"url": URL, **WISHES}, has_pages=True,
    ),
)  # fmt: skip
async def verify_page(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Verify the credential behind a link.

    Without `url` the answer is the page, whatever is asked for.
    """
    url = request.query_params.get("url", "").strip()
    if not url:
        return Response(
            page("verify.html", request, report=None, max_many=MAX_ENTRIES, max_links=MAX_LINKS),
            media_type=MediaType.HTML,
        )
    desk.rate_limits.spend("verify-link", address_of(request.scope, desk.proxy_hops))
    report = await desk.in_verifier(desk.verify.verify_url, url, **_wishes(request, "url"))
    return await _answer(request, desk, report)


@post(
    "/verify",
    status_code=200,
    **described(
        "verifyCredential", "Verification", {200: REPORT},
        (CREDENTIAL, LINK, SIGNS, WISHED), body=CARRIERS, query=WISHES, has_pages=True,
    ),
)  # fmt: skip
async def verify(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Verify the credential in the body.

    The body is the credential itself, in any of its carriers. A credential of any quality gets a report.
    """
    if COUNTED not in request.scope:
        desk.rate_limits.spend(LIMIT, address_of(request.scope, desk.proxy_hops))
    options = _wishes(request)
    content_type = media_type(request)
    if content_type in (FORM, MULTIPART):
        return await _answer(request, desk, await _verify_form(request, desk, options))
    if content_type not in MEDIA_TYPES:
        raise Refused("input.media_type", "Send a credential as JSON, as a token, as a PNG or SVG image, or as a PDF.")
    body = await request.body()
    return await _answer(request, desk, await desk.in_verifier(desk.verify.verify, body, content_type, **options))


async def _verify_form(request: Request[Any, Any, Any], desk: Desk, options: dict[str, Any]) -> Report:
    form = await form_of(request)
    if len(list(form.multi_items())) > MAX_FORM_PARTS:
        raise Refused("input.too_many_parts", "This form has more parts than a credential needs.")
    sent = {name: value for name, value in form.items() if isinstance(value, str)}
    options = {**options, **{name: value for name, value in _options(sent).items() if value}}
    given = _given(form)
    if isinstance(given, UploadFile):
        body = await given.read()
        return await desk.in_verifier(desk.verify.verify, body, guess_media_type(body), **options)
    text = given.strip()
    if is_address(text):
        desk.rate_limits.spend("verify-link", address_of(request.scope, desk.proxy_hops))
        return await desk.in_verifier(desk.verify.verify_url, text, **options)
    body = text.encode("utf-8", "surrogatepass")
    return await desk.in_verifier(desk.verify.verify, body, guess_media_type(body), **options)


def _given(form: FormMultiDict) -> UploadFile | str:
    """The one credential of a form; "" for none. Raises Refused (`input.too_many_parts`) for several, of which only
    one would be looked at.
    """
    fields = [one for name in ("file", "credential") for one in form.getall(name, [])]
    given = [one for one in fields if (one.strip() if isinstance(one, str) else one.filename)]
    if len(given) > 1:
        raise Refused("input.too_many_parts", "Send one credential: a text or a file. For many there is /verify/bulk.")
    return given[0] if given else ""


def guess_media_type(body: bytes) -> str:
    """What kind of carrier pasted or uploaded bytes are, told by how they begin."""
    head = body[:512].lstrip()
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"<"):
        return "image/svg+xml"
    if body.startswith(b"%PDF-"):
        return "application/pdf"
    return "application/json" if head[:1] in (b"{", b"[", b"\xef", b"\xff", b"\xfe", b"") else "text/plain"


def _wishes(request: Request[Any, Any, Any], *more: str) -> dict[str, Any]:
    """What the query asks for. Raises Refused (`input.invalid`) for what would be read otherwise than it was meant.

    Links that people follow may carry parameters of whatever they followed them from.
    """
    asked = request.query_params
    for name in asked:
        if name not in WISHES and name not in more and not prefers_page(request):
            raise Refused("input.invalid", "This address does not know that parameter.", name[:100])
        if len(asked.getall(name)) > 1:
            raise Refused("input.invalid", "Give this parameter once.", name[:100])
        if name in SWITCHES and asked[name] not in ("true", "false", ""):
            raise Refused("input.invalid", "This is “true” or “false”.", name)
    return _options(dict(asked))


def _options(parameters: dict[str, str]) -> dict[str, Any]:
    asked = {name: parameters.get(name) or None for name in ASKED}
    return {"refresh": parameters.get("refresh") == "true", **asked}


async def _answer(request: Request[Any, Any, Any], desk: Desk, report: Report) -> Response[Any]:
    """The report: signed when it is asked for so, a page for browsers, else JSON."""
    if request.query_params.get("signed") == "true":
        signed = await desk.in_thread(desk.reports.signed, report)
        return Response(signed, media_type=REPORT_MEDIA_TYPE, headers=PUBLIC_HEADERS)
    if prefers_page(request):
        signed = await desk.in_thread(_signed, desk, report)
        return Response(page("verify.html", request, report=report, signed=signed), media_type=MediaType.HTML)
    return Response(report.written(), media_type="application/json", headers=PUBLIC_HEADERS)


def _signed(desk: Desk, report: Report) -> str:
    """The report as a page offers it to be handed on; "" while there is no key to sign it with."""
    try:
        return desk.reports.signed(report)
    except Unavailable:
        return ""


ROUTES = [verify_page, verify]
