"""Image policy lets every version in.

Flux writes the newest version that the policy allows into git, and it is deployed. A wider range, any
tag, or pre-releases let in a version that nobody has looked at, a new major version included.

Fix:
Keep the range to patches or minor versions, with `filterTags` where tags are no versions.

References:
https://fluxcd.io/flux/components/image/imagepolicies/#policy
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.version_range import MAJORS, width
from policygate.policy import Example, Pair, Problem, policy


def _policy(range_: str = "", **spec: Any) -> dict[str, Any]:
    policy_ = {"policy": {"semver": {"range": range_}}} if range_ else {}
    return {"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicy", "metadata": {"name": "web"},
            "spec": {"imageRepositoryRef": {"name": "web"}, **policy_, **spec}}  # fmt: skip


ALPHABETICAL: dict[str, Any] = {"policy": {"alphabetical": {"order": "asc"}}}
EXAMPLES = (
    Example("minor versions", "pass", _policy("^1.2.0")),
    Example("tags of one branch", "pass", _policy(**ALPHABETICAL, filterTags={"pattern": "^main-.*"})),
    Example("filled in later", "pass", _policy("${RANGE}")),
    Example("every version", "fail", _policy("*"), path="policy.semver.range", message="web lets every version in: *"),
    Example("every version from one on", "fail", _policy(">=1.0.0"), message="every version in: >=1.0.0"),
    Example("any tag", "fail", _policy(**ALPHABETICAL), path="spec.policy", message="web lets any tag in"),
)  # fmt: skip


@policy(level="warning", kinds=["image.toolkit.fluxcd.io/ImagePolicy"], examples=EXAMPLES)
def flux_image_policy_open(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield ranges without an upper bound, and tags without a filter."""
    spec, name = pair.head.view.spec, pair.head.id.name
    range_ = spec.policy.semver.range
    now = width(range_.string()) if range_.string() else None
    if now and now.size == MAJORS:
        yield Problem(range_, f"{name} lets every version in: {range_.string()}")
    any_tag = spec.policy.alphabetical or spec.policy.numerical
    if any_tag and not spec.filterTags.pattern.string():
        yield Problem(spec.policy, f"{name} lets any tag in")
