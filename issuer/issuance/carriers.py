"""The forms a badge is handed on in. Nothing is signed here: each is made from what was sealed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from badge_classes.model import BadgeClass
from issuer.credentials import baking_png, baking_svg
from issuer.domain.award import Award, Form
from issuer.errors import NotFound


@dataclass(frozen=True)
class Carried:
    """A badge ready to be sent."""

    body: bytes
    media_type: str


@dataclass(frozen=True)
class _Carrier:
    media_type: str
    form: Form
    carry: Callable[[bytes, BadgeClass], bytes]


_CARRIERS: Mapping[str, _Carrier] = {
    "json": _Carrier("application/vc+ld+json", Form.EDDSA_RDFC_2022, lambda sealed, badge_class: sealed),
    "jwt": _Carrier("text/plain", Form.VC_JWT, lambda sealed, badge_class: sealed),
    "png": _Carrier(
        "image/png",
        Form.EDDSA_RDFC_2022,
        lambda sealed, badge_class: baking_png.bake(badge_class.art_png, sealed.decode()),
    ),
    "svg": _Carrier(
        "image/svg+xml",
        Form.EDDSA_RDFC_2022,
        lambda sealed, badge_class: baking_svg.bake(badge_class.art_svg, sealed.decode()),
    ),
}

SUFFIXES = tuple(_CARRIERS)
"""The suffixes of a badge's address: ``json``, ``jwt``, ``png``, ``svg``."""


def carry(award: Award, badge_class: BadgeClass, suffix: str) -> Carried:
    """A sealed badge as a file: signed JSON, compact JWS, or its art with the signed JSON in it.

    badge_class: the version the award was made under, for the art (OB 3.0 §Document Formats).
    Raises NotFound for another suffix, and for a badge that was not sealed in the form it needs.
    """
    carrier = _CARRIERS.get(suffix)
    sealed = award.sealed(carrier.form) if carrier else None
    if carrier is None or sealed is None:
        raise NotFound("not_found", "This badge has no such form.")
    return Carried(carrier.carry(sealed, badge_class), carrier.media_type)
