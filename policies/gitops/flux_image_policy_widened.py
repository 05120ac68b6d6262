"""Image policy lets more versions in.

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
from policygate.view import View


def _policy(range_: str = "", **spec: Any) -> dict[str, Any]:
    policy_ = {"policy": {"semver": {"range": range_}}} if range_ else {}
    return {"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicy", "metadata": {"name": "web"},
            "spec": {"imageRepositoryRef": {"name": "web"}, **policy_, **spec}}  # fmt: skip


ALPHABETICAL: dict[str, Any] = {"policy": {"alphabetical": {"order": "asc"}}}
EXAMPLES = (
    Example("minor versions", "pass", _policy("^1.2.0")),
    Example("narrower", "pass", base=_policy("^1.2.0"), head=_policy("~1.2.0")),
    Example("another major version", "pass", base=_policy("1.x"), head=_policy("2.x")),
    Example("tags of one branch", "pass", _policy(**ALPHABETICAL, filterTags={"pattern": "^main-.*"})),
    Example("filled in later", "pass", _policy("${RANGE}")),
    Example("every version", "fail", _policy("*"), path="policy.semver.range", message="web lets every version in: *"),
    Example("every version from one on", "fail", _policy(">=1.0.0"), message="every version in: >=1.0.0"),
    Example("any tag", "fail", _policy(**ALPHABETICAL), path="spec.policy", message="web lets any tag in"),
    Example("wider", "fail", base=_policy("~1.2.0"), head=_policy("^1.2.0"), path="policy.semver.range",
            message="web lets every minor version in: ^1.2.0, and was ~1.2.0"),
    Example("pre-releases", "fail", base=_policy("^1.2.0"), head=_policy("^1.2.0-0"), message="pre-releases included"),
    Example("without a filter", "fail", base=_policy("^1.2.0", filterTags={"pattern": "^v"}), head=_policy("^1.2.0"),
            path="spec.filterTags", message="no longer filters tags"),
)  # fmt: skip


@policy(level="warning", kinds=["image.toolkit.fluxcd.io/ImagePolicy"], examples=EXAMPLES)
def flux_image_policy_widened(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield ranges that are without an upper bound, or wider than at the base."""
    spec, name = pair.head.view.spec, pair.head.id.name
    range_ = spec.policy.semver.range
    now = width(range_.string()) if range_.string() else None
    old = pair.base.view.spec if pair.base is not None else None
    was = (
        width(old.policy.semver.range.string())
        if old is not None and old.policy.semver.range.string()
        else None
    )
    if now and was and old is not None and now > was:
        more = ", pre-releases included" if now.prereleases else ""
        yield Problem(
            range_,
            f"{name} lets {now.words} in: {range_.string()}, and was {old.policy.semver.range.string()}{more}",
            known=False,
        )
    elif now and now.size == MAJORS:
        yield Problem(range_, f"{name} lets every version in: {range_.string()}")
    yield from _of_tags(old, spec, name)


def _of_tags(old: View | None, spec: View, name: str) -> Iterator[Problem]:
    any_tag = spec.policy.alphabetical or spec.policy.numerical
    if any_tag and not spec.filterTags.pattern.string():
        yield Problem(spec.policy, f"{name} lets any tag in")
    elif (
        old is not None and old.filterTags.pattern.string() and not spec.filterTags.pattern.string()
    ):
        yield Problem(spec.filterTags, f"{name} no longer filters tags", known=False)
