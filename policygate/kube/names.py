"""What the API server takes for a name, a label key and a label value.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and /labels/. Not for judging.
"""

from __future__ import annotations

import re
from typing import Final

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_SUBDOMAIN: Final = re.compile(
    r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
)
_VALUE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
_RBAC: Final = "rbac.authorization.k8s.io"

_LATER: Final = re.compile(
    r"_+|\(.*\)|.*(?:\$[{(]|\{\{|[<@]|(?<![A-Za-z0-9])[A-Z][A-Z0-9_]{2,}(?![A-Za-z0-9])).*",
    re.DOTALL,
)
"""`_`, which kustomize replaces, `($name)` of a test, `${NAME}`, `{{ name }}`, `<name>`, `web-HOSTNAME`."""

LABEL_NAMED: Final = frozenset({("", "Namespace"), ("", "Service"), ("apps", "StatefulSet")})
"""Kinds whose names become a part of an address: one label of DNS, 63 characters at most."""
SEGMENT_NAMED: Final = frozenset(
    {
        (_RBAC, "Role"), (_RBAC, "ClusterRole"), (_RBAC, "RoleBinding"), (_RBAC, "ClusterRoleBinding"),
        ("certificates.k8s.io", "CertificateSigningRequest"),
    }
)  # fmt: skip
"""Kinds whose names may hold nearly everything, such as `system:node`."""
LONGEST: Final = {("batch", "CronJob"): 52, ("batch", "Job"): 63}
"""Kinds from whose names others are made, and how long they may be."""


def is_placeholder(text: str) -> bool:
    """Whether a name or a value looks as if something filled it in before the cluster sees it."""
    return _LATER.fullmatch(text) is not None


def wrong_name(name: str, group: str, kind: str) -> str:
    """What is wrong with a name, as the end of a sentence; empty where nothing is."""
    if (group, kind) in SEGMENT_NAMED:
        if name in {".", ".."} or "/" in name or "%" in name:
            return "holds `/` or `%`"
        return ""
    longest = LONGEST.get((group, kind), 253)
    if (group, kind) in LABEL_NAMED:
        if len(name) > 63:
            return f"has {len(name)} characters, and 63 are allowed"
        if not _LABEL.fullmatch(name):
            return "may hold small letters, digits and `-` only, and begins and ends with one of the former"
        return ""
    if len(name) > longest:
        return f"has {len(name)} characters, and {longest} are allowed"
    if not _SUBDOMAIN.fullmatch(name):
        return "may hold small letters, digits, `-` and `.` only, and begins and ends with one of the former"
    return ""


def wrong_label_key(key: str) -> str:
    """What is wrong with the key of a label or an annotation; empty where nothing is."""
    prefix, slash, name = key.rpartition("/")
    if slash and (len(prefix) > 253 or not _SUBDOMAIN.fullmatch(prefix.lower())):
        return "has a prefix that is no domain"
    if len(name) > 63:
        return f"has a name of {len(name)} characters, and 63 are allowed"
    if not _VALUE.fullmatch(name):
        return "may hold letters, digits, `-`, `_` and `.` only, and begins and ends with one of the former"
    return ""


def wrong_label_value(value: str) -> str:
    """What is wrong with the value of a label; empty where nothing is."""
    if len(value) > 63:
        return f"has {len(value)} characters, and 63 are allowed"
    if value and not _VALUE.fullmatch(value):
        return "may hold letters, digits, `-`, `_` and `.` only, and begins and ends with one of the former"
    return ""
