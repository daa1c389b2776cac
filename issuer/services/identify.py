"""The documents that say who the issuer is: did:web document, JWK set, bare keys, profile."""

from __future__ import annotations

from collections.abc import Callable, Collection

from issuer.credentials.did_document import KeyState, KeyUse, PublishedKey, bare_jwk, did_document, jwk_set
from issuer.credentials.encode import to_bytes
from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.profile import profile_document
from issuer.errors import NotFound
from issuer.proofs.strict_json import JsonObject

_Maker = Callable[[IssuerIdentity, Collection[PublishedKey]], JsonObject]


class Identify:
    """Serves the identity documents. `keys` gives the public halves as they are now."""

    def __init__(self, identity: IssuerIdentity, keys: Callable[[], Collection[PublishedKey]]) -> None:
        self.identity = identity
        self._keys = keys
        self._made: dict[_Maker, tuple[tuple[PublishedKey, ...], bytes]] = {}

    def did_document(self) -> bytes:
        return self._of_keys(did_document)

    def jwk_set(self) -> bytes:
        return self._of_keys(jwk_set)

    def jwk(self, kid: str) -> bytes:
        """One bare JWK of a JOSE key. Raises NotFound."""
        for key in self._keys():
            if key.kid == kid and key.use is KeyUse.JOSE and key.state is not KeyState.COMPROMISED:
                return to_bytes(bare_jwk(key))
        raise NotFound("not_found", "There is no such key.")

    def profile(self) -> bytes:
        return to_bytes(profile_document(self.identity))

    def _of_keys(self, make: _Maker) -> bytes:
        """A document about the keys, made anew when they have changed."""
        keys = tuple(self._keys())
        made = self._made.get(make)
        if made is None or made[0] != keys:
            made = self._made[make] = (keys, to_bytes(make(self.identity, keys)))
        return made[1]
