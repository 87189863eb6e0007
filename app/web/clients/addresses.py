"""From where a request comes: the last address that somebody whom we trust vouches for."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

from app.settings import Settings

Network = IPv4Network | IPv6Network
# A client of IPv6 has as many addresses as it likes in a network of this length.
ONE_CLIENT = 64


def client_of(request: Request, settings: Settings) -> str:
    """Return the address of whoever sent a request; what anybody else says than a proxy of ours is no address.

    Each proxy writes at the end of X-Forwarded-For from whom it has the request.
    """
    at = request.client.host if request.client else ""
    said = [part.strip() for line in request.headers.getlist("x-forwarded-for") for part in line.split(",")]
    ours = networks(settings.trusted_proxies)
    while said and _within(at, ours):
        before = said.pop()
        if not _is_address(before):
            break
        at = before
    return at


def network_of(client: str) -> str:
    """Return what of an address is one client's own."""
    if not _is_address(client):
        return client
    at = ip_address(client)
    if not isinstance(at, IPv6Address):
        return str(at)
    return str(at.ipv4_mapped or ip_network((at, ONE_CLIENT), strict=False))


@lru_cache(maxsize=4)
def networks(named: str) -> tuple[Network, ...]:
    """Return addresses and networks that are named with commas or spaces between; raises ValueError."""
    return tuple(ip_network(part, strict=False) for part in named.replace(",", " ").split())


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _within(address: str, those: tuple[Network, ...]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in those)
