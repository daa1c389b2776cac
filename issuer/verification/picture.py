"""The picture of what was achieved, as the signed badge has it: what of it a page may show.

Only a picture inside the badge is shown, of a kind that does nothing but look: one elsewhere would tell its server who
is looking, and need not be what was signed for; drawings (SVG) may act, and other addresses are no pictures at all.
Source: OB 3.0 §Image.
"""

from __future__ import annotations

import re
from typing import Any

from issuer.proofs.strict_json import JsonObject

NOT_SHOWN = "content.image_not_shown"
_SHOWABLE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")


def picture_in(document: JsonObject | None) -> str | None:
    """The ``data:`` URL of the achievement's picture, where a page may show it."""
    url = _url(document)
    return url if url is not None and _SHOWABLE.fullmatch(url) else None


def is_kept_out(document: JsonObject) -> bool:
    """Whether the badge has a picture that is nothing to show or to link to."""
    url = _url(document)
    return url is not None and not url.startswith(("https://", "http://")) and not _SHOWABLE.fullmatch(url)


def _url(document: JsonObject | None) -> str | None:
    node: Any = document
    for name in ("credentialSubject", "achievement", "image"):
        node = node.get(name) if isinstance(node, dict) else None
    url = node.get("id") if isinstance(node, dict) else node
    return url if isinstance(url, str) else None
