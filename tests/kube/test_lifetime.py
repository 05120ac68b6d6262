"""Some containers run until somebody stops them, and some resources belong to one release."""

from __future__ import annotations

import pytest

from policygate.kube.lifetime import is_hook, runs_on
from policygate.kube.workloads import containers, pod_specs
from tests.kube.bodies import pod, resource


def test_containers_that_run_on() -> None:
    """Those of the pod and native sidecars do; init and ephemeral containers do not."""
    one = pod(
        {"name": "web"},
        initContainers=[{"name": "setup"}, {"name": "log", "restartPolicy": "Always"}],
        ephemeralContainers=[{"name": "shell"}],
    )
    found = {each.name for each in containers(pod_specs(one)[0]) if runs_on(each)}
    assert found == {"web", "log"}


@pytest.mark.parametrize(
    ("annotations", "hook"),
    [
        ({"helm.sh/hook": "test"}, True),
        ({"argocd.argoproj.io/hook": "Sync"}, True),
        ({"helm.sh/chart": "web"}, False),
        (None, False),
        ([], False),
    ],
)
def test_hooks_say_it_in_an_annotation(annotations: object, hook: bool) -> None:  # noqa: FBT001
    """Helm's and Argo CD's, whatever the moment; a strange value is none."""
    assert is_hook(resource({"metadata": {"annotations": annotations}})) is hook
