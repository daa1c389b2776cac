"""Data Integrity proofs: a signature over the hash of the proof's options and the hash of the document.

What differs between cryptosuites stands in `issuer.proofs.cryptosuites`. The options of one key repeat but for the
time, so what is hashed of them is kept.

Source: VC Data Integrity 1.0, section 4 "Algorithms"; VC-DI EdDSA 1.0, sections 3.2 and 3.3; VC-DI ECDSA 1.0,
sections 3.2 and 3.3.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from issuer.errors import Invalid
from issuer.proofs import multibase
from issuer.proofs.contexts import ContextsClash
from issuer.proofs.cryptosuites import (
    ASSERTION_METHOD,
    CRYPTOSUITES,
    PROOF_TYPE,
    SUITE_OF_ALG,
    Cryptosuite,
    Transformation,
    check_shape,
    suite_for_signing,
    suite_of,
)
from issuer.proofs.key_kinds import PublicKey
from issuer.proofs.linked_data import Reader
from issuer.proofs.signer import Signer
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import format_timestamp

_KEPT_OPTIONS_MAX_CHARS = 2_048
_SOME_TIME = "2000-01-01T00:00:00Z"
_is_plain_time = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z").fullmatch

_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


class HashedDocument:
    """A document without the proof in question, hashed once for all proofs of one kind."""

    def __init__(self, document: JsonObject, reader: Reader) -> None:
        self.document = document
        self.reader = reader
        self._hashes: dict[tuple[Transformation, str], bytes] = {}

    def hash(self, suite: Cryptosuite, hash_name: str) -> bytes:
        """The digest of the transformed document. Raises what `Reader.read` and `rdf_canon` raise."""
        key = (suite.transform, hash_name)
        digest = self._hashes.get(key)
        if digest is None:
            digest = self._hashes[key] = _digest(suite, hash_name, self.document, self.reader)
        return digest


def secure(
    document: JsonObject, signer: Signer, created: datetime, reader: Reader, cryptosuite: str | None = None
) -> JsonObject:
    """A copy of `document` with a proof by `signer`, created at `created` (with a zone, whole seconds).

    A document that has proofs already gets one more beside them, over the document without any (a proof set).
    Raises what `Reader.read` raises, Refused ``ld.too_complex``, Undecided ``proof.suite_unsupported`` for a
    suite or key that do not go together, and whatever the signer raises.
    """
    suite, hash_name = suite_for_signing(cryptosuite or SUITE_OF_ALG.get(signer.alg, ""), signer.alg)
    unsecured = document
    if "proof" in document:
        unsecured = {name: value for name, value in document.items() if name != "proof"}
    proof: JsonObject = {
        "type": PROOF_TYPE,
        "cryptosuite": suite.name,
        "created": format_timestamp(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": ASSERTION_METHOD,
    }
    if suite.names_contexts:
        proof["@context"] = unsecured.get("@context")
    signed = _own_options_hash(unsecured, proof, suite, hash_name, reader)
    signed += _digest(suite, hash_name, unsecured, reader)
    proof["proofValue"] = multibase.encode(signer.sign(signed))
    earlier = document.get("proof")
    if earlier is not None:
        return {**unsecured, "proof": [*(earlier if isinstance(earlier, list) else [earlier]), proof]}
    return {**unsecured, "proof": proof}


def hash_data(
    document_without_proof: JsonObject, proof_options: JsonObject, reader: Reader, hash_name: str = "sha256"
) -> bytes:
    """The bytes that are signed: hash of the proof options, then hash of the document.

    proof_options: a proof with or without its ``proofValue``; its ``cryptosuite`` decides the transformation.
    Raises as `verify_proof` does, but for the signature.
    """
    suite = suite_of(proof_options)
    return _hash_data(HashedDocument(document_without_proof, reader), proof_options, suite, hash_name)


def verify_proof(
    document_without_proof: JsonObject | HashedDocument, proof: JsonObject, key: PublicKey, reader: Reader
) -> None:
    """Nothing, when `key` made `proof` over the document; whether it may is for the caller to say.

    document_without_proof: a `HashedDocument` when several proofs are tried on one document.
    Raises Invalid ``proof.malformed``, ``sig.encoding``, ``sig.invalid``, ``key.mismatch`` or what
    `Reader.read` raises (`where` then points into the document, or into the proof for its options), Refused
    ``ld.too_complex``, Undecided ``proof.suite_unsupported``.
    """
    check_shape(proof)
    suite = suite_of(proof)
    hash_name = suite.hash_of_alg.get(key.alg)
    if hash_name is None:
        raise Invalid("key.mismatch", f"A key of kind {key.kind} does not make proofs of {suite.name}.")
    hashed = document_without_proof
    if not isinstance(hashed, HashedDocument):
        hashed = HashedDocument(hashed, reader)
    try:
        if suite.check is not None:
            digest = options_hash(hashed.document, proof, hashed.reader)
            suite.check(hashed.document, digest, proof["proofValue"], key, hashed.reader)
            return
        signature = _signature(proof["proofValue"])
        signed = _hash_data(hashed, proof, suite, hash_name)
    except ContextsClash as clash:
        raise Invalid("sig.invalid", f"Nothing can be signed under these contexts. {clash.message}") from clash
    if not key.verify(signature, signed, key.alg):
        raise Invalid("sig.invalid", "The signature does not fit the document and the proof.")


def _signature(proof_value: str) -> bytes:
    try:
        if not proof_value.startswith(multibase.BASE58BTC):
            raise ValueError("not base58btc")
        return multibase.decode_base58btc(proof_value[1:])
    except ValueError:
        raise Invalid("sig.encoding", "The proofValue is not base58btc multibase.", "/proofValue") from None


def _hash_data(hashed: HashedDocument, proof: JsonObject, suite: Cryptosuite, hash_name: str) -> bytes:
    if suite.names_contexts:
        hashed = _under_contexts_of(proof, hashed)
    return _options_hash(hashed.document, proof, suite, hash_name, hashed.reader) + hashed.hash(suite, hash_name)


def options_hash(document: JsonObject, proof: JsonObject, reader: Reader, hash_name: str = "sha256") -> bytes:
    """The hash of the proof options alone, which are those of a proof over `document`; errors as for `hash_data`."""
    return _options_hash(document, proof, suite_of(proof), hash_name, reader)


def _under_contexts_of(proof: JsonObject, hashed: HashedDocument) -> HashedDocument:
    """The document as it was when a JCS proof was made: contexts may have been added at the end since then."""
    signed, contexts = proof.get("@context"), hashed.document.get("@context")
    if signed is None or signed == contexts:
        return hashed
    before, now = (each if isinstance(each, list) else [each] for each in (signed, contexts))
    if before != now[: len(before)]:
        raise Invalid("sig.invalid", "The proof was made under other contexts.", "/@context")
    return HashedDocument({**hashed.document, "@context": signed}, hashed.reader)


def _options_hash(document: JsonObject, proof: JsonObject, suite: Cryptosuite, hash_name: str, reader: Reader) -> bytes:
    """The digest of proof options, from the store if they are as plain as they mostly are."""
    options = proof.copy()
    options.pop("proofValue", None)
    if suite.names_contexts:
        return _digest(suite, hash_name, options, reader)
    contexts = _contexts_of_options(document.get("@context"), options.pop("@context", None), suite)
    try:
        chars = len("".join([*options.values(), *contexts]) if isinstance(contexts, list) else "")
    except TypeError:  # not texts alone
        chars = 0
    if 0 < chars <= _KEPT_OPTIONS_MAX_CHARS:
        return _plain_options_hash(suite, hash_name, tuple(contexts), options, reader)
    return _digest(suite, hash_name, {"@context": contexts, **options}, reader)


def _contexts_of_options(outer: Any, own: Any, suite: Cryptosuite) -> Any:
    """The contexts that proof options are read under: the document's (VC-DI EdDSA §3.2.5).

    Ed25519Signature2020 has a context of its own; software that does not add it to the document writes it into the
    proof, where it means what linked data says: what the proof names, within what the document names.
    """
    if own is None or own == outer:
        return outer
    if suite.proof_type == PROOF_TYPE:
        raise Invalid("proof.malformed", "The proof has contexts of its own.", "/@context")
    return [*(outer if isinstance(outer, list) else [outer]), *(own if isinstance(own, list) else [own])]


def _own_options_hash(
    document: JsonObject, proof: JsonObject, suite: Cryptosuite, hash_name: str, reader: Reader
) -> bytes:
    """The digest of the options that `secure` has made: those of one key differ in the time alone."""
    contexts = document.get("@context")
    if type(contexts) is list and not suite.names_contexts:
        options = tuple({**proof, "created": _SOME_TIME}.items())
        try:
            around = _kept_around_created(suite.name, hash_name, tuple(contexts), options, reader)
        except TypeError:  # a context that is no text
            around = None
        if around is not None:
            return _HASHES[hash_name](proof["created"].encode().join(around)).digest()
    return _options_hash(document, proof, suite, hash_name, reader)


def _plain_options_hash(
    suite: Cryptosuite, hash_name: str, contexts: tuple[str, ...], options: JsonObject, reader: Reader
) -> bytes:
    """The digest of options made of text alone; those of one key are often the same but for `created`."""
    created = options.get("created", "")
    if _is_plain_time(created):
        options["created"] = _SOME_TIME
        around = _kept_around_created(suite.name, hash_name, contexts, tuple(options.items()), reader)
        if around is not None:
            return _HASHES[hash_name](created.encode().join(around)).digest()
        options["created"] = created
    return _kept_options_hash(suite.name, hash_name, contexts, tuple(options.items()), reader)


@lru_cache(maxsize=256)
def _kept_around_created(
    suite_name: str, hash_name: str, contexts: tuple[str, ...], options: tuple[tuple[str, str], ...], reader: Reader
) -> tuple[bytes, bytes] | None:
    """What stands before and after the time of creation once the options are canonical.

    options: with `_SOME_TIME` as ``created``. None where another time would change more than itself: it occurs
    twice, the order of lines or of blank nodes could depend on it.
    """
    document = {"@context": list(contexts), **dict(options)}
    text = CRYPTOSUITES[suite_name].transform(document, reader, hash_name)
    before, _, after = text.partition(_SOME_TIME.encode())
    line_start = before[before.rfind(b"\n") + 1 :]
    is_alone = text.count(line_start) == 1 and _SOME_TIME.encode() not in after and b"_:c14n1" not in text
    return (before, after) if after and is_alone else None


@lru_cache(maxsize=1_024)
def _kept_options_hash(
    suite_name: str, hash_name: str, contexts: tuple[str, ...], options: tuple[tuple[str, str], ...], reader: Reader
) -> bytes:
    return _digest(CRYPTOSUITES[suite_name], hash_name, {"@context": list(contexts), **dict(options)}, reader)


def _digest(suite: Cryptosuite, hash_name: str, document: JsonObject, reader: Reader) -> bytes:
    return _HASHES[hash_name](suite.transform(document, reader, hash_name)).digest()
