"""Image goes back to an older version.

A rollback in a hurry, or a branch that was older than the main one: the fixes in between are gone, and
data that the newer version wrote may not be readable.

Fix:
Go back on purpose, and say why in the pull request; otherwise name the newer version.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-names
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.kube.image import parse_image
from policygate.policy import Example, Pair, Problem, policy

VERSION = re.compile(r"v?([0-9]+(?:\.[0-9]+){1,3})(-[0-9A-Za-z.-]+)?")


def _image(tag: str, name: str = "web") -> dict[str, str]:
    return {"name": "web", "image": f"registry.example/{name}:{tag}"}


EXAMPLES = (
    Example("newer", "pass", binds="container", base=_image("1.9.3"), head=_image("1.10.0")),
    Example("the same in other words", "pass", binds="container", base=_image("v1.2.0"), head=_image("1.2.0")),
    Example("another image", "pass", binds="container", base=_image("2.0.0"), head=_image("1.0.0", "api")),
    Example("another variant", "pass", binds="container", base=_image("1.27.3-alpine"), head=_image("1.27.2")),
    Example("no versions", "pass", binds="container", base=_image("20250101"), head=_image("main")),
    Example("a new container", "pass", binds="pod", base={"containers": [{"name": "a", "image": "a:2"}]},
            head={"containers": [{"name": "a", "image": "a:2"}, {"name": "b", "image": "b:1"}]}),
    Example("older", "fail", binds="container", base=_image("1.10.0"), head=_image("1.9.3"), path="image",
            message="container web goes back from 1.10.0 to 1.9.3"),
    Example("older, with a digest", "fail", binds="container", base=_image("1.2.4"), head=_image("1.2.3@sha256:" + "a" * 64)),
)  # fmt: skip


@policy(
    level="warning", kinds=["workload"], scope="container", operations=["UPDATE"], examples=EXAMPLES
)
def image_version_skew_in_change(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare the versions of one image; a tag that is none says nothing."""
    if pair.base is None:
        return
    view = pair.head.view.image
    was, now = parse_image(pair.base.view.image.string()), parse_image(view.string())
    if was is None or now is None or was.name != now.name:
        return
    old, new = VERSION.fullmatch(was.tag), VERSION.fullmatch(now.tag)
    if old and new and old[2] == new[2] and _numbers(new[1]) < _numbers(old[1]):
        yield Problem(
            view,
            f"container {pair.head.name} goes back from {was.tag} to {now.tag}",
            unordered=True,
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
