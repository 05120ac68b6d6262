"""Image policy lets more versions in than before.

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

from policygate.kube.version_range import width
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared


def _policy(range_: str = "", **spec: Any) -> dict[str, Any]:
    policy_ = {"policy": {"semver": {"range": range_}}} if range_ else {}
    return {"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicy", "metadata": {"name": "web"},
            "spec": {"imageRepositoryRef": {"name": "web"}, **policy_, **spec}}  # fmt: skip


EXAMPLES = (
    Example("narrower", "pass", base=_policy("^1.2.0"), head=_policy("~1.2.0")),
    Example("another major version", "pass", base=_policy("1.x"), head=_policy("2.x")),
    Example("filled in later", "pass", base=_policy("^1.2.0"), head=_policy("${RANGE}")),
    Example("wider", "fail", base=_policy("~1.2.0"), head=_policy("^1.2.0"), path="policy.semver.range",
            message="web lets every minor version in: ^1.2.0, and was ~1.2.0"),
    Example("pre-releases", "fail", base=_policy("^1.2.0"), head=_policy("^1.2.0-0"), message="pre-releases included"),
    Example("without a filter", "fail", base=_policy("^1.2.0", filterTags={"pattern": "^v"}), head=_policy("^1.2.0"),
            path="spec.filterTags", message="no longer filters tags"),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["image.toolkit.fluxcd.io/ImagePolicy"],
    operations=["UPDATE"],
    refines=["flux-image-policy-open"],
    examples=EXAMPLES,
)
def loosened_flux_image_policy(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield ranges that are wider than at the base, and a filter that is gone."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head, name = pair.base.view.spec, pair.head.view.spec, pair.head.id.name
    before, after = base.policy.semver.range, head.policy.semver.range
    was, now = width(before.string()), width(after.string())
    if was and now and before.string() and after.string() and now > was:
        more = ", pre-releases included" if now.prereleases else ""
        text = f"{name} lets {now.words} in: {after.string()}, and was {before.string()}{more}"
        yield Problem(after, text)
    if base.filterTags.pattern.string() and not head.filterTags.pattern.string():
        yield Problem(head.filterTags, f"{name} no longer filters tags")
