"""Namespace guards its pods less than before.

The labels of a namespace say what its pods may do and who looks at them. A lower level, an older version
of it, or a label that takes the namespace out of admission control counts for every pod in it, at once.

Fix:
Restore the label. Where one workload needs more, give it a namespace of its own.

References:
https://kubernetes.io/docs/concepts/security/pod-security-admission/
https://open-policy-agent.github.io/gatekeeper/website/docs/exempt-namespaces/
https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/

Standards:
CIS 5.2.1
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
from policygate.kube.pod_security import LATEST, version_of
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

PREFIX = "pod-security.kubernetes.io/"
LEVELS = {"privileged": 0, "": 0, "baseline": 1, "restricted": 2}
IGNORED = "admission.gatekeeper.sh/ignore"
MESH = (
    ("istio-injection", "disabled"),
    ("linkerd.io/inject", "disabled"),
    ("istio.io/dataplane-mode", "none"),
)


def _namespace(**labels: str) -> dict[str, Any]:
    named = {key.replace("__", "/").replace("_", "."): value for key, value in labels.items()}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "shop", "labels": {"team": "shop", **named}},
    }


def _enforcing(level: str, version: str = "") -> dict[str, Any]:
    return _namespace(
        **{PREFIX + "enforce": level, **({PREFIX + "enforce-version": version} if version else {})}
    )


EXAMPLES = (
    Example("raised", "pass", base=_enforcing("baseline"), head=_enforcing("restricted")),
    Example("a newer version", "pass", base=_enforcing("baseline", "v1.30"), head=_enforcing("baseline", "v1.35")),
    Example("never had one", "pass", base=_namespace(), head=_namespace(team="web")),
    Example("what nobody knows is another policy's", "pass", base=_enforcing("${LEVEL}"), head=_enforcing("baseline")),
    Example("a new namespace", "pass", _enforcing("privileged")),
    Example("lowered", "fail", base=_enforcing("restricted"), head=_enforcing("baseline"),
            message="shop enforces baseline, not restricted any more", path=f'metadata.labels["{PREFIX}enforce"]'),
    Example("removed", "fail", base=_enforcing("baseline"), head=_namespace(), message="no longer enforces baseline"),
    Example("an older version", "fail", base=_enforcing("baseline"), head=_enforcing("baseline", "v1.24"),
            message="enforces the standards of v1.24, not of latest any more"),
    Example("warnings are gone", "fail", base=_namespace(**{PREFIX + "warn": "restricted"}), head=_namespace(),
            message="no longer warns of what restricted forbids"),
    Example("out of admission control", "fail", base=_namespace(), head=_namespace(**{IGNORED: "true"}),
            message="taken out of the admission control of Gatekeeper"),
    Example("out of the mesh", "fail", base=_namespace(**{"istio-injection": "enabled"}), head=_namespace(**{"istio-injection": "disabled"}),
            message="pods of shop leave the mesh"),
)  # fmt: skip


@policy(level="error", kinds=["core/Namespace"], operations=["UPDATE"], examples=EXAMPLES)
def namespace_pod_security_lowered(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield labels that guard less at the head than at the base."""
    base, head = (side.view.metadata.labels for side in (pair.base, pair.head))
    name = pair.head.id.name
    for problem in (*_standards(base, head, name), *_others(base, head, name)):
        # A patch may leave out what stands elsewhere.
        yield problem._replace(possible=not problem.at and is_patch(pair.head, pair.context))


def _standards(base: View, head: View, name: str) -> Iterator[Problem]:
    for mode, verb, says in (
        ("enforce", "enforces", "no longer enforces {}"),
        ("warn", "warns of what breaks", "no longer warns of what {} forbids"),
        ("audit", "records what breaks", "no longer records what {} forbids"),
    ):
        label = head[PREFIX + mode]
        was, now = base[PREFIX + mode].string(), label.string()
        if was not in LEVELS or now not in LEVELS or LEVELS[now] >= LEVELS[was]:
            continue
        said = f"{verb} {now}, not {was} any more" if now else says.format(was)
        yield Problem(
            label, f"namespace {name} {said}", level=None if mode == "enforce" else "warning"
        )
    pin = head[PREFIX + "enforce-version"]
    was = base[PREFIX + "enforce-version"].string("latest")
    old, new = version_of(was), version_of(pin.string("latest"))
    if old and new and new < old and head[PREFIX + "enforce"].string("privileged") != "privileged":
        of = "latest" if old == LATEST else was
        yield Problem(
            pin, f"namespace {name} enforces the standards of {pin.string()}, not of {of} any more"
        )


def _others(base: View, head: View, name: str) -> Iterator[Problem]:
    if head[IGNORED] and not base[IGNORED]:
        yield Problem(
            head[IGNORED], f"namespace {name} is taken out of the admission control of Gatekeeper"
        )
    for key, off in MESH:
        if head[key].raw == off and base[key] and base[key].raw != off:
            yield Problem(
                head[key],
                f"pods of {name} leave the mesh, and its encryption and rules",
                level="warning",
            )
