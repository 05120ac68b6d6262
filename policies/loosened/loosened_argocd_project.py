"""AppProject allows more than before.

A project is the fence around a team's applications. A wildcard that was not there, a kind that is no
longer forbidden or a list that is gone (and then stands for everything) opens it for all of them at once.

Fix:
Restore what was there, and add the one repository, destination or kind that is missing.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/projects/
https://argo-cd.readthedocs.io/en/stable/operator-manual/app-any-namespace/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from policygate.kube.argo_rights import covered
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View


def _project(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": {"name": "shop"},
            "spec": {"description": "the shop", **spec}}  # fmt: skip


REPO = "https://example.com/shop"
KINDS = [{"group": "apps", "kind": "Deployment"}]
EXAMPLES = (
    Example("one more repository", "fail", base=_project(sourceRepos=[REPO]), head=_project(sourceRepos=[REPO, "https://example.com/web"]),
            message="now allows repositories https://example.com/web"),
    Example("narrower", "pass", base=_project(sourceRepos=["*"]), head=_project(sourceRepos=["https://example.com/*"])),
    Example("one more namespace", "fail", base=_project(destinations=[{"server": "a", "namespace": "b"}]),
            head=_project(destinations=[{"server": "a", "namespace": "b"}, {"server": "a", "namespace": "c"}])),
    Example("a new project", "pass", _project(sourceRepos=["*"])),
    Example("some kinds instead of all", "pass", base=_project(), head=_project(namespaceResourceWhitelist=KINDS)),
    Example("every repository", "fail", base=_project(sourceRepos=[REPO]), head=_project(sourceRepos=["*"]),
            message="AppProject shop now allows repositories *", path="spec.sourceRepos[0]"),
    Example("a repository is no longer taken out", "fail", base=_project(sourceRepos=["*", "!https://example.com/*"]),
            head=_project(sourceRepos=["*"]), message="no longer takes out https://example.com/*"),
    Example("every namespace", "fail", base=_project(destinations=[{"server": "a", "namespace": "b"}]),
            head=_project(destinations=[{"server": "a", "namespace": "*"}]), message="deploys to a, namespace *"),
    Example("every cluster-wide kind", "fail", base=_project(), head=_project(clusterResourceWhitelist=[{"group": "*", "kind": "*"}]),
            message="now allows the kinds *.*", path="spec.clusterResourceWhitelist[0]"),
    Example("a kind is no longer forbidden", "fail", base=_project(namespaceResourceBlacklist=KINDS), head=_project(),
            message="no longer forbids Deployment.apps"),
    Example("without its list every kind is allowed", "fail", base=_project(namespaceResourceWhitelist=KINDS), head=_project(),
            message="now allows every kind inside of namespaces", path="spec.namespaceResourceWhitelist"),
    Example("an empty list allowed none", "fail", base=_project(namespaceResourceWhitelist=[]), head=_project()),
    Example("applications of every namespace", "fail", base=_project(sourceNamespaces=["shop"]), head=_project(sourceNamespaces=["*"]),
            message="takes applications of the namespaces *"),
    Example("clusters of other projects", "fail", base=_project(permitOnlyProjectScopedClusters=True), head=_project(),
            message="no longer keeps to its own clusters"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["argoproj.io/AppProject"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_project(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield wildcards that are new, and limits that are gone."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head = pair.base.view.spec, pair.head.view.spec
    who = f"AppProject {pair.head.id.name}"
    for field, say in (
        ("sourceRepos", "now allows repositories {}"),
        ("sourceNamespaces", "now takes applications of the namespaces {}"),
    ):
        yield from _new(base[field], head[field], View.string, f"{who} {say}")
        yield from _taken_out(base[field], head[field], who)
    yield from _new(
        base.destinations, head.destinations, _destination, f"{who} now deploys to {{}}"
    )
    for field in ("clusterResourceWhitelist", "namespaceResourceWhitelist"):
        if field.startswith("namespace") and not isinstance(base[field].raw, list):
            continue  # without this list, every kind was allowed
        yield from _new(base[field], head[field], _kind, f"{who} now allows the kinds {{}}")
    for field in ("clusterResourceBlacklist", "namespaceResourceBlacklist"):
        kept = [_kind(item) for item in head[field]]
        for item in base[field]:
            if not covered(_kind(item), kept):
                yield Problem(head[field], f"{who} no longer forbids {_kind(item)}")
    allowed = head.namespaceResourceWhitelist
    if isinstance(base.namespaceResourceWhitelist.raw, list) and not allowed:
        yield Problem(allowed, f"{who} now allows every kind inside of namespaces")
    own = head.permitOnlyProjectScopedClusters
    if base.permitOnlyProjectScopedClusters.raw is True and own.raw is not True:
        yield Problem(own, f"{who} no longer keeps to its own clusters")


def _new(base: View, head: View, read: Callable[[View], str], say: str) -> Iterator[Problem]:
    """Yield what nothing at the base covers; one thing more is worth less than a wildcard."""
    before = [read(item) for item in base]
    for item in head:
        text = read(item)
        if text and not text.startswith("!") and not covered(text, before):
            level: Any = None if "*" in text else "warning"
            yield Problem(item, say.format(text), level=level)


def _taken_out(base: View, head: View, who: str) -> Iterator[Problem]:
    kept = {item.string() for item in head}
    for item in base:
        text = item.string()
        if text.startswith("!") and text not in kept and "*" in "".join(kept):
            yield Problem(head, f"{who} no longer takes out {text[1:]}")


def _destination(item: View) -> str:
    cluster = item["name"].string() or item.server.string() or "*"
    return f"{cluster}, namespace {item.namespace.string()}"


def _kind(item: View) -> str:
    return f"{item.kind.string()}.{item.group.string()}".rstrip(".")
