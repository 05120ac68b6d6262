"""One more key opens what SOPS encrypts from now on.

Whoever holds a key that a rule of `.sops.yaml` names can decrypt every file that is encrypted by the rule, and after
`sops updatekeys` those of before, too.

Fix:
Say in the pull request whose key it is, or take it out.

References:
https://getsops.io/docs/#using-sopsyaml-conf-to-select-kmspgp-for-new-files
https://getsops.io/docs/#adding-and-removing-keys
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.encryption_rules import is_config, rule_recipients, rules_of
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.documents import versions
from policygate.view import View

AT = ".sops.yaml"


def _rule(keys: str, path: str = "a") -> str:
    return f"creation_rules: [{{path_regex: {path}, {keys}}}]\n"


ONE = _rule("age: age1a")
GROUPS = "key_groups: [{age: [age1a], merge: [{kms: [{arn: %s}]}]}]"
EXAMPLES = (
    Example("another file", "pass", at="other.yaml", base_text=ONE, text=_rule("age: [age1a, age1b]")),
    Example("written in another way", "pass", at=AT, base_text=ONE, text=_rule("key_groups: [{age: [age1a]}]")),
    Example("taken out", "pass", at=AT, base_text=_rule("age: 'age1a, age1b'"), text=ONE),
    Example("a rule for other files with known keys", "pass", at=AT, base_text=ONE, text=_rule("age: age1a", "b")),
    Example("the key of other files", "fail", at=AT, base_text="creation_rules: [{path_regex: a, age: age1a}, {path_regex: b, age: age1b}]\n",
            text="creation_rules: [{path_regex: a, age: age1a}, {path_regex: b, age: [age1b, age1a]}]\n"),
    Example("one more", "fail", at=AT, base_text=ONE, text=_rule("age: 'age1a,age1b'"), message="age age1b opens", path="creation_rules[0].age"),
    Example("in a list", "fail", at=AT, base_text=ONE, text=_rule("age: [age1a], pgp: [AB]"), message="pgp AB opens", path="creation_rules[0].pgp[0]"),
    Example("in a group", "fail", at=AT, base_text=_rule(GROUPS % "arn:a"), text=_rule(GROUPS % "arn:b"), message="kms arn:b opens"),
)  # fmt: skip


@policy(level="warning", scope="file", class_="security", operations=["UPDATE"], examples=EXAMPLES)
def sops_rules_recipient_added(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield keys that no rule named before."""
    for base, document in versions(pair) if is_config(pair.head.file) else ():
        named = {_where(rule): set(rule_recipients(rule)) for rule in rules_of(base)}
        anywhere = set().union(*named.values())
        for rule in rules_of(document.value):
            known = named.get(_where(rule), anywhere)
            for name, at in rule_recipients(rule).items():
                if name not in known:
                    text = f"{name} opens what SOPS encrypts from now on"
                    yield Problem(at, text, key=name, location=document.locate(at.path))


def _where(rule: View) -> str:
    return rule.path_regex.string()
