"""Rules of the attack cases met from another side, and good badges of shapes that are seldom seen."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from issuer.proofs import base64url

SUSPENSIONS = "https://issuer.test/status/2"


def _two_entries(*bits: int, form: str = "di", **suspension: Any) -> Any:
    """A badge on a list of revocations and on one of suspensions, `bits` of which are set."""

    def build(world: Any) -> Any:
        other = {"id": f"{SUSPENSIONS}#5", "statusPurpose": "suspension", "statusListIndex": "5"}
        entries = [world.entry(), world.entry(**other, statusListCredential=SUSPENSIONS, **suspension)]
        listing = world.status_list(*bits, id=SUSPENSIONS, purpose="suspension", subject={"id": f"{SUSPENSIONS}#list"})
        world.serve(SUSPENSIONS, world.di(listing))
        signed = getattr(world, form)(world.badge(credentialStatus=entries))
        return world.json_sent(signed) if form == "di" else world.jwt_sent(signed)

    return build


def _promising_the_schema(world: Any) -> Any:
    url = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
    schema = {"id": url, "type": "1EdTechJsonSchemaValidator2019"}
    contexts = {"@context": [world.V2, world.OB, world.EXTENSIONS]}
    return world.json_sent(
        world.di(world.badge(credentialSchema=schema, credentialStatus=[world.entry()] * 2, **contexts))
    )


def _without(path: str) -> Any:
    """A signed badge, one nested member of which was taken away; whatever is left over was never signed."""

    def build(world: Any) -> Any:
        badge = world.badge()
        *outer, last = path.split("/")
        node: Any = badge
        for step in outer:
            node = node[step]
        del node[last]
        return world.json_sent({**badge, "proof": world.proof(world.badge())})

    return build


def _proof(**options: Any) -> Any:
    return lambda world: world.json_sent(world.di(world.badge(), **options))


def _status_at(url: Any) -> Any:
    return lambda world: world.jwt_sent(world.jwt(world.badge(credentialStatus=world.entry(statusListCredential=url))))


def _published_jwk(**changes: Any) -> Any:
    def build(world: Any) -> Any:
        method = {"id": world.p256.verification_method, "controller": world.ISSUER, "type": "JsonWebKey"}
        world.serve_issuer([{**method, "publicKeyJwk": {**world.p256.public.jwk(), **changes}}, world.ok.as_method()])
        return world.jwt_sent(world.jwt(key=world.p256))

    return build


def _exponent_of_3(world: Any) -> Any:
    numbers = rsa.generate_private_key(3, 2048).public_key().public_numbers()
    jwk = {"kty": "RSA", "n": base64url.encode(numbers.n.to_bytes(256)).decode(), "e": "Aw"}
    method = {"id": world.rsa.verification_method, "controller": world.ISSUER, "type": "JsonWebKey"}
    world.serve_issuer([{**method, "publicKeyJwk": jwk}])
    return world.jwt_sent(world.jwt(key=world.rsa))


def _inner(**changes: Any) -> Any:
    """A good token around a badge with a proof that is changed after signing."""

    def build(world: Any) -> Any:
        badge = world.badge()
        return world.jwt_sent(world.jwt({**badge, "proof": {**world.proof(badge), **changes}}))

    return build


def _schema(schema: dict[str, Any]) -> Any:
    def build(world: Any) -> Any:
        world.serve("https://issuer.test/s.json", schema)
        named = {"id": "https://issuer.test/s.json", "type": "JsonSchema"}
        return world.json_sent(world.di(world.badge(credentialSchema=named)))

    return build


def _list(serve: Any) -> Any:
    """The usual badge, with `serve(world)` at the list's address: the list with the badge's bit set."""

    def build(world: Any) -> Any:
        world.serve(world.LIST_URL, *serve(world, world.status_list(world.INDEX)))
        return world.json_sent(world.di(world.badge()))

    return build


def _as_array(world: Any, listing: Any) -> Any:
    return (world.di({**listing, "credentialSubject": [listing["credentialSubject"]]}),)


def _as_token(world: Any, listing: Any) -> Any:
    header = {"alg": "ES256", "kid": world.p256.verification_method}
    return world.token(header, listing, world.p256), "application/jwt"


def _picture(url: str) -> Any:
    image = {"id": url, "type": "Image"}
    return lambda world: world.json_sent(world.di(world.badge_with("credentialSubject/achievement/image", image)))


def _kid(kid: str) -> Any:
    return lambda world: world.jwt_sent(world.jwt(key=world.p256, header={"kid": kid}))


CASES: list[Any] = [
    *(
        (f"NET-01 kid at {host}", _kid(f"https://{host}/k"), "invalid", code)
        for host in ("127.0.0.1", "[::1]:8443", "2130706433", "0x7f.1", "localhost")
        for code in ("fetch.blocked_address", "issuer.mismatch")
    ),
    ("NET-17 kid at a port", _kid("https://evil.test:22/k"), "invalid", "fetch.port"),
    *(
        (f"IMG-23 {url[:26]}", _picture(url), "valid", "content.image_not_shown")
        for url in ("data:image/svg+xml;base64,PHN2Zy8+", "javascript:alert(1)", "data:text/html,x", "urn:x:picture")
    ),
    ("POS two status entries", _two_entries(), "valid", None),
    ("POS two status entries in a token", _two_entries(form="jwt"), "valid", None),
    ("STL-02 the second entry", _two_entries(5), "invalid", "status.suspended"),
    ("STL-02 the second entry in a token", _two_entries(5, form="jwt"), "invalid", "status.suspended"),
    ("STL-25 the second entry", _two_entries(statusSize=0), "invalid", "status.malformed"),
    ("DI-48 several entries against a promise", _promising_the_schema, "invalid", "schema.violation"),
    *(
        (f"DI-48 no {path}", _without(path), "invalid", "schema.violation")
        for path in ("credentialSubject/type", "credentialSubject/achievement/type")
    ),
    *((f"DI-39 {text}", _proof(created=text), "invalid", "time.malformed") for text in ("yesterday", "2026-01-01")),
    ("DI-40 no time", _proof(expires="soon"), "invalid", "time.malformed"),
    *(
        (f"NET-15 a list at {url!a}", _status_at(url), "invalid", "fetch.url_malformed")
        for url in ("https://issuer.test\\@127.0.0.1/", "https://issuer.test/\r\nHost: x", "https://a b.test/")
    ),
    *((f"STL-26 a list at {url}", _status_at(url), "invalid", "status.malformed") for url in (5, ["urn:x"], {})),
    ("JWT-04 a key for ES384", _published_jwk(alg="ES384"), "invalid", "jose.key_alg_mismatch"),
    ("a key for ES256", _published_jwk(alg="ES256", use="sig", key_ops=["verify"]), "valid", None),
    ("JWT-43 e=3", _exponent_of_3, "invalid", "key.weak"),
    ("JWT-47 another suite inside", _inner(cryptosuite="bbs-2023"), "valid", "proof.member_not_checked"),
    ("JWT-47 tampered inside", _inner(created="2026-01-02T00:00:00Z"), "valid", "proof.member_invalid"),
    ("NET-30 $dynamicRef", _schema({"$dynamicRef": "https://evil.test/s#a"}), "invalid", "schema.ref_remote"),
    ("a list with its subject in an array", _list(_as_array), "invalid", "status.revoked"),
    ("a list as a token without claims", _list(_as_token), "invalid", "status.revoked"),
]


@pytest.mark.parametrize(("build", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_attack(world: Any, build: Any, verdict: str, code: str | None) -> None:
    world.expect(build(world), verdict, code)
    assert not [url for url in world.asked if "issuer.test" not in url]


@pytest.mark.parametrize("url", ["https://issuer.test/p.png", "data:image/png;base64,iVBORw0KGgo="])
def test_a_picture_that_can_be_shown_or_linked_to(world: Any, url: str) -> None:
    assert world.verify(_picture(url)(world)).flags == ()


def test_same_answer_on_every_thread(steady: Any) -> None:
    steady(CASES)
