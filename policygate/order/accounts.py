"""What an account or a set of constraints lets pods have, in orders.

| what | strictest … loosest |
|---|---|
| ServiceAccount, its token | not mounted < mounted, unset |
| ServiceAccount, its identity in a cloud | no order: another one is other rights |
| SecurityContextConstraints, a switch | false < true; unset is false, but for allowPrivilegeEscalation |
| SecurityContextConstraints, a strategy | MustRunAs… < MustRunAsNonRoot < RunAsAny |
| SecurityContextConstraints, a list | users, groups, volumes, capabilities, by inclusion |

https://kubernetes.io/docs/concepts/security/service-accounts/,
https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/authentication_and_authorization/managing-pod-security-policies
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.order.verdict import Dimension, Gain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.view import View

_IDENTITIES: Final = (
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
    "azure.workload.identity/client-id",
)


def _account(base: Resource, head: Resource) -> Iterator[Gain]:
    who = f"ServiceAccount {head.id.name}"
    field = "automountServiceAccountToken"
    was, now = base.view[field], head.view[field]
    if was.raw is False and now.raw is not False:
        yield Gain(
            now,
            f"pods of {who} get its token now, unless they say otherwise",
            was=False,
            now=now.raw,
        )
    old, new = base.view.metadata.annotations, head.view.metadata.annotations
    for key in _IDENTITIES:
        if new[key].string() and new[key].raw != old[key].raw:
            text = f"{who} is {new[key].string()} in the cloud now"
            yield Gain(new[key], text, old[key].raw, new[key].raw, unordered=True)


# OpenShift

_SWITCHES: Final = (
    "allowHostDirVolumePlugin", "allowHostIPC", "allowHostNetwork", "allowHostPID", "allowHostPorts",
    "allowPrivilegedContainer",
)  # fmt: skip
_STRATEGIES: Final = ("runAsUser", "seLinuxContext", "fsGroup", "supplementalGroups")
_STRICTNESS: Final = {"MustRunAs": 0, "MustRunAsRange": 0, "MustRunAsNonRoot": 1, "RunAsAny": 2}
_LISTS: Final = (
    ("allowedCapabilities", "may use the capability"), ("defaultAddCapabilities", "get the capability"),
    ("volumes", "may mount volumes of the type"), ("allowedUnsafeSysctls", "may set the parameter"),
    ("seccompProfiles", "may run with the seccomp profile"),
)  # fmt: skip


def _constraints(base: Resource, head: Resource) -> Iterator[Gain]:
    who, was, now = f"SecurityContextConstraints {head.id.name}", base.view, head.view
    for field in _SWITCHES:
        if now[field].raw is True and was[field].raw is not True:
            yield Gain(now[field], f"{who}: {field} is true now", was[field].raw, now=True)
    for field, strict in (("allowPrivilegeEscalation", False), ("readOnlyRootFilesystem", True)):
        if was[field].raw is strict and now[field].raw is not strict:
            yield Gain(
                now[field],
                f"{who}: {field} is not {str(strict).lower()} any more",
                strict,
                now[field].raw,
            )
    for field in _STRATEGIES:
        old, new = (_STRICTNESS.get(each[field]["type"].string()) for each in (was, now))
        if old is not None and new is not None and new > old:
            at = now[field]["type"]
            yield Gain(at, f"{who}: {field} is {at.raw} now", was[field]["type"].raw, at.raw)
    for field, says in _LISTS:
        yield from _more(was[field], now[field], f"pods by {who} {says} {{}} now")
    for field in ("users", "groups"):
        yield from _more(was[field], now[field], f"{who} is for {{}} now")
    yield from _kept(was.requiredDropCapabilities, now.requiredDropCapabilities, who)


def _kept(was: View, now: View, who: str) -> Iterator[Gain]:
    """Capabilities that pods had to drop, and need not any more."""
    dropped = {each.string() for each in now}
    for each in was:
        if not dropped & {each.string(), "ALL"}:
            text = f"pods by {who} need not drop {each.string()} any more"
            yield Gain(now, text, each.raw, None)


def _more(was: View, now: View, says: str) -> Iterator[Gain]:
    known = {each.string() for each in was}
    for each in now:
        if each.string() and each.string() not in known and "*" not in known:
            yield Gain(each, says.format(each.string()), None, each.raw)


ACCOUNT: Final = Dimension("account", "security", _account)
CONSTRAINTS: Final = Dimension("security-context-constraints", "security", _constraints)
