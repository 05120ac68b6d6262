"""Policies whose validations are expressions: what they see, say, and where they point."""

from __future__ import annotations

from typing import Any

import pytest

from policygate.authoring.examples import judge_example
from policygate.engine import Judgement
from policygate.errors import PolicyError
from policygate.policy.types import Example, Policy
from policygate.policy.yaml_format import read_policy

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: prod
spec:
  replicas: 1
  template:
    spec:
      securityContext: {runAsNonRoot: true}
      containers:
        - name: app
          image: ghcr.io/acme/app@sha256:aaaa
          resources: {limits: {memory: 1Gi}}
          securityContext: null
        - name: log
          image: busybox
          env: [{name: TOKEN, value: hunter2-hunter2}]
"""
NAMESPACE = """\
---
apiVersion: v1
kind: Namespace
metadata: {name: prod, labels: {tier: gold}}
"""


def _policy(rules: str, scope: str = "object", more: str = "") -> Policy:
    text = f"""\
apiVersion: policygate.dev/v1
kind: Policy
metadata: {{name: test-policy}}
spec:
  title: Something is wrong
  level: error
  scope: {scope}
{more}
{rules}
  why: Because.
  fix: Mend it.
  examples:
    - {{name: a, expect: pass, object: {{}}}}
    - {{name: b, expect: fail, object: {{}}}}
"""
    return read_policy(text.encode(), "test-policy.yaml")


def _judge(
    policy: Policy, head: str | None = DEPLOYMENT, base: str | None = None, **params: Any
) -> Judgement:
    example = Example("x", "fail", text=head, base_text=base, params=params)
    return judge_example(policy, example)


def _said(judged: Judgement) -> list[tuple[int, str]]:
    assert judged.faults == ()
    return [(finding.location.line, finding.message) for finding in judged.findings]


def test_a_false_expression_points_at_what_made_it_false() -> None:
    """One finding for each element of a list that failed, at its line; the message is the title."""
    rules = """\
  validations:
    - expression: object.spec.template.spec.containers.all(c, c.image.contains('@sha256:'))
"""
    judged = _judge(_policy(rules))
    assert _said(judged) == [(17, "Something is wrong")]
    (finding,) = judged.findings
    assert finding.path == "spec.template.spec.containers[log].image"
    assert finding.now == "busybox"


def test_scopes_bind_their_subject_and_its_partner() -> None:
    """`container` and `pod` see themselves at the head and at the base, and the object around."""
    rules = """\
  matchConditions:
    - expression: oldContainer != null
  validations:
    - expression: >-
        container.?resources.?limits.?memory == oldContainer.?resources.?limits.?memory
        && pod.?hostNetwork == oldPod.?hostNetwork && object.metadata.name == oldObject.metadata.name
      message: "{{ container.name }} of {{ object.metadata.name }}: {{ oldContainer.resources.limits.memory }}"
"""
    policy = _policy(rules, "container")
    head = DEPLOYMENT.replace("1Gi", "2Gi")
    judged = _judge(policy, head, DEPLOYMENT)
    assert _said(judged) == [(14, "app of web: 1Gi")]
    assert (judged.findings[0].was, judged.findings[0].now) == ("1Gi", "2Gi")
    assert judged.findings[0].status == "loosened"
    assert _said(_judge(policy, DEPLOYMENT)) == []


def test_a_new_container_sees_the_old_pod() -> None:
    """`oldPod` is the partner of the pod, also for a container that is new in it."""
    rules = """\
  validations:
    - expression: oldContainer != null || oldPod.containers.size() == 1
"""
    base = DEPLOYMENT[: DEPLOYMENT.index("        - name: log")]
    assert _said(_judge(_policy(rules, "container"), DEPLOYMENT, base)) == []
    rules = rules.replace("== 1", "== 2")
    assert len(_said(_judge(_policy(rules, "container"), DEPLOYMENT, base))) == 1


def test_operations_are_those_of_admission() -> None:
    """`request.operation`, `object` and `oldObject` are what the API server would hand on."""
    rules = """\
  validations:
    - expression: >-
        request.operation == 'CREATE' ? object != null && oldObject == null :
        request.operation == 'UPDATE' ? object != null && oldObject != null :
        object == null && oldObject != null
    - expression: request.operation != 'DELETE'
      message: "{{ oldObject.metadata.name }} goes"
    - expression: request.kind.kind == 'Deployment' && request.kind.group == 'apps'
    - expression: request.namespace == 'prod' && request.name == 'web' && request.userInfo.groups == []
"""
    policy = _policy(rules, more="  match: {operations: [CREATE, UPDATE, DELETE]}")
    assert _said(_judge(policy)) == []
    assert _said(_judge(policy, DEPLOYMENT.replace("1Gi", "2Gi"), DEPLOYMENT)) == []
    gone = _judge(policy, "# nothing\n", DEPLOYMENT)
    assert [message for _, message in _said(gone)] == ["web goes"]


def test_a_policy_for_deletions_never_sees_anything_else() -> None:
    """`oldObject` is always there where only DELETE is judged, and a deletion is never old debt."""
    rules = """\
  match: {operations: [DELETE]}
  validations:
    - expression: oldObject.metadata.namespace != 'prod'
"""
    policy = _policy(rules)
    (found,) = _judge(policy, "# nothing\n", DEPLOYMENT).findings
    assert (found.status, found.blocks) == ("loosened", True)
    assert _said(_judge(policy, DEPLOYMENT.replace("1Gi", "2Gi"), DEPLOYMENT)) == []


def test_the_namespace_is_that_of_the_folder() -> None:
    """`namespaceObject` is a manifest beside the resource, or one that has no labels."""
    rules = """\
  match: {kinds: [Deployment]}
  validations:
    - expression: namespaceObject.metadata.?labels.?tier.orValue('') == 'gold'
      message: "{{ namespaceObject.metadata.name }} is no gold"
"""
    policy = _policy(rules)
    assert _said(_judge(policy, DEPLOYMENT + NAMESPACE)) == []
    assert _said(_judge(policy)) == [(5, "prod is no gold")]


def test_variables_are_lazy_and_build_on_one_another() -> None:
    """A variable sees those before it, is blamed through, and fails only where it is read."""
    rules = """\
  variables:
    - {name: containers, expression: object.spec.template.spec.containers}
    - {name: bad, expression: "variables.containers.filter(c, c.image == 'busybox')"}
    - {name: broken, expression: object.nothing.here}
  validations:
    - expression: variables.bad.size() == 0
      message: "{{ variables.bad[0].name }} is bad"
    - expression: variables.bad.size() < 5 || variables.broken
"""
    assert _said(_judge(_policy(rules))) == [(17, "log is bad")]


def test_params_have_schemas_and_defaults() -> None:
    """A param is its default until something sets it, and it is checked against its schema."""
    rules = """\
  params:
    minimum: {type: integer, default: 1}
  validations:
    - expression: object.spec.replicas >= params.minimum
      message: "{{ object.spec.replicas }} is below {{ params.minimum }}"
"""
    policy = _policy(rules)
    assert _said(_judge(policy)) == []
    assert _said(_judge(policy, minimum=2)) == [(7, "1 is below 2")]


def test_conditions_decide_whether_to_judge() -> None:
    """All must be true; one that is false decides, even where another one fails."""
    rules = """\
  matchConditions:
    - {name: broken, expression: object.nothing == 1}
    - {name: never, expression: object.spec.replicas > 5}
  validations:
    - expression: "false"
"""
    assert _said(_judge(_policy(rules))) == []
    judged = _judge(_policy(rules.replace("> 5", "> 0")))
    assert judged.findings == ()
    assert [fault.message for fault in judged.faults] == [
        (
            "test-policy could not judge prod/Deployment/web: no such key `nothing` in object "
            "(in `object.nothing == 1`)"
        )
    ]


def test_what_cannot_be_evaluated_loses_nothing() -> None:
    """A failing validation is a fault; the findings of the others stay."""
    rules = """\
  validations:
    - expression: int(object.spec.template.spec.containers[1].env[0].value) > 0
    - expression: object.spec.replicas > 1
    - expression: object.metadata.name
"""
    judged = _judge(_policy(rules))
    assert [finding.location.line for finding in judged.findings] == [7]
    (fault,) = judged.faults
    assert "the value is no int" in fault.message
    assert "hunter2" not in fault.message
    assert fault.policy == "test-policy"


def test_each_validation_may_have_its_level_and_place() -> None:
    """`level` is a validation's own, `path` says where to point."""
    rules = """\
  validations:
    - {expression: object.spec.replicas > 1, level: note}
    - {expression: object.spec.replicas > 1, path: metadata.name}
"""
    found = _judge(_policy(rules)).findings
    assert [(f.level, f.location.line) for f in found] == [("error", 4), ("note", 7)]


def test_a_level_of_the_settings_counts_for_every_validation() -> None:
    """Whoever sets the level of a policy means all of it."""
    import dataclasses

    rules = "  validations:\n    - {expression: object.spec.replicas > 1, level: note}\n"
    policy = dataclasses.replace(_policy(rules), level="warning", level_set=True)
    assert [f.level for f in _judge(policy).findings] == ["warning"]


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ('message: "{{ 1 + 1 }}{{ object.nothing }}"', "2(unset)"),
        ("messageExpression: \"'a' + 'b'\"", "ab"),
        ("messageExpression: object.nothing\n      message: plain", "plain"),
        ('messageExpression: "1"\n      message: plain', "plain"),
        ("messageExpression: \"' '\"\n      message: plain", "plain"),
        ('messageExpression: "\'a\\\\nb\'"\n      message: plain', "plain"),
        ("messageExpression: object.spec.template.spec.containers[1].env[0].value", "Something is wrong"),
        ('message: "{{ object.spec.template.spec.containers[1].env[0].value }}"', "(hidden)"),
        ('message: "{{ object.spec.template.spec.containers.map(c, c.?env.orValue([])) }}"', "(hidden)"),
        ('message: "{{ [object.metadata.name, true, null, 1.5] }}"', "[web, true, null, 1.5]"),
    ],
)  # fmt: skip
def test_a_message_never_loses_a_finding_or_shows_a_secret(message: str, wanted: str) -> None:
    """What has no value is unset, what may be a secret is hidden, what fails gives way."""
    rules = f"""\
  validations:
    - expression: "false"
      {message}
"""
    (finding,) = _judge(_policy(rules)).findings
    assert finding.message == wanted


def test_null_is_absent_as_in_the_cluster() -> None:
    """A member that is null does not exist, and the rest of the body keeps its places."""
    rules = """\
  validations:
    - expression: object.spec.template.spec.containers.all(c, !has(c.securityContext))
    - expression: object.spec.template.spec.containers[1].name == 'app'
"""
    assert _said(_judge(_policy(rules))) == [(16, "Something is wrong")]


def test_old_debt_is_no_loosening() -> None:
    """A state that was wrong at the base is existing, whatever else changed."""
    rules = """\
  validations:
    - expression: object.spec.template.spec.containers.all(c, c.image.contains('@sha256:'))
"""
    other = DEPLOYMENT.replace("replicas: 1", "replicas: 2")
    statuses = [f.status for f in _judge(_policy(rules), other, DEPLOYMENT).findings]
    assert statuses == ["existing"]
    worse = other.replace("ghcr.io/acme/app@sha256:aaaa", "ghcr.io/acme/app:latest")
    found = _judge(_policy(rules), worse, DEPLOYMENT).findings
    assert [(f.status, f.path) for f in found] == [
        ("loosened", "spec.template.spec.containers[app].image"),
        ("existing", "spec.template.spec.containers[log].image"),
    ]


def test_a_hostile_expression_is_a_fault() -> None:
    """A budget that is exceeded is no pass."""
    rules = """\
  variables:
    - {name: big, expression: lists.range(1000)}
  validations:
    - expression: variables.big.all(a, variables.big.all(b, a + b >= 0)) || true
"""
    judged = _judge(_policy(rules))
    assert judged.findings == ()
    assert "takes more than 200,000 steps" in judged.faults[0].message


@pytest.mark.parametrize(
    ("rules", "place", "words"),
    [
        ("  validations:\n    - expression: objct.spec == 1", "10:7", "unknown variable `objct`: did you mean `object`?"),
        ("  validations:\n    - expression: container.name == ''", "10:7", "no `container` here: it is what `scope: container` judges"),
        ("  validations:\n    - expression: variables.x == 1", "10:7", "unknown variable `variables`"),
        (
            ("  variables:\n    - {name: b, expression: variables.a}\n    - {name: a, expression: '1'}\n"
            "  validations:\n    - expression: variables.a == 1"), "10:17", "there are none above this one",
        ),
        (
            ("  variables:\n    - {name: c, expression: '1'}\n    - {name: b, expression: variables.a}\n    - {name: a, expression: '1'}\n"
            "  validations:\n    - expression: variables.a == 1"), "11:17", "`variables.a` is declared below",
        ),
        (
            ("  variables:\n    - {name: a, expression: '1'}\n    - {name: a, expression: '2'}\n"
            "  validations:\n    - expression: variables.a == 1"), "11:8", "declared twice",
        ),
        ("  validations:\n    - expression: not (1 == 2)", "10:7", "CEL writes `!a`"),
        ("  validations:\n    - expression: object.a == 1 and true", "10:7", "CEL writes `a && b`"),
        ("  validations:\n    - expression: object.a?.b == 1", "10:7", "written `a.?b`"),
        ("  validations:\n    - expression: object.kind.matches('(')", "10:7", "invalid pattern '('"),
        ("  validations:\n    - expression: >-\n        object.a == 1 // why\n        && object.b == 2", "10:7", "write `|-`"),
        ("  validations:\n    - expression: 'true'\n      message: '{{ value }'", "11:7", "is not closed"),
        ("  validations:\n    - schema: {properties: {a: {pattern: '('}}}", "10:", "invalid pattern"),
        ("  validations:\n    - schema: {properties: {a: {pattern: 'a(?!b)'}}}", "10:", "invalid pattern"),
        ("  params: {a: {type: integer}}\n  validations:\n    - expression: 'true'", "9:12", "needs a `default`"),
        ("  params: {a: {type: integer, default: x}}\n  validations:\n    - expression: 'true'", "9:31", "must be of type integer"),
        ("  params: {a: {type: integer, default: 1, unevaluatedItems: {}}}\n  validations:\n    - expression: 'true'", "9:43", "`unevaluatedItems` is not supported"),
        ("  matchConditions:\n    - expression: 1 +\n  validations:\n    - expression: 'true'", "10:7", "expected a value"),
        ("  validations:\n    - expression: 'true'\n      messageExpression: size()", "11:7", "is not called with no arguments"),
        ("  validations:\n    - expression: 'true'\n      message: '{{ }}'", "11:7", "expected a value"),
        ("  validations:\n    - expression: object.a ? object.b : object.c", "10:39", "below `>-`"),
        ("  validations:\n    - expression: !has(object.a)", "10:7", "YAML reads the leading ! of `expression` as a tag"),
        ("  validations:\n    - expression: !object.a && object.b", "10:", "YAML reads the leading ! of `expression` as a tag"),
        ("  validations:\n    - expression: 'a' == 'b'", "10:", "as a quoted text"),
        ("  validations:\n    - expression: [1].all(x, true)", "10:", "as a list"),
        ("  validations:\n\t- expression: 'true'", "10:1", "no tabs"),
        ("  validations:\n    - expression: on", "10:7", "put it in quotes"),
        ("  validations:\n    - expression: 1", "10:7", "Write CEL as a text"),
        ("  matchConditions:\n    - name: on\n      expression: 'true'\n  validations: []", "10:7", "put it in quotes"),
        ("  on: true\n  validations: []", "9:3", "put it in quotes"),
        ("  validations:\n    - {expression: 'true', schema: {}}", "10:8", "either an `expression` or a `schema`"),
        ("  validations:\n    - message: nothing", "10:7", "either an `expression` or a `schema`"),
        ("  match: {operations: [DELETE]}\n  validations:\n    - expression: 'true'", "9:", "scope"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_a_hint(rules: str, place: str, words: str) -> None:
    """Every trap of YAML and every wrong expression says where it is and how to mend it."""
    with pytest.raises(PolicyError) as raised:
        _policy(rules, "pod" if "DELETE" in rules else "object")
    assert raised.value.message.startswith(f"test-policy.yaml:{place}")
    assert words in f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize(
    "wrong", ["securityContext: []", "securityContext: 'true'", "ports: [7]", "ports: [null]"]
)
def test_what_the_api_server_refuses_is_not_there(wrong: str) -> None:
    """A value of a wrong type is no fault, and hides nothing that stands beside it."""
    rules = """\
  validations:
    - expression: container.?securityContext.?privileged.orValue(false) == false
    - expression: container.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0)
    - expression: container.image != 'busybox'
"""
    head = DEPLOYMENT.replace("securityContext: null", wrong)
    assert [line for line, _ in _said(_judge(_policy(rules, "container"), head))] == [17]
    rollout = head.replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")
    assert [line for line, _ in _said(_judge(_policy(rules, "container"), rollout))] == [17]


def test_a_field_that_is_of_no_wrong_type_stays_a_fault() -> None:
    """Reading what is missing is the policy's mistake, whatever else is wrong with the manifest."""
    rules = """\
  validations:
    - expression: container.livenessProbe.periodSeconds > 1
"""
    head = DEPLOYMENT.replace("securityContext: null", "securityContext: []")
    (first, *_) = _judge(_policy(rules, "container"), head).faults
    assert "no such key `livenessProbe` in container" in first.message


NETWORK_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a}
spec:
  podSelector: {}
  ingress:
    - from: [{ipBlock: {cidr: %s}}]%s
"""


@pytest.mark.parametrize(
    ("base", "head", "status", "was"),
    [
        (("0.0.0.0/0", ""), ("0.0.0.0/0", "\n      ports: [{port: 443}]"), "existing", "0.0.0.0/0"),
        (("10.0.0.0/9", ""), ("0.0.0.0/0", ""), "loosened", "10.0.0.0/9"),
        (("10.0.0.0/7", ""), ("0.0.0.0/0", ""), "loosened", "10.0.0.0/7"),
    ],
)
def test_old_debt_in_a_nameless_item_stays_old(
    base: tuple[str, str], head: tuple[str, str], status: str, was: str
) -> None:
    """A rule that changed elsewhere keeps its debt; one whose value changed shows what it was."""
    small = "int(peer.ipBlock.cidr.split('/')[1]) >= 8"
    expression = f"object.spec.ingress.all(rule, rule.from.all(peer, {small}))"
    policy = _policy(f"  validations:\n    - expression: {expression}\n")
    (found,) = _judge(policy, NETWORK_POLICY % head, NETWORK_POLICY % base).findings
    assert (found.status, found.was) == (status, was)
    assert found.path == "spec.ingress[0].from[0].ipBlock.cidr"
