"""Which URLs are asked, judged on the raw text (NET-01, NET-05, NET-14 to NET-17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Refused
from issuer.outbound.urls import Target, read_url

PORTS = frozenset({443})
CASES = [
    ("NET-01", "https://127.0.0.1/x", "fetch.blocked_address"),
    ("NET-01", "https://127.1/", "fetch.blocked_address"),
    ("NET-01", "https://127.255.255.254/", "fetch.blocked_address"),
    ("NET-02", "https://169.254.169.254/latest/meta-data/", "fetch.blocked_address"),
    ("NET-02", "https://[fd00:ec2::254]/", "fetch.blocked_address"),
    ("NET-03", "https://2130706433/", "fetch.blocked_address"),
    ("NET-03", "https://0x7f.0.0.1/", "fetch.blocked_address"),
    ("NET-03", "https://0177.0.0.1/", "fetch.blocked_address"),
    ("NET-03", "https://0x7f000001/", "fetch.blocked_address"),
    ("NET-04", "https://[::1]/", "fetch.blocked_address"),
    ("NET-04", "https://[::ffff:127.0.0.1]:443/", "fetch.blocked_address"),
    ("NET-05", "https://①②⑦.⓪.⓪.①/", "fetch.blocked_address"),
    ("NET-05", "https://127.0.0.1./", "fetch.blocked_address"),
    ("IDN", "https://faß.test/", "fetch.url_malformed"),
    ("IDN", "https://ⓔxample.test/", "fetch.url_malformed"),
    ("NET-14", "https://good.test@127.0.0.1/", "fetch.url_malformed"),
    ("NET-14", "https://good.test:443@evil.test/", "fetch.url_malformed"),
    ("NET-14", "https://good.test%2f@evil.test/", "fetch.url_malformed"),
    ("NET-15", "https://good.test\\@127.0.0.1/", "fetch.url_malformed"),
    ("NET-15", "https://evil.test\t/", "fetch.url_malformed"),
    ("NET-15", "https://good.test/\r\nHost: x", "fetch.url_malformed"),
    ("NET-15", "https://good.test/\0", "fetch.url_malformed"),
    ("NET-15", " https://good.test/", "fetch.url_malformed"),
    ("NET-16", "file:///etc/passwd", "fetch.scheme"),
    ("NET-16", "ftp://good.test/", "fetch.scheme"),
    ("NET-16", "gopher://good.test/", "fetch.scheme"),
    ("NET-16", "data:text/plain,x", "fetch.scheme"),
    ("NET-16", "jar:https://good.test!/x", "fetch.scheme"),
    ("NET-16", "dict://good.test/", "fetch.scheme"),
    ("NET-16", "unix:/run/x", "fetch.scheme"),
    ("NET-16", "http://good.test/", "fetch.scheme"),
    ("NET-17", "https://issuer.test:22/", "fetch.port"),
    ("NET-17", "https://issuer.test:25/", "fetch.port"),
    ("NET-17", "https://issuer.test:6379/", "fetch.port"),
    ("NET-17", "https://issuer.test:0/", "fetch.port"),
    ("NET-17", "https://issuer.test:65536/", "fetch.port"),
    ("NET-17", "https://issuer.test:8443/", "fetch.port"),
    ("empty port", "https://issuer.test:/", "fetch.url_malformed"),
    ("no host", "https:///x", "fetch.url_malformed"),
    ("no scheme", "//issuer.test/", "fetch.url_malformed"),
    ("trailing dot", "https://issuer.test./", "fetch.url_malformed"),
    ("empty label", "https://issuer..test/", "fetch.url_malformed"),
    ("percent host", "https://%31%32%37.0.0.1/", "fetch.blocked_address"),
    ("long", "https://issuer.test/" + "x" * 3000, "fetch.url_malformed"),
    ("long host", "https://" + "a." * 150 + "test/", "fetch.url_malformed"),
    ("unprintable path", "https://issuer.test/ü", "fetch.url_malformed"),
    ("empty", "", "fetch.url_malformed"),
]


@pytest.mark.parametrize(("url", "code"), [case[1:] for case in CASES], ids=[f"{c[0]} {c[1][:30]!a}" for c in CASES])
def test_refused(url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_url(url, PORTS)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://issuer.test", Target("issuer.test", 443, "/")),
        ("https://issuer.test/a/b.json?x=1&y=%20#k1", Target("issuer.test", 443, "/a/b.json?x=1&y=%20")),
        ("HTTPS://Issuer.TEST:443/A", Target("issuer.test", 443, "/A")),
        ("https://issuer.test?x", Target("issuer.test", 443, "/?x")),
        ("https://xn--fa-hia.test/", Target("xn--fa-hia.test", 443, "/")),
    ],
)
def test_read(url: str, target: Target) -> None:
    assert read_url(url, PORTS) == target


def test_configured_port() -> None:
    target = read_url("https://issuer.test:8443/x", frozenset({443, 8443}))
    assert (target.authority, target.origin) == ("issuer.test:8443", "https://issuer.test:8443")


@given(st.text(max_size=60))
def test_any_text_is_refused_or_plain(text: str) -> None:
    try:
        target = read_url(f"https://{text}", PORTS)
    except Refused:
        return
    assert f"{target.host}{target.path}".isascii()
    assert not set(" \\@\r\n\t") & set(target.host)
    assert not target.host.rpartition(".")[2].isdigit()
