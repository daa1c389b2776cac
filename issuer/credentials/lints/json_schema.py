"""The badge passes the schema of Open Badges 3.0."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jsonschema_rs import Draft201909Validator

from issuer.credentials.lints.finding import Fault
from issuer.credentials.lints.walk import Walked
from issuer.credentials.vocabulary import BADGE_SCHEMA
from schemas import json_schema

SOURCE = "OB 3.0 §9.1 step 1; the bundled equal of the official JSON Schema"


def check(badge: Walked) -> Iterator[Fault]:
    """Everything the official schema demands of an AchievementCredential."""
    for error in _validator().iter_errors(badge.credential):
        where = "".join(f"/{part}" for part in error.instance_path)
        yield Fault(where, f"The schema says: {error.message[:300]}")


@cache
def _validator() -> Draft201909Validator:
    return Draft201909Validator(json_schema(BADGE_SCHEMA))
