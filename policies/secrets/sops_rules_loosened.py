"""SOPS is told to encrypt less than before.

The rules of `.sops.yaml` say which files are encrypted, and which of their values. What they leave out stands in the
repository for everybody to read from the next edit on, without a word.

Fix:
Put the rule or the expression back; say in the pull request why what is left out may be read by everybody.

References:
https://getsops.io/docs/#using-sopsyaml-conf-to-select-kmspgp-for-new-files
https://getsops.io/docs/#encrypting-only-parts-of-a-file

Standards:
CWE-312
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.sops import MARK
from policygate.order.encryption_rules import is_config, loosened_rules, rules_of
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.documents import affordable, versions

AT = ".sops.yaml"


def _rules(*rules: str) -> str:
    return "creation_rules:\n" + "".join(f"- {{age: age1a, {each}}}\n" for each in rules)


YAML = r"path_regex: '\.yaml$'"
APPS = r"path_regex: 'apps/.*\.yaml$'"
TWO = "encrypted_regex: ^(data|stringData)$"
HELD = {"apps/web/secret.yaml": f"a: '{MARK}'\n", "other.yaml": "a: b\n"}
EXAMPLES = (
    Example("another file", "pass", at="other.yaml", base_text=_rules(YAML), text=_rules()),
    Example("more of it", "pass", at=AT, base_text=_rules(f"{YAML}, {TWO}"), text=_rules(YAML)),
    Example("more files", "pass", at=AT, base_text=_rules(APPS), text=_rules(YAML)),
    Example("more files, by one more option", "pass", at=AT, base_text=_rules("path_regex: a"), text=_rules("path_regex: (a|b)")),
    Example("all files", "pass", at=AT, base_text=_rules(APPS), text=_rules("path_regex: .*")),
    Example("a rule before it", "pass", at=AT, base_text=_rules(YAML), text=_rules(APPS, YAML)),
    Example("the same said in another way", "pass", at=AT, base_text=_rules(YAML), text=_rules(f"{YAML}, unencrypted_suffix: _unencrypted")),
    Example("everything but what a Secret needs", "pass", at=AT, base_text=_rules(f"{YAML}, {TWO}"), text=_rules(f"{YAML}, unencrypted_regex: ^(kind|metadata)$")),
    Example("other files, and nobody knows", "pass", at=AT, base_text=_rules("path_regex: a"), text=_rules("path_regex: b")),
    Example("comments always decided", "pass", at=AT, base_text=_rules("encrypted_comment_regex: a"), text=_rules("encrypted_comment_regex: b")),
    Example("an expression that is none", "pass", at=AT, base_text=_rules("path_regex: '('"), text=_rules("path_regex: '['"), beside=HELD),
    Example("it is gone, and held none", "pass", at=AT, base_text="stores: {}\n"),
    Example("it is gone", "fail", at=AT, base_text=_rules(YAML), message="is gone, and with it every rule"),
    Example("fewer keys", "fail", at=AT, base_text=_rules(f"{YAML}, {TWO}"), text=_rules(f"{YAML}, encrypted_regex: ^data$"), message="does not encrypt stringData any more", path="creation_rules[0].encrypted_regex"),
    Example("some keys of all", "fail", at=AT, base_text=_rules(YAML), text=_rules(f"{YAML}, {TWO}"), message="password"),
    Example("a key is left out", "fail", at=AT, base_text=_rules(YAML), text=_rules(f"{YAML}, unencrypted_regex: ^token$"), message="does not encrypt token any more"),
    Example("a suffix is left out", "fail", at=AT, base_text=_rules(YAML), text=_rules(f"{YAML}, unencrypted_suffix: _clear")),
    Example("comments decide", "fail", at=AT, base_text=_rules(YAML), text=_rules(f"{YAML}, encrypted_comment_regex: secret")),
    Example("a rule before it that encrypts less", "fail", at=AT, base_text=_rules(APPS), text=_rules(f"{YAML}, {TWO}", APPS)),
    Example("a rule is gone", "fail", at=AT, base_text=_rules("path_regex: a", "path_regex: b"), text=_rules("path_regex: a"), message="the rule for b is gone"),
    Example("no rule is left", "fail", at=AT, base_text=_rules(""), text="creation_rules: []\n", message="the rule for all files is gone"),
    Example("fewer files", "fail", at=AT, base_text=_rules(YAML), text=_rules(APPS), message="is for fewer files now", path="creation_rules[0]"),
    Example("fewer files, by what follows", "fail", at=AT, base_text=_rules("path_regex: apps/"), text=_rules("path_regex: apps/web")),
    Example("other files, and one is left out", "fail", at=AT, base_text=_rules("path_regex: ^apps"), text=_rules("path_regex: ^web"), beside=HELD, message="encrypted apps/web/secret.yaml"),
)  # fmt: skip


@policy(
    level="error",
    scope="file",
    class_="security",
    operations=["UPDATE", "DELETE"],
    examples=EXAMPLES,
)
def sops_rules_loosened(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the configuration of SOPS no longer does."""
    file = (pair.head or pair.base).file
    if not is_config(file):
        return
    if pair.head is None:
        if any(rules_of(each.value) for each in pair.base.documents):
            yield Problem((), f"{file} is gone, and with it every rule of what is encrypted")
        return
    for base, document in versions(pair):
        with affordable():
            encrypted = pair.context.files.holding(MARK)
            for at, text in loosened_rules(base, document.value, file, encrypted):
                yield Problem(at, text, key=text, location=document.locate(at.path))
