"""DI and CAN: documents that mean something else than what is signed, proofs that prove something else."""

from __future__ import annotations

import time
from typing import Any

import pytest

EVIL_CONTEXT = "https://evil.test/ctx.jsonld"


def _tampered(**changes: Any) -> Any:
    """A signed badge with members changed after signing."""
    return lambda world: world.json_sent({**world.di(world.badge()), **changes})


def _contexts(*more: Any) -> Any:
    return lambda world: world.json_sent({**world.di(world.badge()), "@context": [world.V2, world.OB, *more]})


def _deep(path: str, value: Any) -> Any:
    def build(world: Any) -> Any:
        signed = world.di(world.badge_with(path, value))
        return world.json_sent(signed)

    return build


def _unsigned_deep(path: str, value: Any) -> Any:
    def build(world: Any) -> Any:
        return world.json_sent({**world.badge_with(path, value), "proof": world.proof(world.badge())})

    return build


def _proof(**changes: Any) -> Any:
    """A signed badge whose proof is changed after signing; None takes a member away."""

    def build(world: Any) -> Any:
        signed = world.di(world.badge())
        proof = {**signed["proof"], **changes}
        kept = {name: value for name, value in proof.items() if value is not None}
        return world.json_sent({**signed, "proof": kept})

    return build


def _signed_proof(**options: Any) -> Any:
    """A badge correctly signed with these proof options."""
    return lambda world: world.json_sent(world.di(world.badge(), **options))


def _moved(world: Any) -> Any:
    return world.json_sent({**world.badge(name="Another badge"), "proof": world.proof(world.badge())})


def _rekeyed(world: Any) -> Any:
    signed = world.di(world.badge(validUntil="2026-02-01T00:00:00Z"))
    end = signed.pop("validUntil")
    return world.json_sent({**signed, "https://www.w3.org/2018/credentials#validUntil": end})


def _set(world: Any, *proofs: Any) -> Any:
    return world.json_sent({**world.badge(), "proof": list(proofs)})


def _foreign(issuer: str, method: Any) -> Any:
    def build(world: Any) -> Any:
        badge = world.badge(issuer={"id": issuer, "type": ["Profile"]})
        name = method(world)
        return world.json_sent({**badge, "proof": {**world.proof(badge, world.did_key), "verificationMethod": name}})

    return build


def _linked(world: Any, edges: list[tuple[int, int]]) -> Any:
    """Evidence nodes without names, linked as the edges say through a term whose values are nodes."""
    by_node: dict[int, list[dict[str, str]]] = {}
    for start, end in edges:
        by_node.setdefault(start, []).append({"id": f"_:b{end}"})
    related = [
        {"id": f"_:b{node}", "type": ["Achievement"], "related": links} for node, links in sorted(by_node.items())
    ]
    badge = world.badge_with("credentialSubject/achievement/related", related)
    return world.json_sent({**badge, "proof": world.proof(world.badge())})


CASES: list[Any] = [
    ("DI-01", _tampered(extraClaim="PhD"), "invalid", "ld.data_loss"),
    (
        "DI-03",
        _tampered(type=["VerifiableCredential", "OpenBadgeCredential", "DoctorCredential"]),
        "invalid",
        "ld.data_loss",
    ),
    (
        "DI-07",
        lambda w: w.json_sent(
            {
                **w.di(w.badge()),
                "@context": [w.V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"],
            }
        ),
        "invalid",
        "sig.invalid",
    ),
    ("DI-09", _contexts(EVIL_CONTEXT), "invalid", "ld.context_unknown"),
    ("DI-10", _contexts({"name": "https://evil.test/name"}), "invalid", "ld.context_inline"),
    ("DI-11", _contexts({"@vocab": "https://evil.test/v#"}), "invalid", "ld.context_inline"),
    ("DI-12 vocab", _contexts({"@vocab": None}), "invalid", "ld.context_inline"),
    ("DI-12 base", _contexts({"@base": "https://evil.test/"}), "invalid", "ld.context_inline"),
    ("DI-13", _rekeyed, "invalid", "ld.not_compact"),
    *(
        (f"DI-15 {word}", _tampered(**{word: [{"type": ["Profile"]}]}), "invalid", "ld.not_compact")
        for word in ("@included", "@reverse", "@graph", "@nest", "@index")
    ),
    (
        "DI-18",
        _unsigned_deep("credentialSubject/achievement/@context", {"name": "https://evil.test/name"}),
        "invalid",
        "ld.context_inline",
    ),
    ("DI-20", _contexts({"@version": 1.1, "@import": "https://evil.test/x"}), "invalid", "ld.context_inline"),
    ("DI-21", _contexts(*["https://w3id.org/security/data-integrity/v2"] * 1000), "refused", "ld.too_complex"),
    ("DI-22", _unsigned_deep("issuer/type", ["Profile"] * 8000), "refused", "ld.too_complex"),
    (
        "DI-23",
        _unsigned_deep("credentialSubject/achievement/tag", [f"t{number}" for number in range(8000)]),
        "refused",
        "ld.too_complex",
    ),
    ("DI-24", _moved, "invalid", "sig.invalid"),
    (
        "DI-30",
        _foreign("https://victim.test", lambda w: w.did_key.verification_method.split("#")[0]),
        "invalid",
        "issuer.mismatch",
    ),
    ("DI-31", _foreign("https://victim.test", lambda w: "https://evil.test/key"), "invalid", "issuer.mismatch"),
    (
        "DI-33",
        lambda w: _set(w, w.proof(w.badge()), {**w.proof(w.badge(), w.old), "created": "2026-01-02T00:00:00Z"}),
        "invalid",
        "proof.set_member_invalid",
    ),
    (
        "DI-34",
        lambda w: _set(w, w.proof(w.badge()), w.proof(w.badge(), w.did_key)),
        "valid",
        "proof.member_other_controller",
    ),
    (
        "DI-34 forged",
        lambda w: _set(w, w.proof(w.badge()), w.proof(w.badge(name="Other"), w.did_key)),
        "invalid",
        "proof.set_member_invalid",
    ),
    (
        "DI-34 by did:web",
        lambda w: _set(w, w.proof(w.badge()), w.proof(w.badge(), w.evil)),
        "valid",
        "proof.member_other_controller",
    ),
    ("DI-34 alone", lambda w: _set(w, w.proof(w.badge(), w.evil)), "invalid", "issuer.mismatch"),
    ("DI-35", lambda w: w.json_sent({**w.badge(), "proof": [{}] * 10_000}), "refused", "proof.too_many"),
    ("DI-36 missing", _signed_proof(previousProof="urn:x"), "invalid", "proof.chain_broken"),
    (
        "DI-36 circle",
        lambda w: _set(
            w,
            {**w.proof(w.badge()), "id": "urn:a", "previousProof": "urn:b"},
            {**w.proof(w.badge()), "id": "urn:b", "previousProof": "urn:a"},
        ),
        "invalid",
        "proof.chain_broken",
    ),
    ("DI-36 number", _proof(previousProof=5), "invalid", "proof.chain_broken"),
    ("DI-37 type", _proof(type="Ed25519Signature2020"), "invalid", "sig.invalid"),
    ("DI-37 suite", _proof(cryptosuite="eddsa-jcs-2022"), "invalid", "sig.invalid"),
    ("DI-39", _proof(created="2099-01-01"), "invalid", "proof.created_future"),
    ("DI-39 signed", _signed_proof(created="2099-01-01T00:00:00Z"), "invalid", "proof.created_future"),
    ("DI-39 malformed", _proof(created="yesterday"), "invalid", "proof.malformed"),
    ("DI-39 signed, no zone", _signed_proof(created="2026-01-01T00:00:00"), "invalid", "proof.malformed"),
    ("DI-40 expired", _signed_proof(expires="2026-02-01T00:00:00Z"), "invalid", "proof.expired"),
    ("DI-40 at the calendar's end", _signed_proof(expires="9999-12-31T23:59:59Z"), "valid", None),
    ("DI-40 at its beginning", _signed_proof(expires="0001-01-01T00:00:00Z"), "invalid", "proof.expired"),
    *(
        (f"DI-42 {name}", _proof(**{name: None}), "invalid", "proof.malformed")
        for name in ("proofPurpose", "verificationMethod", "type", "cryptosuite")
    ),
    ("DI-43 purpose", _signed_proof(proofPurpose="authentication"), "invalid", "proof.purpose"),
    ("DI-44 domain", _signed_proof(domain="https://other.test"), "invalid", "proof.domain"),
    ("no proof", lambda w: w.json_sent(w.badge()), "invalid", "proof.missing"),
    ("SIG-14 null", lambda w: _set(w, {**w.proof(w.badge()), "proofValue": None}), "invalid", "proof.malformed"),
    ("SIG-14 missing", _proof(proofValue=None), "invalid", "proof.malformed"),
    ("SIG-14 object", _proof(proofValue={}), "invalid", "proof.malformed"),
    (
        "DI-46",
        lambda w: w.json_sent(
            {
                "@context": [w.V2],
                "type": ["VerifiablePresentation"],
                "verifiableCredential": [w.di(w.badge())],
            }
        ),
        "invalid",
        "type.not_credential",
    ),
    (
        "another credential",
        lambda w: w.json_sent(w.di(w.status_list())),
        "invalid",
        "type.not_open_badge",
    ),
    *(
        (f"DI-48 {name}", _tampered(credentialSubject=value), "invalid", "schema.violation")
        for name, value in (("empty", {}), ("none", []), ("two", [{"id": "urn:a"}, {"id": "urn:b"}]))
    ),
    (
        "order of contexts",
        lambda w: w.json_sent({**w.badge(), "@context": [w.OB, w.V2]}),
        "invalid",
        "ld.context_order",
    ),
    (
        "no Open Badges context",
        lambda w: w.json_sent({**w.di(w.badge()), "@context": [w.V2]}),
        "invalid",
        "ld.context_order",
    ),
    ("no issuer", _tampered(issuer={"type": ["Profile"]}), "invalid", "issuer.unknown"),
    ("issuer without a key of its own", lambda w: w.json_sent(_urn_issuer(w)), "invalid", "issuer.unknown"),
    ("http issuer", lambda w: w.json_sent(_http_issuer(w)), "invalid", "fetch.scheme"),
    ("legacy suite", lambda w: w.json_sent(_legacy(w)), "indeterminate", "proof.suite_unsupported"),
]


def _urn_issuer(world: Any) -> Any:
    return world.di(world.badge(issuer="urn:uuid:1"), verificationMethod="urn:uuid:1#k1")


def _http_issuer(world: Any) -> Any:
    issuer = "http://issuer.test/1"
    return world.di(world.badge(issuer=issuer), verificationMethod=f"{issuer}#k1")


def _legacy(world: Any) -> Any:
    proof = {"type": "Ed25519Signature2018", "verificationMethod": world.ok.verification_method, "jws": "e30..AA"}
    return {**world.badge(), "proof": proof}


@pytest.mark.parametrize(("build", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_attack(world: Any, build: Any, verdict: str, code: str | None) -> None:
    sent = build(world)
    began = time.process_time()
    world.expect(sent, verdict, code)
    assert time.process_time() - began < 0.5
    assert not [url for url in world.asked if "issuer.test" not in url]


def test_same_answer_on_every_thread(steady: Any) -> None:
    steady(CASES)


def test_di_26_method_of_another_document(world: Any) -> None:
    world.expect(world.di(world.badge(), world.evil), "invalid", "issuer.mismatch")
    assert world.asked == []


def test_di_27_assertion_method_missing(world: Any) -> None:
    world.serve_issuer(assertionMethod=[])
    world.expect(world.di(world.badge()), "invalid", "key.not_authorized")


def test_di_28_key_for_another_purpose(world: Any) -> None:
    name = world.ok.verification_method
    world.serve_issuer(assertionMethod=[world.p256.verification_method], authentication=[name])
    world.expect(world.di(world.badge()), "invalid", "key.not_authorized")


def test_di_29_method_controlled_by_somebody_else(world: Any) -> None:
    world.serve_issuer([{**world.ok.as_method(), "controller": world.EVIL}])
    world.expect(world.di(world.badge()), "invalid", "key.controller_mismatch")


def test_di_32_key_not_listed(world: Any) -> None:
    world.serve_issuer([world.p256.as_method()])
    world.expect(world.di(world.badge()), "invalid", "key.not_found")


@pytest.mark.parametrize("member", ["revoked", "expires"])
def test_key_that_ended(world: Any, member: str) -> None:
    world.serve_issuer([{**world.ok.as_method(), member: "2026-06-01T00:00:00Z"}])
    world.expect(world.di(world.badge()), "invalid", "key.not_authorized")
    world.serve_issuer([{**world.ok.as_method(), member: "2027-06-01T00:00:00Z"}])
    world.expect(world.di(world.badge()), "valid", None)


def test_method_written_out_under_assertion_method(world: Any) -> None:
    world.serve_issuer([], assertionMethod=[world.ok.as_method()])
    world.expect(world.di(world.badge()), "valid", None)


def test_di_50_json_literal_does_not_reach_policy(world: Any) -> None:
    """Keys inside a JSON literal that look like policy terms are data, whatever they say."""
    v2_json = {"@context": [world.V2, world.OB, world.EXTENSIONS]}
    schema = [{"id": "https://issuer.test/s.json", "type": "JsonSchema"}]
    badge = world.badge(**v2_json, credentialSchema=schema)
    world.serve("https://issuer.test/s.json", {"type": "object", "properties": {"validUntil": False}})
    world.expect(world.di(badge), "valid", None)


@pytest.mark.parametrize("value", [1, 1.0, 36.5, 42.0, 0.5, -3])
def test_di_52_numbers_that_readers_agree_on(world: Any, value: float) -> None:
    badge = world.badge_with("credentialSubject/achievement/creditsAvailable", value)
    world.expect(world.di(badge), "valid", None)


@pytest.mark.parametrize("value", [1e21, 1e-7])
def test_di_52_numbers_that_they_do_not(world: Any, value: float) -> None:
    badge = world.badge_with("credentialSubject/achievement/creditsAvailable", value)
    badge = {**badge, "proof": world.proof(world.badge())}
    world.expect(badge, "invalid", "json.number_out_of_range")


# -- CAN


def test_can_01_clique_of_blank_nodes(world: Any) -> None:
    edges = [(start, end) for start in range(8) for end in range(8) if start != end]
    began = time.process_time()
    world.expect(_linked(world, edges), "refused", "ld.too_complex")
    assert time.process_time() - began < 1.5
    assert world.asked == []


SHAPES = {
    "ring": [(node, (node + 1) % 200) for node in range(200)],
    "grid": [
        (12 * row + column, other)
        for row in range(12)
        for column in range(12)
        for other in (12 * row + (column + 1) % 12, 12 * ((row + 1) % 12) + column)
    ],
    "tree": [(node, child) for node in range(127) for child in (2 * node + 1, 2 * node + 2)],
    "circulant": [(node, (node + step) % 148) for node in range(148) for step in (1, 4)],
    "twins": [(node, 200 + node) for node in range(64)],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_can_03_other_shapes(world: Any, shape: str) -> None:
    """Refused, or read within the time if cheap (the signature is another document's)."""
    began = time.process_time()
    verdict, codes = world.outcome(_linked(world, SHAPES[shape]))
    assert time.process_time() - began < 1.5
    assert (verdict, codes) in (
        ("refused", frozenset({"ld.too_complex"})),
        ("invalid", frozenset({"sig.invalid"})),
    )
    assert world.asked in ([], [world.DID_URL])
