"""Which network addresses a stranger's document may make us connect to: the public unicast ones only.

Written out instead of leaving it to `ipaddress.is_global`, whose idea of "global" has changed between
Python releases; both have to agree. Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries,
RFC 6890, RFC 7526 (6to4 relays), RFC 3879 (site-local), RFC 6052 and RFC 8215 (NAT64), RFC 4380 (Teredo).
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_REFUSED_V4 = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")  # leaves out ::/96, NAT64, ULA, link-local, site-local, multicast
_REFUSED_V6 = tuple(
    ip_network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


@lru_cache(maxsize=1024)
def is_public(address: str) -> bool:
    """Whether `address`, as a resolver writes it, is a public unicast address. False for anything odd."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in block for block in _REFUSED_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    return (
        address.scope_id is None
        and address.is_global
        and address in _GLOBAL_UNICAST_V6
        and not any(address in block for block in _REFUSED_V6)
    )
