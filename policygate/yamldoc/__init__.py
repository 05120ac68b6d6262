"""Reads manifests as the cluster does: bytes -> documents with a position for every key and item.

`parse` never raises: a broken document, a duplicate key, a bound that was hit are issues of the
document, a template or a binary file is named as such. `kubectl` is the oracle for what a text
means; `stream.py` lists where more is read than it reads.
Not for Kubernetes: what a resource is, stands in `policygate.kube`.
"""

from policygate.yamldoc.document import DEFAULT_LIMITS, Document, Issue, Limits, Parsed
from policygate.yamldoc.stream import GIT_CRYPT, TOO_LARGE, parse, parse_plain

__all__ = [
    "DEFAULT_LIMITS",
    "GIT_CRYPT",
    "TOO_LARGE",
    "Document",
    "Issue",
    "Limits",
    "Parsed",
    "parse",
    "parse_plain",
]
