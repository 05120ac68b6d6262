"""NetworkPolicies let more through than before.

All policies of a namespace are taken together, as the network does: whether one that is deleted, added or
changed lets something through depends on the others. A first policy for a pod isolates it, a policy beside one
that isolates opens it, and one that goes takes both along.

Where pods of the namespace stand in the folder, it counts what they may do; where none does, what any pod may.
A pod whose labels change, so that no policy is for it any more, counts as well. A policy that isolates its
pods here may open them where another one, which does not stand here, isolates them already: that is a note.

Fix:
Restore the rule, the peers or the ports, or say in the pull request who needs the connection, and for what.

References:
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from policygate.identity import Identity
from policygate.kube.applied import not_applied
from policygate.kube.network_policies import GROUP
from policygate.kube.patches import adds_labels
from policygate.kube.services import Template, labels_of_pod, templates
from policygate.kube.workloads import pair_pods
from policygate.model import Resource
from policygate.order.boxes import Box, Fuel, OutOfFuelError, meet
from policygate.order.network import (
    PORTS,
    Posture,
    Rules,
    UnreadableError,
    in_words,
    keys_of,
    newly_allowed,
    no_longer_isolated,
    of_labels,
    of_pods,
    rules_of,
    together,
)
from policygate.order.sets import ABSENT, Values, ranges, texts
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.types import Context

LEAST: Final = 10_000
"""What each change is worth at least, where all of them together are worth more."""
UNDECIDED: Final = "the policies of the namespace are too many to say what they let through now"
DIRECTIONS: Final = ("Ingress", "Egress")
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", ports: [{name: http, containerPort: 80}]}]}
---
"""


def _policy(name: str, spec: str) -> str:
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    return f"{head}metadata: {{name: {name}, namespace: shop}}\nspec: {{{spec}}}\n---\n"


DENY = _policy("deny", "podSelector: {}, policyTypes: [Ingress]")
FROM_API = "podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: %s}]}]"
API = _policy("web", FROM_API % "80")
RANGE = "podSelector: {}, egress: [{to: [{ipBlock: {cidr: %s}}]}], policyTypes: [Egress]"
EXAMPLES = (
    Example("another spelling", "pass", base_text=WORKLOAD + DENY, text=WORKLOAD + _policy("deny", "podSelector: {matchLabels: {}}, ingress: []")),
    Example("the first policy of a pod isolates it", "pass", base_text=WORKLOAD, text=WORKLOAD + API, params={"elsewhere": False}),
    Example("one that denies elsewhere makes it open something", "fail", base_text=WORKLOAD, text=WORKLOAD + API,
            message="if a policy elsewhere isolates them: pods app=web may now receive TCP 80"),
    Example("another policy keeps the pods isolated", "pass", base_text=WORKLOAD + DENY + _policy("more", "podSelector: {}"), text=WORKLOAD + DENY),
    Example("a port by its name", "pass", base_text=WORKLOAD + API, text=WORKLOAD + _policy("web", FROM_API % "http"), params={"elsewhere": False}),
    Example("deleted with its namespace", "pass", base_text=NAMESPACE + WORKLOAD + DENY, text=""),
    Example("split in two", "pass", base_text=WORKLOAD + DENY + API,
            text=WORKLOAD + API + _policy("deny", "podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}")),
    Example("deleted with its pods", "pass", base_text=WORKLOAD + API, text="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
    Example("a patch", "pass", base_text=API, text=API + """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches: [{path: example.yaml}]
"""),
    Example("what is filled in later", "pass", base_text=WORKLOAD + DENY, text=WORKLOAD + _policy("deny", "podSelector: {matchLabels: {app: '${APP}'}}")),
    Example("deleted", "fail", base_text=WORKLOAD + DENY, text=WORKLOAD, message="Deployment web may now receive anything from anywhere"),
    Example("removed by a patch that deletes", "fail", base_text=WORKLOAD + DENY, text=WORKLOAD + DENY.replace("spec:", "$patch: delete\nspec:")),
    Example("removed by a new patch", "fail", text=DENY.replace("spec:", "$patch: delete\nspec:"), message="NetworkPolicy deny is removed by a patch"),
    Example("a patch with a directive", "pass", base_text=WORKLOAD + DENY, text=WORKLOAD + DENY + _policy("web", "$patch: merge, " + FROM_API % "80")),
    Example("other labels that the same policies are for", "pass", base_text=DENY + WORKLOAD, text=DENY + WORKLOAD.replace("labels: {app: web}", "labels: {app: web, v: '2'}")),
    Example("labels that no policy was for", "pass", base_text=API + WORKLOAD.replace("labels: {app: web}", "labels: {app: x}"), text=API + WORKLOAD),
    Example("pods with the same labels", "pass", base_text=API + WORKLOAD, text=API + WORKLOAD.replace("web:1", "web:2")),
    Example("new pods", "pass", base_text=DENY, text=DENY + WORKLOAD),
    Example("labels, by policies that are filled in later", "pass", base_text=API.replace("app: api", "app: '${APP}'") + WORKLOAD,
            text=API.replace("app: api", "app: '${APP}'") + WORKLOAD.replace("labels: {app: web}", "labels: {app: x}")),
    Example("labels that no policy is for", "fail", base_text=API + WORKLOAD, text=API + WORKLOAD.replace("labels: {app: web}", "labels: {app: x}"),
            path="spec.template.metadata.labels", message="Deployment web, with its new labels, may now receive"),
    Example("more than it is worth to find out", "fail", base_text=WORKLOAD + API, text=WORKLOAD + _policy("web", FROM_API % "22"), params={"work": 1},
            message="the policies of the namespace are too many"),
    Example("no pods here", "fail", base_text=DENY, text="", message="any pod of the namespace may now receive anything from anywhere"),
    Example("its pods stand elsewhere", "fail", base_text=WORKLOAD + _policy("db", "podSelector: {matchLabels: {app: db}}"), text=WORKLOAD,
            message="pods app=db may now receive anything from anywhere"),
    Example("pods here get no more, others may", "fail", base_text=WORKLOAD + DENY,
            text=WORKLOAD + _policy("deny", "podSelector: {matchLabels: {app: web}}"), message="any pod of the namespace may now receive"),
    Example("another port", "fail", base_text=WORKLOAD + API, text=WORKLOAD + _policy("web", FROM_API % "22"), path="spec.ingress",
            message="Deployment web may now receive TCP 22 from pods app=api of namespace shop"),
    Example("an exception beside a policy that denies", "fail", base_text=WORKLOAD + DENY, text=WORKLOAD + DENY + API, message="TCP 80"),
    Example("more addresses", "fail", base_text=_policy("out", RANGE % "10.4.0.0/16"), text=_policy("out", RANGE % "10.0.0.0/8"),
            message="any pod of the namespace may now send anything to 10.0.0.0-10.3.255.255"),
    Example("egress is left alone", "fail", base_text=WORKLOAD + _policy("all", "podSelector: {}, policyTypes: [Ingress, Egress]"),
            text=WORKLOAD + _policy("all", "podSelector: {}, policyTypes: [Ingress]"), message="may now send anything to anywhere"),
)  # fmt: skip


class Params(NamedTuple):
    """How many comparisons of rules all changes together are worth, before the answer is that nobody knows.

    `elsewhere` says whether a note tells what a policy opens if one that is not here isolates its pods.
    """

    work: int = 2_000_000
    elsewhere: bool = True


class State(NamedTuple):
    """What stands in the namespace on one side of the change."""

    policies: Sequence[Resource]
    pods: list[Template]


@policy(
    level="error",
    class_="security",
    kinds=["networking.k8s.io/NetworkPolicy", "workload"],
    operations=["CREATE", "UPDATE", "DELETE"],
    params=Params,
    examples=EXAMPLES,
)
def loosened_network_policy(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield, for each direction, an example of what is let through now because of this policy."""
    side: Resource = pair.head if pair.head is not None else pair.base
    if side.id.kind != "NetworkPolicy":
        yield from _relabelled(pair, params)
        return
    if adds_labels(pair.context, side.id.scope) or _namespace_gone(pair, side) or _ends(pair):
        return
    gone = pair.head is not None and pair.head.delete_patch
    if gone and pair.base is None:
        yield Problem((), f"NetworkPolicy {side.id.name} is removed by a patch", known=False)
        return
    before, after = _states(pair)
    fuel = _fuel(pair, params)
    for direction in DIRECTIONS:
        try:
            problem = _weakened(pair, before, after, direction, fuel)
            if problem is None and params.elsewhere:
                problem = _elsewhere(pair, before, after, direction, fuel)
        except UnreadableError:
            continue  # what is wrong with a manifest is for other policies
        except OutOfFuelError:
            problem = Problem((), UNDECIDED, level="warning", possible=True, known=False)
        if problem is not None:
            yield problem


def _fuel(pair: Pair, params: Params) -> Fuel:
    """The work that one change is worth: all of them together cost so much at most."""
    share = params.work // len(pair.context.changes or (pair,))
    return Fuel(max(min(LEAST, params.work), share))


def _relabelled(pair: Pair, params: Params) -> Iterator[Problem]:
    """What a workload may do that has other labels now."""
    if pair.base is None or pair.head is None:
        return
    for old, new in pair_pods(pair.base, pair.head):
        if old is None or new is None or labels_of_pod(old) == labels_of_pod(new):
            continue
        before, after = _states(pair)
        pod = Template(pair.head, new, labels_of_pod(new))
        fuel = _fuel(pair, params)
        for direction in DIRECTIONS if before.policies else ():
            try:
                found = _by_labels(labels_of_pod(old), pod, (before, after), direction, fuel)
            except (UnreadableError, OutOfFuelError):
                continue
            if found is not None:
                who = f"{pair.head.id.kind} {pair.head.id.name}, with its new labels,"
                at = (*new.view.path[:-1], "metadata", "labels")
                yield _problem(at, in_words(found, direction, who), direction)


def _by_labels(
    labels: Mapping[str, str],
    pod: Template,
    states: tuple[State, State],
    direction: str,
    fuel: Fuel,
) -> Box | None:
    """What a pod is let through with its labels that one with others was not before."""
    base, head = (_posture(state, direction) for state in states)
    keys = keys_of(base, head)
    base, head = of_pods(base, of_labels(labels, keys)), of_pods(head, of_labels(pod.labels, keys))
    own = Rules({} if base.isolated else None, ()), Rules({}, head.allowed)
    found = (_more(base, head, own, part, fuel) for part in _parts(pod, frozenset(), direction))
    return next((each for each in found if each is not None), None)


def _ends(pair: Pair) -> bool:
    """Whether the policy is here and counts as removed, too: its removal is judged, and speaks for it."""
    return pair.head is not None and any(
        change.ending is not None and change.base is pair.base
        for change in pair.context.changes_of("NetworkPolicy")
    )


def _states(pair: Pair) -> tuple[State, State]:
    """What stands in the namespace before and after: of policies, those that are built and applied.

    Where the subject itself is built in a way that cannot be seen, so may everything be.
    """
    old, new = pair.base or pair.head, pair.head or pair.base
    first = pair.context.of_base if pair.base is not None else pair.context
    seen = first.files.is_built(old.file)
    return _state(pair.context.of_base, old, seen), _state(pair.context, new, seen)


def _state(context: Context, subject: Resource, seen: bool) -> State:  # noqa: FBT001
    scope, namespace = subject.id.scope, subject.id.namespace
    found = context.head_resources(scope, "NetworkPolicy", namespace=namespace)
    counting = _counting(Identity(found), Identity(context.files) if seen else None)
    return State(counting, list(templates(context, scope, namespace)))


@lru_cache(maxsize=64)  # whoever asks gets the same ones, which others remember by what they are
def _counting(policies: Identity, files: Identity | None) -> Sequence[Resource]:
    return [
        each
        for each in policies.value
        if not_applied(each) is None and (files is None or files.value.is_built(each.file))
    ]


def _posture(state: State, direction: str) -> Posture:
    return _together(Identity(state.policies), direction)


@lru_cache(maxsize=256)  # every change of a namespace asks again about all of its policies
def _together(policies: Identity, direction: str) -> Posture:
    found = (each for each in policies.value if each.id.group == GROUP and not each.delete_patch)
    return together([_rules(each, direction) for each in found])


@lru_cache(maxsize=64)
def _keys(base: Identity, head: Identity) -> frozenset[str]:
    return keys_of(base.value, head.value)


def _weakened(
    pair: Pair, before: State, after: State, direction: str, fuel: Fuel
) -> Problem | None:
    base, head = _posture(before, direction), _posture(after, direction)
    own = _own(pair.base, direction), _own(pair.head, direction)
    keys = _keys(Identity(base), Identity(head))
    at = _place(pair, direction)
    for pod in after.pods:
        for part in _parts(pod, keys, direction):
            found = _more(base, head, own, part, fuel)
            if found is not None:
                whole = _more(base, head, own, of_labels(pod.labels, keys), fuel)
                found = whole if whole is not None and "name" not in whole else found
                who = f"{pod.resource.id.kind} {pod.resource.id.name}"
                return _problem(at, in_words(found, direction, who), direction)
    # The pods that stand here are judged, port by port: any other pod may be elsewhere.
    here = (of_labels(pod.labels, keys) for pod in after.pods)
    found = _more(base._replace(allowed=(*base.allowed, *here)), head, own, {}, fuel)
    if found is None:
        return None
    selected = [pod for pod in before.pods if _isolates(own, of_labels(pod.labels, keys))]
    names = {(pod.resource.id.kind, pod.resource.id.name) for pod in after.pods}
    if selected and not any((p.resource.id.kind, p.resource.id.name) in names for p in selected):
        return None  # its pods are gone
    problem = _problem(at, in_words(found, direction), direction)
    return problem._replace(level="note", possible=True) if selected else problem


def _elsewhere(
    pair: Pair, before: State, after: State, direction: str, fuel: Fuel
) -> Problem | None:
    """What the policy opens if another one, which is not here, isolates the same pods.

    Whatever stands elsewhere, it is enough to ask beside nothing and beside one that denies everything.
    """
    old = pair.base if pair.base is not None else pair.head
    if pair.head is None or not pair.context.of_base.head_resources(old.id.scope, None):
        return None  # what is new altogether opens nothing
    denied = Rules({}, ())
    base = together([denied])._replace(allowed=_posture(before, direction).allowed)
    found = newly_allowed(base, _own(pair.head, direction), {}, fuel)
    if found is None or any(each == {} for each in _posture(after, direction).isolated):
        return None
    words = f"if a policy elsewhere isolates them: {in_words(found, direction)}"
    problem = _problem(_place(pair, direction), words, direction)
    return problem._replace(level="note", possible=True, known=None, unordered=True)


def _own(resource: Resource | None, direction: str) -> Rules:
    """What the policy itself says; nothing for none, and for one that a patch removes."""
    if resource is None or resource.delete_patch:
        return Rules(None, ())
    return _rules(resource, direction)


def _rules(resource: Resource, direction: str) -> Rules:
    if resource.partial:
        raise UnreadableError
    return rules_of(resource.view.spec, resource.id.namespace, direction)


def _more(
    base: Posture, head: Posture, own: tuple[Rules, Rules], pods: Box, fuel: Fuel
) -> Box | None:
    found = newly_allowed(base, own[1], pods, fuel)
    return found if found is not None else no_longer_isolated(base, head, own[0], pods, fuel)


def _isolates(own: tuple[Rules, Rules], pods: Box) -> bool:
    """Whether the policy, as it was or as it is, is for some pods."""
    both = [each.isolated for each in own if each.isolated is not None]
    return any(meet(isolated, pods) is not None for isolated in both)


def _parts(pod: Template, keys: frozenset[str], direction: str) -> Iterator[Box]:
    """The traffic of a pod by its ports: those with a name may be allowed by it."""
    labels = of_labels(pod.labels, keys)
    if direction == "Egress":
        yield labels
        return
    numbers = []
    for container in pod.pod.view.containers:
        for port in container.ports:
            number, name = port.containerPort.integer(), port.name.string()
            protocol = texts(port.protocol.string("TCP"))
            if number > 0:
                numbers.append((number, number))
                here: dict[str, Values] = {"port": ranges([(number, number)]), "protocol": protocol}
                yield {**labels, **here, "name": texts(name) if name else ABSENT}
    rest = PORTS.without(ranges(numbers))
    if not rest.empty:
        yield {**labels, "port": rest, "name": ABSENT}


def _place(pair: Pair, direction: str) -> Any:
    if pair.head is None or pair.head.delete_patch:
        return ()
    spec = pair.head.view.spec
    return spec[direction.lower()] or spec


def _problem(at: Any, words: str, direction: str) -> Problem:
    return Problem(at, words, was="refused", now="allowed", key=direction, known=False)


def _namespace_gone(pair: Pair, side: Resource) -> bool:
    """Whether the namespace is deleted by the same change and nothing of it is left in view."""
    namespace = side.id.namespace
    return any(
        change.head is None and change.id.name == namespace
        for change in pair.context.changes_of("Namespace")
    ) and not any(
        change.head is not None and change.head.id.namespace == namespace
        for change in pair.context.changes
    )
