"""The application: what it is made of."""

from __future__ import annotations

import pkgutil

from issuer.web import routes
from issuer.web.application import API, PAGES


def test_every_module_of_routes_is_served_once() -> None:
    listed = [module.__name__ for module in (*API, *PAGES)]
    assert sorted(listed) == [one.name for one in pkgutil.iter_modules(routes.__path__, f"{routes.__name__}.")]
