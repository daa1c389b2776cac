"""Which addresses are asked: the public unicast ones and no other (NET-01 to NET-09)."""

from __future__ import annotations

import pytest

from issuer.outbound.addresses import is_public

REFUSED = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    "link-local and metadata": ["169.254.169.254", "fe80::1", "fe80::1%eth0", "fd00:ec2::254"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
    "unique local": ["fc00::1", "fdff::1"],
    "site-local": ["fec0::1"],
    "multicast and broadcast": ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"],
    "reserved": ["240.0.0.1", "192.0.0.1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "4000::1", "5f00::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.5", "2001:db8::1", "3fff::1"],
    "benchmarking": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
    "discard": ["100::1"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1", "192.88.99.1"],
    "Teredo": ["2001::1", "2001:0:4136:e378::1"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b:1::a00:1"],
    "IPv4 in IPv6": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1"],
    "ORCHID": ["2001:10::1", "2001:20::1"],
    "no addresses": ["", "localhost", "127.1", "0x7f.1", "2130706433", "1.2.3.4 ", "[::1]", "①②⑦.⓪.⓪.①"],
}
PUBLIC = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.88.98.1", "2606:4700::1111", "2a00:1450::1"]


@pytest.mark.parametrize("address", [address for group in REFUSED.values() for address in group])
def test_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)
