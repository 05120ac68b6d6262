"""Application that Argo CD will not take.

Argo CD accepts the object and then says `InvalidSpecError`: nothing is deployed, and what the
application ran before is no longer looked after. Of two answers to one question, one is ignored.

Fix:
Give each source a `path` or a `chart` (a chart needs a `targetRevision`), and the destination a `server`
or a `name`; keep `source` or `sources`, not both.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/
https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/

Standards:
API validation

Peers:
kyverno:argo/application-field-validation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application, is_completed, sources
from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

URL = "https://example.com/apps"


def _app(
    source: dict[str, Any] | None = None, destination: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    spec = {
        "source": source or {"repoURL": URL, "path": "web"},
        "destination": destination or {"name": "prod"},
    }
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "web"},
            "spec": {**spec, "project": "shop", **more}}  # fmt: skip


def _set(spec: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "metadata": {"name": "web"},
            "spec": {"template": {"spec": spec}, **more}}  # fmt: skip


EXAMPLES = (
    Example("a path", "pass", _app()),
    Example("a chart", "pass", _app({"repoURL": URL, "chart": "web", "targetRevision": "1.2.3"})),
    Example("a source that only lends its files", "pass", _set({
        "destination": {"name": "a"}, "sources": [{"repoURL": URL, "ref": "values"}, {"repoURL": URL, "path": "."}]})),
    Example("no source yet: something else adds it", "pass", _set({"destination": {"name": "a"}, "source": {"repoURL": URL}}, templatePatch="x")),
    Example("a patch", "pass", _app({"repoURL": None, "targetRevision": "v2"}, {"namespace": "web"})),
    Example("a path and a chart", "fail", _app({"repoURL": URL, "path": "a", "chart": "b", "targetRevision": "1.0.0"}),
            message="has a path and a chart", path="spec.source.chart"),
    Example("neither path nor chart", "fail", _app({"repoURL": URL}), message="has neither path nor chart", path="spec.source.path"),
    Example("a chart of any version", "fail", _app({"repoURL": URL, "chart": "web"}), path="spec.source.targetRevision"),
    Example("two destinations", "fail", _app(None, {"name": "prod", "server": "https://kubernetes.default.svc"}),
            message="names its cluster twice", path="spec.destination.name"),
    Example("no destination", "fail", _app(None, {"namespace": "web"}), message="names no cluster", path="spec.destination"),
    Example("source and sources", "fail", _app(None, None, sources=[{"repoURL": URL, "path": "."}]),
            message="source is ignored", path="spec.source"),
    Example("in the template of a set", "fail", _set({"source": {"repoURL": URL}, "destination": {"name": "a"}}),
            path="spec.template.spec.source.path"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    examples=EXAMPLES,
)
def argocd_application_fields(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield sources and destinations that say too much; of a whole application, also too little."""
    spec, name = application(pair.head), pair.head.id.name
    found = list(sources(spec))
    whole = bool(spec.destination) and any(each.repoURL for each in found)
    if whole and (is_completed(pair.head) or is_patch(pair.head, pair.context)):
        whole = False
    if spec.source and spec.sources.raw:
        yield Problem(spec.source, f"{name} has source and sources: source is ignored")
    for source in found:
        yield from _of_source(source, name, whole=whole)
    destination = spec.destination
    if destination["name"].string() and destination.server.string():
        yield Problem(destination["name"], f"{name} names its cluster twice, by name and by server")
    elif whole and not destination["name"].string() and not destination.server.string():
        yield Problem(destination, f"{name} names no cluster: set server or name")


def _of_source(source: View, name: str, *, whole: bool) -> Iterator[Problem]:
    chart, path = source.chart, source["path"]
    if chart.string() and path.string():
        yield Problem(chart, f"a source of {name} has a path and a chart")
    if not whole:
        return
    if not chart.string() and not path.string() and not source.ref.string():
        yield Problem(path, f"a source of {name} has neither path nor chart")
    if chart.string() and not source.targetRevision:
        yield Problem(source.targetRevision, f"a chart of {name} has no targetRevision")
