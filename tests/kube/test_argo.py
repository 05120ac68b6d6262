"""What Argo CD reads from its objects."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.argo import (
    annotated_options,
    application,
    is_completed,
    later,
    paired_sources,
    repository,
    sources,
    sync_options,
)
from policygate.kube.lifetime import is_hook
from policygate.view import View
from tests.kube.bodies import anything, resource

ARGO = "argoproj.io"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Team/Apps", "https://github.com/team/apps.git", "git@github.com:team/apps.git",
        "ssh://git@github.com:22/team/apps", "https://user:token@github.com/team/apps/",
    ],
)  # fmt: skip
def test_one_repository_has_many_spellings(url: str) -> None:
    """They are all the same one."""
    assert repository(url) == "github.com/team/apps"


def test_other_repositories_are_others() -> None:
    """Another path, another host, a path on disk."""
    assert repository("https://github.com/team/api") != repository("https://github.com/team/apps")
    assert repository("/srv/git/apps.git") == "/srv/git/apps"


def spec(**fields: Any) -> View:
    """A spec of an application."""
    return View(fields)


def test_several_sources_count_before_one() -> None:
    """`source` is ignored where `sources` is set; what is hydrated comes from the dry source."""
    one, two = {"repoURL": "a"}, {"repoURL": "b"}
    assert [each.raw for each in sources(spec(source=one, sources=[two]))] == [two]
    assert [each.raw for each in sources(spec(source=one))] == [one]
    assert [each.raw for each in sources(spec(sourceHydrator={"drySource": two}))] == [two]


def test_sources_are_paired_by_what_they_read() -> None:
    """By repository and path, by `ref`, and the only one that is left."""
    base = spec(
        sources=[
            {"repoURL": "x/a", "path": "p"},
            {"repoURL": "x/b", "ref": "v"},
            {"repoURL": "x/c"},
        ]
    )
    head = spec(
        sources=[
            {"repoURL": "x/d"},
            {"repoURL": "x/e", "ref": "v"},
            {"repoURL": "x/a", "path": "p"},
        ]
    )
    pairs = [(old.repoURL.raw, new.repoURL.raw) for old, new in paired_sources(base, head)]
    assert sorted(pairs) == [("x/a", "x/a"), ("x/b", "x/e"), ("x/c", "x/d")]


def test_options() -> None:
    """Those of an application, and those a resource has of its own."""
    found = list(sync_options(spec(syncPolicy={"syncOptions": ["Replace=true", 1]})))
    assert (found[0].name, found[0].value) == ("Replace", "true")
    annotation = {"argocd.argoproj.io/sync-options": "Prune=false, Force=true,"}
    body = {"metadata": {"annotations": annotation}}
    names = [(option.name, option.value) for option in annotated_options(resource(body))]
    assert names == [("Prune", "false"), ("Force", "true")]


def test_what_fills_in_a_template() -> None:
    """A patch of the template, or a generator that has one of its own."""
    for body, completed in (
        ({"templatePatch": "x"}, True),
        ({"generators": [{"git": {"template": {"spec": {}}}}]}, True),
        ({"generators": [{"git": {}}, 1]}, False),
    ):
        assert is_completed(resource({"spec": body}, ARGO, "ApplicationSet")) is completed
    assert not is_completed(resource({"spec": {"templatePatch": "x"}}, ARGO, "Application"))
    inner = resource({"spec": {"template": {"spec": {"project": "a"}}}}, ARGO, "ApplicationSet")
    assert application(inner).project.raw == "a"


def test_hooks_and_placeholders() -> None:
    """Hooks of Argo CD and Helm, and what is filled in before the cluster sees it."""
    assert is_hook(resource({"metadata": {"annotations": {"helm.sh/hook": "pre-install"}}}))
    assert not is_hook(resource({}))
    assert later("{{ name }}") and later("${NAME}") and not later("name")


@given(anything, anything)
def test_any_body_is_read(base: Any, head: Any) -> None:
    """Nothing makes it raise."""
    for body in ({"spec": base}, {"spec": {"template": {"spec": head}}}):
        found = resource(body, ARGO, "ApplicationSet")
        is_completed(found)
        list(sync_options(application(found)))
    list(paired_sources(View(base), View(head)))
    list(annotated_options(resource({"metadata": base})))
