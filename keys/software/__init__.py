"""Signing keys held by this process, from encrypted files. Only the composition root and ceremonies come here."""

from keys.software.private_keys import ALGORITHMS, MIN_PASSPHRASE_BYTES, PrivateKey, SoftwareSigner
from keys.software.ring import KeyRing

__all__ = ["ALGORITHMS", "MIN_PASSPHRASE_BYTES", "KeyRing", "PrivateKey", "SoftwareSigner"]
