"""Waivers: what they excuse, for how long, and what they never do."""

from __future__ import annotations

import json
from typing import Any, Final

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.cli.schema import schema_of
from policygate.model import UNSET, Accepted, Finding, Report
from policygate.reporters import render
from policygate.waivers import terms_of
from tests.memory import compare_trees

TODAY: Final = "2026-01-15"
WEB: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: false
      containers:
        - name: web
          image: web:1
          resources: {requests: {cpu: 1}, limits: {memory: 512Mi}}
"""
OPEN: Final = WEB.replace("hostNetwork: false", "hostNetwork: true")
FILE: Final = ".policygate/waivers/web.yaml"
SETTINGS: Final = ".policygate/config.yaml"
WAIVER: Final = """\
policy: host-network
resource: prod/Deployment/web
reason: debug the CNI
owner: "@example/sre"
opened: 2026-01-14
expires: 2026-01-20
accepted: [{path: spec.template.spec.hostNetwork, was: false, now: true}]
"""


def _check(base: dict[str, str], head: dict[str, str], today: str = TODAY) -> Report:
    report = compare_trees(base, head, today=today)
    assert not report.faults
    jsonschema.validate(json.loads(render(report, "json")), schema_of("report"))
    return report


def _new(report: Report) -> dict[str, str]:
    """What is new, and what is said of waivers whenever they were added."""
    said = [f for f in report.findings if f.status != "existing" or f.policy.startswith("waiver-")]
    return {f.policy: f.level for f in said}


def _state(report: Report) -> str:
    (standing,) = report.waivers
    return standing.state


# In force


def test_an_emergency_goes_through() -> None:
    """With the change that it excuses, in one pull request: moved to what is waived, nothing is lost."""
    without = _check({"a.yaml": WEB}, {"a.yaml": OPEN})
    with_it = _check({"a.yaml": WEB}, {"a.yaml": OPEN, FILE: WAIVER})
    assert (without.outcome, with_it.outcome) == ("block", "pass")
    (waived,) = with_it.waived
    assert waived.policy == "host-network"
    assert waived.waiver is not None
    assert (waived.waiver.state, waived.waiver.days_left, waived.waiver.added) == (
        "in force",
        5,
        True,
    )
    assert len(without.findings) == len(with_it.findings) + len(with_it.waived)
    assert with_it.counts.waived == 1


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_every_format_says_what_is_waived_and_for_how_long(form: str) -> None:
    """What the change adds comes first, with the reason, the owner and the days that are left."""
    said = render(_check({"a.yaml": WEB}, {"a.yaml": OPEN, FILE: WAIVER}), form)
    for word in ("debug the CNI", "@example/sre", "2026-01-20", "5"):
        assert word in said
    if form == "text":
        assert said.startswith(
            "waivers that this change adds or edits:\n  .policygate/waivers/web.yaml:1"
        )
    if form == "github":
        assert said.startswith("::notice file=.policygate/waivers/web.yaml,line=1")


def test_the_last_day_counts() -> None:
    """Days are inclusive, in UTC; the day after, every pull request is told so."""
    tree = {"a.yaml": OPEN, FILE: WAIVER}
    other = {**tree, "b.yaml": "a: 1\n"}
    last, after = _check(tree, other, "2026-01-20"), _check(tree, other, "2026-01-21")
    assert (last.outcome, _state(last), last.waivers[0].days_left) == ("pass", "in force", 0)
    assert (after.outcome, _state(after)) == ("block", "expired")
    assert _new(after) == {"waiver-expired": "error"}
    assert "last day" in render(last, "text")


def test_a_waiver_that_has_expired_excuses_nothing() -> None:
    """The finding is back, beside the word that the waiver has expired."""
    report = _check({"a.yaml": WEB}, {"a.yaml": OPEN, FILE: WAIVER}, "2026-01-21")
    assert {"host-network", "waiver-expired"} <= _new(report).keys()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("policy: host-network", "policy: host-pid"),
        ("prod/Deployment/web", "dev/Deployment/web"),
        ("prod/Deployment/web", "prod/StatefulSet/web"),
        ("prod/Deployment/web", "prod/Deployment/we"),
        ("reason:", "file: b.yaml\nreason:"),
        ("reason:", "container: web\nreason:"),
        ("hostNetwork, was", "hostPID, was"),
    ],
)
def test_a_waiver_is_for_one_thing(old: str, new: str) -> None:
    """Another policy, resource, file, container or place is not excused."""
    report = _check({"a.yaml": WEB}, {"a.yaml": OPEN, FILE: WAIVER.replace(old, new)})
    assert not report.waived
    assert "host-network" in _new(report)


# What was before


def test_what_is_restored_is_settled() -> None:
    """As good as before the emergency: the file can go, and nothing blocks."""
    tree = {"a.yaml": OPEN, FILE: WAIVER}
    for text in (WEB, WEB.replace("      hostNetwork: false\n", "")):
        report = _check(tree, {**tree, "a.yaml": text})
        assert (_state(report), report.outcome) == ("settled", "pass")
        assert _new(report) == {"waiver-settled": "warning"}


LIMIT: Final = WAIVER.replace("host-network", "loosened-limits").replace(
    "{path: spec.template.spec.hostNetwork, was: false, now: true}",
    "{path: 'spec.template.spec.containers[web].resources.limits.memory', was: 512Mi, now: 4Gi}",
)


@pytest.mark.parametrize(
    ("memory", "state", "outcome"),
    [
        ("4Gi", "in force", "pass"),
        ("4096Mi", "in force", "pass"),
        ("2Gi", "in force", "pass"),
        ("512Mi", "settled", "pass"),
        ("256Mi", "settled", "pass"),
        ("8Gi", "exceeded", "block"),
    ],
)
def test_a_value_is_held_against_both(memory: str, state: str, outcome: str) -> None:
    """The one before, and the one that was accepted: also when nothing near it changes, and by order."""
    tree = {"a.yaml": WEB.replace("512Mi", memory), FILE: LIMIT}
    report = _check(tree, {**tree, "b.yaml": "a: 1\n"})
    assert (_state(report), report.outcome) == (state, outcome)
    raised = _check({"a.yaml": WEB}, tree)
    honest = memory == "4Gi"
    assert raised.outcome == ("pass" if honest else "block"), (
        "what is recorded is what stands there"
    )


def test_a_second_step_is_not_excused_by_the_first() -> None:
    """Further than what was accepted blocks, in the very change that does it."""
    tree = {"a.yaml": WEB.replace("512Mi", "4Gi"), FILE: LIMIT}
    report = _check(tree, {**tree, "a.yaml": WEB.replace("512Mi", "64Gi")})
    assert report.outcome == "block"
    assert "waiver-exceeded" in _new(report)


NET: Final = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: prod}\nspec:\n  podSelector: {}\n  policyTypes: [Ingress]\n  ingress:\n    - from: [{ipBlock: {cidr: %s}}]\n"


def test_what_is_compared_as_a_whole_is_recorded_as_a_whole() -> None:
    """A policy whose words are not the value: what a waiver would record puts the base together again."""
    base, head = {"np.yaml": NET % "10.0.0.0/16"}, {"np.yaml": NET % "10.0.0.0/8"}
    (finding,) = [f for f in _check(base, head).findings if f.policy == "loosened-network-policy"]
    assert finding.accepted is not None
    said = finding.accepted._asdict()
    waiver = json.dumps(
        {
            "policy": finding.policy, "resource": str(finding.resource), "reason": "an incident", "owner": "me",
            "opened": TODAY, "expires": "2026-01-20", "accepted": [said],
        }
    )  # fmt: skip
    tree = {**head, FILE: waiver}
    assert _state(_check(base, tree)) == "in force"
    assert [f.policy for f in _check(base, tree).waived] == ["loosened-network-policy"]
    for cidr, state in (
        ("10.0.0.0/16", "settled"),
        ("10.0.0.0/12", "in force"),
        ("0.0.0.0/0", "exceeded"),
    ):
        assert _state(_check(tree, {**tree, "np.yaml": NET % cidr})) == state, cidr


def test_a_value_that_is_not_recorded_is_accepted_once() -> None:
    """A waiver of a policy that compares, without values: for the change that adds it alone."""
    bare = LIMIT[: LIMIT.index("accepted")]
    first, second = WEB.replace("512Mi", "4Gi"), WEB.replace("512Mi", "64Gi")
    assert _check({"a.yaml": WEB}, {"a.yaml": first, FILE: bare}).waived
    assert not _check({"a.yaml": first, FILE: bare}, {"a.yaml": second, FILE: bare}).waived


def test_a_waiver_that_is_removed_takes_its_debt_along() -> None:
    """Without its file nobody would remember the emergency: what it excused has to go first, or with it."""
    tree = {"a.yaml": OPEN, FILE: WAIVER}
    for today in (TODAY, "2026-02-01"):
        gone = _check(tree, {"a.yaml": OPEN}, today)
        assert (gone.outcome, _new(gone)) == ("block", {"waiver-removed": "error"})
        assert _check(tree, {"a.yaml": WEB}, today).outcome == "pass"
    limit = {"a.yaml": WEB.replace("512Mi", "4Gi"), FILE: LIMIT}
    assert "waiver-removed" in _new(_check(limit, {"a.yaml": WEB.replace("512Mi", "2Gi")}))
    decided = {
        SETTINGS: "overrides: [{match: {paths: [a.yaml]}, policies: {host-network: {enabled: false}}}]\n"
    }
    assert _check({**tree, **decided}, {"a.yaml": OPEN, **decided}).outcome == "pass"


def test_what_is_restored_needs_no_extension() -> None:
    """After its last day, a waiver whose emergency is over is only a file to remove, and blocks nobody."""
    tree = {"a.yaml": WEB, FILE: WAIVER}
    report = _check(tree, {**tree, "b.yaml": "a: 1\n"}, "2026-02-01")
    assert (report.outcome, _state(report)) == ("pass", "settled")


@pytest.mark.parametrize(
    "comment",
    [
        "ignore host-network",
        "ignore[host network] x",
        "Ignore[host-network]",
        "ignore(host-network)",
        "ignore[host-network]x",
        "ignore",
    ],
)
def test_a_mistyped_comment_is_told(comment: str) -> None:
    """What begins like a waiver and is none would be believed to be one."""
    text = OPEN.replace(
        "hostNetwork: true", f"hostNetwork: true  # policygate: {comment} until 2026-01-20 by @me"
    )
    report = _check({"a.yaml": WEB}, {"a.yaml": text})
    assert {"waiver-malformed", "host-network"} <= _new(report).keys()


def test_a_comment_names_several_policies() -> None:
    """One comment, one reason, for all that its line is guilty of."""
    text = OPEN.replace(
        "hostNetwork: true",
        "hostNetwork: true  # policygate: ignore[host-network, host-pid] debug until 2026-01-20 by @me",
    )
    report = _check({"a.yaml": WEB}, {"a.yaml": text})
    assert [f.policy for f in report.waived] == ["host-network"]
    assert "waiver-unused" in _new(report)


ARGO: Final = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  project: web\n  source: {repoURL: https://example.com/a, path: ., targetRevision: v1}\n  destination: {server: https://kubernetes.default.svc, namespace: %s}\n"


def _recorded(base: dict[str, str], head: dict[str, str], policy: str) -> str:
    """A waiver as `policygate waive` writes it."""
    (finding,) = [f for f in _check(base, head).findings if f.policy == policy]
    held = finding.accepted or Accepted(finding.path)
    said = {key: value for key, value in held._asdict().items() if value is not UNSET}
    fields: dict[str, Any] = {
        "policy": policy, "file": finding.location.file, "reason": "an incident", "owner": "@me", "opened": TODAY,
        "expires": "2026-01-20", "accepted": [said],
    }  # fmt: skip
    if finding.resource is not None:
        fields["resource"] = str(finding.resource)
    return json.dumps(fields)


CAP: Final = WEB.replace(
    "image: web:1", "image: web:1\n          securityContext: {capabilities: {drop: [ALL]%s}}"
)
ESCALATION: Final = WEB.replace("image: web:1", "image: web:1\n          securityContext: {%s}")
MAP: Final = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: prod}\ndata: {%s}\n"


@pytest.mark.parametrize(
    ("policy", "base", "head"),
    [
        ("host-network", WEB, OPEN),
        ("argocd-destination-changed", ARGO % "a", ARGO % "b"),
        ("loosened-network-policy", NET % "10.0.0.0/16", NET % "10.0.0.0/8"),
        ("capability-dangerous-added", CAP % "", CAP % ", add: [NET_ADMIN]"),
        ("loosened-privilege-escalation", ESCALATION % "allowPrivilegeEscalation: false", ESCALATION % "privileged: true"),
        ("loosened-capabilities", CAP % "", CAP.replace("drop: [ALL]", "drop: []") % ""),
        ("secret-in-configmap", MAP % "", MAP % "DB_PASSWORD: zu7Eighoh4shooX9"),
        ("duplicate-key", MAP % "a: b", MAP % "a: b, a: c"),
        ("immutable-field-changed", WEB, WEB.replace("app: web}}\n  temp", "app: api}}\n  temp")),
    ],
)  # fmt: skip
def test_an_emergency_runs_its_course(policy: str, base: str, head: str) -> None:
    """Waived, merged, restored with or without its file, and never said to be over before: for any policy."""
    waiver = {FILE: _recorded({"a.yaml": base}, {"a.yaml": head}, policy)}
    opened = _check({"a.yaml": base}, {"a.yaml": head, **waiver})
    assert policy in {f.policy for f in opened.waived}
    tree = {"a.yaml": head, **waiver}
    idle = _check(tree, {**tree, "b.yaml": "a: 1\n"})
    assert (idle.outcome, _state(idle)) == ("pass", "in force")
    for restored in ({"a.yaml": base, **waiver}, {"a.yaml": base}):
        over = _check(tree, restored)
        assert policy not in {f.policy for f in over.findings if f.blocks}
        assert not {f.policy for f in over.findings if f.policy.startswith("waiver-") and f.blocks}
        assert [each.state for each in over.waivers] == (["settled"] if FILE in restored else [])
    later = {"a.yaml": base, **waiver}
    assert _check(later, {**later, "b.yaml": "a: 1\n"}, "2026-03-01").outcome == "pass"


def test_what_is_deleted_or_moved_blocks_nobody() -> None:
    """The waiver of what is gone, or stands in another file now, is to be mended, and warns."""
    tree = {"a.yaml": OPEN, FILE: WAIVER + "file: a.yaml\n"}
    gone = _check(tree, {FILE: tree[FILE]})
    assert _new(gone)["waiver-orphaned"] == "warning"
    moved = _check(tree, {"n/a.yaml": OPEN, FILE: tree[FILE]})
    assert _new(moved)["waiver-orphaned"] == "warning"
    assert "n/a.yaml now" in render(moved, "text")


# What is said of waivers themselves


@pytest.mark.parametrize(
    ("edit", "policy", "level"),
    [
        (("reason: debug the CNI\n", ""), "waiver-incomplete", "error"),
        (('owner: "@example/sre"\n', ""), "waiver-incomplete", "error"),
        (("expires: 2026-01-20\n", ""), "waiver-incomplete", "error"),
        (("01-20", "01-29"), "waiver-too-long", "error"),
        (("01-20", "02-30"), "waiver-malformed", "error"),
        (("01-14", "01-16"), "waiver-malformed", "error"),
        (("reason", "raeson"), "waiver-malformed", "error"),
        (("host-network\n", "host-netwrok\n"), "waiver-malformed", "error"),
        (("host-network\n", "gate-weakened\n"), "waiver-not-allowed", "error"),
        (("Deployment/web", "Deployment/gone"), "waiver-orphaned", "error"),
    ],
)  # fmt: skip
def test_a_waiver_that_is_wrong_excuses_nothing(
    edit: tuple[str, str], policy: str, level: str
) -> None:
    """It is a finding at its own line, and what it was for blocks as before."""
    report = _check({"a.yaml": WEB}, {"a.yaml": OPEN, FILE: WAIVER.replace(*edit)})
    assert not report.waived
    assert report.outcome == "block"
    assert _new(report)[policy] == level
    assert "host-network" in _new(report)


LIMITS: Final = "waivers: {max_days: {error: 3}, not_waivable: [host-pid], require: [ticket], owners: ['@example/*']}\n"


@pytest.mark.parametrize(
    ("waiver", "policies"),
    [
        (WAIVER, {"waiver-too-long", "waiver-incomplete"}),
        (WAIVER.replace("01-20", "01-16") + "ticket: OPS-1\n", set()),
        (WAIVER.replace("01-20", "01-16").replace("@example/sre", "me") + "ticket: A\n", {"waiver-not-allowed"}),
        (WAIVER.replace("01-20", "01-16").replace("host-network", "host-pid") + "ticket: A\n", {"waiver-not-allowed"}),
    ],
)  # fmt: skip
def test_limits_are_those_of_the_base(waiver: str, policies: set[str]) -> None:
    """What a change writes into its own settings counts for the next one."""
    base = {"a.yaml": WEB, SETTINGS: LIMITS}
    report = _check(base, {"a.yaml": OPEN, FILE: waiver})
    found = {policy for policy in _new(report) if policy.startswith("waiver-")}
    assert found == policies
    assert bool(report.waived) == (not policies)


def test_an_extension_needs_a_new_reason() -> None:
    """With the old one it counts no more; its time counts from the first day, whatever the file is called."""
    tree = {"a.yaml": OPEN, FILE: WAIVER}
    later = WAIVER.replace("01-20", "01-25")
    again = _check(tree, {**tree, FILE: later})
    assert (again.outcome, _new(again)) == ("block", {"waiver-extended": "error"})
    reasoned = _check(tree, {**tree, FILE: later.replace("the CNI", "it with the vendor")})
    assert (reasoned.outcome, _new(reasoned)) == ("pass", {"waiver-extended": "warning"})
    renamed = {"a.yaml": OPEN, ".policygate/waivers/new.yaml": later.replace("01-14", "01-15")}
    assert "waiver-extended" in _new(_check(tree, renamed))
    too_long = {
        "a.yaml": OPEN,
        FILE: WAIVER.replace("01-20", "01-29").replace("01-14", "01-15").replace("CNI", "DNS"),
    }
    assert "waiver-too-long" in _new(_check(tree, too_long))


# On the line, and on the object


def test_a_comment_on_the_line() -> None:
    """`# policygate: ignore[policy] reason until DATE by WHO`, on the line or on the one above."""
    said = "# policygate: ignore[host-network] debug the CNI until 2026-01-20 by @example/sre"
    for text in (
        OPEN.replace("hostNetwork: true", f"hostNetwork: true  {said}"),
        OPEN.replace("      hostNetwork: true", f"      {said}\n      hostNetwork: true"),
    ):
        report = _check({"a.yaml": WEB}, {"a.yaml": text})
        assert [f.policy for f in report.waived] == ["host-network"], text
        assert report.outcome == "pass"
    elsewhere = OPEN.replace("image: web:1", f"image: web:1  {said}")
    assert not _check({"a.yaml": WEB}, {"a.yaml": elsewhere}).waived


def test_an_annotation_on_the_object() -> None:
    """`policygate.dev/ignore.<policy>[.<container>]`, with the same fields."""
    annotated = OPEN.replace(
        "namespace: prod",
        'namespace: prod, annotations: {policygate.dev/ignore.host-network: "debug until=2026-01-20 by=@example/sre"}',
    )
    report = _check({"a.yaml": WEB}, {"a.yaml": annotated})
    assert [f.policy for f in report.waived] == ["host-network"]
    late = _check({"a.yaml": WEB}, {"a.yaml": annotated}, "2026-01-21")
    assert {"waiver-expired", "host-network"} <= _new(late).keys()
    assert "waiver-expired" in _new(
        _check({"a.yaml": annotated}, {"a.yaml": annotated, "b.yaml": "a: 1\n"}, "2026-01-21")
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("debug the CNI until 2026-01-20 by @a", ("debug the CNI", "@a", "", "2026-01-20")),
        ("debug until=2026-01-20 by=@a ticket=OPS-1", ("debug", "@a", "OPS-1", "2026-01-20")),
        ("until=2026-01-20", ("", "", "", "2026-01-20")),
        ("kept", ("kept", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_terms_are_read(text: str, said: tuple[str, str, str, str]) -> None:
    """A reason in words, and `until`, `by`, `ticket` with `=` or a blank."""
    assert tuple(terms_of(text)) == said


@given(st.text(max_size=80))
def test_any_terms_are_read(text: str) -> None:
    """Whatever somebody writes there is no crash, and no other line."""
    assert all("\n" not in each for each in terms_of(text))


# Marks of other tools


def _marked(text: str, mark: str) -> str:
    return text.replace("namespace: prod", f"namespace: prod, annotations: {{{mark}}}")


@pytest.mark.parametrize(
    ("mark", "excused"),
    [
        ("ignore-check.kube-linter.io/host-network: a CNI", True),
        ("kube-linter.io/ignore-all: a CNI", True),
        ("polaris.fairwinds.com/host-network-set-exempt: 'true'", True),
        ("polaris.fairwinds.com/hostNetworkSet-exempt: 'true'", True),
        ("polaris.fairwinds.com/host-network-set-exempt: 'false'", False),
        ("checkov.io/skip1: CKV_K8S_19=a CNI", True),
        ("checkov.io/skip1: CKV_K8S_20=a CNI", False),
        ("'kubescape.io/skip-controls': 'C-0041'", True),
        (
            "kubescape.io/skip-controls: C-0041, kubescape.io/skip-expiry: '2026-01-14T00:00:00Z'",
            False,
        ),
        (
            "kubescape.io/skip-controls: C-0041, kubescape.io/skip-expiry: '2026-01-16T00:00:00Z'",
            True,
        ),
        ("ignore-check.kube-linter.io/host-pid: no", False),
    ],
)
def test_marks_of_the_base_are_honoured(mark: str, excused: bool) -> None:  # noqa: FBT001
    """Of the checks that a policy takes the place of; they are listed, and what a change adds excuses nothing."""
    base, head = _marked(WEB, mark), _marked(OPEN, mark)
    report = _check({"a.yaml": base}, {"a.yaml": head})
    assert [f.policy for f in report.waived if f.policy == "host-network"] == [
        "host-network"
    ] * excused
    assert (report.outcome == "pass") == excused
    if excused:
        assert "peer" in {each.waiver.form for each in report.waivers}
        assert "waivers in force:" in render(report, "text")
    added = _check({"a.yaml": WEB}, {"a.yaml": head})
    assert "host-network" in _new(added)
    assert ("suppression-added" in _new(added)) == ("'false'" not in mark)
    for word in ("report", "ignore"):
        settings = {SETTINGS: f"peer_markers: {word}\n"}
        strict = _check({"a.yaml": base, **settings}, {"a.yaml": head, **settings})
        assert strict.outcome == "block"


@pytest.mark.parametrize(
    "comment",
    [
        "# trivy:ignore:AVD-KSV-0009",
        "# trivy:ignore:KSV009:exp:2026-01-15",
        "# checkov:skip=CKV_K8S_19:a CNI",
    ],
)
def test_comments_of_other_tools_are_for_their_line(comment: str) -> None:
    """Where the line was the same at the base: what is said of another value excuses none."""
    text = OPEN.replace("hostNetwork: true", f"hostNetwork: true  {comment}")
    other = text.replace("512Mi", "600Mi")
    assert "host-network" in {f.policy for f in _check({"a.yaml": text}, {"a.yaml": other}).waived}
    changed = _check({"a.yaml": text.replace("true  #", "false  #")}, {"a.yaml": text})
    assert changed.outcome == "block"


KYVERNO: Final = """\
apiVersion: kyverno.io/v2
kind: PolicyException
metadata: {name: cni, namespace: prod}
spec:
  exceptions: [{policyName: disallow-host-namespaces, ruleNames: [host-namespaces]}]
  match: {any: [{resources: {kinds: [Deployment], names: ["we*"], namespaces: [prod]}}]}
"""
CONSTRAINT: Final = """\
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: K8sPSPPrivilegedContainer
metadata: {name: privileged}
spec: {match: {excludedNamespaces: [prod]}, parameters: {exemptImages: []}}
"""
IGNORE: Final = "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod, labels: {admission.gatekeeper.sh/ignore: x}}\n"
PRIVILEGED: Final = WEB.replace(
    "image: web:1", "image: web:1\n          securityContext: {privileged: true}"
)


@pytest.mark.parametrize(
    ("exception", "policy", "head", "excused"),
    [
        (KYVERNO, "host-network", OPEN, True),
        (KYVERNO.replace("we*", "api"), "host-network", OPEN, False),
        (KYVERNO.replace("[Deployment]", "[Pod]"), "host-network", OPEN, False),
        (KYVERNO.replace("disallow-host-namespaces", "disallow-host-path"), "host-network", OPEN, False),
        (KYVERNO.replace('names: ["we*"], namespaces: [prod]', "operations: [CREATE]"), "host-network", OPEN, False),
        (KYVERNO.replace("any:", "none:"), "host-network", OPEN, False),
        (KYVERNO + "  conditions: {any: []}\n", "host-network", OPEN, False),
        (CONSTRAINT, "privileged-container", PRIVILEGED, True),
        (CONSTRAINT.replace("[prod]", "[dev]"), "privileged-container", PRIVILEGED, False),
        (CONSTRAINT.replace("[prod]", "[dev]").replace("exemptImages: []", "exemptImages: ['web:*']"), "privileged-container", PRIVILEGED, True),
        (CONSTRAINT + "---\n" + CONSTRAINT.replace("privileged}", "other}").replace("[prod]", "[dev]"), "privileged-container", PRIVILEGED, False),
        (IGNORE, "privileged-container", PRIVILEGED, True),
        (IGNORE.replace("name: prod", "name: dev"), "privileged-container", PRIVILEGED, False),
    ],
)  # fmt: skip
def test_exceptions_of_admission_controllers(
    exception: str,
    policy: str,
    head: str,
    excused: bool,  # noqa: FBT001
) -> None:
    """A PolicyException, exclusions of a constraint, a label of a namespace: as the base has them, and not else."""

    def waived(before: str, after: str) -> bool:
        report = compare_trees(
            {"a.yaml": WEB, "x.yaml": before}, {"a.yaml": head, "x.yaml": after}, today=TODAY
        )
        assert policy in {f.policy for f in (*report.findings, *report.waived)}
        return policy in {f.policy for f in report.waived}

    assert waived(exception, exception) == excused
    assert not waived("", exception)
    assert not waived(
        "# other bytes\n" + exception.replace("prod", "dev").replace("web:", "api:"), exception
    )


SECRET: Final = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  DB_PASSWORD: zu7Eighoh4shoo  # pragma: allowlist secret\n"


def test_a_secret_that_is_allowed_has_to_be_at_the_base() -> None:
    """`pragma: allowlist secret` and `gitleaks:allow` excuse old lines; a new one blocks."""
    old = _check({"a.yaml": SECRET}, {"a.yaml": SECRET + "  more: x\n"})
    assert [f.policy for f in old.waived] == ["secret-in-configmap"]
    assert _check({}, {"a.yaml": SECRET}).outcome == "block"


# Laws


def _key(finding: Finding) -> tuple[Any, ...]:
    return (finding.policy, finding.resource, finding.container, finding.path)


def _tree(number: int) -> dict[str, str]:
    names = [f"w{at}" for at in range(8)]
    return {
        f"{name}.yaml": (OPEN if number >> at & 1 else WEB).replace("name: web,", f"name: {name},")
        for at, name in enumerate(names)
    }


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_a_waiver_removes_no_other_finding(before: int, after: int, waived: int) -> None:
    """Found = shown + waived, whatever is waived: also where many resources change alike."""
    base, head = _tree(before), _tree(after)
    waivers = {
        f".policygate/waivers/w{at}.yaml": WAIVER.replace("Deployment/web", f"Deployment/w{at}")
        for at in range(8)
        if waived >> at & 1
    }
    plain, excused = _check(base, head), _check(base, {**head, **waivers})

    def found(report: Report) -> set[Any]:
        alone = {_key(f) for f in (*report.findings, *report.waived) if f.resource is not None}
        related = {
            (each.policy, each.resource, None, each.path)
            for f in (*report.findings, *report.waived)
            for each in f.related
        }
        return {key for key in alone | related if key[0] == "host-network"}

    assert found(plain) == found(excused)
    blocking = {_key(f) for f in excused.findings if f.blocks and f.policy == "host-network"}
    assert not {key for key in blocking if waived >> int(key[1].name[1:]) & 1}
