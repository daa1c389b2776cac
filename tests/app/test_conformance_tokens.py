"""What test suites hold a verifier of tokens to: the media type, the key by its name, claims without a place there."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from outside import Site, serving

from issuer.app.conformance import conformance_service
from issuer.proofs import base64url
from issuer.proofs.jws import sign_compact
from issuer.proofs.key_binding import bind
from issuer.proofs.public_keys import from_jwk
from issuer.services.conformance import Conformance
from issuer.settings import from_environment
from keys.software.private_keys import PrivateKey, SoftwareSigner
from tests.app.conftest import Stranger, Suite
from tests.app.test_conformance_verify import code

JsonObject = dict[str, Any]
Make = Callable[[str], Stranger]
V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
ISSUER = "https://issuer.test/schools/1"


def token(payload: JsonObject, by: Any, **header: Any) -> str:
    """A token by `by`; None in the header takes a member away."""
    members = {"alg": by.alg, "kid": by.verification_method, "typ": "vc+jwt", **header}
    written = json.dumps({name: value for name, value in members.items() if value is not None})
    return sign_compact(base64url.encode(written.encode()), json.dumps(payload).encode(), by)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({}, None),
        ({"typ": None}, None),
        ({"typ": "JWT"}, None),
        ({"typ": "application/vc+jwt", "cty": "vc"}, None),
        ({"typ": "bad+typ"}, "jose.typ_not_allowed"),
        ({"typ": "vp+jwt"}, "jose.typ_not_allowed"),
        ({"typ": "vc+sd-jwt"}, "jose.typ_not_allowed"),
        ({"cty": "bad+cty"}, "jose.header_not_allowed"),
        ({"cty": "vp"}, "jose.header_not_allowed"),
        ({"crit": ["exp"]}, "jose.crit_unsupported"),
    ],
)
def test_the_media_type_of_a_credential(
    suite: Suite, credential: JsonObject, stranger: Make, header: JsonObject, said: str | None
) -> None:
    by = stranger("EdDSA")
    answer = suite.verify(token({**credential, "issuer": by.did}, by.signer, **header))
    assert answer["verified"] if said is None else code(answer) == said


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"iat": "2010-01-01T19:23:24Z"}, None),
        ({"jti": "urn:x:1", "sub": "urn:x:2", "aud": "urn:x:3"}, None),
        ({"vc": "x"}, "jose.claims_mismatch"),
        ({"vp": "x"}, "jose.claims_mismatch"),
        ({"vc": {"type": ["VerifiableCredential"]}}, "jose.claims_mismatch"),
        ({"iss": "did:example:another"}, "jose.claims_mismatch"),
        ({"exp": 1_600_000_000}, "time.expired"),
        ({"nbf": 9_000_000_000}, "time.not_yet_valid"),
        ({"exp": "2010-01-01T19:23:24Z"}, "time.malformed"),
    ],
)
def test_claims_beside_the_credential(
    suite: Suite, credential: JsonObject, stranger: Make, claims: JsonObject, said: str | None
) -> None:
    """VC-JOSE-COSE §3.1.3: what is not understood is ignored, what bounds the signature is not."""
    by = stranger("EdDSA")
    answer = suite.verify(token({**credential, "issuer": by.did, **claims}, by.signer))
    assert answer["verified"] if said is None else code(answer) == said


def test_a_presentation_that_is_sent_as_a_credential(suite: Suite, credential: JsonObject, stranger: Make) -> None:
    by = stranger("EdDSA")
    presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": by.did}
    assert suite.verify_presentation(token(presentation, by.signer, typ="vp+jwt", cty="vp"))["verified"]
    assert code(suite.verify_presentation(token(presentation, by.signer))) == "jose.typ_not_allowed"
    assert code(suite.verify(token(presentation, by.signer, typ="vp+jwt"))) == "jose.typ_not_allowed"


def test_the_signature_of_a_holder_at_the_end(suite: Suite, credential: JsonObject, stranger: Make) -> None:
    """RFC 9901 §7.3: it counts whether or not somebody asked for it."""
    by, holder = stranger("EdDSA"), PrivateKey.generate("ES256")
    confirmed = {"cnf": {"jwk": holder.public_jwk()}}
    made = token({**credential, "@context": [V2, EXAMPLES], "issuer": by.did, **confirmed}, by.signer, typ="vc+sd-jwt")
    now_s = int(time.time())

    def bound(key: PrivateKey) -> str:
        return bind(f"{made}~", SoftwareSigner(key, "holder"), "a.example", "n", now_s).decode()

    good = bound(holder)
    assert suite.verify(good)["verified"]
    assert suite.verify(good, domain="a.example", challenge="n")["verified"]
    assert code(suite.verify(good, domain="b.example")) == "jose.audience"
    assert code(suite.verify(good, challenge="m")) == "proof.domain"
    assert code(suite.verify(bound(PrivateKey.generate("ES256")))) == "sig.invalid"
    unnamed = token({**credential, "issuer": by.did}, by.signer, typ="vc+sd-jwt")
    assert code(suite.verify(f"{unnamed}~{good.rpartition('~')[2]}")) == "key.not_found"


@pytest.mark.parametrize(
    ("identifier", "said"),
    [
        ("data:application/vc+cose;base64,0oRYVqQ=", "proof.suite_unsupported"),
        ("data:application/json,{}", "proof.suite_unsupported"),
        ("data:application/vc+jwt,not a token", "jose.malformed"),
        ("not-a-credential", "jose.malformed"),
    ],
)
def test_envelopes_of_other_things(suite: Suite, identifier: str, said: str) -> None:
    envelope = {"@context": [V2], "type": "EnvelopedVerifiableCredential", "id": identifier}
    assert code(suite.verify(envelope)) == said
    presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [envelope]}
    assert not suite.verify_presentation(presentation)["verified"]


# -- keys of an https issuer, by the name that a token gives


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as one:
        yield one


@pytest.fixture(scope="module")
def api(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Conformance:
    folder: Path = tmp_path_factory.mktemp("data")
    settings = from_environment({"DATA_DIR": str(folder), "FETCH_LOOPBACK_MAP": site.loopback_map})
    return conformance_service(settings, 8_101)


@pytest.fixture(scope="module")
def signers(site: Site) -> dict[str, SoftwareSigner]:
    """Two keys of the issuer by thumbprint, in its key set and in its document."""
    keys = {f"key-{number}": PrivateKey.generate(alg) for number, alg in ((1, "ES256"), (2, "EdDSA"))}
    jwks = {name: dict(key.public_jwk()) for name, key in keys.items()}
    kids = {name: from_jwk(jwk).thumbprint() for name, jwk in jwks.items()}
    site.serve("/.well-known/jwks.json", {"keys": [{**jwk, "kid": kids[name]} for name, jwk in jwks.items()]})
    methods = [
        {"id": f"{ISSUER}#{name}", "type": "JsonWebKey", "controller": ISSUER, "publicKeyJwk": jwk}
        for name, jwk in jwks.items()
    ]
    site.serve("/schools/1", {"id": ISSUER, "verificationMethod": methods, "assertionMethod": [methods[0]["id"]]})
    return {name: SoftwareSigner(key, kids[name]) for name, key in keys.items()}


@pytest.mark.parametrize(
    ("name", "kid", "said"),
    [
        ("key-1", None, None),
        ("key-2", None, None),
        ("key-1", "the other's", "jose.key_alg_mismatch"),
        ("key-1", "unknown", "key.not_found"),
        ("key-1", "#key-1", None),
        ("key-1", f"{ISSUER}#key-1", None),
        ("key-2", f"{ISSUER}#key-2", "key.not_authorized"),
        ("key-1", "https://other.test/keys#1", "issuer.mismatch"),
    ],
)
def test_the_key_of_an_https_issuer(
    api: Conformance,
    credential: JsonObject,
    signers: dict[str, SoftwareSigner],
    name: str,
    kid: str | None,
    said: str | None,
) -> None:
    """VC-JOSE-COSE §4.1: by its thumbprint in the key set, by fragment or URL in the issuer's document."""
    by = signers[name]
    if kid == "the other's":
        kid = signers["key-2"].verification_method
    document = {**credential, "issuer": ISSUER, "iss": ISSUER}
    answer = api.verify({"verifiableCredential": token(document, by, kid=kid or by.verification_method)})
    problems = [problem["code"] for problem in answer[1]["problemDetails"]]
    assert problems == ([] if said is None else [said])


# -- status lists on another server


LIST = "https://issuer.test/status/1"


@pytest.fixture
def listed(credential: JsonObject, stranger: Make) -> tuple[JsonObject, Stranger]:
    """A credential whose status stands in a list at `LIST`, and who signs both."""
    by = stranger("EdDSA")
    entry = {
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "5",
        "statusListCredential": LIST,
    }  # fmt: skip
    return {**credential, "issuer": by.did, "credentialStatus": entry}, by


def problem_of(api: Conformance, credential: JsonObject, by: Stranger) -> tuple[str, str] | None:
    """The code and the end of the type of the first problem."""
    _, answer = api.verify({"verifiableCredential": token(credential, by.signer)})
    found = [(problem["code"], problem["type"].partition("#")[2]) for problem in answer["problemDetails"]]
    return found[0] if found else None


def status_list(by: Stranger, bits: bytes = bytes(16_384), **changes: Any) -> JsonObject:
    encoded = "u" + base64url.encode(gzip.compress(bits)).decode()
    subject = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encoded}
    types = ["VerifiableCredential", "BitstringStatusListCredential"]
    return {"@context": [V2], "type": types, "issuer": by.did, "credentialSubject": subject, **changes}


VERIFICATION, RETRIEVAL = "STATUS_VERIFICATION_ERROR", "STATUS_RETRIEVAL_ERROR"


def test_what_is_wrong_with_a_list_is_said_of_the_list(
    api: Conformance, site: Site, listed: tuple[JsonObject, Stranger]
) -> None:
    """Bitstring Status List 1.0 §3.2 and §3.5: which step fails decides the type of the problem."""
    credential, by = listed
    good = token(status_list(by), by.signer)
    for served, expected in (
        (b"", ("status.unreachable", RETRIEVAL)),
        (good, None),
        (token(status_list(by, b"\x04" + bytes(16_383)), by.signer), ("status.revoked", VERIFICATION)),
        (good[:-4] + "AAAA", ("status.list_invalid", VERIFICATION)),
        ("nonsense", ("status.list_invalid", VERIFICATION)),
        (json.dumps(status_list(by)), ("status.list_invalid", VERIFICATION)),
        (token(status_list(by, id=LIST), by.signer), None),
        (token(status_list(by, id=f"{LIST}1"), by.signer), ("status.list_invalid", VERIFICATION)),
        (token(status_list(by, validUntil="2020-01-01T00:00:00Z"), by.signer), ("status.list_invalid", VERIFICATION)),
        (token(status_list(by, bytes(1_000)), by.signer), ("status.list_too_short", "STATUS_LIST_LENGTH_ERROR")),
    ):
        site.serve("/status/1", served.encode() if isinstance(served, str) else served)
        assert problem_of(api, credential, by) == expected, served


def test_what_is_wrong_with_an_entry_is_a_problem_of_the_data_model(
    api: Conformance, site: Site, listed: tuple[JsonObject, Stranger]
) -> None:
    """MALFORMED_VALUE_ERROR and RANGE_ERROR are those of VCDM 2.0 §7.2."""
    credential, by = listed
    site.serve("/status/1", token(status_list(by), by.signer).encode())
    for index, expected in (
        ("131072", ("status.index_range", "RANGE_ERROR")),
        ("-1", ("status.index_malformed", "MALFORMED_VALUE_ERROR")),
    ):
        entry = {**credential["credentialStatus"], "statusListIndex": index}
        assert problem_of(api, {**credential, "credentialStatus": entry}, by) == expected
