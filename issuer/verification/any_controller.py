"""The key behind a proof, whoever its controller is: for test suites, where issuer and controller may differ.

The public verification never does this: there the key has to be the issuer's own (`proving`).
Sources: CID 1.0 §3.3; VC-DI §4.4; RFC 7515 §5.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.errors import Invalid
from issuer.proofs.cryptosuites import ASSERTION_METHOD
from issuer.proofs.data_integrity import HashedDocument, verify_proof
from issuer.proofs.jws import SUPPORTED_ALGORITHMS, CompactJws, verify_signature
from issuer.proofs.linked_data import Reader
from issuer.proofs.public_keys import PublicKey
from issuer.proofs.strict_json import JsonObject
from issuer.verification.binding import KeyName, bind, check_names, named_key
from issuer.verification.documents import Documents
from issuer.verification.intake import listed
from issuer.verification.names import without_fragment
from issuer.verification.proof_set import EmbeddedProof, check_moments, proofs_of, unsupported

AUTHENTICATION = "authentication"
_WITHOUT_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?")
TOKEN_ALGORITHMS = SUPPORTED_ALGORITHMS | {"ES512"}
"""What tokens may be signed with here; for badges the list is shorter."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller wants of a proof. purposes: those that will do. domain, challenge: None for any."""

    purposes: frozenset[str] = frozenset({ASSERTION_METHOD})
    domain: str | None = None
    challenge: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any], *usual: str) -> Asked:
        """What the `options` of a request ask. Raises Invalid ``input.invalid`` for what is no text."""
        values = [options.get(name) for name in ("expectedProofPurpose", "domain", "challenge")]
        if not all(isinstance(value, str | None) for value in values):
            raise Invalid("input.invalid", "Purpose, domain and challenge are texts.", "/options")
        purpose, domain, challenge = values
        return cls(frozenset({purpose} if purpose else usual), domain, challenge)


def check_embedded(document: JsonObject, asked: Asked, reader: Reader, documents: Documents, now: datetime) -> str:
    """Verify every proof of a credential or presentation; the controller of the first one's key.

    A term that no context defines is refused however the document was secured (VC-DI "Securing Data Losslessly").
    Raises Invalid ``proof.*``, ``sig.*``, ``key.*``, ``did.*``, ``ld.*``; Undecided ``proof.suite_unsupported``,
    ``did.unreachable``; Refused ``ld.too_complex``.
    """
    proofs = proofs_of(document)
    plain = {name: value for name, value in document.items() if name != "proof"}
    hashed = HashedDocument(plain, reader)
    if any(proof.covers_text_alone for proof in proofs):
        reader.read(plain)
    for proof in proofs:
        if not proof.is_supported:
            raise unsupported(proof)
        _check_options(proof, asked, now)
        key = key_named(proof.method, documents, now)
        secured = HashedDocument({**plain, "proof": list(proof.before)}, reader) if proof.before else hashed
        verify_proof(secured, proof.options, key, reader)
    return without_fragment(proofs[0].method)


def check_token(token: CompactJws, issuer: str, documents: Documents, now: datetime, is_selective: bool = False) -> str:
    """Verify the signature of a token; the controller of its key, which is the issuer unless `kid` is another's DID."""
    kid = token.header.get("kid")
    if isinstance(kid, str) and kid.startswith("did:"):
        controller, name = without_fragment(kid), KeyName(kid, token.header.get("jwk"))
    else:
        controller, name = issuer, named_key(token.header, issuer, "sd-jwt" if is_selective else "vc-jose")
    check_names(controller, name)
    verify_signature(token, bind(controller, name, documents, now).key, TOKEN_ALGORITHMS)
    return controller


def key_named(method: str, documents: Documents, now: datetime) -> PublicKey:
    """The key of that name in its controller's own document."""
    controller, name = without_fragment(method), KeyName(method, own_document_only=True)
    check_names(controller, name)
    return bind(controller, name, documents, now).key


def _check_options(proof: EmbeddedProof, asked: Asked, now: datetime) -> None:
    options = proof.options
    if options["proofPurpose"] not in asked.purposes:
        raise Invalid("proof.purpose", "The proof was made for another purpose.", "/proof/proofPurpose")
    check_moments({name: _with_zone(options[name]) for name in ("created", "expires") if name in options}, now)
    if asked.domain is not None and asked.domain not in listed(options.get("domain")):
        raise Invalid("proof.domain", "The proof was made for another domain.", "/proof/domain")
    if asked.challenge is not None and asked.challenge != options.get("challenge"):
        raise Invalid("proof.domain", "The proof answers another challenge.", "/proof/challenge")


def _with_zone(moment: Any) -> Any:
    """A time of a proof that leaves its zone out is read as UTC (VC-DI §2.1: a processor may)."""
    return f"{moment}Z" if isinstance(moment, str) and _WITHOUT_ZONE.fullmatch(moment) else moment
