"""Files in which people can be seen."""

from __future__ import annotations


def shows_people(media_type: str) -> bool:
    """Whether a file of this kind may show people: pictures and videos."""
    return media_type.startswith(("image/", "video/"))
