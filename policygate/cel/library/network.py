"""IP addresses and networks, with the types `net.IP` and `net.CIDR`.

Zones (`fe80::1%eth0`) and dotted IPv4 within IPv6 are refused, as Kubernetes does. Sources:
https://github.com/kubernetes/apiserver/blob/master/pkg/cel/library/ip.go and cidr.go
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from policygate.cel.errors import EvaluationError, unfit
from policygate.cel.functions import Overload, method
from policygate.cel.values import Type

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_BITS: Final = re.compile(r"0|[1-9][0-9]{0,2}")


class Ip:
    """An address."""

    __slots__ = ("address",)
    CEL_TYPE: ClassVar = Type("net.IP")

    def __init__(self, address: IPv4Address | IPv6Address) -> None:
        self.address = address

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ip) and self.address == other.address

    def __hash__(self) -> int:
        return hash(self.address)

    def __str__(self) -> str:
        return str(self.address)

    @property
    def is_link_local_multicast(self) -> bool:
        """Whether it lies in 224.0.0.0/24 or, for IPv6, in ff?2::/16."""
        data = self.address.packed
        if self.address.version == 4:
            return data[:3] == b"\xe0\x00\x00"
        return data[0] == 0xFF and data[1] & 0x0F == 0x02

    @property
    def is_global_unicast(self) -> bool:
        """Whether packets reach it beyond the link; private addresses count, as in Go."""
        return not (
            self.address.is_unspecified
            or self.address.is_loopback
            or self.address.is_multicast
            or self.address.is_link_local
            or self.address.packed == b"\xff\xff\xff\xff"
        )


class Cidr:
    """A network by an address in it and the length of its prefix."""

    __slots__ = ("bits", "ip")
    CEL_TYPE: ClassVar = Type("net.CIDR")

    def __init__(self, ip: Ip, bits: int) -> None:
        self.ip = ip
        self.bits = bits

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cidr) and self.bits == other.bits and self.ip == other.ip

    def __hash__(self) -> int:
        return hash((self.ip, self.bits))

    def __str__(self) -> str:
        return f"{self.ip}/{self.bits}"

    def masked(self) -> Cidr:
        """The same network by its first address."""
        address = self.ip.address
        free = address.max_prefixlen - self.bits
        return Cidr(Ip(type(address)(int(address) >> free << free)), self.bits)

    def contains(self, other: Cidr) -> bool:
        """Whether every address of another network lies in this one."""
        same = self.ip.address.version == other.ip.address.version
        return (
            same and self.bits <= other.bits and self.masked() == Cidr(other.ip, self.bits).masked()
        )


def read_ip(text: str) -> Ip:
    """Read an address.

    Raises:
        EvaluationError: For another text.
    """
    from ipaddress import IPv4Address, IPv6Address

    refused = "%" in text or ("." in text and text.lower().startswith("::ffff:"))
    try:
        if ":" not in text:
            return Ip(IPv4Address(text))
        address = IPv6Address("" if refused else text)
        return Ip(address.ipv4_mapped or address)
    except ValueError:
        raise unfit(text, "is no IP address") from None


def read_cidr(text: str) -> Cidr:
    """Read a network such as `10.0.0.0/8`.

    Raises:
        EvaluationError: For another text.
    """
    address, slash, bits = text.partition("/")
    try:
        ip = read_ip(address)
    except EvaluationError:
        raise unfit(text, "is no network such as 10.0.0.0/8") from None
    if not slash or not _BITS.fullmatch(bits) or int(bits) > ip.address.max_prefixlen:
        raise unfit(text, "is no network such as 10.0.0.0/8")
    return Cidr(ip, int(bits))


def _is_ip(text: str) -> bool:
    try:
        read_ip(text)
    except EvaluationError:
        return False
    return True


def _is_cidr(text: str) -> bool:
    try:
        read_cidr(text)
    except EvaluationError:
        return False
    return True


def _holds(network: Cidr, ip: Ip) -> bool:
    return network.contains(Cidr(ip, ip.address.max_prefixlen))


OVERLOADS: Final = (
    Overload("ip", (str,), read_ip),
    Overload("isIP", (str,), _is_ip),
    Overload("ip.isCanonical", (str,), lambda text: str(read_ip(text)) == text),
    method("family", (Ip,), lambda ip: ip.address.version),
    method("isUnspecified", (Ip,), lambda ip: ip.address.is_unspecified),
    method("isLoopback", (Ip,), lambda ip: ip.address.is_loopback),
    method("isLinkLocalMulticast", (Ip,), lambda ip: ip.is_link_local_multicast),
    method("isLinkLocalUnicast", (Ip,), lambda ip: ip.address.is_link_local),
    method("isGlobalUnicast", (Ip,), lambda ip: ip.is_global_unicast),
    Overload("cidr", (str,), read_cidr),
    Overload("isCIDR", (str,), _is_cidr),
    method("ip", (Cidr,), lambda network: network.ip),
    method("masked", (Cidr,), Cidr.masked),
    method("prefixLength", (Cidr,), lambda network: network.bits),
    method("containsIP", (Cidr, Ip), _holds),
    method("containsIP", (Cidr, str), lambda network, text: _holds(network, read_ip(text))),
    method("containsCIDR", (Cidr, Cidr), Cidr.contains),
    method("containsCIDR", (Cidr, str), lambda a, text: a.contains(read_cidr(text))),
)
