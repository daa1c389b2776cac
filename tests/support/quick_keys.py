"""Private key files that open at once: encrypted with one round of key derivation, good for tests only."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

PBES2 = bytes.fromhex("06092a864886f70d01050d")
PBKDF2 = bytes.fromhex("06092a864886f70d01050c")
HMAC_SHA256 = bytes.fromhex("300c06082a864886f70d02090500")
AES_256_CBC = bytes.fromhex("060960864801650304012a")
ONE_ROUND = bytes.fromhex("020101")
SEQUENCE, OCTETS = 0x30, 0x04


def make_quick(folder: Path, passphrase: bytes) -> None:
    """Encrypt every private key in the folder again (PKCS #5 v2, PBES2), under the same passphrase."""
    for path in folder.glob("*.pem"):
        key = load_pem_private_key(path.read_bytes(), passphrase)
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        text = base64.encodebytes(_encrypted(plain, passphrase)).decode()
        path.write_text(f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{text}-----END ENCRYPTED PRIVATE KEY-----\n")


def _encrypted(plain: bytes, passphrase: bytes) -> bytes:
    salt, start = os.urandom(16), os.urandom(16)
    key = PBKDF2HMAC(SHA256(), 32, salt, 1).derive(passphrase)
    padder, cipher = PKCS7(128).padder(), Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    hidden = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    derivation = _tlv(SEQUENCE, PBKDF2 + _tlv(SEQUENCE, _tlv(OCTETS, salt) + ONE_ROUND + HMAC_SHA256))
    scheme = _tlv(SEQUENCE, AES_256_CBC + _tlv(OCTETS, start))
    return _tlv(SEQUENCE, _tlv(SEQUENCE, PBES2 + _tlv(SEQUENCE, derivation + scheme)) + _tlv(OCTETS, hidden))


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content
