"""Run the examples of a policy: they are its tests and the cases of its manual page.

Every example goes the way of a real change (text, documents, resources, pairing, engine), so that
what passes here holds for the command too. Not for printing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.engine import FilePair, Judgement, judge, judge_gate
from policygate.findings import Display, Gate
from policygate.kube.resources import resources_of
from policygate.kube.workloads import is_workload
from policygate.manifests import Manifests
from policygate.model import Revision
from policygate.pairing import pair
from policygate.policy.expressions import check_of, compile_rules
from policygate.policy.match import applies
from policygate.policy.params import ParamError, with_params
from policygate.settings import Settings
from policygate.sources.snapshots import is_under
from policygate.surroundings import NO_FILES, Surroundings
from policygate.vetted import NOTHING
from policygate.yamldoc import Parsed, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policygate.cel import Visit
    from policygate.cel.syntax import Node
    from policygate.model import Fault, Finding, Path, Resource
    from policygate.policy.types import Example, Files, Policy

TODAY: Final = "2026-01-15"
"""The day on which examples of waivers are judged."""
_MARKER: Final = re.compile(r"#\s*expect:\s*([a-z0-9-]+)")


class Wrong(NamedTuple):
    """One way in which an example did not turn out as expected, and lines that show it."""

    message: str
    lines: tuple[str, ...] = ()


class Case(NamedTuple):
    """An example that has been run. It is as expected when nothing is wrong. `line` is where it begins."""

    example: Example
    wrong: tuple[Wrong, ...]
    line: int = 0


def run_example(policy: Policy, example: Example) -> Case:
    """Run an example of a policy."""
    return Case(example, tuple(_wrong(policy, example)))


def lacking(policy: Policy) -> Iterator[str]:
    """What is missing among the examples of a policy: one that passes, and one that fails."""
    for wanted in ("pass", "fail"):
        if not any(example.expect == wanted for example in policy.examples):
            yield f"there is no example that expects `{wanted}`"


def _wrong(policy: Policy, example: Example) -> Iterator[Wrong]:
    try:
        judged = judge_example(policy, example)
    except ParamError as wrong:
        yield Wrong(str(wrong))
        return
    for fault in judged.faults:
        yield Wrong(unjudged(fault))
    findings = judged.findings
    if example.expect == "pass":
        if findings:
            yield Wrong("expected to pass, but found:", tuple(_found(example, findings)))
        return
    if not findings and not judged.faults:
        yield Wrong("expected to fail, but nothing was found", tuple(_not_judged(policy, example)))
    elif findings:
        yield from _elsewhere(example, findings, policy.id)


def unjudged(fault: Fault) -> str:
    """Why an example cannot be judged, without what its author knows: the policy and the resource."""
    _, _, why = fault.message.partition(": ")
    return f"cannot be judged: {why or fault.message}"


def _found(example: Example, findings: tuple[Finding, ...]) -> Iterator[str]:
    lines = (example.text or "").splitlines()
    for finding in findings:
        yield f"  {finding.path or 'file'}: {finding.message}"
        number = finding.location.line
        if 0 < number <= len(lines):
            yield f"    {number:4} | {lines[number - 1]}"


def _not_judged(policy: Policy, example: Example) -> Iterator[str]:
    """Why a policy has not even looked at an example."""
    if policy.scope in ("file", "gate"):
        return
    base, head = states_of(example)
    issues = [i for each in (base, head) if each for d in each.documents for i in d.issues]
    changes = pair(_resources(base), _resources(head), {})
    if issues:
        yield f"  line {issues[0].location.line} of it cannot be read: {issues[0].message}"
    elif not changes:
        yield "  it holds no Kubernetes resource (apiVersion, kind and metadata.name)"
    elif all(change.action == "same" for change in changes):
        yield "  base and head are the same: only what changes is judged"
    elif not any(applies(policy, change.resource, change.operation) for change in changes):
        for change in changes:
            what = f"{change.operation} of {change.resource.id.kind}"
            yield f"  the policy does not apply: `match` and `exclude` leave out this {what}"
            if "workload" in policy.match.kinds and not is_workload(change.resource):
                yield "  (a workload is what carries a pod spec, and it has none)"
    else:
        spec = policy.written.spec if policy.written else {}
        conditions = tuple(_false_conditions(policy, spec, example)) if spec else ()
        yield from conditions
        if not conditions and all(change.resource.partial for change in changes):
            yield "  it reads as a patch, and what a patch leaves out is no finding: add the rest"


def _false_conditions(policy: Policy, spec: Mapping[str, Any], example: Example) -> Iterator[str]:
    rules = compile_rules(spec, lambda _path, wrong: wrong)
    found: dict[str, None] = {}

    def watch(path: Path) -> Visit | None:
        if path[1] != "matchConditions":
            return None
        condition = rules.conditions[int(path[2])]

        def visit(node: Node, value: Any) -> None:
            if value is False and node.span == condition.tree.span:
                found[" ".join(condition.text.split())] = None

        return visit

    judge_example(replace(policy, check=check_of(spec, lambda _path, wrong: wrong, watch)), example)
    yield from (f"  this condition is false: {text}" for text in found)


def _elsewhere(example: Example, findings: tuple[Finding, ...], policy_id: str) -> Iterator[Wrong]:
    """What is wrong with findings that were expected: their words or their places."""
    if example.message and not any(example.message in f.message for f in findings):
        lines = (f"  - {example.message}", *(f"  + {f.message}" for f in findings))
        yield Wrong("no message holds what is expected:", lines)
    if example.path and not any(_ends_with(f.path, example.path) for f in findings):
        lines = (f"  - {example.path}", *(f"  + {f.path}" for f in findings))
        yield Wrong("nothing is found at the path that is expected:", lines)
    if example.text:
        texts = example.text.splitlines()
        marked = {n for n, text in enumerate(texts, 1) if policy_id in _MARKER.findall(text)}
        found = {finding.location.line: finding.message for finding in findings}
        ids = {each for text in texts for each in _MARKER.findall(text)}
        if not marked and ids:
            yield Wrong(f"it marks lines for {', '.join(sorted(ids))}, and none for {policy_id}")
        if marked and marked != found.keys():
            yield Wrong(
                "expected on the lines with `-`, found on those with `+`:",
                tuple(_difference(texts, marked, found)),
            )


def _difference(texts: list[str], marked: set[int], found: Mapping[int, str]) -> Iterator[str]:
    """The lines that are marked or found, with one line around them."""
    wanted = sorted(marked | found.keys())
    last = 0
    for number, text in enumerate(texts, 1):
        if not any(abs(number - each) <= 1 for each in wanted):
            continue
        if last and number > last + 1:
            yield "        ..."
        last = number
        missing, extra = number in marked - found.keys(), number in found.keys() - marked
        sign = "-" if missing else "+" if extra else " "
        yield f"  {sign} {number:4} | {text}" + (f"  <- {found[number]}" if extra else "")


def _ends_with(path: str, end: str) -> bool:
    return path == end or path.endswith(("." + end, end if end.startswith("[") else "\0"))


def judge_example(policy: Policy, example: Example) -> Judgement:
    """Judge one example by its policy alone.

    Raises:
        ParamError: When the example overrides a parameter the policy does not have.
    """
    policy = with_params(policy, example.params)
    if policy.scope == "gate":
        return _judge_gate(policy, example)
    before, after = (_Texts.of(example, text) for text in _texts_of(example))
    base, head = before.read(example.at), after.read(example.at)
    files = [FilePair(base, head)] if head is not None or base is not None else []
    return judge_states(policy, _resources(base), _resources(head), files, (after, before))


def _judge_gate(policy: Policy, example: Example) -> Judgement:
    """Judge an example of what happens to the gate itself, on the day `TODAY`."""
    from datetime import date

    from policygate.configuration import gate_state, load_policies
    from policygate.ledger import Ledger
    from policygate.weakening import may_run_the_gate

    base_text, text = _texts_of(example)
    sides = []
    for each in (base_text, text):
        files = {**example.beside, **({} if each is None else {example.at: each})}
        tree = _Texts(Revision(None, "an example"), files)
        sides.append((tree, Manifests(tree, Settings())))
    base, head = sides
    settings, known = load_policies(base[0])
    policies = {each.id: each for each in known}
    ledger = Ledger(base, head, settings, policies, date.fromisoformat(TODAY), NOTHING)
    states = (gate_state(each[0]) for each in sides)
    before, after = (state._replace(today=TODAY) for state in states)
    edited = base_text != text and may_run_the_gate(example.at)
    after = after._replace(
        waivers=ledger.standings(),
        edited=((example.at, "policygate" in (text or "")),) if edited else (),
    )
    around = Surroundings((), lambda _folder: (), lambda _folder: ())
    return judge_gate([policy], before, after, around, Gate())


def judge_states(
    policy: Policy,
    base: tuple[Resource, ...],
    head: tuple[Resource, ...],
    files: Sequence[FilePair] = (),
    trees: tuple[Files, Files] = NO_FILES,
) -> Judgement:
    """Judge the change between two states of one folder by one policy."""
    changes = pair(base, head, {})
    around = Surroundings(changes, lambda _folder: head, lambda _folder: base, files=trees)
    return judge([policy], changes, files, around, Gate(), Display())


class _Texts(NamedTuple):
    """The files of an example at one side; implements `policygate.sources.Snapshot`."""

    revision: Revision
    files: Mapping[str, str]

    @classmethod
    def of(cls, example: Example, text: str | None) -> Manifests:
        """The files beside an example, and its own where it has a text at this side."""
        own = {} if text is None else {example.at: text}
        everything = cls(Revision(None, "an example"), {**example.beside, **own})
        return Manifests(everything, Settings(), frozenset({example.at}))

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        """See `Snapshot`; examples are short."""
        del limit
        return self.files[path].encode() if path in self.files else None

    def stored(self, path: str, limit: int | None = None) -> bytes | None:
        """See `Snapshot`."""
        return self.read(path, limit)

    def paths(self, under: str = "", *, deep: bool = True) -> tuple[str, ...]:
        """See `Snapshot`."""
        return tuple(
            sorted(path for path in self.files if is_under(path, under.rstrip("/"), deep=deep))
        )

    def search(self, *words: str, among: Sequence[str] = ()) -> tuple[str, ...]:  # noqa: ARG002
        """See `Snapshot`."""
        found = (path for path, text in self.files.items() if any(word in text for word in words))
        return tuple(sorted(found))


def states_of(example: Example) -> tuple[Parsed | None, Parsed | None]:
    """An example as two versions of a file, at the base and at the head."""
    base, head = (
        None if text is None else parse(text.encode(), example.at) for text in _texts_of(example)
    )
    return base, head


def _texts_of(example: Example) -> tuple[str | None, str | None]:
    base = _text(example.base_text, example.base, example)
    return base, _text(example.text, example.head, example)


def _text(text: str | None, body: Mapping[str, Any] | None, example: Example) -> str | None:
    if text is not None or body is None:
        return text
    import json

    return json.dumps(_as_object(body, example.binds), indent=1)


def _as_object(body: Mapping[str, Any], binds: str) -> Mapping[str, Any]:
    if binds == "object":
        return body
    pod = {"containers": [body]} if binds == "container" else body
    spec = {"containers": [], **pod}
    for key in ("containers", "initContainers", "ephemeralContainers"):
        if key in spec:
            # A container without an image is a patch; an example that leaves it out means none.
            spec[key] = [
                {"image": "example:1", **each} if isinstance(each, dict) else each
                for each in spec[key]
            ]
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
