"""The keys that issuing works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from issuer.errors import IssuerError, Unavailable
from issuer.proofs.key_kinds import PublicKey
from issuer.proofs.signer import Signer


@dataclass(frozen=True)
class SignerWithKid:
    """A key in custody with what verifiers know of it.

    public: the published public key, read from the registry, not from the signer.
    kid: how proofs name the key: its DID URL, or the http address of its bare JWK.
    """

    signer: Signer
    public: PublicKey
    kid: str

    def sign(self, message: bytes) -> bytes:
        """Sign with the key in custody. Raises Unavailable (`key.unavailable`) when it cannot be used."""
        try:
            return self.signer.sign(message)
        except IssuerError:
            raise
        except Exception as error:
            raise Unavailable("key.unavailable", "The signing key cannot be used at the moment.") from error


@dataclass(frozen=True)
class NamedSigner:
    """A `Signer` made of its parts."""

    alg: str
    verification_method: str
    sign: Callable[[bytes], bytes]
