"""A small world for the verifier: an issuer with keys, a stranger with a key, and the servers of both, in memory.

Nothing is fetched: `World.web` says what stands at which address, `World.asked` which addresses were asked.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.errors import Refused
from issuer.proofs import base64url, bitstring, data_integrity, multibase
from issuer.proofs.key_kinds import PublicKey, ed25519_key, elliptic_key, rsa_key
from issuer.proofs.linked_data import Reader
from issuer.proofs.timestamps import parse_timestamp, whole_seconds
from issuer.services.verify import VerifyService
from issuer.verification.documents import Answer, Found, Missing
from issuer.verification.readers import current_reader
from issuer.verification.report import Report

NOW = datetime(2026, 11, 21, 18, 0, 0, tzinfo=UTC)
ISSUER, EVIL = "did:web:issuer.test", "did:web:evil.test"
DID_URL, EVIL_DID_URL = "https://issuer.test/.well-known/did.json", "https://evil.test/.well-known/did.json"
LIST_URL = "https://issuer.test/status/1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
INDEX = 94_567

Sent = tuple[bytes, str]
Case = tuple[str, "Callable[[World], Sent]", str, str | None]


@dataclass(frozen=True)
class Key:
    """A key in memory, fulfilling `Signer`."""

    alg: str
    private: Any
    public: PublicKey
    verification_method: str

    def sign(self, message: bytes) -> bytes:
        if self.alg == "EdDSA":
            return bytes(self.private.sign(message))
        if self.alg == "RS256":
            return bytes(self.private.sign(message, padding.PKCS1v15(), SHA256()))
        size, digest = (32, SHA256()) if self.alg == "ES256" else (48, SHA384())
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(digest)))
        return r.to_bytes(size) + s.to_bytes(size)

    def as_method(self, controller: str | None = None) -> dict[str, Any]:
        named = {"id": self.verification_method, "controller": controller or self.verification_method.split("#")[0]}
        if self.alg == "RS256":
            return {**named, "type": "JsonWebKey", "publicKeyJwk": self.public.jwk()}
        return {**named, "type": "Multikey", "publicKeyMultibase": self.public.multibase()}


@cache
def make_key(alg: str, method: str) -> Key:
    """The same key for the same name throughout a run."""
    private: Any
    if alg == "EdDSA":
        private = ed25519.Ed25519PrivateKey.generate()
        public = ed25519_key(private.public_key().public_bytes_raw())
        if method == "did:key":
            method = f"did:key:{public.multibase()}#{public.multibase()}"
    elif alg == "RS256":
        private = rsa.generate_private_key(65537, 2048)
        public = rsa_key(private.public_key().public_numbers().n, 65537)
    else:
        private = ec.generate_private_key(ec.SECP256R1() if alg == "ES256" else ec.SECP384R1())
        point = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        public = elliptic_key("P-256" if alg == "ES256" else "P-384", point)
    return Key(alg, private, public, method)


def _badge() -> dict[str, Any]:
    return {
        "@context": [V2, OB],
        "id": "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1a001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Formative Assessment",
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "Schools That Lead"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:6c9cf1a7-26a2-4d4e-8d3c-9e02f7a1a002",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://issuer.test/achievements/formative-assessment/v1",
                "type": ["Achievement"],
                "name": "Formative Assessment",
                "description": "Uses evidence of learning to adapt teaching.",
                "criteria": {"narrative": "Collect, interpret, act."},
                "achievementType": "MicroCredential",
            },
        },
        "credentialStatus": {
            "id": f"{LIST_URL}#{INDEX}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(INDEX),
            "statusListCredential": LIST_URL,
        },
    }


def encoded(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


@dataclass
class World:
    """web: URL → an answer, or (body, media type). asked: what was fetched, in order."""

    now: datetime = NOW
    web: dict[str, Answer | tuple[bytes, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    own: Any = None
    reader: Reader = field(default_factory=current_reader)

    NOW, ISSUER, EVIL, DID_URL, LIST_URL, V2, OB = NOW, ISSUER, EVIL, DID_URL, LIST_URL, V2, OB
    EXTENSIONS, INDEX, EVIL_DID_URL = EXTENSIONS, INDEX, EVIL_DID_URL

    def __post_init__(self) -> None:
        self.ok, self.old = self.key("EdDSA", "k1"), self.key("EdDSA", "old")
        self.p256, self.p384 = self.key("ES256", "p256"), self.key("ES384", "p384")
        self.rsa = self.key("RS256", "rsa")
        self.evil = make_key("EdDSA", f"{EVIL}#k1")
        self.did_key = make_key("EdDSA", "did:key")
        self.serve_issuer()
        self.serve(EVIL_DID_URL, self.did_document(EVIL, [self.evil.as_method()]))
        self.serve(LIST_URL, self.di(self.status_list()))
        self.service = VerifyService(self, lambda: self.now, own=self.own)

    # -- the web

    def fetch(self, url: str, accept: tuple[str, ...], max_age_s: float | None = None) -> Answer:
        self.asked.append(url)
        answer = self.web.get(url)
        if answer is None:
            return Missing(url, "not_found", "There is nothing there.")
        if not isinstance(answer, tuple):
            return answer
        if answer[1] not in accept:
            return Missing(url, "fetch.content_type", "The other server sent another kind of document.")
        return Found(url, *answer, accept)

    def serve(self, url: str, document: Any, media_type: str = "application/json") -> None:
        self.web[url] = (document if isinstance(document, bytes) else encoded(document), media_type)

    @staticmethod
    def did_document(did: str, methods: Iterable[dict[str, Any]], **changes: Any) -> dict[str, Any]:
        listed = list(methods)
        return {
            "id": did,
            "verificationMethod": listed,
            "assertionMethod": [method["id"] for method in listed],
            **changes,
        }

    def serve_issuer(self, methods: Iterable[dict[str, Any]] | None = None, **changes: Any) -> None:
        keys = (self.ok, self.old, self.p256, self.p384, self.rsa)
        listed = [key.as_method() for key in keys] if methods is None else methods
        self.serve(DID_URL, self.did_document(ISSUER, listed, **changes))

    # -- keys and documents

    @staticmethod
    def key(alg: str, name: str) -> Key:
        """A key of the issuer, or of anybody when `name` is a whole DID URL."""
        return make_key(alg, name if ":" in name else f"{ISSUER}#{name}")

    @staticmethod
    def badge(**changes: Any) -> dict[str, Any]:
        """An unsigned badge with members replaced; None takes a member away."""
        changed = {**_badge(), **deepcopy(changes)}
        return {name: value for name, value in changed.items() if value is not None}

    def badge_with(self, path: str, value: Any) -> dict[str, Any]:
        """An unsigned badge with one nested member (`credentialSubject/achievement/name`) set."""
        badge = self.badge()
        *outer, last = path.split("/")
        node: Any = badge
        for step in outer:
            node = node[step]
        node[last] = value
        return badge

    def status_list(self, *set_bits: int, purpose: Any = "revocation", **changes: Any) -> dict[str, Any]:
        bits = bytearray(bitstring.MIN_ENTRIES // 8)
        for index in set_bits:
            bits[index // 8] |= 0x80 >> index % 8
        subject = {
            "id": f"{LIST_URL}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": bitstring.encode(bits),
        }
        document = {
            "@context": [V2],
            "id": LIST_URL,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": ISSUER,
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {**subject, **changes.pop("subject", {})},
            **changes,
        }
        return {name: value for name, value in document.items() if value is not None}

    def entry(self, **changes: Any) -> dict[str, Any]:
        return {**_badge()["credentialStatus"], **changes}

    # -- signing

    def proof(self, document: dict[str, Any], key: Key | None = None, **options: Any) -> dict[str, Any]:
        """A proof over `document` without its proofs; None takes an option away before signing."""
        key = key or self.ok
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022" if key.alg == "EdDSA" else "ecdsa-rdfc-2019",
            "created": "2026-01-01T00:00:00Z",
            "verificationMethod": key.verification_method,
            "proofPurpose": "assertionMethod",
            **options,
        }
        proof = {name: value for name, value in proof.items() if value is not None}
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        hash_name = "sha384" if key.alg == "ES384" else "sha256"
        signed = data_integrity.hash_data(unsecured, proof, self.reader, hash_name)
        return {**proof, "proofValue": multibase.encode(key.sign(signed))}

    def di(self, document: dict[str, Any], key: Key | None = None, **options: Any) -> dict[str, Any]:
        return {**document, "proof": self.proof(document, key, **options)}

    def claims(self, document: dict[str, Any]) -> dict[str, Any]:
        issuer = document["issuer"]
        subject = document["credentialSubject"]
        claims = {
            "iss": issuer["id"] if isinstance(issuer, dict) else issuer,
            "jti": document["id"],
            "sub": subject["id"],
            "nbf": self.seconds(document["validFrom"]),
        }
        return {**claims, "exp": self.seconds(document["validUntil"])} if "validUntil" in document else claims

    @staticmethod
    def seconds(timestamp: str) -> int:
        try:
            return whole_seconds(parse_timestamp(timestamp))
        except Exception:
            return 0

    def jwt(
        self,
        document: dict[str, Any] | None = None,
        key: Key | None = None,
        header: dict[str, Any] | None = None,
        **claims: Any,
    ) -> bytes:
        """A VC-JWT; None in `header` or `claims` takes a member away."""
        key = key or self.ok
        document = self.badge() if document is None else document
        payload = {**document, **self.claims(document), **claims}
        return self.token(
            {"alg": key.alg, "kid": key.verification_method, "typ": "JWT", **(header or {})}, payload, key
        )

    def token(self, header: dict[str, Any], payload: dict[str, Any] | bytes, key: Key | None = None) -> bytes:
        parts = [header, payload]
        raw = [
            part if isinstance(part, bytes) else encoded({k: v for k, v in part.items() if v is not None})
            for part in parts
        ]
        signing_input = b".".join(base64url.encode(part) for part in raw)
        return signing_input + b"." + base64url.encode((key or self.ok).sign(signing_input))

    @staticmethod
    def jwt_sent(token: bytes) -> Sent:
        return token, "application/jwt"

    @staticmethod
    def json_sent(document: Any) -> Sent:
        return encoded(document), "application/json"

    # -- asking

    def verify(self, sent: Sent | dict[str, Any] | bytes, **wishes: Any) -> Report:
        if isinstance(sent, dict):
            sent = self.json_sent(sent)
        elif isinstance(sent, bytes):
            sent = self.jwt_sent(sent)
        return self.service.verify(*sent, **wishes)

    def outcome(self, sent: Sent | dict[str, Any] | bytes, **wishes: Any) -> tuple[str, frozenset[str | None]]:
        """The verdict (or ``refused``) and every code that was given."""
        try:
            report = self.verify(sent, **wishes)
        except Refused as refused:
            return "refused", frozenset({refused.code})
        problems = {row.code for row in report.checks if row.outcome in ("failed", "inconclusive")}
        return report.verdict.value, frozenset(problems | set(report.flags))

    def expect(self, sent: Sent | dict[str, Any] | bytes, verdict: str, code: str | None, **wishes: Any) -> None:
        got, codes = self.outcome(sent, **wishes)
        assert got == verdict, (got, codes)
        assert code is None or code in codes, codes

    def ago(self, seconds: int) -> str:
        return (self.now - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def assert_controls(self) -> None:
        """POS-01 and POS-02 hold, whatever went before."""
        self.serve_issuer()
        self.serve(LIST_URL, self.di(self.status_list()))
        assert self.outcome(self.di(self.badge())) == ("valid", frozenset())
        for key in (self.ok, self.p256, self.rsa):
            assert self.outcome(self.jwt(key=key)) == ("valid", frozenset())


@pytest.fixture
def world() -> Iterator[World]:
    """A world of one's own; afterwards the positive controls still hold in it."""
    one = World()
    yield one
    one.assert_controls()


@pytest.fixture
def new_world() -> Callable[..., World]:
    return World


@pytest.fixture
def steady() -> Callable[[list[Case]], None]:
    """Every case twice, in shuffled order, on one thread and on eight: always the same answer."""

    def check(cases: list[Case]) -> None:
        prepared = []
        for _, build, verdict, _ in cases:
            one = World()
            prepared.append((one, build(one), verdict))
        for threads in (1, 8):
            work = prepared * 2
            random.Random(threads).shuffle(work)
            with ThreadPoolExecutor(threads) as pool:
                answers = list(pool.map(lambda item: item[0].outcome(item[1]), work))
            seen: dict[int, tuple[str, frozenset[str | None]]] = {}
            for (one, _, verdict), answer in zip(work, answers, strict=True):
                assert answer[0] == verdict
                assert seen.setdefault(id(one), answer) == answer

    return check
