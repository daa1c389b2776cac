"""Status lists, signed and read back before they are published."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from jsonschema_rs import Draft201909Validator

from issuer.credentials.identity import IssuerIdentity
from issuer.credentials.status_list import indexes_of, unsigned_status_list
from issuer.errors import Invalid, Refused, Unprocessable
from issuer.issuance import embedded
from issuer.issuance.seal import SelfCheck
from issuer.issuance.signing import SignerWithKid
from issuer.proofs.linked_data import Reader
from issuer.proofs.strict_json import JsonObject, parse_object
from schemas import json_schema

LIST_SCHEMA = "urn:x-issuer:bitstring-status-list-credential"
DEFAULT_TTL = timedelta(minutes=5)
DEFAULT_VALIDITY = timedelta(days=30)


@dataclass(frozen=True)
class ListSigner:
    """Signs the status lists of one issuer.

    self_check: the verification that the public gets. valid_for: how long an unchanged list can be
    relied on. ttl: how long it may be cached.
    """

    identity: IssuerIdentity
    key: SignerWithKid
    reader: Reader
    self_check: SelfCheck
    valid_for: timedelta = DEFAULT_VALIDITY
    ttl: timedelta = DEFAULT_TTL

    def __call__(self, number: int, purpose: str, indexes: Collection[int], valid_from: datetime) -> bytes:
        """The signed list with these entries set; equal arguments give equal bytes.

        Raises Unprocessable (`issue.self_check`) when it is not good, Unavailable (`key.unavailable`).
        """
        ttl_ms = self.ttl // timedelta(milliseconds=1)
        document = unsigned_status_list(
            self.identity, number, purpose, indexes, valid_from, valid_from + self.valid_for, ttl_ms
        )
        try:
            return self._signed(document, set(indexes))
        except (Refused, Invalid) as error:
            raise Unprocessable("issue.self_check", f"{error.code}: {error.message}", error.where) from error

    def _signed(self, document: JsonObject, indexes: set[int]) -> bytes:
        tbs = embedded.to_be_signed(document, self.key, self.reader)
        body = embedded.sealed(document, tbs, self.key)
        embedded.check(body, document, tbs, self.key, self.reader)
        embedded.check_again(body, document, tbs, self.key)
        for error in _validator().iter_errors(parse_object(body)):
            raise Invalid("schema.violation", error.message)
        if indexes_of(body) != indexes:
            raise Invalid("status.list_invalid", "The list does not hold the bits it should.")
        self.self_check(body, embedded.MEDIA_TYPE)
        return body


@cache
def _validator() -> Draft201909Validator:
    return Draft201909Validator(json_schema(LIST_SCHEMA))
