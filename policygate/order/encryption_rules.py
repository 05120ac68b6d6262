"""What SOPS is told to encrypt, by the rules of `.sops.yaml`, as an order.

| what | strictest … loosest |
|---|---|
| files | a rule for more of them < for fewer < none |
| values of a file | all < those of more keys < of fewer; what no key decides but a comment is the loosest |
| who may decrypt | recipients by inclusion |

The first rule that matches counts. Expressions are compared by what is known to be wider, and by words and files
that they should match; where neither tells, they are not called looser.
https://getsops.io/docs/#using-sopsyaml-conf-to-select-kmspgp-for-new-files
"""

from __future__ import annotations

import re
from posixpath import basename, dirname
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.kube.sops import BY_COMMENT, BY_KEY, Selection
from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policygate.cel.values import Meter

FILES: Final = (".sops.yaml", ".sops.yml")
_EVERYTHING: Final = frozenset({"", ".", ".*", ".+", "^.*$", "^.+$"})
_WORDS: Final = ("data", "stringData", "password", "token", "key")
"""Keys by which two rules are compared, beside those that their expressions name."""
_WORD: Final = re.compile(r"[A-Za-z0-9_.-]+")
_BUDGET: Final = 50_000
_KEYS: Final = (
    "age", "pgp", "kms", "gcp_kms", "hckms", "azure_keyvault", "hc_vault", "hc_vault_transit_uri",
)  # fmt: skip


class Looser(NamedTuple):
    """What the rules no longer do, and the rule that is to blame for it."""

    at: View
    text: str


def rules_of(config: Any) -> list[View]:
    """The rules for new files, in their order."""
    return [each for each in View(config).creation_rules if isinstance(each.raw, dict)]


def is_config(file: str) -> bool:
    """Whether a file is the configuration of SOPS."""
    return basename(file) in FILES


def loosened_rules(base: Any, head: Any, file: str, encrypted: Sequence[str]) -> Iterator[Looser]:
    """Yield what fewer files, or fewer values of a file, are encrypted by.

    Args:
        base: The configuration before.
        head: The configuration now.
        file: Its path.
        encrypted: Files that are encrypted, by their paths.

    Raises:
        BudgetError: The expressions cost too much.
    """
    from policygate.cel.values import Meter

    folder = f"{dirname(file)}/".lstrip("/")
    inside = [each.removeprefix(folder) for each in encrypted if each.startswith(folder)]
    meter, old, new = Meter(_BUDGET), rules_of(base), rules_of(head)
    for index, rule in enumerate(old):
        now = next((each for each in new if _covers(_where(each), _where(rule))), None)
        if now is None:
            lost = _lost(rule, old, new, index, _Matching(meter, inside))
            if lost is not None:
                yield Looser(View(head).creation_rules[index], f"{_called(rule)} {lost}")
        elif (word := _left_out(rule, now)) is not None:
            field = next((f for f in (*BY_KEY, *BY_COMMENT) if now[f]), "path_regex")
            yield Looser(now[field], f"{_called(rule)} {word}")


def rule_recipients(rule: View) -> dict[str, View]:
    """The keys that a rule encrypts for, by their names."""
    found: dict[str, View] = {}
    groups = [rule, *rule.key_groups]
    for group in groups:  # grows: a group may be merged of others
        groups += group.merge
        for kind in _KEYS:
            held = group[kind]
            for each in held if isinstance(held.raw, list) else (held,):
                texts = each.string().split(",") if each.string() else [_named(each)]
                found |= {f"{kind} {text.strip()}": each for text in texts if text.strip()}
    return found


def _named(item: View) -> str:
    return " ".join(value.string() for _, value in sorted(item.items()) if value.string())


class _Matching(NamedTuple):
    """The encrypted files below the configuration, and what it may still cost to match them."""

    meter: Meter
    files: Sequence[str]

    def first(self, rules: Sequence[View], file: str) -> View | None:
        """The rule that counts for a file."""
        return next((each for each in rules if self._matches(_where(each), file)), None)

    def _matches(self, pattern: str, file: str) -> bool:
        from policygate.cel.errors import EvaluationError
        from policygate.cel.regex import find_first

        self.meter.spend(1)
        try:
            return find_first(self.meter, pattern, file) is not None
        except EvaluationError:
            return False


def _lost(
    rule: View, old: Sequence[View], new: Sequence[View], index: int, matching: _Matching
) -> str | None:
    """What became of the files of a rule that no other covers for certain."""
    for file in matching.files:
        if matching.first(old, file) is rule and matching.first(new, file) is None:
            return f"encrypted {file}, which no rule does any more"
    if len(new) < len(old):
        return "is gone"
    narrower = _covers(_where(rule), _where(new[index]))
    return "is for fewer files now" if narrower else None


def _left_out(was: View, now: View) -> str | None:
    """What of a file a rule leaves in the clear, and another one did not."""
    before, after = Selection(was), Selection(now)
    if before.by_comment:
        return None
    if after.by_comment:
        return "encrypts what comments say, no longer what keys do"
    said = [side[field].string() for side in (was, now) for field in BY_KEY]
    words = dict.fromkeys([*_WORDS, *(word for text in said for word in _WORD.findall(text))])
    lost = [word for word in words if before.takes((word,)) and not after.takes((word,))]
    return f"does not encrypt {lost[0]} any more" if lost else None


def _where(rule: View) -> str:
    return rule.path_regex.string()


def _called(rule: View) -> str:
    return f"the rule for {_where(rule)}" if _where(rule) else "the rule for all files"


def _covers(wide: str, narrow: str) -> bool:
    """Whether an expression surely matches wherever another one does."""
    if wide in _EVERYTHING or wide == narrow:
        return True
    if "|" in wide + narrow:
        return set(_options(narrow)) <= set(_options(wide))
    if narrow.endswith(wide):
        return not narrow.removesuffix(wide).endswith("\\")
    rest = narrow.removeprefix(wide)
    return rest != narrow and rest[:1] not in {"*", "?", "{"}


def _options(pattern: str) -> list[str]:
    return pattern.removeprefix("(").removesuffix(")").split("|")
