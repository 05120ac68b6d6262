"""ApplicationSet makes fewer applications.

An element that is gone from a generator takes its application with it: Argo CD deletes the Application
and, with the finalizer that sets give them, everything that it runs. A line too much in a diff is a
cluster too few.

Fix:
Restore the element, or set `preserveResourcesOnDeletion: true` before it goes; say in the pull request
that this environment is meant to end.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Application-Deletion/
https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-List/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

NAMED = ("name", "cluster", "nameNormalized", "env", "environment", "url", "path", "namespace")
"""What an element is known by, most telling first."""


def _set(*elements: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "metadata": {"name": "apps"},
            "spec": {"generators": [{"list": {"elements": list(elements)}}], **spec}}  # fmt: skip


def _git(*paths: str, exclude: tuple[str, ...] = ()) -> dict[str, Any]:
    directories = [{"path": path} for path in paths] + [
        {"path": path, "exclude": True} for path in exclude
    ]
    return {
        **_set(),
        "spec": {
            "goTemplate": True,
            "generators": [{"matrix": {"generators": [{"git": {"directories": directories}}]}}],
        },
    }


PROD, TEST = {"cluster": "prod", "url": "https://a"}, {"cluster": "test", "url": "https://b"}
KEEP = {"syncPolicy": {"preserveResourcesOnDeletion": True}}
EXAMPLES = (
    Example("one more", "pass", base=_set(PROD), head=_set(PROD, TEST)),
    Example("another value of an element", "pass", base=_set(PROD), head=_set({**PROD, "url": "https://c"})),
    Example("what runs is kept", "pass", base=_set(PROD, TEST), head=_set(PROD, **KEEP)),
    Example("sets that never delete", "pass", base=_set(PROD, TEST), head=_set(PROD, syncPolicy={"applicationsSync": "create-update"})),
    Example("the same folders, written shorter", "pass", base=_git("apps/web", "apps/api"), head=_git("apps/*")),
    Example("an element that has no name", "fail", base=_set({"a": "1"}, {"a": "2"}), head=_set({"a": "1"}), message="application of {'a': '2'}"),
    Example("one less", "fail", base=_set(PROD, TEST), head=_set(TEST), message="apps no longer makes the application of prod", path="generators"),
    Example("a folder less, inside of a matrix", "fail", base=_git("apps/*", "infra/*"), head=_git("apps/*"), message="of infra/*"),
    Example("a folder is left out", "fail", base=_git("apps/*"), head=_git("apps/*", exclude=("apps/web",)), message="leaves out apps/web"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def argocd_applicationset_generator_shrunk(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield elements and folders that are gone, where that deletes applications."""
    head, name = pair.head.view.spec, pair.head.id.name
    kept = head.syncPolicy.preserveResourcesOnDeletion.raw is True
    if kept or head.syncPolicy.applicationsSync.string() in {"create-only", "create-update"}:
        return
    before, now = _made(pair.base.view.spec), _made(head)
    for element in dict.fromkeys(before):
        if not element.startswith("!") and element not in now and not _is_covered(element, now):
            said = f"{name} no longer makes the application of {element}"
            yield Problem(head.generators, said, key=element)
    for element in dict.fromkeys(now):
        if element.startswith("!") and element not in before:
            yield Problem(head.generators, f"{name} leaves out {element[1:]}", key=element)


def _made(spec: View) -> list[str]:
    """What the generators of a set make applications of; what they leave out begins with `!`."""
    found: list[str] = []
    stack = list(spec.generators)[:100]
    while stack and len(found) < 1000:
        generator = stack.pop()
        for kind in ("matrix", "merge"):
            stack += list(generator[kind].generators)[:10]
        found += [_called(element) for element in generator["list"].elements]
        for field in ("directories", "files"):
            for item in generator.git[field]:
                mark = "!" if item.exclude.raw is True else ""
                found.append(mark + item["path"].string())
    return found


def _called(element: View) -> str:
    for key in NAMED:
        if element[key].string():
            return element[key].string()
    return str(element.raw)[:60]


def _is_covered(element: str, by: list[str]) -> bool:
    """Whether a wider path takes the folder in."""
    return any(
        "*" in each and element.startswith(each.partition("*")[0]) and each[0] != "*" for each in by
    )
