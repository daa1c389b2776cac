"""The keys that issuing works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from issuer.errors import IssuerError, Unavailable
from issuer.proofs.key_kinds import PublicKey
from issuer.proofs.signer import Signer


def no_secret(info: bytes) -> bytes:
    """What a key says from which no secrets are made. Raises Unavailable (`key.unavailable`)."""
    raise Unavailable("key.unavailable", "No secrets can be had from this key.")


@dataclass(frozen=True)
class SignerWithKid:
    """A key in custody with what verifiers know of it.

    public: the published public key, read from the registry, not from the signer.
    kid: how proofs name the key: its DID URL, or the http address of its bare JWK.
    secret_for: some bytes → 32 secret bytes, the same every time; for forms that need secrets of their own.
    """

    signer: Signer
    public: PublicKey
    kid: str
    secret_for: Callable[[bytes], bytes] = no_secret

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
