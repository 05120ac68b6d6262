"""URLs.

Source: https://github.com/kubernetes/apiserver/blob/master/pkg/cel/library/urls.go
"""

from __future__ import annotations

import re
from typing import ClassVar, Final
from urllib.parse import quote, unquote

from policygate.cel.errors import EvaluationError, unfit
from policygate.cel.functions import Overload, method
from policygate.cel.values import Type

_URL: Final = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):)?(?://(?P<authority>[^/?#]*))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>.*))?",
    re.DOTALL,
)
_HOST: Final = re.compile(r"(?:\[[0-9A-Fa-f:.%\w]+\]|[^\[\]:<>\"\\^`{|} ]*)(?::[0-9]*)?")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Url:
    """An absolute URL, or an absolute path, taken apart."""

    __slots__ = ("host", "path", "query", "scheme", "text")
    CEL_TYPE: ClassVar = Type("kubernetes.URL")

    def __init__(self, text: str, parts: dict[str, str]) -> None:
        self.text = text
        self.scheme = parts["scheme"].lower()
        self.host = parts["authority"].rpartition("@")[2]
        self.path = parts["path"]
        self.query = parts["query"]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Url) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    @property
    def hostname(self) -> str:
        """The host without its port and without the brackets of an IPv6 address."""
        if self.host.startswith("["):
            return self.host[1:].partition("]")[0]
        return self.host.partition(":")[0]

    @property
    def port(self) -> str:
        """The port, or an empty text."""
        return (
            self.host.rpartition("]")[2].rpartition(":")[2]
            if ":" in self.host.rpartition("]")[2]
            else ""
        )

    @property
    def escaped_path(self) -> str:
        """The path as it is sent."""
        return (
            quote(unquote(self.path), safe="/:@!$&'()*+,;=~-._%")
            if "%" not in self.path
            else self.path
        )

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The query's parameters; one that is given twice has two values."""
        found: dict[str, list[str]] = {}
        for piece in self.query.split("&"):
            if piece and ";" not in piece and not _BAD_ESCAPE.search(piece):
                name, _, value = piece.replace("+", " ").partition("=")
                found.setdefault(unquote(name), []).append(unquote(value))
        return found


def read_url(text: str) -> Url:
    """Read an absolute URL or an absolute path, as Go's `url.ParseRequestURI`.

    Raises:
        EvaluationError: For another text.
    """
    found = _URL.fullmatch(text)
    parts = {key: value or "" for key, value in found.groupdict().items()} if found else {}
    # ParseRequestURI takes what looks like a fragment for a part of the path or the query.
    if parts.get("fragment") or "#" in text:
        place = "query" if "?" in text.partition("#")[0] else "path"
        parts[place] += f"#{parts['fragment']}"
    whole = parts and (parts["scheme"] or parts["path"].startswith("/"))
    opaque = parts and parts["scheme"] and "//" not in text and not parts["path"].startswith("/")
    if (
        not whole
        or opaque
        or _CONTROL.search(text)
        or _BAD_ESCAPE.search(parts["path"])
        or not _HOST.fullmatch(parts["authority"].rpartition("@")[2])
    ):
        raise unfit(text, "is no absolute URL")
    return Url(text, parts)


def _is_url(text: str) -> bool:
    try:
        read_url(text)
    except EvaluationError:
        return False
    return True


OVERLOADS: Final = (
    Overload("url", (str,), read_url),
    Overload("isURL", (str,), _is_url),
    method("getScheme", (Url,), lambda found: found.scheme),
    method("getHost", (Url,), lambda found: found.host),
    method("getHostname", (Url,), lambda found: found.hostname),
    method("getPort", (Url,), lambda found: found.port),
    method("getEscapedPath", (Url,), lambda found: found.escaped_path),
    method("getQuery", (Url,), lambda found: found.parameters),
)
