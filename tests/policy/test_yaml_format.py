"""The YAML format of a policy, and what a mistake in it says."""

from __future__ import annotations

import pytest

from policygate.errors import PolicyError
from policygate.policy.loader import load_own
from policygate.policy.yaml_format import read_policy

GOOD = """\
apiVersion: policygate.dev/v1
kind: Policy
metadata: {name: replicas-one}
spec:
  title: Deployment has one replica
  level: warning
  match:
    kinds: [Deployment]
  params:
    minimum: {type: integer, default: 2, description: fewest replicas}
  validations:
    - schema:
        properties:
          spec: {properties: {replicas: {minimum: 2}}}
      message: "{{ object.metadata.name }} has {{ value }} replicas, {{ error }} (wanted {{ params.minimum }})"
  why: One replica is none while its node is drained.
  fix: Set `replicas` to two or more.
  examples:
    - name: two
      expect: pass
      object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2}}
    - name: one
      expect: fail
      object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1}}
"""


def _read(text: str) -> None:
    read_policy(text.encode(), "replicas-one.yaml")


def test_a_good_policy_is_read() -> None:
    """Every field arrives where it belongs."""
    policy = read_policy(GOOD.encode(), "p/replicas-one.yaml")
    assert (policy.id, policy.level, policy.scope) == ("replicas-one", "warning", "object")
    assert policy.match.kinds == ("Deployment",)
    assert policy.match.operations == ("CREATE", "UPDATE")
    assert policy.params == {"minimum": 2}
    assert [e.expect for e in policy.examples] == ["pass", "fail"]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("  level: warning", "  levle: warning", "6:3", "`level`"),
        ("    kinds: [", "    kindz: [", "8:5", "`kinds`"),
        ("level: warning", "level: fatal", "6:3", "'error', 'warning' or 'note'"),
        ("  title: Deployment has one replica\n", "", "4:1", "`spec.title` is missing"),
        ("{minimum: 2}", "{minimum: two}", "14:42", "not a valid JSON Schema"),
        ("{minimum: 2}", "{unevaluatedItems: false}", "14:42", "not supported"),
        ("expect: pass", "expect: fail", "18:3", "`expect: pass`"),
        ("expect: fail", "expect: pass", "18:3", "`expect: fail`"),
        ("replicas-one}", "other-name}", "3:12", "stem, `replicas-one`"),
        ("replicas-one}", "Replicas}", "3:12", "metadata.name"),
        ("{{ value }}", "{{ size(value }}", "15:7", "unexpected the end of the expression"),
        ("{{ value }}", "{{ vlaue }}", "15:7", "did you mean `value`?"),
        ("  why:", "  why: again\n  why:", "17:3", "why"),
        ("    - schema:", "    - expression: 'true'\n      schema:", "12:7", "either"),
        ("  validations:\n", "  validations:\n    - message: why not\n", "12:7", "either"),
        ("kind: Policy", "kind: [oops", "3:9", "flow sequence"),
        ("default: 2, ", "", "10:5", "default"),
        ("    - name: two\n", "    - name: two\n      message: oh\n", "20:7", "nothing is found in it"),
        ("    - name: one\n", "    - name: one\n      file: a\n", "22:7", "one thing, this one file and object"),
        ("    - name: one\n", "    - name: one\n      oldPod: {}\n", "22:7", "this one object and pod"),
        ("type: integer, ", "type: intger, ", "10:", "not a valid JSON Schema"),
        ("kinds: [Deployment]", "operations: [create]", "8:", "must be 'CREATE', 'UPDATE' or 'DELETE'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(old: str, new: str, place: str, words: str) -> None:
    """A wrong policy file says file, line and column, what is wrong, and what would be right."""
    assert old in GOOD
    with pytest.raises(PolicyError) as raised:
        _read(GOOD.replace(old, new))
    assert raised.value.message.startswith(f"replicas-one.yaml:{place}")
    assert words in raised.value.message + raised.value.hint


@pytest.mark.parametrize("text", ["", "- a\n", GOOD + "---\n" + GOOD, "\x00", "a"])
def test_a_file_holds_one_policy(text: str) -> None:
    """Nothing, a list, two documents or binary are refused."""
    with pytest.raises(PolicyError):
        _read(text)


def test_two_policies_of_one_id_are_refused() -> None:
    """The message names both files."""
    with pytest.raises(PolicyError, match=r"b/replicas-one.yaml.*taken by a/replicas-one.yaml"):
        load_own([("a/replicas-one.yaml", GOOD.encode()), ("b/replicas-one.yaml", GOOD.encode())])


PYTHON = '''"""Deployment is too big.

Why not.

Fix:
Make it small.
"""
from policygate.policy import Example, Problem, policy

@policy(level="note", kinds=["Deployment"], examples=(
    Example("a", "pass", {"kind": "Pod"}), Example("b", "fail", {"kind": "Deployment"}),
))
def check(pair, params):
    yield Problem((), "big")
'''


def test_a_python_policy_is_its_module() -> None:
    """Id from the file, title, why and fix from the docstring, nothing registered."""
    (policy,) = load_own([("p/too_big.py", PYTHON.encode())])
    assert (policy.id, policy.title, policy.why, policy.fix) == (
        "too-big",
        "Deployment is too big",
        "Why not.",
        "Make it small.",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PYTHON.replace("Fix:\n", ""), "manual page"),
        (PYTHON.replace("def check(", "def check[("), "p/too_big.py:13:10: "),
        (
            PYTHON + "\nother = check\nanother = policy(level='note')(lambda p, q: ())\n",
            "exactly one policy",
        ),
        ('"""Nothing."""\n', "exactly one policy"),
        (PYTHON.replace('"fail"', '"pass"'), "expects `fail`"),
        ("import nothing_like_it\n", "ModuleNotFoundError"),
    ],
)
def test_a_broken_python_policy_is_named(text: str, words: str) -> None:
    """A wrong module says what is wrong with it; it never loads half."""
    with pytest.raises(PolicyError) as raised:
        load_own([("p/too_big.py", text.encode())])
    assert words in raised.value.message
