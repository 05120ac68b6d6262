"""What SOPS makes of a document: what it must encrypt, what it has encrypted, and for whom.

Facts of the format; not for judging them, and no decryption. https://getsops.io/docs/,
https://github.com/getsops/sops/blob/main/sops.go (`shouldBeEncrypted`)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policygate.cel.values import Meter
    from policygate.model import Path

    Comments: TypeAlias = Callable[[Path], Iterable[str]]

FIELD: Final = "sops"
MARK: Final = "ENC[AES256_GCM,"
"""What every encrypted value begins with, in every format that SOPS writes."""
BY_KEY: Final = ("encrypted_regex", "encrypted_suffix", "unencrypted_regex", "unencrypted_suffix")
BY_COMMENT: Final = ("encrypted_comment_regex", "unencrypted_comment_regex")
"""The fields that say which values are encrypted, of metadata as of a rule; one of them at most."""
DEFAULT_SUFFIX: Final = "_unencrypted"
"""Keys that end so are left out where no field says anything."""

_BUDGET: Final = 50_000
_REPEATED: Final = 500
"""So many times longer than it looks may an expression be that counts repetitions: `(a{1000}){5}`."""
_VALUE: Final = re.compile(r"ENC\[AES256_GCM,data:[^,\n]+,iv:[^,\n]+,tag:[^,\n]+,type:[^\]\n]+\]")
_RECIPIENTS: Final = (
    ("age", ("recipient",)),
    ("pgp", ("fp",)),
    ("kms", ("arn",)),
    ("gcp_kms", ("resource_id",)),
    ("hckms", ("key_id",)),
    ("azure_kv", ("vault_url", "name")),
    ("hc_vault", ("vault_address", "engine_path", "key_name")),
)
"""Lists of metadata, and what in an item says whose key it is."""


def is_document(body: Any) -> bool:
    """Whether a document is one that SOPS keeps: it says by what it is sealed, or for whom."""
    says = body.get(FIELD) if isinstance(body, dict) else None
    if not isinstance(says, dict):
        return False
    return isinstance(says.get("mac"), str) or bool(recipients(View(body)[FIELD]))


def is_encrypted(value: Any) -> bool:
    """Whether a value is of the form that SOPS gives to what it encrypts."""
    return isinstance(value, str) and _VALUE.match(value) is not None


def recipients(sops: View) -> dict[str, View]:
    """The keys that open a document, by what SOPS calls them."""
    found = {}
    for kind, fields in _RECIPIENTS:
        for item in (each for group in (sops, *sops.key_groups) for each in group[kind]):
            name = " ".join(filter(None, (item[field].string() for field in fields)))
            if name:
                found[f"{kind} {name}"] = item
    return found


def values(body: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the scalars of a document that SOPS looks at, and their places."""
    if isinstance(body, dict):
        for key, value in body.items():
            if path or key != FIELD:
                yield from values(value, (*path, key))
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield from values(value, (*path, index))
    else:
        yield path, body


def is_open(value: Any) -> bool:
    """Whether a value stands there for everybody to read; SOPS leaves null and empty texts alone."""
    return value is not None and value != "" and not is_encrypted(value)


def encrypted(body: Any) -> dict[Path, str]:
    """What a document holds encrypted."""
    return {path: value for path, value in values(body) if is_encrypted(value)}


class Selection:
    """What SOPS encrypts of a document, by the keys on the way to a value.

    Args:
        says: The metadata of a document, or a rule for new ones.

    Attributes:
        by_comment: Whether comments decide, and not keys.
    """

    def __init__(self, says: View) -> None:
        self.by_comment = any(says[field].string() for field in BY_COMMENT)
        self._comment = says[BY_COMMENT[0]].string()
        self._says = {field: says[field].string() for field in BY_KEY}
        if not any(self._says.values()):
            self._says["unencrypted_suffix"] = DEFAULT_SUFFIX
        self._matched: dict[tuple[str, str], bool] = {}
        self._meter: Meter | None = None

    def takes(self, path: Path, comments: Comments | None = None) -> bool:
        """Whether a value at a path is encrypted, for certain.

        Raises:
            BudgetError: The expressions of the document cost too much.
        """
        if self.by_comment:
            # Where comments leave values out, one that is not seen might do so.
            seen = comments(path) if comments is not None and self._comment else ()
            return any(self._fits(BY_COMMENT[0], self._comment, each) for each in seen)
        keys = [part for part in path if isinstance(part, str)]
        for field, said in self._says.items():
            if said:
                found = any(self._fits(field, said, key) for key in keys)
                return found is not field.startswith("un")
        return True

    def _fits(self, field: str, said: str, key: str) -> bool:
        if field.endswith("suffix"):
            return key.endswith(said)
        if (field, key) not in self._matched:
            self._matched[field, key] = self._search(said, key)
        return self._matched[field, key]

    def _search(self, pattern: str, key: str) -> bool:
        # The engine of expressions is large, and few files are encrypted.
        from policygate.cel.errors import EvaluationError
        from policygate.cel.regex import find_first
        from policygate.cel.values import Meter

        self._meter = self._meter or Meter(_BUDGET)
        weight = _REPEATED if "{" in pattern else 1
        self._meter.spend(len(pattern) * len(key) * weight >> 8)
        try:
            return find_first(self._meter, pattern, key) is not None
        except EvaluationError:  # to SOPS, too, an expression that is none matches nothing
            return False


def left_open(body: Any, comments: Comments | None = None) -> Iterator[Path]:
    """Yield the places of values that a document's own metadata wants encrypted, and that are not.

    Args:
        body: The document.
        comments: The comments that go for a value and for what it stands in; without them, nothing is said of
            a document where they decide.

    Raises:
        BudgetError: The expressions of the document cost too much.
    """
    selection = Selection(View(body)[FIELD])
    for path, value in values(body):
        if is_open(value) and selection.takes(path, comments):
            yield path
