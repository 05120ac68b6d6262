"""The functions of the language and of its libraries, one file for each family.

A family is a table of overloads (`functions.Overload`) and is loaded when one of its names is first
used: most expressions need two or three. Nothing registers itself; a test holds the names below
against the families. Not for macros (`macros`) and operators on plain values (`operators`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from policygate.cel.functions import Table
from policygate.cel.values import BASIC_TYPES, Type

if TYPE_CHECKING:
    from policygate.cel.functions import Overload

FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "arithmetic": (
        "math.abs",
        "math.bitAnd",
        "math.bitNot",
        "math.bitOr",
        "math.bitShiftLeft",
        "math.bitShiftRight",
        "math.bitXor",
        "math.ceil",
        "math.floor",
        "math.greatest",
        "math.isFinite",
        "math.isInf",
        "math.isNaN",
        "math.least",
        "math.round",
        "math.sign",
        "math.sqrt",
        "math.trunc",
    ),
    "encoders": (
        "base64.decode",
        "base64.encode",
    ),
    "formats": (
        "format.byte",
        "format.date",
        "format.datetime",
        "format.dns1035Label",
        "format.dns1035LabelPrefix",
        "format.dns1123Label",
        "format.dns1123LabelPrefix",
        "format.dns1123Subdomain",
        "format.dns1123SubdomainPrefix",
        "format.labelValue",
        "format.named",
        "format.qualifiedName",
        "format.uri",
        "format.uuid",
        "validate",
    ),
    "lists": (
        "distinct",
        "first",
        "flatten",
        "indexOf",
        "isSorted",
        "last",
        "lastIndexOf",
        "lists.range",
        "max",
        "min",
        "reverse",
        "slice",
        "sort",
        "sum",
    ),
    "network": (
        "cidr",
        "containsCIDR",
        "containsIP",
        "family",
        "ip",
        "ip.isCanonical",
        "isCIDR",
        "isGlobalUnicast",
        "isIP",
        "isLinkLocalMulticast",
        "isLinkLocalUnicast",
        "isLoopback",
        "isUnspecified",
        "masked",
        "prefixLength",
    ),
    "optionals": (
        "hasValue",
        "optional.none",
        "optional.of",
        "optional.ofNonZeroValue",
        "optional.unwrap",
        "or",
        "orValue",
        "unwrapOpt",
        "value",
    ),
    "quantity": (
        "add",
        "asApproximateFloat",
        "asInteger",
        "compareTo",
        "isGreaterThan",
        "isInteger",
        "isLessThan",
        "isQuantity",
        "quantity",
        "sign",
        "sub",
    ),
    "semver": (
        "compareTo",
        "isGreaterThan",
        "isLessThan",
        "isSemver",
        "major",
        "minor",
        "patch",
        "semver",
    ),
    "sets": (
        "sets.contains",
        "sets.equivalent",
        "sets.intersects",
    ),
    "standard": (
        "!=",
        "%",
        "*",
        "+",
        "-",
        "/",
        "<",
        "<=",
        "==",
        ">",
        ">=",
        "bool",
        "bytes",
        "contains",
        "double",
        "dyn",
        "endsWith",
        "in",
        "int",
        "matches",
        "size",
        "startsWith",
        "string",
        "type",
        "uint",
    ),
    "strings": (
        "charAt",
        "find",
        "findAll",
        "format",
        "indexOf",
        "join",
        "lastIndexOf",
        "lowerAscii",
        "replace",
        "reverse",
        "split",
        "strings.quote",
        "substring",
        "trim",
        "upperAscii",
    ),
    "times": (
        "duration",
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getFullYear",
        "getHours",
        "getMilliseconds",
        "getMinutes",
        "getMonth",
        "getSeconds",
        "timestamp",
    ),
    "url": (
        "getEscapedPath",
        "getHost",
        "getHostname",
        "getPort",
        "getQuery",
        "getScheme",
        "isURL",
        "url",
    ),
}
"""Of every family, the functions that it has overloads of."""

TYPES: Final[dict[str, Type]] = {
    **BASIC_TYPES,
    **{
        name: Type(name)
        for name in (
            "google.protobuf.Duration",
            "google.protobuf.Timestamp",
            "kubernetes.NamedFormat",
            "kubernetes.Quantity",
            "kubernetes.Semver",
            "kubernetes.URL",
            "net.CIDR",
            "net.IP",
        )
    },
}
"""The types by the names that an expression may write."""


def load(family: str) -> tuple[Overload, ...]:
    """The overloads of a family."""
    found: tuple[Overload, ...] = import_module(f"{__name__}.{family}").OVERLOADS
    return found


FUNCTIONS: Final = Table(FAMILIES, load)
