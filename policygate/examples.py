"""Run the examples of a policy: they are its tests and the cases of its manual page.

Every example goes the way of a real change (text, documents, resources, pairing, engine), so that
what passes here holds for the command too. Not for printing: `cli.test` and the tests do that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from policygate.engine import Display, FilePair, Gate, Judgement, judge
from policygate.kube.resources import resources_of
from policygate.pairing import pair
from policygate.policy.params import ParamError, with_params
from policygate.surroundings import Surroundings
from policygate.yamldoc import Parsed, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policygate.model import Finding, Resource
    from policygate.policy.types import Example, Policy
    from policygate.surroundings import ReadFolder

_MARKER: Final = re.compile(r"#\s*expect:\s*([a-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that did not turn out as expected, and in what way."""

    policy: str
    example: str
    message: str


def run_examples(policy: Policy) -> Iterator[Failure]:
    """Yield every example of a policy that fails, and what is missing among them."""
    for wanted in ("pass", "fail"):
        if not any(example.expect == wanted for example in policy.examples):
            yield Failure(policy.id, "-", f"there is no example that expects `{wanted}`")
    for example in policy.examples:
        for message in _wrong(policy, example):
            yield Failure(policy.id, example.name, message)


def _wrong(policy: Policy, example: Example) -> Iterator[str]:
    try:
        judged = judge_example(policy, example)
    except ParamError as wrong:
        yield str(wrong)
        return
    for fault in judged.faults:
        yield fault.message
    findings = judged.findings
    if example.expect == "pass":
        for finding in findings:
            yield f"passes not: {finding.path or 'file'}: {finding.message}"
        return
    if not findings and not judged.faults:
        yield "does not fail"
    elif findings:
        yield from _elsewhere(example, findings, policy.id)


def _elsewhere(example: Example, findings: tuple[Finding, ...], policy_id: str) -> Iterator[str]:
    """What is wrong with findings that were expected: their words or their places."""
    if example.message and not any(example.message in f.message for f in findings):
        yield f"no message holds {example.message!r}: {findings[0].message!r}"
    if example.path and not any(_ends_with(f.path, example.path) for f in findings):
        yield f"nothing found at {example.path}: {findings[0].path}"
    if example.text:
        lines = enumerate(example.text.splitlines(), 1)
        marked = {n for n, text in lines if policy_id in _MARKER.findall(text)}
        found = {finding.location.line for finding in findings}
        if marked and marked != found:
            yield f"found on lines {sorted(found)}, marked are {sorted(marked)}"


def _ends_with(path: str, end: str) -> bool:
    return path == end or path.endswith(("." + end, end if end.startswith("[") else "\0"))


def judge_example(policy: Policy, example: Example) -> Judgement:
    """Judge one example by its policy alone.

    Raises:
        ParamError: When the example overrides a parameter the policy does not have.
    """
    policy = with_params(policy, example.params)
    head = _parsed(example.text, example.head, example)
    base = _parsed(example.base_text, example.base, example)
    changes = pair(_resources(base), _resources(head), {})
    files = [FilePair(base, head)] if head is not None else []
    return judge(
        [policy],
        changes,
        files,
        Surroundings(changes, _only_folder(head), _only_folder(base)),
        Gate(),
        Display(),
    )


def _parsed(text: str | None, body: Mapping[str, Any] | None, example: Example) -> Parsed | None:
    if text is not None:
        return parse(text.encode(), example.at)
    if body is None:
        return None
    import json

    return parse(json.dumps(_as_object(body, example.binds), indent=1).encode(), example.at)


def _as_object(body: Mapping[str, Any], binds: str) -> Mapping[str, Any]:
    if binds == "object":
        return body
    pod = {"containers": [body]} if binds == "container" else body
    containers = [
        # A container without an image is a patch; an example that leaves it out means none.
        {"image": "example:1", **each} if isinstance(each, dict) else each
        for each in pod.get("containers", ())
    ]
    spec = {**pod, "containers": containers}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "example"}, "spec": spec}


def _resources(parsed: Parsed | None) -> tuple[Resource, ...]:
    if parsed is None:
        return ()
    documents: Iterable[Any] = parsed.documents
    return tuple(
        resource
        for document in documents
        if document.readable
        for resource in resources_of(document.value, document, parsed.file)
    )


def _only_folder(parsed: Parsed | None) -> ReadFolder:
    resources = _resources(parsed)
    return lambda _folder: resources
