"""CLR 2.0: the record's own signature, and a verdict for every credential in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials.png_chunks import SIGNATURE, encode_chunk
from issuer.verification.documents import Unreachable

CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
STANDARDS = Path(os.environ.get("STANDARDS_DIR", Path(__file__).parents[3] / "shared" / "standards"))
SAMPLE = STANDARDS / "test-vectors" / "clrv2p0" / "signed-credential.json"
WHO = "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1a002"


def record(world: Any, *inside: Any, **changes: Any) -> dict[str, Any]:
    """An unsigned record."""
    document = {
        "@context": [world.V2, CLR, world.OB],
        "id": "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1a900", "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Transcript of Dana Reyes", "issuer": {"id": world.ISSUER, "type": ["Profile"], "name": "School"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": WHO, "type": ["ClrSubject"], "verifiableCredential": list(inside)}, **changes,
    }  # fmt: skip
    return {name: value for name, value in document.items() if value is not None}


def good(world: Any, number: int = 1, **changes: Any) -> dict[str, Any]:
    signed: dict[str, Any] = world.di(world.badge(id=f"urn:uuid:inner-{number}", **changes))
    return signed


def children(report: Any) -> list[tuple[str, str | None]]:
    return [(row.outcome.value, row.code) for row in report.checks if row.check == "child"]


def test_a_record_of_two_badges(world: Any) -> None:
    report = world.verify(world.di(record(world, good(world), good(world, 2))))
    assert (report.verdict, report.format, report.flags) == ("valid", "clr", ())
    assert children(report) == [("passed", None)] * 2
    assert report.credential is not None
    assert report.credential["achievement"]["name"] == "Transcript of Dana Reyes"
    assert "Formative Assessment" in report.checks[-1].message
    assert sorted(set(world.asked)) == sorted(world.asked), "each document is asked for once"


def baked_png(text: str, keyword: bytes = b"clrcredential", kind: bytes = b"iTXt") -> tuple[bytes, str]:
    header = encode_chunk(b"IHDR", (8).to_bytes(4) * 2 + bytes((8, 2, 0, 0, 0)))
    body = keyword + (b"\0\0\0\0\0" if kind == b"iTXt" else b"\0") + text.encode()
    return SIGNATURE + header + encode_chunk(kind, body) + encode_chunk(b"IEND", b""), "image/png"


def baked_svg(text: str, namespace: str = "https://purl.imsglobal.org/clr/v2p0") -> tuple[bytes, str]:
    root = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:clr="{namespace}">'
    return f"{root}<clr:credential><![CDATA[{text}]]></clr:credential></svg>".encode(), "image/svg+xml"


def test_a_record_in_a_picture(world: Any) -> None:
    text = json.dumps(world.di(record(world, good(world))))
    for sent, carrier in ((baked_png(text), "png"), (baked_svg(text), "svg")):
        report = world.verify(sent)
        assert (report.verdict, report.format, report.carrier) == ("valid", "clr", carrier)
        assert report.flags == ("image.pixels_not_signed",)
    changed = json.dumps({**world.di(record(world, good(world))), "name": "Doctorate"})
    world.expect(baked_png(changed), "invalid", "sig.invalid")


def test_pictures_that_carry_no_record(world: Any) -> None:
    text = json.dumps(world.di(record(world, good(world))))
    world.expect(baked_png(text, kind=b"tEXt"), "invalid", "image.no_credential")
    world.expect(baked_png(text, b"clrcredentials"), "invalid", "image.no_credential")
    world.expect(baked_svg(text, "https://evil.test/clr"), "invalid", "image.no_credential")
    twice = baked_svg(text)[0].replace(b"</svg>", b"<clr:credential>{}</clr:credential></svg>")
    world.expect((twice, "image/svg+xml"), "invalid", "image.multiple_credentials")


def _revoked(world: Any) -> Any:
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX)))
    return good(world)


def _unreachable(world: Any) -> Any:
    world.web[world.LIST_URL] = Unreachable(world.LIST_URL, "fetch.timeout", "Slow.")
    return good(world)


def _of_another_suite(signed: dict[str, Any]) -> dict[str, Any]:
    return {**signed, "proof": {**signed["proof"], "cryptosuite": "bbs-2023"}}


INSIDE: list[tuple[str, Callable[[Any], Any], str, str, str]] = [
    ("changed", lambda w: {**good(w), "name": "Doctorate"}, "invalid", "failed", "sig.invalid"),
    ("unsigned", lambda w: w.badge(), "invalid", "failed", "proof.missing"),
    ("expired", lambda w: good(w, validUntil="2026-02-01T00:00:00Z"), "invalid", "failed", "time.expired"),
    ("revoked", _revoked, "invalid", "failed", "status.revoked"),
    ("signed by somebody else", lambda w: w.di(w.badge(), w.evil), "invalid", "failed", "issuer.mismatch"),
    ("of an unknown suite", lambda w: _of_another_suite(good(w)), "indeterminate", "inconclusive",
     "proof.suite_unsupported"),
    ("status not to be had", _unreachable, "indeterminate", "inconclusive", "status.unreachable"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "build", "verdict", "outcome", "code"), INSIDE, ids=[one[0] for one in INSIDE])
def test_one_of_two_is_not_good(
    world: Any, name: str, build: Callable[[Any], Any], verdict: str, outcome: str, code: str
) -> None:
    inner = build(world)
    report = world.verify(world.di(record(world, good(world, 2, credentialStatus=None), inner)))
    assert (report.verdict, children(report)) == (verdict, [("passed", None), (outcome, code)])


def test_the_record_itself_is_changed(world: Any) -> None:
    signed = world.di(record(world, good(world), good(world, 2)))
    signed["credentialSubject"]["verifiableCredential"].pop()
    report = world.verify(signed)
    assert (report.verdict, report.credential, children(report)) == ("invalid", None, [])
    world.expect(signed, "invalid", "sig.invalid")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credentialSubject": {"id": WHO, "type": ["ClrSubject"], "verifiableCredential": []}}, "schema.violation"),
        ({"name": None}, "schema.violation"),
        ({"id": None}, "schema.violation"),
        ({"validUntil": "2026-02-01T00:00:00Z"}, "time.expired"),
    ],
)
def test_records_that_break_their_own_rules(world: Any, changes: dict[str, Any], code: str) -> None:
    world.expect(world.di(record(world, good(world), **changes)), "invalid", code)


def test_the_context_comes_second(world: Any) -> None:
    contexts = [world.V2, world.OB, CLR]
    world.expect(world.di(record(world, good(world), **{"@context": contexts})), "invalid", "ld.context_order")


def test_a_badge_that_calls_itself_a_record_too_is_a_badge(world: Any) -> None:
    types = ["VerifiableCredential", "OpenBadgeCredential", "ClrCredential"]
    report = world.verify(world.di(record(world, good(world), type=types)))
    assert (report.verdict, report.outcome("child")) == ("invalid", None)


def test_flags_from_inside_and_another_recipient(world: Any) -> None:
    did = world.did_key.verification_method.split("#")[0]
    inner = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
    inner["credentialSubject"]["id"] = "urn:uuid:somebody-else"
    report = world.verify(world.di(record(world, world.di(inner, world.did_key))))
    assert (report.verdict, set(report.flags)) == ("valid", {"issuer.self_asserted", "recipient.differs"})


def test_a_credential_that_is_no_badge_counts_by_the_data_model(world: Any) -> None:
    plain = {
        "@context": [world.V2], "id": "urn:uuid:plain", "type": ["VerifiableCredential"], "issuer": world.ISSUER,
        "validFrom": "2026-01-01T00:00:00Z", "credentialSubject": {"id": WHO},
    }  # fmt: skip
    report = world.verify(world.di(record(world, world.di(plain))))
    assert children(report) == [("passed", None)]


def test_records_in_records_are_opened_once(world: Any) -> None:
    inner = world.di(record(world, good(world), id="urn:uuid:record-2"))
    report = world.verify(world.di(record(world, inner)))
    assert (report.verdict, children(report)) == ("indeterminate", [("inconclusive", "input.too_many_parts")])


def test_many_issuers_are_not_all_asked(world: Any) -> None:
    def of(number: int) -> dict[str, Any]:
        did = f"did:web:school{number}.test"
        key = world.key("EdDSA", f"{did}#k1")
        world.serve(f"https://school{number}.test/.well-known/did.json", world.did_document(did, [key.as_method()]))
        badge = world.badge(issuer={"id": did, "type": ["Profile"]}, credentialStatus=None)
        signed: dict[str, Any] = world.di(badge, key)
        return signed

    report = world.verify(world.di(record(world, *(of(number) for number in range(6)))))
    assert children(report) == [("passed", None)] * 4 + [("inconclusive", "input.too_many_parts")] * 2
    assert "https://school5.test/.well-known/did.json" not in world.asked


def test_of_a_refreshed_record_the_newest_credentials_are_looked_at(world: Any) -> None:
    url = "https://issuer.test/refresh"
    service = {"id": url, "type": "1EdTechCredentialRefresh"}
    contexts = [world.V2, CLR, world.OB, world.EXTENSIONS]
    older = record(world, good(world), refreshService=service, **{"@context": contexts})
    newer = record(world, good(world), _of_another_suite(good(world, 2)), **{"@context": contexts})
    world.serve(url, world.di(newer))
    report = world.verify(world.di(older), refresh=True)
    assert (report.verdict, len(children(report))) == ("indeterminate", 2)


def test_a_part_of_a_record_says_so(world: Any) -> None:
    report = world.verify(world.di(record(world, good(world), partial=True)))
    assert (report.verdict, children(report)) == ("valid", [("passed", None), ("not_applicable", None)])


def test_endorsements_inside_belong_to_the_badge_inside(world: Any) -> None:
    endorsement = {
        "@context": [world.V2, world.OB], "id": "urn:uuid:endorsement",
        "type": ["VerifiableCredential", "EndorsementCredential"], "issuer": {"id": world.ISSUER, "type": ["Profile"]},
        "name": "Endorsement", "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:something-else", "type": ["EndorsementSubject"]},
    }  # fmt: skip
    inner = good(world, endorsement=[world.di(endorsement)])
    report = world.verify(world.di(record(world, inner)))
    assert [row.code for row in report.checks if row.check == "endorsement"] == [None]
    assert children(report) == [("passed", None)]
    assert "endorsement.invalid" in report.flags


@pytest.mark.skipif(not SAMPLE.exists(), reason="the published standards are not at STANDARDS_DIR")
def test_the_published_sample(world: Any) -> None:
    """1EdTech's signed CLR, its issuer's document served as the standard of identifiers asks for it."""
    sample = json.loads(SAMPLE.read_text())
    method = sample["proof"][0]["verificationMethod"]
    issuer, _, key = method.partition("#")
    world.serve(issuer, world.did_document(issuer, [
        {"id": method, "type": "Multikey", "controller": issuer, "publicKeyMultibase": key}
    ]))  # fmt: skip
    report = world.verify(sample)
    assert (report.verdict, report.format) == ("valid", "clr")
    assert children(report) == [("passed", None)]
