"""Which RSA public keys may verify a credential: the numbers are judged before any library sees them."""

from __future__ import annotations

from math import gcd, prod

from issuer.errors import Invalid

MIN_MODULUS_BITS = 2048
MAX_MODULUS_BITS = 8192
MIN_EXPONENT, MAX_EXPONENT = 65_537, 2**32
_SMALL_ODD_PRIMES_PRODUCT = prod((3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67))


def check_rsa_numbers(modulus: int, exponent: int) -> None:
    """Refuse RSA numbers under which a signature proves little or costs too much to check.

    Source: NIST SP 800-131A (2048 bits), SP 800-89 §5.3.3 (partial public key validation), FIPS 186-5 §A.1.1 (the
    exponent).
    Errors: Invalid ``key.weak``; ``key.malformed`` for a modulus beyond 8192 bits.
    """
    if modulus.bit_length() > MAX_MODULUS_BITS:
        raise Invalid("key.malformed", f"An RSA modulus over {MAX_MODULUS_BITS} bits is not read.", "n")
    if modulus.bit_length() < MIN_MODULUS_BITS:
        raise Invalid("key.weak", f"The RSA key has {modulus.bit_length()} bits, fewer than 2048.", "n")
    if modulus % 2 == 0 or gcd(modulus, _SMALL_ODD_PRIMES_PRODUCT) != 1:
        raise Invalid("key.weak", "The RSA modulus is divisible by a small prime.", "n")
    if exponent < MIN_EXPONENT or exponent % 2 == 0 or exponent > MAX_EXPONENT:
        raise Invalid("key.weak", "The RSA exponent is not an odd number from 65537 to 2^32.", "e")
