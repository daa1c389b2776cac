"""Use case: test suites of the standards ask issuers and verifiers of every kind what they do.

Everything is kept in memory and ends with the process. What is signed here says nothing about anybody: no key,
list or DID of it has anything to do with the badges of the service.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from issuer.credentials.encode import to_bytes
from issuer.credentials.status_values import StatusValues
from issuer.errors import IssuerError, NotFound, Unprocessable
from issuer.issuance.any_credential import SD_JWT, SuiteIssuer, prepared, presented, secured
from issuer.proofs import ecdsa_sd_2023
from issuer.proofs.linked_data import Reader
from issuer.proofs.registered_claims import is_v1
from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import format_timestamp
from issuer.services.ports import Clock
from issuer.verification.any_controller import Asked
from issuer.verification.any_credential import (
    PRESENTING,
    AnyTools,
    verify_any_credential,
    verify_any_presentation,
)
from issuer.verification.documents import Documents
from issuer.verification.intake import listed
from issuer.verification.w3c_problems import problem_details

MAX_LISTS = 256
MAX_REMEMBERED = 50_000
REVOCATION = "revocation"
STATUS_CONTEXT = "https://www.w3.org/ns/credentials/status/v1"
_POINTERS = {SD_JWT: "selectivePointers"}
_STATUS_TEXTS = ("statusMessage", "statusReference")

Answer = tuple[int, JsonObject]
"""HTTP status and body."""


class Conformance:
    """Issues, verifies, derives and changes status as the W3C VC API says. Safe to share between threads."""

    def __init__(
        self, issuers: Sequence[SuiteIssuer], reader: Reader, documents: Documents, clock: Clock, status_base: str
    ) -> None:
        """status_base: https URL under which status lists are published. The first issuer answers for all."""
        self.issuers: Mapping[str, SuiteIssuer] = {one.name: one for one in issuers}
        self._usual = issuers[0]
        self._reader = reader
        self._clock = clock
        self._status_base = status_base
        self._lists: dict[str, tuple[StatusValues, SuiteIssuer]] = {}
        self._entries: dict[str, list[tuple[str, int]]] = {}
        self._lock = threading.Lock()
        self._tools = AnyTools(reader, documents, self._own_list)

    def issue(self, sent: JsonObject, name: str | None = None) -> Answer:
        """Sign ``credential`` as the named issuer; without a name as the one whose DID it has, else as the first.

        Raises NotFound, Invalid, Refused, Unprocessable (`input.invalid`), Undecided.
        """
        credential, options = _member(sent, "credential"), _options(sent)
        issuer = self._issuer(name, credential)
        now = self._clock()
        document = prepared(credential, issuer, self._reader, now)
        if issuer.has_status:
            document = self._with_status(document, issuer, options)
            document = prepared(document, issuer, self._reader, now)
        member = _POINTERS.get(issuer.suite, "mandatoryPointers")
        pointers = _texts(options.get(member) or [])
        with _named_by(member):
            signed = secured(document, issuer, self._reader, now, pointers, secrets.token_bytes)
        return 201, {"verifiableCredential": signed}

    def verify(self, sent: JsonObject) -> Answer:
        """Verify ``verifiableCredential``: 200 when it is good, 400 with what is wrong."""
        return self._verified(sent, "verifiableCredential", ("assertionMethod",), verify_any_credential)

    def verify_presentation(self, sent: JsonObject) -> Answer:
        """The same for ``verifiablePresentation``."""
        return self._verified(sent, "verifiablePresentation", PRESENTING, verify_any_presentation)

    def prove(self, sent: JsonObject, name: str | None = None) -> Answer:
        """Sign ``presentation`` as a token of the named issuer, who is its holder unless it names another.

        Without a name the issuer is the one whose DID the holder has. Raises as `issue` does.
        """
        presentation, options = _member(sent, "presentation"), _options(sent)
        issuer = self._issuer(name, {"issuer": presentation.get("holder")})
        document = {**presentation, "holder": presentation.get("holder", issuer.did)}
        pointers = _texts(options.get(_POINTERS[SD_JWT]) or [])
        return 201, {"verifiablePresentation": presented(document, issuer, self._reader, pointers, secrets.token_bytes)}

    def derive(self, sent: JsonObject) -> Answer:
        """Show a part of ``verifiableCredential``: what ``options.selectivePointers`` name.

        Raises as `ecdsa_sd_2023.derive` does.
        """
        base, options = _member(sent, "verifiableCredential"), _options(sent)
        pointers = _texts(options.get("selectivePointers") or [])
        with _named_by("selectivePointers"):
            shown = ecdsa_sd_2023.derive(base, pointers, self._reader)
        return 201, {"verifiableCredential": shown}

    def set_status(self, sent: JsonObject) -> Answer:
        """Set the status of a credential issued here. Raises NotFound, Unprocessable."""
        identifier, wanted = sent.get("credentialId"), listed(sent.get("credentialStatus")) or [{}]
        with self._lock:
            entries = self._entries.get(identifier) if isinstance(identifier, str) else None
            if entries is None:
                raise NotFound("not_found", "No credential with a status and that id was issued here.")
            changed = 0
            for one in wanted:
                purpose = one.get("statusPurpose") if isinstance(one, dict) else None
                value = _status_value(one.get("status", sent.get("status", True)) if isinstance(one, dict) else True)
                for list_name, index in entries:
                    values, _ = self._lists[list_name]
                    if purpose in (None, values.purpose):
                        values.set(index, value)
                        changed += 1
        if not changed:
            raise Unprocessable("status.purpose_mismatch", "The credential has no status of that purpose.")
        return 200, {"credentialId": identifier, "updated": changed}

    def status_list(self, name: str) -> bytes:
        """The signed list of that name as it stands now. Raises NotFound."""
        found = self._own_list(f"{self._status_base}/{name}")
        if found is None:
            raise NotFound("not_found", "There is no such list.")
        return found

    def _verified(
        self,
        sent: JsonObject,
        member: str,
        usual: Sequence[str],
        check: Callable[[JsonObject | str, Asked, AnyTools, Any], JsonObject],
    ) -> Answer:
        options: JsonObject = {}
        try:
            options = _options(sent)
            presented = sent.get(member)
            if not isinstance(presented, dict | str):
                raise Unprocessable("input.invalid", f"Send {member} as an object or a token.", f"/{member}")
            found = check(presented, Asked.of(options, *usual), self._tools, self._clock())
        except IssuerError as error:
            return 400, refused(error, options.get("checks"))
        answer = {"verified": True, member: found, "checks": [], "warnings": [], "errors": [], "problemDetails": []}
        return 200, answer

    def _issuer(self, name: str | None, credential: JsonObject) -> SuiteIssuer:
        if name is not None:
            if name not in self.issuers:
                raise NotFound("not_found", "There is no such issuer.")
            return self.issuers[name]
        named = credential.get("issuer")
        did = named.get("id") if isinstance(named, dict) else named
        return next((one for one in self.issuers.values() if one.did == did), self._usual)

    # -- status lists

    def _with_status(self, document: JsonObject, issuer: SuiteIssuer, options: JsonObject) -> JsonObject:
        wanted = listed(options.get("credentialStatus")) or [{"statusPurpose": REVOCATION}]
        identifier = document.get("id")
        with self._lock:
            entries, places = [], []
            for one in wanted:
                if not isinstance(one, dict) or not isinstance(one.get("statusPurpose", REVOCATION), str):
                    raise Unprocessable("input.invalid", "Say which purpose the status has.", "/options")
                name, values = self._list(issuer, one.get("statusPurpose", REVOCATION), one.get("statusSize", 1))
                entry = values.new_entry({text: one[text] for text in _STATUS_TEXTS if text in one})
                entries.append(entry)
                places.append((name, int(entry["statusListIndex"])))
            if isinstance(identifier, str) and len(self._entries) < MAX_REMEMBERED:
                self._entries[identifier] = places
        every = [*listed(document.get("credentialStatus")), *entries]
        contexts = listed(document["@context"])
        if is_v1(document) and STATUS_CONTEXT not in contexts:
            document = {**document, "@context": [*contexts, STATUS_CONTEXT]}
        return {**document, "credentialStatus": every[0] if len(every) == 1 else every}

    def _list(self, issuer: SuiteIssuer, purpose: str, size: Any) -> tuple[str, StatusValues]:
        name = f"{issuer.name}-{purpose}-{size}"
        if not name.replace("-", "").isalnum() or not name.isascii() or len(name) > 100:
            raise Unprocessable("input.invalid", "A purpose is a short name.", "/options/credentialStatus")
        if name not in self._lists:
            if len(self._lists) >= MAX_LISTS:
                raise Unprocessable("input.invalid", "There are too many kinds of status already.")
            values = StatusValues(f"{self._status_base}/{name}", purpose, size, secrets.randbelow)
            self._lists[name] = (values, issuer)
        return name, self._lists[name][0]

    def _own_list(self, url: str) -> bytes | None:
        with self._lock:
            found = self._lists.get(url.removeprefix(f"{self._status_base}/"))
            if found is None:
                return None
            values, issuer = found
            now = self._clock()
            unsigned = values.unsigned(issuer.did, format_timestamp(now))
        return to_bytes(secured(unsigned, issuer, self._reader, now, (), secrets.token_bytes))


def refused(error: IssuerError, checks: Any = None) -> JsonObject:
    """What is answered about a credential that is not good."""
    return {
        "verified": False,
        "checks": [{"check": listed(checks) or ["proof"], "error": error.message}],
        "warnings": [],
        "errors": [error.message],
        "problemDetails": [problem_details(error)],
    }


def _member(sent: JsonObject, name: str) -> JsonObject:
    value = sent.get(name)
    if not isinstance(value, dict):
        raise Unprocessable("input.invalid", f"Send “{name}” as an object.", f"/{name}")
    return value


def _options(sent: JsonObject) -> JsonObject:
    options = sent.get("options")
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise Unprocessable("input.invalid", "The options are an object.", "/options")
    return options


@contextmanager
def _named_by(member: str) -> Iterator[None]:
    """Say of pointers that name nothing which of the options they come from."""
    try:
        yield
    except Unprocessable as error:
        said = error.message if error.where is None else f"{error.message} ({error.where})"
        raise Unprocessable(error.code, said, f"/options/{member}") from None


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Unprocessable("input.invalid", "Pointers are a list of texts.", "/options")
    return value


def _status_value(value: Any) -> int:
    """A status as booleans, numbers, texts of numbers or hexadecimal texts give it."""
    if isinstance(value, int):
        return int(value)
    try:
        return int(str(value), 0)
    except ValueError:
        raise Unprocessable("input.invalid", "This is no status.", "/credentialStatus") from None
