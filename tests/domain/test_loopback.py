"""What counts as this machine itself."""

from __future__ import annotations

import pytest

from issuer.domain.loopback import is_loopback, origins


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost", True),
        ("http://LOCALHOST:8000/x", True),
        ("http://demo.localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:8000", True),
        ("https://localhost.example.org", False),
        ("https://127.0.0.1.example.org", False),
        ("https://notlocalhost", False),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://[::2]", False),
        ("localhost", False),
        ("", False),
        ("http://user@localhost@example.org", False),
    ],
)
def test_loopback(url, expected):
    assert is_loopback(url) is expected


def test_both_names_of_this_machine_are_one_origin_and_a_public_one_stands_alone():
    assert origins("https://badges.example.org") == {"https://badges.example.org"}
    assert origins("http://127.0.0.1:8000") == {"http://127.0.0.1:8000", "http://localhost:8000"}
    assert origins("http://localhost") == {"http://localhost", "http://127.0.0.1"}
