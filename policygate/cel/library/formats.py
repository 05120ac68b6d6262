"""Named formats of Kubernetes: `format.dns1123Label().validate(text)` says what is wrong, or none.

Source: https://github.com/kubernetes/apiserver/blob/master/pkg/cel/library/format.go; the rules are
those of https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar, Final

from policygate.cel.errors import EvaluationError
from policygate.cel.functions import Overload, method
from policygate.cel.library.encoders import decode
from policygate.cel.library.times import read_timestamp
from policygate.cel.library.url import read_url
from policygate.cel.values import NONE, Optional, Type

Rule = Callable[[str], list[str]]


class Format:
    """A format that a text may have."""

    __slots__ = ("name", "rule")
    CEL_TYPE: ClassVar = Type("kubernetes.NamedFormat")

    def __init__(self, name: str, rule: Rule) -> None:
        self.name = name
        self.rule = rule

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Format) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __str__(self) -> str:
        return self.name

    def validate(self, text: str) -> Optional:
        """What is wrong with a text, as a list of sentences; none when nothing is."""
        wrong = self.rule(text)
        return Optional(wrong) if wrong else NONE


def _pattern(pattern: str, longest: int, words: str, *, prefix: bool = False) -> Rule:
    """A rule by a pattern; of a prefix, the last `-` is let through as another letter may follow."""
    compiled = re.compile(pattern, re.ASCII)

    def rule(text: str) -> list[str]:
        wrong = [f"must be no more than {longest} characters"] if len(text) > longest else []
        body = f"{text[:-1]}a" if prefix and len(text) > 1 and text.endswith("-") else text
        return wrong if compiled.fullmatch(body) else [*wrong, words]

    return rule


def _read_by(read: Callable[[str], object], words: str) -> Rule:
    def rule(text: str) -> list[str]:
        try:
            read(text)
        except EvaluationError:
            return [words]
        return []

    return rule


_LABEL: Final = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_LABEL_1035: Final = r"[a-z](?:[-a-z0-9]*[a-z0-9])?"
_NAME: Final = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(?:\.{_LABEL})*"
_LABEL_WORDS: Final = (
    "must consist of lower case letters, digits and '-', and start and end with a letter or digit"
)
_LABEL_1035_WORDS: Final = (
    "must consist of lower case letters, digits and '-', start with a letter and end with a letter"
    " or digit"
)
_SUBDOMAIN_WORDS: Final = (
    "must consist of lower case letters, digits, '-' and '.', and start and end with a letter or"
    " digit"
)
_NAME_WORDS: Final = (
    "must consist of letters, digits, '-', '_' and '.', and start and end with a letter or digit"
)
_plain_name: Final = _pattern(_NAME, 63, _NAME_WORDS)
_subdomain: Final = _pattern(_SUBDOMAIN, 253, _SUBDOMAIN_WORDS)


def _qualified_name(text: str) -> list[str]:
    parts = text.split("/")
    if len(parts) > 2:
        return ["must be a name with at most one prefix, such as example.com/name"]
    wrong = [f"name part: {words}" for words in _plain_name(parts[-1])]
    if len(parts) == 2:
        wrong += [f"prefix part: {words}" for words in _subdomain(parts[0])]
    return wrong


FORMATS: Final = {
    name: Format(name, rule)
    for name, rule in (
        ("byte", _read_by(decode, "must be base64")),
        (
            "date",
            _read_by(
                lambda text: read_timestamp(f"{text}T00:00:00Z"),
                "must be a date such as 2026-11-20",
            ),
        ),
        ("datetime", _read_by(read_timestamp, "must be a timestamp such as 2026-11-20T12:00:00Z")),
        ("dns1035Label", _pattern(_LABEL_1035, 63, _LABEL_1035_WORDS)),
        ("dns1035LabelPrefix", _pattern(_LABEL_1035, 63, _LABEL_1035_WORDS, prefix=True)),
        ("dns1123Label", _pattern(_LABEL, 63, _LABEL_WORDS)),
        ("dns1123LabelPrefix", _pattern(_LABEL, 63, _LABEL_WORDS, prefix=True)),
        ("dns1123Subdomain", _subdomain),
        ("dns1123SubdomainPrefix", _pattern(_SUBDOMAIN, 253, _SUBDOMAIN_WORDS, prefix=True)),
        ("labelValue", _pattern(rf"(?:{_NAME})?", 63, _NAME_WORDS)),
        ("qualifiedName", _qualified_name),
        ("uri", _read_by(read_url, "must be an absolute URL")),
        (
            "uuid",
            _pattern(
                r"(?i:[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})",
                36,
                "must be a UUID",
            ),
        ),
    )
}


def _named(name: str) -> Optional:
    return Optional(FORMATS[name]) if name in FORMATS else NONE


def _constant(found: Format) -> Callable[[], Format]:
    return lambda: found


OVERLOADS: Final = (
    Overload("format.named", (str,), _named),
    *(Overload(f"format.{name}", (), _constant(found)) for name, found in FORMATS.items()),
    method("validate", (Format, str), Format.validate),
)
