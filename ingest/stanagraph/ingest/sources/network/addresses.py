"""Which addresses may be asked: what the settings name, and of that what leads to the open network."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from .faults import NetworkFault

PORTS = {"http": 80, "https": 443}
# What `ipaddress` calls global and leads, or may lead, to somewhere that is not.
_INWARD = [
    ipaddress.ip_network(it)
    for it in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2002::/16",
        "fec0::/10",
        "::/96",
        "::ffff:0:0/96",
    )
]


@dataclass(frozen=True)
class Address:
    """A checked web address, in its parts."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def place(self) -> str:
        """Host and port, as the settings name them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def checked(url: str, allow: Sequence[str]) -> Address:
    """The parts of an address whose host the settings allow; raises NetworkFault where they do not."""
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise NetworkFault("refused", f"{url!r} is no web address: it holds blanks or control characters")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower(), parts.port
    except (ValueError, UnicodeError) as error:
        raise NetworkFault("refused", f"{url} is no web address: {error}") from None
    if parts.scheme not in PORTS:
        raise NetworkFault("refused", f"{url} is not asked: only http and https are")
    if parts.username is not None or parts.password is not None:
        raise NetworkFault("refused", f"an address with a name or password in it is not asked: {host}")
    if not host:
        raise NetworkFault("refused", f"{url} names no host")
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    target = re.sub(r"[^\x21-\x7e]", lambda it: "".join(f"%{byte:02X}" for byte in it[0].encode()), path)
    address = Address(parts.scheme, host, port if port is not None else PORTS[parts.scheme], target)
    # A bare name in the settings means the port that its scheme has; any other port is named with it.
    if not any(_is(entry, address) for entry in allow):
        raise NetworkFault("refused", f"{address.place} is not in [network] allow of stanagraph.toml")
    return address


def _is(entry: str, address: Address) -> bool:
    host, port = _parted(entry)
    return host == address.host and (port == address.port or (port is None and address.port in PORTS.values()))


def _parted(entry: str) -> tuple[str, int | None]:
    """Host and port of an entry of the settings: name, name:port, 10.0.0.1, [::1]:7878 or ::1."""
    text = entry.strip().lower().rstrip(".")
    if found := re.fullmatch(r"\[(?P<six>[0-9a-f:.]+)\](?::(?P<port>\d+))?", text):
        return found["six"], int(found["port"]) if found["port"] else None
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, int(port) if port.isdigit() else -1
    return text, None


def is_public(text: str) -> bool:
    """Whether an address is one of the open network: no loopback, private, local, shared or translated one."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if any(address.version == net.version and address in net for net in _INWARD):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def may_connect(text: str, address: Address, allow: Sequence[str]) -> bool:
    """Whether this address may be used: it is public, or the settings name it itself."""
    if is_public(text):
        return True
    named = {_parted(entry)[0] for entry in allow}
    loopback = text == "::1" or text.startswith("127.")
    return text in named or (loopback and address.host == "localhost")
