"""ApplicationSet is not called as the project of its applications.

Where every team has one set and one project of the same name, a name that differs is most often a copy
whose project was forgotten: its applications get the rights of another team.

Fix:
Give the set the name of its project, or correct the project.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/projects/

Peers:
kyverno:argo/applicationset-name-matches-project
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application, later
from policygate.policy import Example, Pair, Problem, policy


def _set(name: str, project: str) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "metadata": {"name": name},
            "spec": {"template": {"spec": {"project": project}}}}  # fmt: skip


EXAMPLES = (
    Example("the same", "pass", _set("shop", "shop")),
    Example("chosen by a generator", "pass", _set("shop", "{{ .team }}")),
    Example("another", "fail", _set("shop", "web"), path="spec.template.spec.project", message="shop makes applications of the project web"),
)  # fmt: skip


@policy(level="warning", kinds=["argoproj.io/ApplicationSet"], enabled=False, examples=EXAMPLES)
def argocd_appset_name_matches_project(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a project that is called otherwise than the set."""
    project, name = application(pair.head).project, pair.head.id.name
    if project.string() and project.string() != name and not later(project.string()):
        yield Problem(project, f"{name} makes applications of the project {project.string()}")
