"""The gate cannot be switched off by the change it judges: settings, policies and limits come from the base."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate import check
from policygate.model import Report
from tests.memory import compare_trees
from tests.repo import Repo

TODAY: Final = "2026-01-15"
SETTINGS: Final = ".policygate/config.yaml"
POD: Final = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: prod%s}\nspec:\n  hostNetwork: %s\n  containers: [{name: web, image: 'web:1'}]\n"
OWN: Final = """\
apiVersion: policygate.dev/v1
kind: Policy
metadata: {name: team-missing}
spec:
  title: No team
  level: error
  match: {kinds: [Pod]}
  validations: [{expression: "has(object.metadata.labels) && 'team' in object.metadata.labels"}]
  why: Nobody is asked.
  fix: Say whose it is.
  examples:
    - {name: a, expect: pass, object: {apiVersion: v1, kind: Pod, metadata: {name: a, labels: {team: a}}}}
    - {name: b, expect: fail, object: {apiVersion: v1, kind: Pod, metadata: {name: a}}}
"""
OWN_FILE: Final = ".policygate/policies/team-missing.yaml"
BASE: Final = {
    "a.yaml": POD % (", labels: {team: a}", "false"),
    SETTINGS: "policies: {image-tag-mutable: {level: error}}\nwaivers: {max_days: {error: 10}}\n",
    OWN_FILE: OWN,
}
HEAD: Final = {**BASE, "a.yaml": POD % ("", "true")}


def _check(head: dict[str, str], base: dict[str, str] = BASE) -> Report:
    return compare_trees(base, head, today=TODAY)


PLAIN: Final = _check(HEAD)


def test_what_is_judged_here() -> None:
    """The change loosens a shipped policy and breaks one of the repository's own."""
    assert {f.policy for f in PLAIN.findings if f.blocks} >= {"host-network", "team-missing"}


_SETTINGS: Final = (
    "", "{}", "policies: {host-network: {enabled: false}, team-missing: {enabled: false}}\n", "packs: {pod-security: {enabled: false}, repository: {enabled: false}}\n",
    "gate: {fail_on: never, existing: report}\n", "files: {exclude: ['**']}\n", "files: {include: ['nothing.yaml']}\n",
    "overrides: [{match: {}, policies: {host-network: {level: note}, team-missing: {enabled: false}}}]\n",
    "waivers: {max_days: {error: 3000}, require: []}\n", "peer_markers: honour\n", "python_policies: ['.policygate/policies/*.py']\n",
    "gate: [broken\n", "nonsense: true\n",
)  # fmt: skip
_POLICIES: Final = (
    "", OWN.replace("error", "note"), OWN.replace("kinds: [Pod]", "kinds: [Deployment]"), OWN.replace("has(object.metadata.labels) && 'team' in object.metadata.labels", "true"),
    OWN.replace("spec:\n", "spec:\n  exclude: {namespaces: [prod]}\n"), "broken: [\n", None,
)  # fmt: skip
_WAIVER: Final = {
    "policy": "host-network", "resource": "prod/Pod/web", "reason": "x", "owner": "me", "opened": TODAY, "expires": "2026-01-20",
}  # fmt: skip
_WAIVERS: Final = (
    {"expires": "2026-01-14"}, {"expires": "2026-01-26"}, {"expires": "2027-01-01"}, {"reason": ""}, {"owner": ""}, {"expires": ""},
    {"policy": "host-netwrok"}, {"resource": "prod/Pod/we"}, {"container": "web"}, {"unknown": "1"}, {"opened": "2026-01-16"}, {"policy": "*"}, {"resource": "*/*/*"},
)  # fmt: skip
_MARKS: Final = (
    "", "kube-linter.io/ignore-all: all", "ignore-check.kube-linter.io/host-network: x", "kube-score/ignore: container-security-context", "polaris.fairwinds.com/exempt: 'true'",
    "checkov.io/skip1: CKV_K8S_19=x", "kubescape.io/skip-controls: C-0041", "policygate.dev/ignore.host-network: x", "policygate.dev/ignore.host-network: x until=2027-01-01 by=me",
    "policygate.dev/ignore.host-network: x until=2026-01-14 by=me", "policygate.dev/ignore: x until=2026-01-16 by=me",
)  # fmt: skip
_COMMENTS: Final = (
    "", "# policygate: ignore[host-network]", "# policygate: ignore[host-network] x until 2027-01-01 by me", "# policygate: ignore host-network until 2026-01-16 by me",
    "# checkov:skip=CKV_K8S_19: x", "# trivy:ignore:KSV-0009", "# nosemgrep",
)  # fmt: skip


def _mutated(
    settings: str, policy: str | None, waiver: dict[str, str], mark: str, comment: str
) -> dict[str, str]:
    metadata = f", annotations: {{{mark}}}" if mark else ""
    pod = (POD % (metadata, "true")).replace("hostNetwork: true", f"hostNetwork: true {comment}")
    head = {**HEAD, "a.yaml": pod, SETTINGS: settings}
    if policy is None:
        del head[OWN_FILE]
    elif policy:
        head[OWN_FILE] = policy
    said = {key: value for key, value in (_WAIVER | waiver).items() if value}
    head[".policygate/waivers/w.yaml"] = "".join(f"{k}: '{v}'\n" for k, v in said.items())
    return head


@given(
    st.sampled_from(_SETTINGS), st.sampled_from(_POLICIES), st.sampled_from(_WAIVERS), st.sampled_from(_MARKS), st.sampled_from(_COMMENTS)
)  # fmt: skip
def test_nothing_but_a_valid_waiver_lowers_the_exit_code(
    settings: str, policy: str | None, waiver: dict[str, str], mark: str, comment: str
) -> None:
    """Whatever a change writes into settings, policies, waivers and marks: what blocked without it still does."""
    report = _check(_mutated(settings, policy, waiver, mark, comment))
    assert report.exit_code >= PLAIN.exit_code
    blocking = {f.policy for f in report.findings if f.blocks}
    assert {"host-network", "team-missing"} <= blocking
    assert not report.waived


def test_a_valid_waiver_does() -> None:
    """The mutations above are not weak because nothing could pass."""
    head = _mutated(BASE[SETTINGS], "", {}, "", "")
    assert [f.policy for f in _check(head).waived] == ["host-network"]


def test_removing_the_folder_does_not_help() -> None:
    """Without `.policygate/` in the head the base's settings and policies judge, and that is said."""
    report = _check({"a.yaml": HEAD["a.yaml"]})
    assert {"host-network", "team-missing", "gate-weakened"} <= {f.policy for f in report.findings}
    assert report.exit_code == PLAIN.exit_code
    said = {f.message for f in report.findings if f.policy == "gate-weakened"}
    assert "the policy team-missing is removed" in said
    assert "`waivers.max_days.error` 10 → 14" in said


@pytest.mark.parametrize(
    ("settings", "lost", "gained"),
    [
        (
            "policies: {host-network: {enabled: false}}\n",
            "host-network",
            "loosened-host-namespaces",
        ),
        ("policies: {team-missing: {enabled: false}}\n", "team-missing", ""),
        ("policies: {image-digest-missing: {enabled: true}}\n", "", "image-digest-missing"),
    ],
)
def test_what_would_be_is_previewed(settings: str, lost: str, gained: str) -> None:
    """The head's settings judge nobody; what they would find and not find here is said."""
    report = _check({**HEAD, SETTINGS: settings})
    (note,) = [each for each in report.notes if each.startswith("by the settings")]
    assert (f"fewer ({lost}" in note) == bool(lost)
    assert (f"more ({gained}" in note) == bool(gained)


ELSEWHERE: Final = {**BASE, "b.yaml": POD.replace("name: web,", "name: api,", 1) % ("", "false")}


@pytest.mark.parametrize(
    ("settings", "own"),
    [
        (
            BASE[SETTINGS],
            OWN.replace("has(object.metadata.labels) && 'team' in object.metadata.labels", "true"),
        ),
        (BASE[SETTINGS], OWN.replace("kinds: [Pod]", "kinds: [Pod], paths: ['a.yaml']")),
        (
            BASE[SETTINGS]
            + "overrides: [{match: {paths: ['b.yaml']}, policies: {team-missing: {enabled: false}}}]\n",
            OWN.replace("No team", "No team is named"),
        ),
    ],
)
def test_verdicts_on_the_whole_tree_are_compared(settings: str, own: str) -> None:
    """Expressions have no order: what a policy finds in files that nobody touches, and would not any more, is named."""
    report = _check({**ELSEWHERE, SETTINGS: settings, OWN_FILE: own}, ELSEWHERE)
    said = {f.message for f in report.findings if f.policy == "gate-weakened"}
    structural = "an override for b.yaml switches off or lowers team-missing"
    assert said & {structural, "team-missing would not find any more what it finds in b.yaml:3"}, (
        said
    )


def test_the_workflow_that_runs_the_gate_is_named() -> None:
    """Who edits it could take the gate away: a note where it is still run, a warning where it is not."""
    workflow = ".github/workflows/gate.yaml"
    base = {**BASE, workflow: "jobs: {gate: {steps: [{uses: x/policygate@v1}]}}\n"}
    (note,) = _check({**base, workflow: base[workflow].replace("v1", "v0")}, base).findings
    assert (note.policy, note.level) == ("gate-weakened", "note")
    assert not _check({**base, workflow: "jobs: {}\n"}, base).exit_code
    report = _check({**base, workflow: "jobs: {}\n"}, base)
    (finding,) = report.findings
    assert (finding.policy, finding.level, finding.location.file) == (
        "gate-weakened",
        "warning",
        workflow,
    )


PROGRAM: Final = '''"""Nobody is asked.

Why.

Fix:
Say whose it is.
"""

from pathlib import Path
from policygate.policy import policy

Path(%r).write_text("run")


@policy(level="error", kinds=["Pod"])
def team_missing(pair, params):
    """Yield nothing."""
    Path(%r).write_text("run")
    return iter(())
'''


@pytest.mark.parametrize("name", ["new.py", "team-missing.py", "team_missing.py"])
def test_nothing_of_the_head_is_run(tmp_path: Path, name: str) -> None:
    """A fork adds a policy in Python, and settings that name it: it would write a file, and does not."""
    repo, written = Repo.init(tmp_path / "repo"), tmp_path / "written"
    for path, text in BASE.items():
        (repo.path / path).parent.mkdir(parents=True, exist_ok=True)
        (repo.path / path).write_text(text)
    repo.git("add", ".")
    repo.git("commit", "-qm", "base")
    repo.git("checkout", "-qb", "fork")
    program = PROGRAM % (str(written), str(written))
    (repo.path / ".policygate/policies" / name).write_text(program)
    (repo.path / SETTINGS).write_text("python_policies: ['.policygate/policies/*.py']\n")
    (repo.path / "a.yaml").write_text(HEAD["a.yaml"])
    repo.git("add", ".")
    repo.git("commit", "-qm", "fork")
    report = check(repo.path, base="main", env=repo.env)
    assert {"host-network", "team-missing"} <= {f.policy for f in report.findings if f.blocks}
    assert not written.exists()
