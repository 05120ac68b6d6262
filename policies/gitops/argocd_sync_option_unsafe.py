"""Argo CD is told to replace, to force or not to check.

`Replace=true` overwrites whole objects, fields that others set included, and may create them anew;
`Force=true` deletes what cannot be changed and creates it again, with its outage and, for a volume or a
namespace, its data; `Validate=false` lets through what the schema refuses.

Fix:
Remove the option. `ServerSideApply=true` applies what is too big or has several owners without replacing
it. A Job that must run again is better made a hook.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#replace-resource-instead-of-applying-changes
https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#force-sync
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import Option, annotated_options, application, sync_options
from policygate.policy import Example, Pair, Problem, policy

APPLICATIONS = frozenset({"Application", "ApplicationSet"})
KEEPING = frozenset(
    {"StatefulSet", "PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition"}
)  # fmt: skip
"""Kinds that take data with them when they are deleted."""
RUNNING = frozenset({"Deployment", "DaemonSet", "Rollout", "Service", "Ingress", "HTTPRoute"})
"""Kinds whose deletion is an outage."""


def _object(kind: str, options: str, api: str = "v1") -> dict[str, Any]:
    annotations = {"argocd.argoproj.io/sync-options": options}
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": "web", "annotations": annotations},
    }


def _app(*options: str, kind: str = "Application") -> dict[str, Any]:
    spec: dict[str, Any] = {"syncPolicy": {"syncOptions": list(options)}}
    spec = {"template": {"spec": spec}} if kind == "ApplicationSet" else spec
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


EXAMPLES = (
    Example("other options", "pass", _object("StatefulSet", "Prune=false,ServerSideApply=true", "apps/v1")),
    Example("switched off", "pass", _app("Replace=false", "CreateNamespace=true")),
    Example("a big definition is replaced", "pass", _object("CustomResourceDefinition", "Replace=true", "apiextensions.k8s.io/v1")),
    Example("a Job that runs again", "pass", _object("Job", "Force=true,Replace=true", "batch/v1")),
    Example("replaced", "fail", _object("Service", "Replace=true"), message="Service web is replaced",
            path='annotations["argocd.argoproj.io/sync-options"]'),
    Example("deleted with its data", "fail", _object("PersistentVolumeClaim", "Force=true,Replace=true"),
            message="deleted and created anew, with the data"),
    Example("deleted", "fail", _object("Service", "Force=true"), message="is deleted and created anew where"),
    Example("everything of an application", "fail", _app("CreateNamespace=true", "Replace=true"), path="spec.syncPolicy.syncOptions[1]",
            message="every object of web is replaced"),
    Example("everything of a set", "fail", _app("Force=true", kind="ApplicationSet"), message="every object of web is deleted"),
    Example("not checked", "fail", _app("Validate=false"), message="not held against its schema"),
)  # fmt: skip


@policy(level="warning", examples=EXAMPLES)
def argocd_sync_option_unsafe(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield unsafe options: of an application for all it holds, of other objects for themselves."""
    head = pair.head
    kind, name = head.id.kind, head.id.name
    if head.id.group == "argoproj.io" and kind in APPLICATIONS:
        for option in sync_options(application(head)):
            yield from _problems(option, f"every object of {name}", kind)
    options = list(annotated_options(head))
    forced = any(option[:2] == ("Force", "true") for option in options)
    for option in options:
        if kind not in KEEPING | RUNNING or (option.name == "Replace" and forced):
            continue
        if kind != "CustomResourceDefinition" or option.name == "Force":
            yield from _problems(option, f"{kind} {name}", kind)


def _problems(option: Option, what: str, kind: str) -> Iterator[Problem]:
    if (option.name, option.value) == ("Force", "true"):
        data = ", with the data in it," if kind in KEEPING else ""
        yield Problem(
            option.view,
            f"{what} is deleted and created anew{data} where it cannot be changed",
            key=f"{what} Force",
            level="error" if data else None,
        )
    elif (option.name, option.value) == ("Replace", "true"):
        yield Problem(option.view, f"{what} is replaced instead of changed", key=f"{what} Replace")
    elif (option.name, option.value) == ("Validate", "false"):
        yield Problem(option.view, f"{what} is not held against its schema", key=f"{what} Validate")
