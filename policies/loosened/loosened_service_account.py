"""Pod may do something else in the cluster than before.

The service account is what a program may do in the cluster, and often in the cloud. Another one is other rights, in
one line that is easily overlooked: which of two has more the gate says only where their rights stand beside the
pod. An account in place of `default` is how it should be, and only a note. A token that is mounted now is the key
to the account, for whoever gets into the pod.

Fix:
Make sure that the new account has no more rights than the program needs, and set
`automountServiceAccountToken: false` where it needs none.

References:
https://kubernetes.io/docs/concepts/security/service-accounts/
https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/

Peers:
gatekeeper:NoUpdateServiceAccount, kyverno:restrict-pod-controller-serviceaccount-updates
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.subjects import Subject, wider
from policygate.kube.workloads import PodSpec
from policygate.model import LEVELS
from policygate.order.rights import gained, grants_in
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.types import Context

ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
automountServiceAccountToken: %s
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {%s}}
spec: {serviceAccountName: web, containers: [{name: web, image: "web:1"}]}
"""

NO_POD = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {}}
RIGHTS = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: %s, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}
subjects: [{kind: ServiceAccount, name: %s}]
---
"""
TWO = RIGHTS % ("a", "view", "web") + RIGHTS % ("b", "edit", "more")
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {serviceAccountName: %s, containers: [{name: web, image: web}]}\n"


def _as(name: str = "", **spec: Any) -> dict[str, Any]:
    named = {"serviceAccountName": name} if name else {}
    return {**named, **spec, "containers": [{"name": "web", "image": "web:1"}]}


EXAMPLES = (
    Example("the same one", "pass", binds="pod", base=_as("web"), head=_as("web", hostname="a")),
    Example("the same one, in the deprecated field before", "pass", binds="pod", base=_as(serviceAccount="web"), head=_as("web")),
    Example("default is written", "pass", binds="pod", base=_as(), head=_as("default")),
    Example("filled in later", "pass", binds="pod", base=_as("web"), head=_as("${ACCOUNT}")),
    Example("a token that nobody mounts any more", "pass", binds="pod", base=_as("web"), head=_as("web", automountServiceAccountToken=False)),
    Example("a pod that was not there", "pass", base=NO_POD, head={**NO_POD, "spec": {"template": {"spec": _as("web")}}}),
    Example("another one", "fail", binds="pod", base=_as("web"), head=_as("admin"), path="serviceAccountName",
            message="the pod runs as admin now, and ran as web before"),
    Example("one with fewer rights", "pass", base_text=TWO + POD % "more", text=TWO + POD % "web"),
    Example("one with more rights", "fail", base_text=TWO + POD % "web", text=TWO + POD % "more",
            message="runs as more now, and ran as web before: ServiceAccount more in shop has ClusterRole edit now in shop"),
    Example("none any more", "fail", binds="pod", base=_as("web"), head=_as(), message="runs as default now, and ran as web before"),
    Example("one of its own", "fail", binds="pod", base=_as(), head=_as("web"), message="runs as web now, and ran as default before"),
    Example("a token again", "fail", binds="pod", base=_as("web", automountServiceAccountToken=False), head=_as("web"),
            message="the token of the ServiceAccount web is mounted now", path="spec.automountServiceAccountToken"),
    Example("the account says so", "pass", base_text=ACCOUNT % ("false", "a: b"), text=ACCOUNT % ("false", "a: c")),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["automount-service-account-token", "serviceaccount-default-used"],
    examples=EXAMPLES,
)
def loosened_service_account(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare the account of the pod, and whether its token is mounted."""
    if pair.base is None:
        return
    was, now = pair.base.account, pair.head.account
    if "$" in now or "{" in now or "$" in was or "{" in was:
        return
    view = pair.head.view
    if was != now:
        yield from _other_account(pair, was, now)
    had = _mounts(pair.base, was, pair.context.of_base)
    if not had and _mounts(pair.head, now, pair.context):
        text = f"the token of the ServiceAccount {now} is mounted now"
        yield Problem(view.automountServiceAccountToken, text, was=False, known=False)


def _other_account(pair: Pair, was: str, now: str) -> Iterator[Problem]:
    """What another account may do that the old one could not, where the rights of one stand here."""
    at = pair.head.view.serviceAccountName
    text = f"the pod runs as {now} now, and ran as {was} before"
    ident = pair.head.resource.id
    scope, space = ident.scope, ident.namespace
    held = [*grants_in(scope, pair.context.of_base)]
    had = [each for each in held if each.subject in wider(_subject(was, space))]
    new = [each for each in grants_in(scope, pair.context) if each.subject == _subject(now, space)]
    if not had and not new:
        level: Any = "note" if was == "default" else None
        yield Problem(at, text, was=was, now=now, level=level, unordered=True)
        return
    old = [each._replace(subject=_subject(now, space)) for each in had]
    gains = [gain for each in new if (gain := gained(each, old)) is not None]
    if gains:
        most = min(gains, key=lambda gain: LEVELS.index(gain.level or "error"))
        words = f"{text}: {most.text}"
        yield Problem(
            at, words, was=was, now=now, known=False, level=most.level, possible=most.possible
        )


def _subject(name: str, namespace: str) -> Subject:
    return Subject("ServiceAccount", name, namespace)


def _mounts(pod: PodSpec, name: str, context: Context) -> bool:
    """Whether a pod gets the token: it says so itself, or else its account does."""
    said = pod.view.automountServiceAccountToken
    if said:
        return said.raw is not False
    ident = pod.resource.id
    accounts = context.head_resources(
        ident.scope, "ServiceAccount", namespace=ident.namespace, name=name
    )
    return not any(each.view.automountServiceAccountToken.raw is False for each in accounts)
