"""What the house knows of its own badges, for the verification that everybody gets.

Fulfils `verification.documents.OwnIssuer`: our documents come from our store, never over the network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.urls import PublicUrls
from issuer.domain.award import Award, Form, IssueState, newest
from issuer.errors import NotFound
from issuer.services.identify import Identify
from issuer.services.ports import Store, Transaction
from issuer.services.publish_status import REVOCATION, SUSPENSION
from issuer.verification.documents import CompromisedKey, IssuedParts, IssuedRecord

SIGNED_JSON = "application/vc"
_LIST_NAME = re.compile(f"(?:{REVOCATION}|{SUSPENSION})-(?:0|[1-9][0-9]{{0,8}})")


class OwnIssuerRecords:
    """The issuance record, the published documents and the state of our keys.

    published_list: the served list of a name such as ``revocation-3``. compromised: our keys that were marked
    compromised, by kid. shared: the award behind the token of a share link.
    """

    def __init__(
        self,
        store: Store,
        identity: IssuerIdentity,
        identify: Identify,
        published_list: Callable[[str], bytes | None],
        compromised: Callable[[], Mapping[str, CompromisedKey]],
        shared: Callable[[str], Award | None],
    ) -> None:
        self.did, self.origin = identity.did, identity.public_url
        self._shared_award = shared
        self._store = store
        self._identity = identity
        self._identify = identify
        self._published_list = published_list
        self._compromised = compromised
        self._urls = PublicUrls(identity.public_url)
        self._credentials = self._urls.credential("")
        self._lists, self._companions = (
            self._urls.status_list(purpose, 0).removesuffix("0") for purpose in (REVOCATION, SUSPENSION)
        )
        self._fixed = {
            "/.well-known/did.json": (identify.did_document, "application/did+json"),
            "/.well-known/jwks.json": (identify.jwk_set, "application/jwk-set+json"),
            "/issuer": (identify.profile, "application/ld+json"),
        }
        self._folders = {"keys": self._key, "status": self._status, "credentials": self._credential, "s": self._shared}

    def published(self, path: str) -> tuple[bytes, str] | None:
        """Body and media type of one of our public documents; None when there is none."""
        fixed = self._fixed.get(path)
        if fixed is not None:
            document, media_type = fixed
            return document(), media_type
        folder, _, name = path.lstrip("/").partition("/")
        read = self._folders.get(folder)
        return None if read is None else read(unquote(name) if "%" in name else name)

    def compromised_key(self, key_url: str) -> CompromisedKey | None:
        lost = self._compromised()
        return lost.get(key_url.rpartition("#")[2].rpartition("/")[2]) if lost else None

    def record(self, credential_id: str) -> IssuedRecord | None:
        award_id = self._award_id(credential_id)
        found = None if award_id is None else self._store.look_up(lambda tx: tx.awards.issued(award_id))
        if found is None:
            return None
        newer = None if found.replaced_by is None else self._public_address(found.replaced_by)
        return IssuedRecord(found.content_sha256, found.standing, newer, found.planned_at, found.token_sha256)

    def parts(self, credential_id: str) -> IssuedParts | None:
        award_id = self._award_id(credential_id)
        award = None if award_id is None else self._store.read(lambda tx: tx.awards.get(award_id))
        if award is None:
            return None
        tokens = (one.tbs_sha256 for one in award.forms if one.form is Form.SD_JWT_VC)
        return IssuedParts(award.sealed(Form.ECDSA_SD_2023), next(tokens, None))

    def suspension_list_for(self, list_url: str) -> str | None:
        number = list_url.removeprefix(self._lists)
        if number == list_url or not (number.isascii() and number.isdigit()):
            return None
        return f"{self._companions}{int(number)}"

    def _public_address(self, award_id: str) -> str | None:
        """Of the latest badge in the place of that one, if everybody may see it."""

        def work(tx: Transaction) -> Award | None:
            award = tx.awards.get(award_id)
            return None if award is None else newest(award, tx.awards.get)

        latest = self._store.read(work)
        return None if latest is None or not latest.is_public else self._urls.credential(latest.id)

    def _award_id(self, credential_id: str) -> str | None:
        """The id of the award behind one of our credential URLs."""
        award_id = credential_id.removeprefix(self._credentials)
        return None if award_id == credential_id or len(award_id) > 64 else award_id

    def _key(self, kid: str) -> tuple[bytes, str] | None:
        try:
            return self._identify.jwk(kid), "application/jwk+json"
        except NotFound:
            return None

    def _status(self, name: str) -> tuple[bytes, str] | None:
        body = self._published_list(name) if _LIST_NAME.fullmatch(name) else None
        return None if body is None else (body, SIGNED_JSON)

    def _credential(self, name: str) -> tuple[bytes, str] | None:
        award_id = name.partition(".")[0]
        award = None if len(award_id) > 64 else self._store.read(lambda tx: tx.awards.get(award_id))
        return None if award is None or award.opened_at is None else _signed(award)

    def _shared(self, name: str) -> tuple[bytes, str] | None:
        award = self._shared_award(name.partition(".")[0])
        return None if award is None else _signed(award)


def _signed(award: Award) -> tuple[bytes, str] | None:
    if award.state is IssueState.ISSUED:
        sealed = award.sealed(Form.EDDSA_RDFC_2022)
        return None if sealed is None else (sealed, SIGNED_JSON)
    return None
