"""The addresses at which the local network reaches this machine, found without sending anything."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import psutil

Address = IPv4Address | IPv6Address
# Addresses reserved for examples (RFC 5737, RFC 3849): routing to them uses the default route.
ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def own_addresses() -> list[Address]:
    """Addresses of this machine's interfaces that are up, those of the default routes first."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    written = [
        entry.address
        for name, entries in psutil.net_if_addrs().items()
        for entry in entries
        if name in up and entry.family in (socket.AF_INET, socket.AF_INET6)
    ]
    return list(dict.fromkeys([*_addresses_of_default_routes(), *map(ip_address, written)]))


def _addresses_of_default_routes() -> list[Address]:
    found = []
    for family, elsewhere in ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as unsent:  # connecting UDP only chooses a route
                unsent.connect((elsewhere, 1))
                found.append(ip_address(unsent.getsockname()[0]))
        except OSError:  # no such route
            continue
    return found


def is_on_local_network(address: Address) -> bool:
    """Whether an address belongs to the local network: neither the Internet nor just the machine itself."""
    alone = address.is_loopback or address.is_link_local or address.is_unspecified  # browsers refuse link-local ones
    return address.is_private and not alone


def host_names() -> list[str]:
    """The names of this machine on its network, as it knows them."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return list(dict.fromkeys([name, short, f"{short}.local"]))
