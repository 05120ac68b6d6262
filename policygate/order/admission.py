"""What keeps things out of the cluster, in orders: webhooks, admission policies, Kyverno and Gatekeeper.

| what | strictest … loosest |
|---|---|
| a webhook | failurePolicy Fail < Ignore (unset: Fail in v1, Ignore in v1beta1); rules, selectors: fewer requests are looser; gone |
| an admission policy | failurePolicy Fail < Ignore; a validation gone or another; matchConditions added |
| its binding | Deny < Warn, Audit < none; fewer resources; gone |
| Kyverno | Enforce < Audit (unset: Audit), for a policy, a rule or a namespace; a rule gone; match and exclude; admission, background off |
| Gatekeeper | deny (unset) < warn < dryrun; match and its exclusions; gone |
| an exception of either | added or wider |

What expressions and patterns mean is not ordered: another one may let more through.
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/,
https://kyverno.io/docs/policy-types/, https://open-policy-agent.github.io/gatekeeper/website/docs/violations/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from policygate.kube.aggregation import selects_no_more
from policygate.order.verdict import Dimension, Gain, named, restrictor
from policygate.place import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.view import View


_GONE: Final = ", and lets through what it kept out"


# Webhooks


def _webhooks(base: Resource, head: Resource) -> Iterator[Gain]:
    after = {each["name"].string(): each for each in head.view.webhooks}
    for old in base.view.webhooks:
        name = old["name"].string()
        new = after.get(name)
        if new is None:
            text = f"{named(head)}: the webhook {name} is gone"
            yield Gain(head.view.webhooks, text, name, None)
        else:
            yield from _webhook(base, head, old, new, f"{named(head)}: the webhook {name}")


def _webhook(base: Resource, head: Resource, old: View, new: View, who: str) -> Iterator[Gain]:
    was, now = (_failure(side, hook) for side, hook in ((base, old), (head, new)))
    if (was, now) == ("Fail", "Ignore"):
        text = f"{who} lets everything through when it does not answer"
        yield Gain(new.failurePolicy, text, old.failurePolicy.raw, new.failurePolicy.raw)
    kept = _requests(new)
    lost = [each for each in _requests(old) if not any(_covers(wide, each) for wide in kept)]
    if lost:
        operation, group, resource = min(lost)
        what = f"{resource}.{group}".rstrip(".")
        text = f"{who} no longer sees {operation} of {what}"
        yield Gain(new.rules, text)
    for field in ("namespaceSelector", "objectSelector"):
        if not selects_no_more(old[field], new[field]):
            text = f"{who} sees less: its {field} is narrower"
            yield Gain(new[field], text, old[field].raw, new[field].raw)
    yield from _conditions(old, new, who)
    if (
        old.matchPolicy.string(_matching(base))
        == "Equivalent"
        != new.matchPolicy.string(_matching(head))
    ):
        text = f"{who} does not see other versions of the same resources any more"
        yield Gain(new.matchPolicy, text, old.matchPolicy.raw, new.matchPolicy.raw, level="warning")


def _conditions(was: View, now: View, who: str) -> Iterator[Gain]:
    """Conditions that pass over what was seen before."""
    known = {canonical(each.raw) for each in was.matchConditions}
    for each in now.matchConditions:
        if canonical(each.raw) not in known:
            text = f"{who} passes over what its condition {each['name'].string()} does not mean"
            yield Gain(each, text, level="warning")


def _failure(side: Resource, hook: View) -> str:
    return hook.failurePolicy.string("Ignore" if side.version.endswith("v1beta1") else "Fail")


def _matching(side: Resource) -> str:
    return "Exact" if side.version.endswith("v1beta1") else "Equivalent"


_Request: TypeAlias = "tuple[str, str, str]"


def _requests(hook: View) -> set[_Request]:
    """What a webhook sees: operation, group and resource, each as a rule writes it."""
    return {
        (operation.string(), group.string(), resource.string())
        for rule in hook.rules
        for operation in rule.operations
        for group in rule.apiGroups
        for resource in rule.resources
    }


def _covers(wide: _Request, narrow: _Request) -> bool:
    """Whether a rule sees everything that another one does: `*` is every resource, `*/*` with what is below."""
    if any(w not in ("*", n) for w, n in zip(wide[:2], narrow[:2], strict=True)):
        return False
    have, want = wide[2], narrow[2]
    if have in ("*/*", want):
        return True
    if have == "*":
        return "/" not in want
    base, slash, sub = have.partition("/")
    return bool(slash) and (
        (base == "*" and want.partition("/")[2] == sub)
        or (sub == "*" and want.partition("/")[0] == base and "/" in want)
    )


# Admission policies of Kubernetes


def _admission_policy(base: Resource, head: Resource) -> Iterator[Gain]:
    who, was, now = named(head), base.view.spec, head.view.spec
    if was.failurePolicy.string("Fail") == "Fail" and now.failurePolicy.raw == "Ignore":
        text = f"{who} lets through what it cannot judge"
        yield Gain(now.failurePolicy, text, was.failurePolicy.raw, now.failurePolicy.raw)
    actions = {each.string() for each in now.validationActions}
    for each in was.validationActions:
        if each.raw == "Deny" and each.raw not in actions:
            text = f"{who} no longer denies what breaks its policy"
            yield Gain(
                now.validationActions, text, was.validationActions.raw, now.validationActions.raw
            )
    yield from _items_lost(was.validations, now.validations, f"{who}: a validation", "expression")
    yield from _conditions(was, now, who)
    for field in ("matchConstraints", "matchResources", "paramRef", "policyName"):
        if was[field] and canonical(was[field].raw) != canonical(now[field].raw):
            text = f"{who}: its {field} is another one, and may mean less"
            yield Gain(now[field], text, possible=True)


def _items_lost(was: View, now: View, what: str, key: str) -> Iterator[Gain]:
    """What is no longer in a list, by one of its fields."""
    kept = {canonical(each[key].raw) for each in now}
    lost = [each for each in was if canonical(each[key].raw) not in kept]
    for each in lost:
        changed = len(list(now)) >= len(list(was))
        text = f"{what} is {'another one' if changed else 'gone'}"
        yield Gain(
            now, text, each[key].raw, None, level="warning" if changed else None, possible=changed
        )


# Kyverno

_SINGLE: Final = ("validationFailureAction", "failureAction")


def _enforces(policy: Resource, rule: View) -> bool:
    own = rule.validate.failureAction.string() or policy.view.spec.validationFailureAction.string()
    return own.lower() == "enforce"


def _kyverno(base: Resource, head: Resource) -> Iterator[Gain]:
    who, was, now = named(head), base.view.spec, head.view.spec
    actions = {each.string() for each in now.validationActions}
    if any(each.raw == "Deny" for each in was.validationActions) and "Deny" not in actions:
        yield Gain(
            now.validationActions,
            f"{who} no longer denies what breaks it",
            was.validationActions.raw,
            now.validationActions.raw,
        )
    after = {each["name"].string(): each for each in now.rules}
    for rule in was.rules:
        name = rule["name"].string()
        new = after.get(name)
        if new is None:
            yield Gain(now.rules, f"{who}: the rule {name} is gone", name, None)
            continue
        yield from _kyverno_rule(base, head, rule, new, f"{who}: the rule {name}")
    for field, unset in (("background", True), ("admission", True)):
        if was[field].boolean(unset) and now[field].raw is False:
            text = f"{who} no longer looks at what is {'there' if field == 'background' else 'admitted'}"
            yield Gain(
                now[field],
                text,
                was[field].raw,
                now=False,
                level="warning" if field == "background" else None,
            )
    old, new_policy = (each.failurePolicy.string("Fail") for each in (was, now))
    if (old, new_policy) == ("Fail", "Ignore"):
        yield Gain(
            now.failurePolicy,
            f"{who} lets everything through when it does not answer",
            old,
            new_policy,
        )
    yield from _more_overrides(was, now, who)


def _kyverno_rule(base: Resource, head: Resource, old: View, new: View, who: str) -> Iterator[Gain]:
    if _enforces(base, old) and not _enforces(head, new):
        own = new.validate.failureAction
        at = (
            own
            if own or not head.view.spec.validationFailureAction
            else head.view.spec.validationFailureAction
        )
        yield Gain(at, f"{who} only reports what it kept out", "Enforce", at.raw)
    for field in ("match", "exclude", "preconditions"):
        was, now = old[field], new[field]
        if canonical(was.raw) == canonical(now.raw):
            continue
        if not was and field != "match":
            yield Gain(now, f"{who} passes over some of what it kept out", None, level=None)
        elif was and (now or field == "match"):
            yield Gain(now, f"{who} is for other resources now", possible=True)
    for field in ("validate", "verifyImages", "mutate"):
        was, now = old[field], new[field]
        if was and not now:
            yield Gain(now, f"{who} no longer has its {field}")
        elif was and _body(was) != _body(now):
            yield Gain(now, f"{who} asks for something else now", possible=True)


def _body(view: View) -> str:
    raw = view.raw
    if isinstance(raw, dict):
        raw = {key: value for key, value in raw.items() if key not in {"message", *_SINGLE}}
    return canonical(raw)


def _more_overrides(was: View, now: View, who: str) -> Iterator[Gain]:
    known = {canonical(each.raw) for each in was.validationFailureActionOverrides}
    for each in now.validationFailureActionOverrides:
        if each.action.string().lower() == "audit" and canonical(each.raw) not in known:
            where = ", ".join(n.string() for n in each.namespaces) or "some namespaces"
            yield Gain(each, f"{who} only reports what it kept out of {where}")


# Gatekeeper

_ACTIONS: Final = ("dryrun", "warn", "deny")


def _gatekeeper(base: Resource, head: Resource) -> Iterator[Gain]:
    who, was, now = named(head), base.view.spec, head.view.spec
    old, new = (each.enforcementAction.string("deny") for each in (was, now))
    if old in _ACTIONS and new in _ACTIONS and _ACTIONS.index(new) < _ACTIONS.index(old):
        yield Gain(
            now.enforcementAction,
            f"{who} only {'warns' if new == 'warn' else 'counts'} what it denied",
            old,
            new,
        )
    known = {each.raw for each in was.match.excludedNamespaces if isinstance(each.raw, str)}
    for each in now.match.excludedNamespaces:
        if isinstance(each.raw, str) and each.raw not in known:
            yield Gain(each, f"{who} no longer judges the namespace {each.raw}", None, each.raw)
    for field in ("kinds", "namespaces", "labelSelector", "namespaceSelector", "scope"):
        before, after = was.match[field], now.match[field]
        if after and canonical(before.raw) != canonical(after.raw) and not _contains(after, before):
            yield Gain(after, f"{who} is for other resources now", possible=bool(before))
    if was.parameters and canonical(was.parameters.raw) != canonical(now.parameters.raw):
        yield Gain(
            now.parameters, f"{who} has other parameters now, which may allow more", possible=True
        )


def _contains(after: View, before: View) -> bool:
    if not isinstance(after.raw, list) or not isinstance(before.raw, list):
        return False
    kept = {canonical(each.raw) for each in after}
    return all(canonical(each.raw) in kept for each in before)


# Exceptions


def _exception(base: Resource, head: Resource) -> Iterator[Gain]:
    who, was, now = named(head), base.view.spec, head.view.spec
    known = {
        (each.policyName.string(), name.string())
        for each in was.exceptions
        for name in each.ruleNames
    }
    for each in now.exceptions:
        for name in each.ruleNames:
            if (each.policyName.string(), name.string()) not in known:
                text = f"{who} lifts the rule {name.string()} of {each.policyName.string()} now"
                yield Gain(name, text, None, name.raw)
    if canonical(was.match.raw) != canonical(now.match.raw):
        yield Gain(now.match, f"{who} is for other resources now", possible=True)


WEBHOOK: Final = Dimension("admission-webhook", "security", restrictor(_webhooks, _GONE))
ADMISSION_POLICY: Final = Dimension(
    "admission-policy", "security", restrictor(_admission_policy, _GONE)
)
KYVERNO_POLICY: Final = Dimension("kyverno-policy", "security", restrictor(_kyverno, _GONE))
GATEKEEPER_CONSTRAINT: Final = Dimension(
    "gatekeeper-constraint", "security", restrictor(_gatekeeper, _GONE)
)
POLICY_EXCEPTION: Final = Dimension("policy-exception", "security", _exception)
