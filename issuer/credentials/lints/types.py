"""Every object has the type its place demands, written as the strictest schema wants it."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked, types_of

SOURCE = "OB 3.0 §AchievementCredential and the classes' `type`; §Serialization"

_CREDENTIAL_TYPES = {"VerifiableCredential", "OpenBadgeCredential"}
_SINGLE = frozenset({"IdentityObject", "Image", "BitstringStatusListEntry", "1EdTechJsonSchemaValidator2019"})
_WANTED = {
    "issuer": "Profile",
    "credentialSubject": "AchievementSubject",
    "achievement": "Achievement",
    "image": "Image",
    "credentialStatus": "BitstringStatusListEntry",
    "credentialSchema": "1EdTechJsonSchemaValidator2019",
    "identifier": "IdentityObject",
    "result": "Result",
    "resultDescription": "ResultDescription",
    "rubricCriterionLevel": "RubricCriterionLevel",
    "alignment": "Alignment",
    "evidence": "Evidence",
}


def check(badge: Walked) -> Iterator[Fault]:
    """The credential's two types, and one for each object by the property that holds it."""
    if types_of(badge.credential) != _CREDENTIAL_TYPES or not isinstance(badge.credential.get("type"), list):
        yield Fault("/type", "A badge has the types VerifiableCredential and OpenBadgeCredential.")
    for where, owner in badge.objects:
        wanted = _WANTED.get(_property(where))
        if wanted is not None and owner.get("type") != (wanted if wanted in _SINGLE else [wanted]):
            yield Fault(f"{where}/type", f"The type here is {wanted}.")


def _property(where: str) -> str:
    """The name of the property an object stands in, past its place in an array."""
    parts = where.split("/")
    return next((part for part in reversed(parts) if not part.isdigit()), "")
