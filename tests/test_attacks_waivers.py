"""Ways around the gate by its exceptions: what a waiver, or a mark of another tool, never does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from policygate import check
from policygate.kube.kyverno_rules import RULES
from policygate.policy.loader import load_shipped
from tests.repo import Repo
from tests.spotless import WEB

if TYPE_CHECKING:
    from collections.abc import Callable

    from policygate.model import Report

    Judge: TypeAlias = Callable[[dict[str, Any], dict[str, Any]], Report]

TODAY: Final = date(2026, 1, 15)
FILE: Final = ".policygate/waivers/w.yaml"
SETTINGS: Final = ".policygate/config.yaml"
OPEN: Final = WEB.replace("      automount", "      hostNetwork: true\n      automount")
CLOSED: Final = WEB.replace("      automount", "      hostNetwork: false\n      automount")
HEADER: Final = "policy: host-network\nresource: prod/Deployment/web\nreason: debug the CNI\nowner: '@a'\nopened: 2026-01-08\nexpires: 2026-01-10\n"
VALUES: Final = "accepted: [{path: spec.template.spec.hostNetwork, was: null, now: true}]\n"
LATE: Final = HEADER + VALUES
VALID: Final = LATE.replace("01-10", "01-15")
IDLE: Final = {"x.yaml": "a: 1\n"}


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Commits a tree to main and another one to a branch, and judges the second against the first."""

    def run(base: dict[str, Any], head: dict[str, Any]) -> Report:
        number = len(list(tmp_path.iterdir()))
        repo = Repo.init(tmp_path / f"repo{number}")
        repo.commit(base)
        repo.switch("pr", "main")
        gone: dict[str, Any] = dict.fromkeys({*base} - {*head})
        repo.commit({**head, **gone})
        env = {**repo.env, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        report = check(repo.path, base="main", today=TODAY, env=env)
        assert not report.faults
        return report

    return run


def _blocking(report: Report) -> set[str]:
    return {each.policy for each in report.findings if each.blocks}


def _waived(report: Report) -> set[str]:
    return {each.policy for each in report.waived}


# A waiver of the base is held to the words of the base


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LATE, HEADER + "accepted: [{path: spec.replicas, now: null}]\n"),
        (LATE, LATE + "container: nope\n"),
        (LATE, LATE + "file: x.yaml\n"),
        (LATE, LATE.replace("was: null", "was: true")),
        (LATE, LATE.replace("host-network", "host-pid")),
        (LATE, LATE.replace("/web", "/other")),
        (LATE, LATE.replace("01-10", "01-15").replace("CNI", "DNS") + "container: nope\n"),
        (HEADER, HEADER + "container: nope\n"),
        (HEADER, HEADER + "accepted: [{path: spec.replicas, now: null}]\n"),
        (HEADER, HEADER.replace("01-10", "01-14").replace("CNI", "DNS") + "container: nope\n"),
        (VALID, VALID + "container: nope\n"),
    ],
)  # fmt: skip
def test_an_edited_waiver_is_held_to_its_old_words(judge: Judge, before: str, after: str) -> None:
    """Pointed at something harmless it is neither settled nor unused: what it excused is still there."""
    tree = {"web.yaml": OPEN, **IDLE, FILE: before}
    assert "waiver-removed" in _blocking(judge(tree, {**tree, FILE: after}))


def test_what_a_waiver_still_says_is_not_removed(judge: Judge) -> None:
    """A new reason, another name, a place less that is mended, a file more: it goes on."""
    pid = "      hostPID: true\n      automount"
    two = VALID.replace("[{", "[{path: spec.template.spec.hostPID, was: null, now: true}, {")
    tree = {"web.yaml": OPEN, FILE: VALID}
    for head in (
        {"web.yaml": OPEN, ".policygate/waivers/new.yaml": VALID},
        {"web.yaml": OPEN, FILE: VALID + "file: web.yaml\n"},
        {"web.yaml": OPEN, FILE: VALID.replace("CNI", "DNS").replace("01-15", "01-16")},
        {"deep/web.yaml": OPEN, FILE: VALID},
        {"web.yaml": WEB},
    ):
        assert not _blocking(judge(tree, head)), head
    both = {"web.yaml": OPEN.replace("      automount", pid), FILE: two}
    assert not _blocking(judge(both, tree))


def test_a_part_of_a_container_goes_on(judge: Judge) -> None:
    """A waiver of everything may become one of the only container where something is left."""
    root = WEB.replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: true, privileged: true")  # fmt: skip
    whole = HEADER.replace("host-network", "privileged-container").replace("01-10", "01-15")
    tree = {"web.yaml": root, FILE: whole}
    assert not _blocking(judge(tree, {**tree, FILE: whole + "container: web\n"}))
    assert "waiver-removed" in _blocking(judge(tree, {**tree, FILE: whole + "container: db\n"}))


def test_what_moves_takes_its_waiver_along(judge: Judge) -> None:
    """In another file it is the same resource: its waiver cannot be left behind."""
    tree = {"web.yaml": OPEN, FILE: VALID + "file: web.yaml\n"}
    assert "waiver-removed" in _blocking(judge(tree, {"b/web.yaml": OPEN}))
    moved = {"b/web.yaml": OPEN, FILE: VALID + "file: b/web.yaml\n"}
    assert not _blocking(judge(tree, moved))
    twins = {**tree, "b/web.yaml": OPEN, "x.yaml": "a: 1\n"}
    assert not _blocking(judge(twins, {"b/web.yaml": OPEN}))


@pytest.mark.parametrize(
    ("old", "new", "called"),
    [
        ("name: web,", "name: web2,", "prod/Deployment/web2"),
        (", namespace: prod", "", "Deployment/web"),
        ("kind: Deployment", "kind: DaemonSet", "prod/DaemonSet/web"),
    ],
)
def test_what_is_renamed_takes_its_waiver_along(
    judge: Judge, old: str, new: str, called: str
) -> None:
    """Under another name, in another namespace or of another kind it is old debt, and needs its waiver."""
    head = {"web.yaml": OPEN.replace(old, new)}
    for tree in ({"web.yaml": OPEN, FILE: VALID}, {"web.yaml": _commented("15")}):
        assert "waiver-removed" in _blocking(judge(tree, head))
    again = {**head, FILE: VALID.replace("prod/Deployment/web", called)}
    assert not _blocking(judge({"web.yaml": OPEN, FILE: VALID}, again))


@pytest.mark.parametrize("edit", ["reason: x", "ticket: T", "expires: 2026-01-09"])
def test_only_what_is_left_alone_is_settled_after_its_end(judge: Judge, edit: str) -> None:
    """A waiver that a change adds or edits is past its end: an error, whatever it points at."""
    key = edit.partition(":")[0]
    kept = [line for line in LATE.splitlines() if not line.startswith(f"{key}:")]
    tree = {"web.yaml": WEB, FILE: LATE}
    assert not _blocking(judge(tree, {**tree, **IDLE}))
    edited = "\n".join([*kept, edit, ""])
    assert "waiver-expired" in _blocking(judge(tree, {**tree, FILE: edited}))


@pytest.mark.parametrize(
    "accepted",
    [
        "{path: metadata.name, was: web}",
        "{path: spec.replicas, now: null}",
        "{path: spec.template.spec.hostPID, was: null, now: null}",
        "{path: spec.template.spec.hostNetwork, was: null, now: true}, {path: metadata.name}",
    ],
)
def test_a_waiver_accepts_only_what_its_policy_finds(judge: Judge, accepted: str) -> None:
    """A place where nothing is found, before or now, lies in wait for what comes later."""
    waiver = HEADER.replace("01-10", "01-15") + f"accepted: [{accepted}]\n"
    base = {"web.yaml": WEB}
    assert "waiver-malformed" in _blocking(judge(base, {"web.yaml": OPEN, FILE: waiver}))
    assert "waiver-malformed" in _blocking(judge(base, {**base, FILE: waiver}))


# What is put back


@pytest.mark.parametrize(
    "waiver",
    [
        HEADER + "accepted: [{path: metadata.name, was: web}]\n",
        HEADER + "accepted: [{path: metadata.name, was: web, now: api}]\n",
        HEADER + "accepted: [{path: spec.template.spec.hostNetwork, was: true}]\n",
        HEADER + "accepted: [{path: spec.template.spec.hostNetwork, was: true, now: false}]\n",
        HEADER + "accepted: [{path: spec.template.spec.hostNetwork, was: true, now: null}]\n",
    ],
)
@pytest.mark.parametrize("end", ["01-10", "01-20"])
@pytest.mark.parametrize("was", [WEB, CLOSED])
def test_a_settled_waiver_is_no_free_pass(judge: Judge, waiver: str, end: str, was: str) -> None:
    """What has nothing to do with the emergency, or is its reverse, is looser than the base; with its file or not."""
    tree = {"web.yaml": was, FILE: waiver.replace("01-10", end)}
    for head in ({**tree, "web.yaml": OPEN}, {"web.yaml": OPEN}):
        assert "host-network" in _blocking(judge(tree, head))


ARGO: Final = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  project: web\n  source: {repoURL: https://example.com/a, path: ., targetRevision: 0123456789012345678901234567890123456789}\n  destination: {server: https://kubernetes.default.svc, namespace: %s}\n"
AWAY: Final = "policy: argocd-destination-changed\nresource: argocd/Application/web\nreason: an outage\nowner: '@a'\nopened: 2026-01-08\nexpires: %s\naccepted: [{path: spec.destination.namespace, was: a, now: b}]\n"


def test_what_an_emergency_moved_may_come_back(judge: Judge) -> None:
    """Also after the end, and without its file; but from there alone, and not where it may not be waived."""
    settings = {SETTINGS: "policies: {argocd-destination-changed: {level: error}}\n"}
    away = {"a.yaml": ARGO % "b", FILE: AWAY % "2026-01-10", **settings}
    back = {"a.yaml": ARGO % "a", **settings}
    for head in ({**away, **back}, back):
        report = judge(away, head)
        assert not _blocking(report)
        assert "argocd-destination-changed" in _waived(report)
    elsewhere = {**away, "a.yaml": ARGO % "c"}
    assert "argocd-destination-changed" in _blocking(judge(elsewhere, back))
    for limits in ("not_waivable: [argocd-destination-changed]", "owners: ['@b']", "max_days: {error: 1}"):  # fmt: skip
        held = {SETTINGS: f"{settings[SETTINGS]}waivers: {{{limits}}}\n"}
        assert "argocd-destination-changed" in _blocking(judge({**away, **held}, {**back, **held}))


CAP: Final = WEB.replace("drop: [ALL]", "drop: [ALL], add: [%s]")


def test_old_debt_may_come_back(judge: Judge) -> None:
    """What the policy found before the emergency as well is excused once, in place of what was worse."""
    waiver = HEADER.replace("host-network", "capability-dangerous-added") + (
        "accepted: [{path: 'spec.template.spec.containers[web].securityContext.capabilities.add[0]', was: NET_RAW, now: SYS_ADMIN}]\n"
    )
    tree = {"web.yaml": CAP % "SYS_ADMIN", FILE: waiver.replace("01-10", "01-15")}
    report = judge(tree, {**tree, "web.yaml": CAP % "NET_RAW"})
    assert "capability-dangerous-added" not in _blocking(report)
    mended = {**tree, "web.yaml": CAP % ""}
    again = judge(mended, {**tree, "web.yaml": CAP % "NET_RAW"})
    assert "capability-dangerous-added" not in _waived(again)


# One cluster is not the other one


def test_a_name_in_two_clusters_is_two_resources(judge: Judge) -> None:
    """A waiver without a file excuses neither, and says which files it could mean."""
    tree = {"a/web.yaml": OPEN, "b/web.yaml": WEB, FILE: VALID}
    both = {"a/web.yaml": OPEN, "b/web.yaml": OPEN, FILE: VALID}
    for base, head in ((tree, both), ({"a/web.yaml": WEB, "b/web.yaml": WEB}, both)):
        report = judge(base, head)
        assert {"host-network", "waiver-malformed"} <= _blocking(report)
        assert not report.waived
        (said,) = [f.message for f in report.findings if f.policy == "waiver-malformed"]
        assert "a/web.yaml, b/web.yaml" in said
        assert "`file`" in said
    bound = {**both, FILE: VALID + "file: b/web.yaml\n"}
    alone = {"a/web.yaml": OPEN, "b/web.yaml": WEB}
    assert not _blocking(judge(alone, bound))


KYVERNO: Final = "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: cni, namespace: prod}\nspec:\n  exceptions: [{policyName: disallow-host-namespaces, ruleNames: [host-namespaces]}]\n  match: {any: [{resources: {kinds: [Deployment], names: [web], namespaces: [prod]}}]}\n"
CONSTRAINT: Final = "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sPSPHostNetworkingPorts\nmetadata: {name: host}\nspec: {match: {excludedNamespaces: [prod]}}\n"
IGNORED: Final = "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod, labels: {admission.gatekeeper.sh/ignore: x}}\n"


@pytest.mark.parametrize("text", [KYVERNO, CONSTRAINT, IGNORED])
@pytest.mark.parametrize(
    ("at", "web", "excused"),
    [
        ("x.yaml", "prod/web.yaml", True),
        ("prod/x.yaml", "prod/web.yaml", True),
        ("prod/policies/x.yaml", "prod/apps/web.yaml", True),
        ("clusters/a/policies/x.yaml", "clusters/a/apps/web.yaml", True),
        ("apps/overlays/eu/x.yaml", "apps/overlays/eu/web/web.yaml", True),
        ("infra/eu-prod/x.yaml", "infra/eu-prod/apps/web.yaml", True),
        ("dev/x.yaml", "prod/web.yaml", False),
        ("clusters/b/x.yaml", "clusters/a/web.yaml", False),
        ("clusters/prod-us/x.yaml", "clusters/prod-eu/web.yaml", False),
        ("prod/x.yaml", "product/web.yaml", False),
        ("a/x.yaml", "b/web.yaml", False),
        ("prod/x.yaml", "web.yaml", False),
    ],
)  # fmt: skip
def test_an_exception_is_for_its_environment(
    judge: Judge, text: str, at: str, web: str, excused: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """What an admission controller of one cluster passes over is judged in the others."""
    report = judge({at: text, web: WEB}, {at: text, web: OPEN})
    assert ("host-network" in _waived(report)) == excused
    assert ("host-network" in _blocking(report)) == (not excused)


@pytest.mark.parametrize(
    ("names", "excused"),
    [
        ("policyName: disallow-host-namespaces, ruleNames: [host-namespaces]", True),
        ("policyName: disallow-host-namespaces, ruleNames: [autogen-host-namespaces]", True),
        ("policyName: disallow-host-namespaces, ruleNames: ['*']", True),
        ("policyName: disallow-host-namespaces", True),
        ("policyName: disallow-host-namespaces, ruleNames: [host-pid]", False),
        ("policyName: disallow-host-namespaces, ruleNames: []", False),
        ("policyName: disallow-host-ports, ruleNames: [host-namespaces]", False),
    ],
)
def test_an_exception_is_for_the_rules_that_it_names(
    judge: Judge, names: str, excused: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """A rule that there is not, or of another policy, excuses nothing."""
    written = "policyName: disallow-host-namespaces, ruleNames: [host-namespaces]"
    exception = {"x.yaml": KYVERNO.replace(written, names)}
    report = judge({**exception, "web.yaml": WEB}, {**exception, "web.yaml": OPEN})
    assert ("host-network" in _waived(report)) == excused


def test_every_rule_is_known() -> None:
    """Of each policy of Kyverno that one of ours takes the place of, by the id that it has there."""
    peers = {peer for each in load_shipped() for peer in each.peers}
    named = {peer.partition(":")[2] for peer in peers if peer.startswith("kyverno:")}
    assert named == RULES.keys()
    assert all(RULES.values())


# The end of a mark


MARKED: Final = "namespace: prod, annotations: {kubescape.io/skip-controls: C-0041%s}"


@pytest.mark.parametrize(
    ("before", "after", "excused"),
    [
        ("2025-12-01", "2099-12-01", False),
        ("2025-12-01", "", False),
        ("never", "2099-12-01", False),
        ("2026-12-01", "2026-01-01", False),
        ("", "2026-01-01", False),
        ("2026-12-01", "2099-12-01", True),
        ("2026-12-01", "", True),
        ("", "2026-12-01", True),
    ],
)
def test_the_end_of_a_mark_is_that_of_the_base(
    judge: Judge, before: str, after: str, excused: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """A change that moves or removes the end of an exception is not excused by it; it is told where it is later."""

    def marked(text: str, day: str) -> str:
        end = f', kubescape.io/skip-expiry: "{day}"' if day else ""
        return text.replace("namespace: prod", MARKED % end)

    report = judge({"web.yaml": marked(WEB, before)}, {"web.yaml": marked(OPEN, after)})
    assert ("host-network" in _blocking(report)) == (not excused)
    later = (after or "z") > (before or "z")
    told = {each.policy for each in report.findings}
    assert ("suppression-added" in told) == (later and before != "never")


# Comments


SAID: Final = "  # policygate: ignore[host-network] debug until 2026-01-%s by @a"


def _commented(day: str) -> str:
    return OPEN.replace("hostNetwork: true", f"hostNetwork: true{SAID % day}")


@pytest.mark.parametrize("day", ["10", "15"])
def test_a_comment_takes_its_debt_along(judge: Judge, day: str) -> None:
    """Deleted, moved to another line or file while the value stays, it is a waiver that is removed."""
    old = {"web.yaml": _commented(day)}
    above = f"     {SAID % day}\n      hostNetwork"
    alone = {"web.yaml": OPEN.replace("      hostNetwork", above)}
    elsewhere = OPEN.replace("      containers", f"     {SAID % day}\n      containers")
    for base, head in (
        (old, {"web.yaml": OPEN}),
        (old, {"b/web.yaml": OPEN}),
        (old, {"web.yaml": f"# more\n{OPEN}"}),
        (alone, {"web.yaml": elsewhere}),
    ):
        assert "waiver-removed" in _blocking(judge(base, head))
    for fine in (WEB, CLOSED, ""):
        assert not _blocking(judge(old, {"web.yaml": fine, "x.yaml": "a: 1\n"}))


def test_a_comment_goes_on_where_it_is_said(judge: Judge) -> None:
    """Moved with its line, written above it, or as a file with a reason of its own."""
    old = {"web.yaml": _commented("15")}
    above = OPEN.replace("      hostNetwork", f"     {SAID % 15}\n      hostNetwork")
    for head in (
        {"b/web.yaml": _commented("15")},
        {"web.yaml": f"# more\n{_commented('15')}"},
        {"web.yaml": above},
        {"web.yaml": OPEN, FILE: VALID.replace("was: null, ", "")},
    ):
        assert not _blocking(judge(old, head))


@pytest.mark.parametrize(
    "head",
    [
        {"web.yaml": _commented("20")},
        {"web.yaml": OPEN.replace("      hostNetwork", f"     {SAID % 20}\n      hostNetwork")},
        {"web.yaml": OPEN.replace("namespace: prod", 'namespace: prod, annotations: {policygate.dev/ignore.host-network: "debug until=2026-01-20 by=@a"}')},
        {"web.yaml": OPEN, FILE: HEADER.replace("01-10", "01-20").replace("debug the CNI", "debug")},
    ],
)  # fmt: skip
def test_a_comment_begins_no_new_count_of_days(judge: Judge, head: dict[str, str]) -> None:
    """Edited, or written in another form, with a later end: it is extended, which takes a file and a new reason."""
    assert "waiver-extended" in _blocking(judge({"web.yaml": _commented("10")}, head))
    annotated = {"web.yaml": OPEN.replace("namespace: prod", 'namespace: prod, annotations: {policygate.dev/ignore.host-network: "debug until=2026-01-10 by=@a"}')}  # fmt: skip
    assert "waiver-extended" in _blocking(judge(annotated, head))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_comment_is_read_in_any_encoding(judge: Judge, encoding: str) -> None:
    """A search through bytes finds no word in UTF-16: the files that begin like it are read."""

    def encoded(text: str) -> bytes:
        mark = b"\xfe\xff" if encoding.endswith("be") else b""
        return mark + text.encode(encoding)

    tree = {"web.yaml": encoded(_commented("10"))}
    assert "waiver-expired" in _blocking(judge(tree, {**tree, **IDLE}))
    assert "waiver-removed" in _blocking(judge(tree, {"web.yaml": encoded(OPEN)}))
