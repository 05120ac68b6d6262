"""Pod reads a Secret or ConfigMap that is not there.

Its containers wait in CreateContainerConfigError until somebody makes it, and a rollout hangs half way. A
key that was renamed does the same.

Fix:
Add what is missing, mend its name, or say `optional: true` where the program does without.

References:
https://kubernetes.io/docs/concepts/configuration/secret/#using-a-secret
https://kubernetes.io/docs/concepts/configuration/configmap/

Peers:
kube-linter:env-value-from, popeye:POP-304, popeye:POP-305, popeye:POP-407
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.patches import is_patch
from policygate.kube.providers import EVERYWHERE, Kind, keys_of, provided
from policygate.kube.schema_checks import is_later
from policygate.kube.workloads import PodSpec, containers
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: shop}
data: {debug: "false"}
---
"""
OPAQUE = """\
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {password: x}
---
"""
SEALED = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: db, namespace: shop}
spec: {encryptedData: {password: x}}
---
"""
SOPS = """\
apiVersion: isindir.github.com/v1alpha3
kind: SopsSecret
metadata: {name: all, namespace: shop}
spec: {secretTemplates: [{name: db}]}
---
"""
GENERATED = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
configMapGenerator: [{name: web, literals: [debug=false]}]
---
"""


def _pod(container: str = "", pod: str = "") -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop}}
spec: {{{pod}containers: [{{name: web, image: "web:1"{container}}}]}}
"""


def _env(kind: str, name: str, key: str, rest: str = "") -> str:
    source = f"{kind}KeyRef: {{name: {name}, key: {key}{rest}}}"
    return f", env: [{{name: A, valueFrom: {{{source}}}}}]"


EXAMPLES = (
    Example("it is here", "pass", text=CONFIG + _pod(_env("configMap", "web", "debug"))),
    Example("somebody else makes all of them", "pass", text=_pod(_env("secret", "db", "password"))),
    Example("it may be missing", "pass", text=OPAQUE + _pod(_env("secret", "smtp", "password", ", optional: true"))),
    Example("made from a SealedSecret", "pass", text=SEALED + _pod(_env("secret", "db", "password"))),
    Example("made from a SopsSecret", "pass", text=SOPS + _pod(_env("secret", "db", "password"))),
    Example("made by kustomize", "pass", text=GENERATED + _pod(", envFrom: [{configMapRef: {name: web}}]")),
    Example("every namespace has it", "pass", text=CONFIG + _pod(pod="volumes: [{name: ca, configMap: {name: kube-root-ca.crt}}], ")),
    Example("filled in before the cluster sees it", "pass", text=CONFIG + _pod(", envFrom: [{configMapRef: {name: '${NAME}'}}]")),
    Example("a patch of a folder below", "pass", text=OPAQUE + _pod(_env("secret", "smtp", "password")) + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches: [{path: example.yaml}]
"""),
    Example("a value, and no name at all", "pass", text=CONFIG + _pod(", env: [{name: A, value: a}], envFrom: [{}]")),
    Example("no such key", "fail", text=CONFIG + _pod(_env("configMap", "web", "level")), path="valueFrom.configMapKeyRef.key",
            message="the pod reads the key level of ConfigMap web, which has none of that name"),
    Example("no such name, where others are", "fail", text=OPAQUE + _pod(_env("secret", "bd", "password")), path="valueFrom.secretKeyRef.name",
            message="the pod reads the Secret bd, which is not here"),
    Example("all of it", "fail", text=CONFIG + _pod(", envFrom: [{configMapRef: {name: wbe}}]"), message="ConfigMap wbe"),
    Example("a volume", "fail", text=OPAQUE + _pod(pod="volumes: [{name: tls, secret: {secretName: tls}}], "), path="volumes[tls].secret.secretName"),
    Example("a key of a volume", "fail", text=CONFIG + _pod(pod="volumes: [{name: c, configMap: {name: web, items: [{key: level, path: l}]}}], "),
            path="volumes[c].configMap.items[level].key"),
    Example("a part of a volume", "fail", text=OPAQUE + _pod(pod="volumes: [{name: a, projected: {sources: [{secret: {name: tls}}]}}], "),
            message="Secret tls"),
    Example("to pull images", "fail", text=OPAQUE + _pod(pod="imagePullSecrets: [{name: registry}], "), message="Secret registry"),
)  # fmt: skip


class Reference(NamedTuple):
    """A place that names a Secret or ConfigMap, with those that name keys of it."""

    kind: Kind
    name: View
    keys: tuple[View, ...] = ()


@policy(level="warning", enabled=False, kinds=["workload"], scope="pod", examples=EXAMPLES)
def env_value_reference_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield names that a folder with others of the kind does not have, and keys that are not in it."""
    pod = pair.head
    scope, _, _, namespace, _ = pod.resource.id
    if is_patch(pod.resource, pair.context):
        return
    here = {kind: provided(pair.context, scope, namespace, kind) for kind in EVERYWHERE}
    for kind, name, keys in _references(pod):
        text = name.string()
        if text in here[kind]:
            written = pair.context.head_resources(scope, kind, namespace=namespace, name=text)
            known = keys_of(written[0]) if len(written) == 1 else frozenset()
            for key in keys:
                if known and key.string() not in known:
                    words = f"the pod reads the key {key.string()} of {kind} {text}, which has none of that name"
                    yield Problem(key, words)
        elif here[kind] and text and not is_later(text) and text not in EVERYWHERE[kind]:
            yield Problem(
                name, f"the pod reads the {kind} {text}, which is not here", possible=True
            )


def _references(pod: PodSpec) -> Iterator[Reference]:
    """Everything that must be there before the pod can start."""
    for container in containers(pod):
        for each in container.view.env:
            yield from _one("ConfigMap", each.valueFrom.configMapKeyRef)
            yield from _one("Secret", each.valueFrom.secretKeyRef)
        for each in container.view.envFrom:
            yield from _one("ConfigMap", each.configMapRef)
            yield from _one("Secret", each.secretRef)
    for volume in pod.view.volumes:
        yield from _one("ConfigMap", volume.configMap)
        yield from _one("Secret", volume.secret, "secretName")
        for source in volume.projected.sources:
            yield from _one("ConfigMap", source.configMap)
            yield from _one("Secret", source.secret)
    for each in pod.view.imagePullSecrets:
        yield Reference("Secret", each["name"])


def _one(kind: Kind, source: View, named: str = "name") -> Iterator[Reference]:
    if source and source.optional.raw is not True:
        keys = [source["key"], *(item["key"] for item in source["items"])]
        yield Reference(kind, source[named], tuple(key for key in keys if key.string()))
