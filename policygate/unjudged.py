"""What a changed file holds that policies cannot judge, and why: the report names it.

Not for what can be told by a file's mode alone, such as submodules: `sources` finds those.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from policygate.kube.inline import changes_others
from policygate.manifests import is_other_json
from policygate.model import NotJudged
from policygate.sources.folder import LINK, NOT_A_FILE, SUBMODULE
from policygate.yamldoc import TOO_LARGE, Parsed
from policygate.yamldoc.stream import BINARY, GIT_CRYPT, GIT_LFS, NOT_UTF_8, TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.manifests import Manifests
    from policygate.sources import FileChange

CHART: Final = "a Helm template: only what it says without being rendered was judged"
OTHER_JSON: Final = "does not parse, and names no apiVersion and kind"
TOO_MUCH: Final = "holds more than policygate reads"
PATCHES: Final = "holds kustomize patches: render it and check the result"
PATCH: Final = "is a kustomize patch that names no object: render it and check the result"
REASONS: Final = (
    *(LINK, SUBMODULE, NOT_A_FILE),
    *(BINARY, NOT_UTF_8, GIT_CRYPT, GIT_LFS, TOO_LARGE, TOO_MUCH),
    *(TEMPLATE, CHART, PATCHES, PATCH, OTHER_JSON),
)
"""All that there are; that of a template goes on with its first mark. The page `not-judged` explains each."""


def head_of(change: FileChange, head: Manifests, special: Mapping[str, str]) -> Parsed | None:
    """A file of the head; what took the place of one, such as a symbolic link, is a file without text.

    Args:
        change: The file, at the base and at the head.
        head: The state that it belongs to.
        special: What differs and is no file, and why: by its path.
    """
    found = head.file(change.head_path)
    if found is not None or change.base_path is None or not special:
        return found
    above = (change.base_path, *map(str, PurePosixPath(change.base_path).parents))
    reason = next((special[path] for path in above if path in special), None)
    return None if reason is None else Parsed(change.base_path, "", (), not_text=reason)


def not_judged(head: Parsed, manifests: Manifests) -> Iterator[NotJudged]:
    """Yield what a changed file holds that no policy sees.

    Args:
        head: The file.
        manifests: The state that it belongs to.
    """
    for reason in _reasons(head, manifests):
        yield NotJudged(head.file, reason)


def _reasons(head: Parsed, manifests: Manifests) -> Iterator[str]:
    reason = head.not_text or head.template
    if head.not_text and manifests.is_plain(head.file):
        if reason == TOO_LARGE:  # what else is no text has nothing to say to a policy
            yield reason
    elif reason:
        yield reason
    elif manifests.is_chart_template(head):
        yield CHART
    elif is_other_json(head) and not all(document.readable for document in head.documents):
        yield OTHER_JSON
    if any(issue.kind == "limit" for document in head.documents for issue in document.issues):
        yield TOO_MUCH
    if any(changes_others(document.value) for document in head.documents):
        yield PATCHES
    elif not reason and manifests.is_patch(head.file) and not manifests.resources(head.file):
        yield PATCH
