"""The forms in which a sealed badge is handed out. Nothing is signed here."""

from __future__ import annotations

import json
from typing import Any

from badge_classes import BadgeClass
from issuer.credentials import baking_png, baking_svg, certificate, share_card
from issuer.domain.award import Award, Form, Standing
from issuer.errors import NotFound, Unavailable
from issuer.verification.summary import summary_of

JSON_TYPE = "application/vc+ld+json"
JWT_TYPE = "application/vc+jwt"
OWN_FORMS = {
    Form.EDDSA_RDFC_2022: (JSON_TYPE, "json"),
    Form.VC_JWT: (JWT_TYPE, "jwt"),
    Form.ECDSA_SD_2023: (JSON_TYPE, "selective.json"),
    Form.SD_JWT_VC: ("application/dc+sd-jwt", "sd-jwt"),
}
"""Media type and the end of the file name of each sealed form."""


class Forms:
    """JSON and JWT as they were sealed, PNG and SVG with the JSON baked into the badge's art, PDF with it attached."""

    def form(self, award: Award, badge_class: BadgeClass, suffix: str, url: str | None = None) -> tuple[bytes, str]:
        """Body and media type for a suffix: json, jwt, png, svg or pdf.

        url: where a certificate says that the badge is shown; by default the badge's id.
        Raises NotFound for another suffix, Unavailable while the badge is not sealed yet.
        """
        if suffix == "json":
            return _sealed(award, Form.EDDSA_RDFC_2022), JSON_TYPE
        if suffix == "jwt":
            return _sealed(award, Form.VC_JWT), JWT_TYPE
        if suffix == "png":
            return baking_png.bake(badge_class.art_png, _text(award)), "image/png"
        if suffix == "svg":
            return baking_svg.bake(badge_class.art_svg, _text(award)), "image/svg+xml"
        if suffix == "pdf":
            return _certificate(award, badge_class, url), "application/pdf"
        raise NotFound("not_found", "This badge has no such form.")

    def own_form(self, award: Award, name: str) -> tuple[bytes, str, str]:
        """Body, media type and end of the file name of a sealed form by its name, for the badge's earner alone.

        Raises NotFound for a name that is none, Unavailable while the badge is not sealed in this form yet.
        """
        if name not in {form.value for form in OWN_FORMS}:
            raise NotFound("not_found", "This badge has no such form.")
        return (_sealed(award, Form(name)), *OWN_FORMS[Form(name)])

    def card(self, award: Award, badge_class: BadgeClass, site: str) -> bytes:
        """The picture for links to the badge, as PNG. site: host of the service.

        Raises Unavailable while the badge is not sealed yet.
        """
        said = summary_of(json.loads(_sealed(award, Form.EDDSA_RDFC_2022)))
        return share_card.draw(
            share_card.ShareCard(
                achievement=said["achievement"]["name"] or badge_class.name,
                recipient=said["recipient"]["name"] or "",
                issuer=said["issuer"]["name"] or said["issuer"]["id"],
                awarded_at=award.awarded_at,
                art_png=badge_class.art_png,
                site=site,
                standing=_STANDINGS[award.standing],
            )
        )


_STANDINGS = {
    Standing.ACTIVE: "",
    Standing.SUSPENDED: "This badge is suspended.",
    Standing.REVOKED: "This badge has been revoked.",
    Standing.SUPERSEDED: "A corrected badge replaces this one.",
}


def _certificate(award: Award, badge_class: BadgeClass, url: str | None) -> bytes:
    """What the signed badge says, on paper."""
    sealed = _sealed(award, Form.EDDSA_RDFC_2022)
    document: dict[str, Any] = json.loads(sealed)
    said = summary_of(document)
    return certificate.write(
        certificate.Certificate(
            recipient=said["recipient"]["name"] or "its holder",
            achievement=said["achievement"]["name"] or badge_class.name,
            description=document["credentialSubject"]["achievement"]["description"],
            issuer=said["issuer"]["name"] or said["issuer"]["id"],
            awarded_at=award.awarded_at,
            url=url or document["id"],
            art_png=badge_class.art_png,
            credential=sealed,
            file_name=f"{badge_class.slug}.json",
        )
    )


def _text(award: Award) -> str:
    return _sealed(award, Form.EDDSA_RDFC_2022).decode()


def _sealed(award: Award, form: Form) -> bytes:
    body = award.sealed(form)
    if body is None:
        raise Unavailable("state.conflict", "This badge is still being issued. Try again in a moment.")
    return body
