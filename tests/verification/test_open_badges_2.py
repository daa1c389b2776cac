"""Open Badges 2.0: signed, hosted and baked assertions, in a world of documents in memory.

Shapes: Open Badges Specification 2.0; the badges of the last part are made by openbadgeslib.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib import ob2

from issuer.credentials.png_chunks import SIGNATURE, encode_chunk
from issuer.proofs import base64url
from issuer.verification.documents import Missing, Unreachable
from issuer.verification.intake import take_in

CONTEXT = "https://w3id.org/openbadges/v2"
SITE = "https://issuer.test"
PROFILE, BADGE, KEY = f"{SITE}/issuer", f"{SITE}/badges/1", f"{SITE}/keys/ob2"
ASSERTION, REVOCATIONS = f"{SITE}/assertions/1", f"{SITE}/revoked"
WHO = "dana@school.example"


def pem(key: Any) -> str:
    return str(key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


class School:
    """An issuer of Open Badges 2.0 in a world; change its documents before you ask."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.profile: dict[str, Any] = {
            "@context": CONTEXT, "id": PROFILE, "type": "Issuer", "name": "Old School", "url": SITE,
            "publicKey": KEY, "revocationList": REVOCATIONS,
        }  # fmt: skip
        self.badge: dict[str, Any] = {
            "@context": CONTEXT, "id": BADGE, "type": "BadgeClass", "name": "Attendance", "description": "Was there.",
            "image": f"{SITE}/1.png", "criteria": {"narrative": "Be there."}, "issuer": PROFILE,
        }  # fmt: skip
        self.key: dict[str, Any] = {
            "@context": CONTEXT, "id": KEY, "type": "CryptographicKey", "owner": PROFILE, "publicKeyPem": pem(world.rsa)
        }  # fmt: skip
        self.revocations: dict[str, Any] = {
            "@context": CONTEXT, "id": REVOCATIONS, "type": "RevocationList", "issuer": PROFILE, "revokedAssertions": []
        }  # fmt: skip
        self.publish()

    def publish(self) -> None:
        for url, document in (
            (PROFILE, self.profile), (BADGE, self.badge), (KEY, self.key), (REVOCATIONS, self.revocations)
        ):  # fmt: skip
            self.world.serve(url, document, "application/ld+json")

    def assertion(self, **changes: Any) -> dict[str, Any]:
        document = {
            "@context": CONTEXT, "id": "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1a777", "type": "Assertion",
            "recipient": {"type": "email", "hashed": True, "salt": "Kosher", "identity": "sha256$" + hashlib.sha256(
                f"{WHO}Kosher".encode()).hexdigest()},
            "badge": BADGE, "verification": {"type": "SignedBadge", "creator": KEY},
            "issuedOn": "2025-06-01T10:00:00Z", **changes,
        }  # fmt: skip
        return {name: value for name, value in document.items() if value is not None}

    def hosted(self, **changes: Any) -> dict[str, Any]:
        document = self.assertion(id=ASSERTION, verification={"type": "HostedBadge"}, **changes)
        self.world.serve(ASSERTION, document, "application/ld+json")
        return document

    def signed(self, document: dict[str, Any] | None = None, key: Any = None) -> bytes:
        key = key or self.world.rsa
        token: bytes = self.world.token({"alg": key.alg}, document or self.assertion(), key)
        return token


@pytest.fixture
def school(world: Any) -> School:
    return School(world)


def png(text: bytes, kind: bytes = b"iTXt") -> bytes:
    fields = b"openbadges\0" + (b"\0\0\0\0" if kind == b"iTXt" else b"") + text
    header = encode_chunk(b"IHDR", bytes((0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0)))
    return SIGNATURE + header + encode_chunk(kind, fields) + encode_chunk(b"IEND", b"")


def outcomes(report: Any) -> dict[str, str]:
    return {row.check: row.outcome.value for row in report.checks}


# -- what is good


def test_signed_assertion(world: Any, school: School) -> None:
    report = world.verify(school.signed())
    assert (report.verdict, report.format, report.flags) == ("valid", "open-badges-2", ("issuer.bound_by_origin",))
    assert {name: outcome for name, outcome in outcomes(report).items() if outcome != "passed"} == {
        "endorsement": "not_applicable", "refresh": "not_applicable", "recipient": "not_applicable",
        "trust": "not_applicable",
    }  # fmt: skip
    assert world.asked == [BADGE, PROFILE, KEY, REVOCATIONS]
    assert report.credential is not None
    assert report.credential["issuer"] == {"id": PROFILE, "name": "Old School"}
    assert report.credential["achievement"] == {"id": BADGE, "name": "Attendance"}
    assert report.credential["valid_from"] == "2025-06-01T10:00:00Z"


def test_hosted_assertion(world: Any, school: School) -> None:
    report = world.verify(school.hosted())
    assert (report.verdict, report.format) == ("valid", "open-badges-2")
    assert world.asked == [ASSERTION, BADGE, PROFILE]
    assert "carries no signature" in next(row.message for row in report.checks if row.check == "proof")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"domain": "school.example"}, "proof.domain"),
        ({"challenge": "c-1"}, "proof.domain"),
        ({"audience": "https://school.example"}, "jose.claims_missing"),
        ({"nonce": "n-1"}, "jose.claims_missing"),
    ],
    ids=str,
)
def test_no_assertion_is_made_for_one_occasion(world: Any, school: School, asked: dict[str, str], code: str) -> None:
    world.expect(school.signed(), "invalid", code, **asked)
    world.expect(world.json_sent(school.hosted()), "invalid", code, **asked)


@pytest.mark.parametrize("kind", [b"iTXt", b"tEXt"])
@pytest.mark.parametrize("form", ["token", "json", "link"])
def test_baked_png(world: Any, school: School, form: str, kind: bytes) -> None:
    hosted = json.dumps(school.hosted()).encode()
    text = {"token": school.signed(), "json": hosted, "link": ASSERTION.encode()}[form]
    report = world.verify((png(text, kind), "image/png"))
    assert (report.verdict, report.carrier, report.format) == ("valid", "png", "open-badges-2")
    assert "image.pixels_not_signed" in report.flags
    assert report.credential is not None


def test_baked_svg(world: Any, school: School) -> None:
    hosted = json.dumps(school.hosted())
    for inside in (
        f'<openbadges:assertion verify="{school.signed().decode()}"/>',
        f'<openbadges:assertion verify="{ASSERTION}"/>',
        f'<openbadges:assertion verify="{ASSERTION}"><![CDATA[{hosted}]]></openbadges:assertion>',
    ):
        image = (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">{inside}<g/></svg>'
        ).encode()
        assert world.verify((image, "image/svg+xml")).verdict == "valid"


def test_link_to_a_hosted_assertion(world: Any, school: School) -> None:
    school.hosted()
    assert world.service.verify_url(ASSERTION).verdict == "valid"


def test_documents_written_out_in_place(world: Any, school: School) -> None:
    """Badge class in the assertion, key in the profile: two documents fewer."""
    school.profile["publicKey"] = [{name: value for name, value in school.key.items() if name != "@context"}]
    school.publish()
    assert world.verify(school.signed(school.assertion(badge=school.badge))).verdict == "valid"
    assert world.asked == [PROFILE, REVOCATIONS]


def test_issuer_without_a_revocation_list(world: Any, school: School) -> None:
    del school.profile["revocationList"]
    school.publish()
    report = world.verify(school.signed())
    assert (report.verdict, report.outcome("status")) == ("valid", "not_applicable")


@pytest.mark.parametrize(
    ("recipient", "verdict"),
    [(WHO, "valid"), (WHO.upper().replace("DANA", "Dana"), "valid"), ("robin@school.example", "invalid")],
)
def test_whose_it_is(world: Any, school: School, recipient: str, verdict: str) -> None:
    assert world.verify(school.signed(), recipient=recipient).verdict == verdict


# -- what is not


def _without(name: str) -> Callable[[School], bytes]:
    return lambda school: school.signed(school.assertion(**{name: None}))


def _changed(school: School, part: str, **changes: Any) -> bytes:
    getattr(school, part).update(changes)
    school.publish()
    return school.signed()


def _tampered(school: School) -> bytes:
    head, _, signature = school.signed().split(b".")
    payload = json.dumps(school.assertion(issuedOn="2025-07-01T10:00:00Z")).encode()
    return b".".join((head, base64url.encode(payload), signature))


HOSTILE: list[tuple[str, Callable[[School], Any], str, str]] = [
    ("other content", _tampered, "invalid", "sig.invalid"),
    ("somebody's key", lambda s: s.signed(key=s.world.key("RS256", "did:web:evil.test#rsa")), "invalid", "sig.invalid"),
    ("no signature", lambda s: s.assertion(), "invalid", "proof.missing"),
    ("no algorithm", lambda s: s.world.token({"alg": "none"}, s.assertion(), s.world.rsa), "invalid",
     "jose.alg_not_allowed"),
    ("critical", lambda s: s.world.token({"alg": "RS256", "crit": ["x"]}, s.assertion(), s.world.rsa), "invalid",
     "jose.crit_unsupported"),
    ("key of another site", lambda s: s.signed(s.assertion(
        verification={"type": "SignedBadge", "creator": "https://evil.test/key"})), "invalid", "issuer.mismatch"),
    ("key not listed", lambda s: _changed(s, "profile", publicKey=f"{SITE}/keys/other"), "invalid",
     "key.not_authorized"),
    ("key of another owner", lambda s: _changed(s, "key", owner=f"{SITE}/somebody"), "invalid",
     "key.controller_mismatch"),
    ("key calls itself otherwise", lambda s: _changed(s, "key", id=f"{SITE}/keys/other"), "invalid",
     "did.id_mismatch"),
    ("key unreadable", lambda s: _changed(s, "key", publicKeyPem="nonsense"), "invalid", "key.malformed"),
    ("profile of somebody else", lambda s: _changed(s, "profile", id=f"{SITE}/other"), "invalid", "did.id_mismatch"),
    ("badge class that is none", lambda s: _changed(s, "badge", type="Assertion"), "invalid", "schema.violation"),
    ("badge class without issuer", lambda s: _changed(s, "badge", issuer={"name": "x"}), "invalid", "issuer.unknown"),
    ("revoked", lambda s: _changed(s, "revocations", revokedAssertions=[s.assertion()["id"]]), "invalid",
     "status.revoked"),
    ("revoked with a reason", lambda s: _changed(s, "revocations", revokedAssertions=[
        {"id": s.assertion()["id"], "revocationReason": "x"}]), "invalid", "status.revoked"),
    ("list of somebody else", lambda s: _changed(s, "revocations", issuer="https://evil.test"), "invalid",
     "status.issuer_untrusted"),
    ("list of nothing", lambda s: _changed(s, "revocations", revokedAssertions=None), "invalid",
     "status.list_invalid"),
    ("expired", lambda s: s.signed(s.assertion(expires="2026-01-01T00:00:00Z")), "invalid", "time.expired"),
    ("not yet", lambda s: s.signed(s.assertion(issuedOn="2027-01-01T00:00:00Z")), "invalid", "time.not_yet_valid"),
    ("no time zone", lambda s: s.signed(s.assertion(issuedOn="2025-06-01")), "invalid", "time.malformed"),
    *((f"no {name}", _without(name), "invalid", "schema.violation")
      for name in ("id", "recipient", "badge", "verification", "issuedOn")),
    ("neither signed nor hosted", lambda s: s.signed(s.assertion(verification={"type": "x"})), "invalid",
     "schema.violation"),
    ("both", lambda s: s.signed(s.assertion(verification={"type": ["hosted", "signed"]})), "invalid",
     "schema.violation"),
    ("hosted, but changed", lambda s: {**s.hosted(), "issuedOn": "2020-01-01T00:00:00Z"}, "invalid", "sig.invalid"),
    ("hosted by somebody else", lambda s: _hosted_elsewhere(s), "invalid", "issuer.mismatch"),
    ("hosted nowhere", lambda s: s.assertion(verification={"type": "HostedBadge"}), "invalid", "issuer.mismatch"),
    ("hosted over plain http", lambda s: _at(s, "http://issuer.test/1", "fetch.scheme"), "invalid", "fetch.scheme"),
    ("hosted inside", lambda s: _at(s, "https://127.0.0.1/1", "fetch.blocked_address"), "invalid",
     "fetch.blocked_address"),
    ("hosted and revoked", lambda s: _hosted_revoked(s), "invalid", "status.revoked"),
]  # fmt: skip


def _hosted_elsewhere(school: School) -> dict[str, Any]:
    document = school.assertion(id="https://evil.test/1", verification={"type": "HostedBadge"})
    school.world.serve("https://evil.test/1", document)
    return document


def _at(school: School, url: str, code: str) -> dict[str, Any]:
    school.world.web[url] = Missing(url, code, "That address is not asked.")
    return school.assertion(id=url, verification={"type": "HostedBadge"})


def _hosted_revoked(school: School) -> dict[str, Any]:
    document = school.hosted()
    school.world.serve(ASSERTION, {"@context": CONTEXT, "id": ASSERTION, "type": "Assertion", "revoked": True})
    return document


@pytest.mark.parametrize(("name", "build", "verdict", "code"), HOSTILE, ids=[one[0] for one in HOSTILE])
def test_single_defects(
    world: Any, school: School, name: str, build: Callable[[School], Any], verdict: str, code: str
) -> None:
    world.expect(build(school), verdict, code)


@pytest.mark.parametrize("url", [BADGE, PROFILE, KEY, REVOCATIONS])
def test_what_is_not_to_be_had_leaves_it_open(world: Any, school: School, url: str) -> None:
    world.web[url] = Unreachable(url, "fetch.timeout", "Slow.")
    report = world.verify(school.signed())
    assert report.verdict == "indeterminate"
    assert (report.credential is None) == (url != REVOCATIONS)


@pytest.mark.parametrize(
    ("answer", "verdict", "code"),
    [
        (Missing(ASSERTION, "not_found", "404"), "invalid", "proof.missing"),
        (Missing(ASSERTION, "not_found", "410", is_gone=True), "invalid", "status.revoked"),
        (Missing(ASSERTION, "forbidden", "403"), "indeterminate", "status.unreachable"),
        (Unreachable(ASSERTION, "verifier.unavailable", "500"), "indeterminate", "status.unreachable"),
    ],
    ids=lambda one: getattr(one, "message", ""),
)
def test_a_hosted_badge_counts_while_its_server_has_it(
    world: Any, school: School, answer: Any, verdict: str, code: str
) -> None:
    """That the issuer's server has it is its whole proof; 410 is how the edition 2.0 says that one was withdrawn."""
    document = school.hosted()
    world.web[ASSERTION] = answer
    report = world.verify(document)
    assert (report.verdict, report.credential) == (verdict, None)
    assert code in {row.code for row in report.checks}


def test_a_signature_is_asked_for_before_any_strangers_key(world: Any, school: School) -> None:
    """The origin of the key is compared by name: nobody else's profile or key is fetched."""
    world.verify(school.signed(school.assertion(verification={"type": "signed", "creator": "https://evil.test/k"})))
    assert world.asked == [BADGE]


def test_nothing_is_said_of_what_is_not_proven(world: Any, school: School) -> None:
    report = world.verify(_tampered(school))
    assert (report.credential, report.outcome("status")) == (None, "not_run")
    assert REVOCATIONS not in world.asked


def test_two_assertions_in_one_image(world: Any, school: School) -> None:
    one = png(school.signed())
    chunk = encode_chunk(b"iTXt", b"openbadges\0\0\0\0\0" + school.signed())
    two = one.replace(encode_chunk(b"IEND", b""), chunk + encode_chunk(b"IEND", b""))
    world.expect((two, "image/png"), "invalid", "image.multiple_credentials")


# -- made by another library


def test_badges_that_another_library_signed(world: Any, school: School) -> None:
    private = world.rsa.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assertion = ob2.Assertion.from_dict(school.assertion())
    token = ob2.OB2Signer(private).sign(assertion)
    report = world.verify(token.encode(), recipient=WHO)
    assert (report.verdict, report.format) == ("valid", "open-badges-2")
    image = ob2.OB2Signer(private).sign_into_svg(assertion, b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')
    assert world.verify((image, "image/svg+xml")).verdict == "valid"
    baked = ob2.OB2Signer(private).sign_into_png(assertion, _picture())
    assert take_in(baked, "image/png").presented["type"] == "Assertion"
    assert world.verify((baked, "image/png")).verdict == "valid"


def _picture() -> bytes:

    header = encode_chunk(b"IHDR", bytes((0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0)))
    return SIGNATURE + header + encode_chunk(b"IDAT", zlib.compress(b"\0\0")) + encode_chunk(b"IEND", b"")
