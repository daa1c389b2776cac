"""STL: status entries and lists that hide a revocation, belong to somebody else or cost too much."""

from __future__ import annotations

import gzip
import time
from typing import Any

import pytest

from issuer.proofs import base64url, bitstring
from issuer.verification.documents import Found, Missing, Unreachable

REVOCATIONS = "https://issuer.test/revocations"


def _entry(**changes: Any) -> Any:
    """A badge whose status entry is changed before signing."""

    def build(world: Any) -> Any:
        entry = {name: value for name, value in world.entry(**changes).items() if value is not None}
        badge = world.badge(credentialStatus=entry)
        try:
            return world.json_sent(world.di(badge))
        except Exception:  # values no proof can be made over are sent in a token
            return world.jwt_sent(world.jwt(badge))

    return build


def _list(*set_bits: int, key: str = "ok", **changes: Any) -> Any:
    """The usual badge, and at the list's address a list changed before signing."""

    def build(world: Any) -> Any:
        world.serve(world.LIST_URL, world.di(world.status_list(*set_bits, **changes), getattr(world, key)))
        return world.json_sent(world.di(world.badge()))

    return build


def _served(answer: Any) -> Any:
    def build(world: Any) -> Any:
        sent = world.json_sent(world.di(world.badge()))
        world.web[world.LIST_URL] = answer(world) if callable(answer) else answer
        return sent

    return build


def _packed(data: bytes) -> str:
    return "u" + base64url.encode(data).decode()


def _bomb() -> str:
    """Compressed a million to one thousand: a gibibyte of zeros would be no different."""
    return _packed(gzip.compress(bytes(64 * 2**20), 9))


def _ones() -> bytes:
    return b"\xff" * 16_384


def _unsigned(world: Any) -> Any:
    return world.json_sent(world.status_list())[0], "application/json"


def _tampered(world: Any) -> Any:
    signed = world.di(world.status_list(world.INDEX))
    clear = world.status_list()["credentialSubject"]
    return world.json_sent({**signed, "credentialSubject": clear})[0], "application/json"


def _other_badge(world: Any) -> Any:
    return world.json_sent(world.di(world.badge(credentialStatus=None)))[0], "application/json"


def _by_evil(world: Any) -> Any:
    return world.json_sent(world.di(world.status_list(issuer=world.EVIL), world.evil))[0], "application/json"


def _legacy(name: str, *entries: Any, **members: Any) -> Any:
    def build(world: Any) -> Any:
        world.serve(REVOCATIONS, {"id": REVOCATIONS, "issuer": world.ISSUER, name: list(entries), **members})
        badge = world.badge(
            credentialStatus={"id": REVOCATIONS, "type": "1EdTechRevocationList"},
            **{"@context": [world.V2, world.OB, world.EXTENSIONS]},
        )
        return world.json_sent(world.di(badge))

    return build


BADGE_ID = "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1a001"
MALFORMED = ["-1", " 5 ", "5.0", 5.9, True, "\u0665", "+5", "0x5", "1_0", "", "05"]
SIZES = [2, 0, -1, "1", 1.5]

CASES: list[Any] = [
    ("STL-01 revoked", _list(94_567), "invalid", "status.revoked"),
    (
        "STL-02 suspended",
        lambda w: (
            w.serve(w.LIST_URL, w.di(w.status_list(w.INDEX, purpose="suspension"))),
            _entry(statusPurpose="suspension")(w),
        )[1],
        "invalid",
        "status.suspended",
    ),
    ("STL-03 the neighbour from the right", _list(94_567 // 8 * 8 + 7 - 94_567 % 8), "valid", None),
    ("STL-03 the neighbours", _list(94_566, 94_568), "valid", None),
    ("STL-04", _list(purpose="suspension"), "invalid", "status.purpose_mismatch"),
    ("STL-05", _list(purpose=["revocation", "suspension"]), "valid", None),
    ("STL-05 set", _list(94_567, purpose=["revocation", "suspension"]), "invalid", "status.revoked"),
    *(
        (f"STL-06 {str(index)[:20]}", _entry(statusListIndex=index), "invalid", "status.index_range")
        for index in ("131072", str(2**63), "1" + "0" * 400)
    ),
    *((f"STL-07 {index!r}", _entry(statusListIndex=index), "invalid", "status.index_malformed") for index in MALFORMED),
    ("STL-07 missing", _entry(statusListIndex=None), "invalid", "status.index_malformed"),
    (
        "STL-08",
        _list(subject={"encodedList": _packed(gzip.compress(b"\0"))}),
        "invalid",
        "status.list_too_short",
    ),
    ("STL-09", _list(subject={"encodedList": _bomb()}), "invalid", "status.list_too_large"),
    (
        "STL-10 second member",
        _list(subject={"encodedList": _packed(gzip.compress(bytes(16_384)) + gzip.compress(_ones()))}),
        "invalid",
        "status.encoding",
    ),
    (
        "STL-10 garbage",
        _list(subject={"encodedList": _packed(gzip.compress(bytes(16_384)) + b"garbage")}),
        "invalid",
        "status.encoding",
    ),
    ("STL-11 no multibase", _list(subject={"encodedList": "H4sIAAAA"}), "invalid", "status.encoding"),
    ("STL-12 no list", _list(subject={"encodedList": "u"}), "invalid", "status.encoding"),
    ("STL-13", _served(_by_evil), "invalid", "status.issuer_untrusted"),
    ("STL-13 in the issuer's name", _list(key="evil"), "invalid", "status.list_invalid"),
    ("STL-14", _served(_unsigned), "invalid", "status.list_invalid"),
    ("STL-15 tampered", _served(_tampered), "invalid", "status.list_invalid"),
    (
        "STL-16",
        lambda w: _list(validUntil=w.ago(61))(w),
        "invalid",
        "status.list_expired",
    ),
    (
        "STL-18 not yet",
        lambda w: _list(validFrom=w.ago(-61))(w),
        "invalid",
        "status.list_invalid",
    ),
    ("STL-19", _served(_other_badge), "invalid", "status.list_invalid"),
    ("STL-20 500", _served(Unreachable("", "verifier.unavailable", "500.")), "indeterminate", "status.unreachable"),
    ("STL-20 slow", _served(Unreachable("", "fetch.timeout", "Slow.")), "indeterminate", "status.unreachable"),
    ("NET-21", _served(Unreachable("", "fetch.timeout", "Slow.")), "indeterminate", "fetch.timeout"),
    ("STL-20 404", _served(Missing("", "not_found", "No.")), "indeterminate", "status.unreachable"),
    ("STL-21 no JSON", _served((b"nonsense", "application/json")), "invalid", "status.list_invalid"),
    ("NET-24", _served((b"<html>", "text/html")), "invalid", "fetch.content_type"),
    (
        "STL-24",
        lambda w: w.json_sent(
            {
                **w.badge(),
                "credentialStatus": [w.entry(statusListCredential=f"https://h{n}.test/1") for n in range(1000)],
            }
        ),
        "refused",
        "status.too_many",
    ),
    (
        "STL-24 hosts",
        lambda w: w.json_sent(
            {**w.badge(), "credentialStatus": [w.entry(statusListCredential=f"https://h{n}.test/1") for n in range(3)]}
        ),
        "refused",
        "status.too_many",
    ),
    *((f"STL-25 {size!r}", _entry(statusSize=size), "invalid", "status.malformed") for size in SIZES),
    ("STL-26 no purpose", _entry(statusPurpose=None), "invalid", "status.malformed"),
    ("STL-26 no list", _entry(statusListCredential=None), "invalid", "status.malformed"),
    ("STL-28", _legacy("revokedCredential", {"id": BADGE_ID}), "invalid", "status.revoked"),
    ("STL-28 draft", _legacy("revokedCredentials", {"id": BADGE_ID, "revoked": True}), "invalid", "status.revoked"),
    ("STL-28 reinstated", _legacy("revokedCredential", {"id": BADGE_ID, "revoked": False}), "valid", None),
    ("STL-28 another", _legacy("revokedCredential", {"id": "urn:uuid:other"}), "valid", None),
    (
        "STL-28 escaped",
        _legacy("revokedCredential", {"id": BADGE_ID.replace("urn:", "urn%3A")}),
        "invalid",
        "status.revoked",
    ),
    (
        "STL-28 another's",
        _legacy("revokedCredential", issuer="did:web:evil.test"),
        "invalid",
        "status.issuer_untrusted",
    ),
    ("STL-28 no list", _legacy("somethingElse"), "invalid", "status.list_invalid"),
]


@pytest.mark.parametrize(("build", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_attack(world: Any, build: Any, verdict: str, code: str | None) -> None:
    sent = build(world)
    began = time.process_time()
    world.expect(sent, verdict, code)
    assert time.process_time() - began < 0.5
    assert not [url for url in world.asked if "evil" in url]


def test_same_answer_on_every_thread(steady: Any) -> None:
    steady(CASES)


def test_stl_13_delegate_named_by_the_did_document(world: Any) -> None:
    world.serve(world.LIST_URL, world.di(world.status_list(issuer=world.EVIL), world.evil))
    world.serve_issuer(capabilityDelegation=[f"{world.EVIL}#k1"])
    signed = world.di(world.badge())
    world.expect(signed, "valid", None)
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX, issuer=world.EVIL), world.evil))
    world.expect(signed, "invalid", "status.revoked")
    world.serve_issuer()
    world.expect(signed, "invalid", "status.issuer_untrusted")


def test_stl_17_old_list_played_back(world: Any) -> None:
    signed = world.di(world.badge())
    old = world.web[world.LIST_URL]
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX, validFrom="2026-06-01T00:00:00Z")))
    world.expect(signed, "invalid", "status.revoked")
    world.web[world.LIST_URL] = old
    world.expect(signed, "invalid", "status.list_rollback")
    world.serve(world.LIST_URL, world.di(world.status_list(validFrom="2026-07-01T00:00:00Z")))
    world.expect(signed, "valid", None)
    world.service = type(world)().service  # the memory is the service's, and the controls start afresh
    world.__post_init__()


def test_list_as_a_token(world: Any) -> None:
    listing = world.status_list(world.INDEX)
    world.web[world.LIST_URL] = (world.jwt(listing, world.p256, sub=listing["credentialSubject"]["id"]), "text/plain")
    world.expect(world.di(world.badge()), "invalid", "status.revoked")


def test_kept_list_is_dropped_when_the_key_is(world: Any) -> None:
    """A list verified before counts only while its key stands in the issuer's document."""
    world.serve(world.LIST_URL, world.di(world.status_list(), world.p256))
    signed = world.di(world.badge())
    world.expect(signed, "valid", None)
    world.serve_issuer([world.ok.as_method()])
    world.expect(signed, "invalid", "status.list_invalid")


def test_kept_list_expires(world: Any) -> None:
    world.serve(world.LIST_URL, world.di(world.status_list(validUntil=world.ago(-10))))
    signed = world.di(world.badge())
    world.expect(signed, "valid", None)
    before, world.now = world.now, world.now.replace(hour=19)
    world.expect(signed, "invalid", "status.list_expired")
    world.now = before


def test_ttl_asks_again(world: Any) -> None:
    """An answer kept for longer than the list allows is not good enough."""
    fresh = world.di(world.status_list(world.INDEX, subject={"ttl": 60_000}))
    stale = world.di(world.status_list(subject={"ttl": 60_000}))
    answers = {"stale": stale, "fresh": fresh}

    class Keeping:
        def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Any:
            if url != world.LIST_URL:
                return world.fetch(url, accept, max_age_s)
            body = world.json_sent(answers["stale" if max_age_s is None else "fresh"])[0]
            found = Found(url, body, "application/json", accept)
            return found._replace(age_s=120.0) if max_age_s is None else found

    service = type(world.service)(Keeping(), lambda: world.now)
    report = service.verify(*world.json_sent(world.di(world.badge())))
    assert "status.revoked" in {row.code for row in report.checks}


def test_stl_23_unknown_type_is_open(world: Any) -> None:
    """A type that a context defines but this verifier does not know."""
    entry = {"id": "https://issuer.test/s#1", "type": "https://issuer.test/types#OwnStatus"}
    world.expect(world.di(world.badge(credentialStatus=entry)), "indeterminate", "status.type_unsupported")


def test_unknown_purpose_is_open_only_when_set(world: Any) -> None:
    badge = world.badge(credentialStatus=world.entry(statusPurpose="recall"))
    world.serve(world.LIST_URL, world.di(world.status_list(purpose="recall")))
    world.expect(world.di(badge), "valid", None)
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX, purpose="recall")))
    world.expect(world.di(badge), "indeterminate", "status.type_unsupported")


def test_index_as_a_number_is_read(world: Any) -> None:
    """1EdTech's examples write a number; the standard wants text (both are read, neither is rewritten)."""
    badge = world.badge(credentialStatus=world.entry(statusListIndex=world.INDEX))
    world.serve(world.LIST_URL, world.di(world.status_list(world.INDEX)))
    world.expect(world.jwt(badge), "invalid", "status.revoked")


def test_large_lists_are_read(world: Any) -> None:
    bits = bytearray(2**20)
    bits[-1] = 1
    listing = world.status_list(subject={"encodedList": bitstring.encode(bits)})
    world.serve(world.LIST_URL, world.di(listing))
    last = str(8 * 2**20 - 1)
    world.expect(world.di(world.badge(credentialStatus=world.entry(statusListIndex=last))), "invalid", "status.revoked")
