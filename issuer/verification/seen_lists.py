"""A bounded memory of status lists seen, so that an old one cannot be played back."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock


class RememberedLists:
    """The highest validFrom per issuer and list URL, the least recently seen forgotten first."""

    def __init__(self, max_lists: int = 10_000) -> None:
        self._newest: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._max_lists = max_lists
        self._lock = Lock()

    def went_back(self, list_issuer: str, list_url: str, valid_from: datetime) -> bool:
        """Record a verified list; True when a newer one of this issuer was seen at this address before."""
        key = list_issuer, list_url
        with self._lock:
            newest = self._newest.pop(key, valid_from)
            self._newest[key] = max(newest, valid_from)
            if len(self._newest) > self._max_lists:
                self._newest.popitem(last=False)
        return valid_from < newest
