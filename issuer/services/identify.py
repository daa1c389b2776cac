"""The documents that say who the issuer is: did:web document, JWK set, bare keys, profile."""

from __future__ import annotations

from collections.abc import Callable, Collection

from issuer.credentials.did_document import KeyState, KeyUse, PublishedKey, bare_jwk, did_document, jwk_set
from issuer.credentials.encode import to_bytes
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.profile import profile_document
from issuer.errors import NotFound


class Identify:
    """Serves the identity documents. `keys` gives the public halves as they are now."""

    def __init__(self, identity: IssuerIdentity, keys: Callable[[], Collection[PublishedKey]]) -> None:
        self.identity = identity
        self._keys = keys

    def did_document(self) -> bytes:
        return to_bytes(did_document(self.identity, self._keys()))

    def jwk_set(self) -> bytes:
        return to_bytes(jwk_set(self.identity, self._keys()))

    def jwk(self, kid: str) -> bytes:
        """One bare JWK of a JOSE key. Raises NotFound."""
        for key in self._keys():
            if key.kid == kid and key.use is KeyUse.JOSE and key.state is not KeyState.COMPROMISED:
                return to_bytes(bare_jwk(key))
        raise NotFound("not_found", "There is no such key.")

    def profile(self) -> bytes:
        return to_bytes(profile_document(self.identity))
