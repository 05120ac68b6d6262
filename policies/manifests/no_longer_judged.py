"""What was judged cannot be judged any more.

A file that gave resources at the base is a template now, or a symbolic link, a pointer, a binary file, or broken:
the gate sees nothing of it, while the cluster may see all of it. Were that let through, one pair of brackets would
be a way around every other policy. What a chart renders from its `templates/` is judged where it is rendered, so a
manifest that moves there only warns; and a Secret that is encrypted as a whole has not lost anything.

Fix:
Leave the file a plain manifest, or render it in the pipeline and check the result. Where it has to stay as it is,
waive this policy for the file (`file: path` in the waiver), so that somebody has looked.

References:
https://helm.sh/docs/chart_best_practices/templates/
https://git-scm.com/docs/gitattributes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.manifests import is_other_json
from policygate.model import Location, Resource
from policygate.policy import Example, Pair, Problem, policy
from policygate.yamldoc import GIT_CRYPT, Parsed

WEB = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers: [{name: web, image: 'web:1'}]\n"
MARKED = WEB.replace("'web:1'", "{{ .Values.image }}")
DATABASE = WEB.replace("web", "database")
EXAMPLES = (
    Example("still a manifest", "pass", text=WEB.replace("web:1", "web:2"), base_text=WEB),
    Example("it was a template before", "pass", text=MARKED + "# more\n", base_text=MARKED),
    Example("a template from the start", "pass", text=MARKED),
    Example("what was taken out is gone, and no riddle", "pass", text=DATABASE, base_text=WEB + "---\n" + DATABASE),
    Example("it stands in the file beside it", "pass", text=DATABASE + "---\n" + MARKED, base_text=DATABASE + "---\n" + MARKED),
    Example("a broken manifest is document-unreadable", "pass", text=WEB + "x: [\n", base_text=WEB),
    Example("a Secret that git-crypt encrypts", "pass", text="\0GITCRYPT\0\n",
            base_text="apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {a: b}\n"),
    Example("a value in brackets", "fail", text=MARKED, base_text=WEB, message="shop/Pod/web was judged"),
    Example("one of two", "fail", text=DATABASE + "---\n" + MARKED, base_text=DATABASE + "---\n" + WEB),
    Example("a pointer", "fail", text="version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", base_text=WEB,
            message="a Git LFS pointer"),
)  # fmt: skip


@policy(level="error", scope="file", examples=EXAMPLES)
def no_longer_judged(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the file whose resources are gone because nobody can read them any more."""
    if pair.base is None or pair.head is None:
        return
    reason = _reason(pair.head)
    lost = _lost(pair) if reason else []
    if reason == GIT_CRYPT:
        lost = [each for each in lost if each.id.kind != "Secret"]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        were = "were" if more else "was"
        moved = pair.base.file != pair.head.file
        yield Problem(
            (),
            f"{lost[0].id}{more} {were} judged at the base, and cannot be any more: {reason}",
            location=Location(pair.head.file, 1),
            level="warning" if moved else None,
        )


def _reason(head: Parsed) -> str | None:
    """Why something of a file is hidden without being an error; None where nothing is."""
    if head.not_text or head.template:
        return head.not_text or head.template
    broken = any(not document.readable for document in head.documents)
    return "it does not parse" if broken and is_other_json(head) else None


def _lost(pair: Pair) -> list[Resource]:
    """What the base had in the file and the head has nowhere."""
    gone = (each.base for each in pair.context.changes if each.head is None)
    return [each for each in gone if each and each.file == pair.base.file and not each.partial]
