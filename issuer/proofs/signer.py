"""What signing needs of a key: `keys` fulfils this protocol without importing it."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """A private key in custody.

    alg: JOSE name of its algorithm: ``EdDSA`` (Ed25519), ``ES256``, ``ES384`` or ``RS256``.
    verification_method: absolute URL of the public half, e.g. ``did:web:example.org#key-1``.
    """

    @property
    def alg(self) -> str: ...

    @property
    def verification_method(self) -> str: ...

    def sign(self, message: bytes) -> bytes:
        """Sign `message`.

        Returns the raw signature: 64 bytes for Ed25519, r‖s (IEEE P1363) for ECDSA, PKCS#1 v1.5
        with SHA-256 for RSA. Raises an exception of its own when the key cannot be used.
        """
        ...
