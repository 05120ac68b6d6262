"""List of allowed registries allows others, too.

Gatekeeper compares beginnings: `registry.example` allows `registry.example.attacker.io/x` as well.

Fix:
End every entry with a slash.

References:
https://open-policy-agent.github.io/gatekeeper-library/website/validation/allowedrepos/

Peers:
trivy:KSV-0124
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Edit, Example, Pair, Problem, policy


def _constraint(*repos: object) -> dict[str, object]:
    head = {"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "K8sAllowedRepos"}
    spec = {"parameters": {"repos": list(repos)}}
    return {**head, "metadata": {"name": "registries"}, "spec": spec}


EXAMPLES = (
    Example("with a slash", "pass", _constraint("registry.example/", "docker.io/library/nginx:1.27")),
    Example("no texts", "pass", _constraint(1, None)),
    Example("a digest", "pass", _constraint("nginx@sha256:0d17b565c37bcbd895e9d92315a05c1c3c9a29f762b011a10c54a66cd53c9b31")),
    Example("without", "fail", _constraint("registry.example/", "registry.example"),
            path="spec.parameters.repos[1]", message="registry.example allows every registry"),
)  # fmt: skip


@policy(level="warning", kinds=["constraints.gatekeeper.sh/K8sAllowedRepos"], examples=EXAMPLES)
def image_repo_prefix_ambiguous(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield entries that end in the middle of a name."""
    for repo in pair.head.view.spec.parameters.repos:
        name = repo.string()
        if name and not name.endswith("/") and ":" not in name and "@" not in name:
            words = f"{name} allows every registry and repository that begins like it"
            yield Problem(repo, words, edit=Edit("set", repo.path, f"{name}/"))
