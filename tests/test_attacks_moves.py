"""Ways around the gate by moving what is there: to another environment, to where a policy is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from policygate import check
from tests.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from policygate.model import Report

SETTINGS: Final = ".policygate/config.yaml"
DEPLOYMENT: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      hostNetwork: %s
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: ghcr.io/a/web@sha256:0123456789012345678901234567890123456789012345678901234567890123
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
"""
GOOD, BAD = (DEPLOYMENT % value for value in ("false", "true"))
NETWORK: Final = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [{from: [%s]}]
"""
BINDING: Final = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}
subjects: [{kind: ServiceAccount, name: web, namespace: web}]
"""
KINDS: Final = {
    "Deployment": (GOOD, BAD),
    "NetworkPolicy": (
        NETWORK % "{podSelector: {matchLabels: {app: proxy}}}",
        NETWORK % "{namespaceSelector: {}}",
    ),
    "ClusterRoleBinding": (BINDING % "view", BINDING % "cluster-admin"),
}


def _judge(folder: Path, base: Mapping[str, str], head: Mapping[str, str]) -> Report:
    """Make a repository of two trees, and judge the change from one to the other."""
    repo = Repo.init(folder)
    for tree, branch in ((base, "main"), (head, "pr")):
        if branch == "pr":
            repo.git("checkout", "-qb", branch)
            repo.git("rm", "-rqf", ".")
        for name, text in tree.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        repo.git("add", "-A")
        repo.git("commit", "-qm", branch)
    report = check(folder, base="main", env=repo.env)
    assert not report.faults
    return report


def _blocking(report: Report) -> set[str]:
    return {each.location.file for each in report.findings if each.blocks}


# From one environment to another


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "head",
    [
        {"prod/web.yaml": "bad"},
        {"prod/web.yaml": "bad", "dev/web.yaml": "good"},
        {"prod/other.yaml": "bad"},
        {"prod/other.yaml": "bad", "prod/copy.yaml": "good"},
        {"prod/apps/web.yaml": "bad"},
        {"clusters/prod/web.yaml": "bad", "clusters/dev/web.yaml": "good"},
        {"clusters/production-1/web.yaml": "bad", "decoy/web.yaml": "good"},
        {"one/web.yaml": "bad", "two/web.yaml": "good"},
        {"one/web.yaml": "bad"},
        {"prod-is-no-longer-dev/web.yaml": "bad"},
    ],
    ids=" ".join,
)
def test_what_another_environment_had_is_not_known_here(
    tmp_path: Path, kind: str, head: dict[str, str]
) -> None:
    """Whatever git calls a rename: it is judged by what stood there, or by all that may have stood there."""
    texts = dict(zip(("good", "bad"), KINDS[kind], strict=True))
    base = {"dev/web.yaml": texts["bad"], "prod/web.yaml": texts["good"]}
    report = _judge(tmp_path, base, {path: texts[body] for path, body in head.items()})
    assert report.outcome == "block"
    assert {path for path, body in head.items() if body == "bad"} <= _blocking(report)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", ["prod/web.yaml", "a/web.yaml", "a/prod/web.yaml"])
def test_an_edit_beside_the_move_changes_nothing(tmp_path: Path, kind: str, file: str) -> None:
    """What is nearly the same as another environment's is known here as little as what is the same."""
    good, bad = KINDS[kind]
    edited = bad.replace("name: web}", "name: web, labels: {a: b}}", 1)
    report = _judge(tmp_path, {"dev/web.yaml": bad, "prod/web.yaml": good}, {file: edited})
    assert file in _blocking(report)


@pytest.mark.parametrize(
    ("file", "ours", "theirs"),
    [
        ("prod/web.yaml", "", "prod"),
        ("prod/web.yaml", "dev", "prod"),
        ("a/prod/web.yaml", "", "prod"),
        ("a/web.yaml", "", "prod"),
    ],
)
def test_a_namespace_hides_nothing(tmp_path: Path, file: str, ours: str, theirs: str) -> None:
    """A kustomization writes over the one that stands in a file: the place counts all the same."""
    dev, prod = (
        text.replace("name: web}", f"name: web, namespace: {namespace or 'null'}}}", 1)
        for text, namespace in ((BAD, ours), (GOOD, theirs))
    )
    report = _judge(tmp_path, {"dev/web.yaml": dev, "prod/web.yaml": prod}, {file: dev})
    assert file in _blocking(report)


def test_another_name_in_another_environment_is_another_resource(tmp_path: Path) -> None:
    """Who takes a resource along and calls it otherwise puts something new there."""
    renamed = BAD.replace("name: web}", "name: api}", 1)
    report = _judge(tmp_path / "a", {"dev/web.yaml": BAD}, {"prod/web.yaml": renamed})
    assert _blocking(report) == {"prod/web.yaml"}
    assert (
        _judge(tmp_path / "b", {"dev/web.yaml": BAD}, {"dev/b/web.yaml": renamed}).outcome == "pass"
    )


@pytest.mark.parametrize("text", [BAD, BINDING % "cluster-admin"], ids=["workload", "binding"])
def test_what_moves_to_another_environment_is_new_there(tmp_path: Path, text: str) -> None:
    """To move it there is no better than to copy it; within an environment it is what it was."""
    moved = _judge(tmp_path / "a", {"dev/x/web.yaml": text}, {"prod/x/web.yaml": text})
    copied = _judge(
        tmp_path / "b",
        {"dev/x/web.yaml": text},
        dict.fromkeys(("dev/x/web.yaml", "prod/x/web.yaml"), text),
    )
    said = [{(f.policy, f.message) for f in each.findings if f.blocks} for each in (moved, copied)]
    assert said[0] == said[1] != set()
    for to in ("prod/web.yaml", "clusters/eu-prod/x/web.yaml", "web.yaml"):
        assert _judge(tmp_path / to, {"prod/x/web.yaml": text}, {to: text}).outcome == "pass"


def test_too_many_candidates_are_none(tmp_path: Path) -> None:
    """What may be one of a hundred that all say something else is new."""
    base = {
        f"c{n}/web.yaml": (BAD if n == 7 else GOOD) + f"      priority: {n}\n" for n in range(60)
    }
    report = _judge(tmp_path, base, {"one/web.yaml": base["c7/web.yaml"]})
    assert {each.status for each in report.findings if each.blocks} == {"introduced"}


@pytest.mark.parametrize(
    "moves",
    [
        {"dev/web.yaml": "dev2/web.yaml"},
        {"dev/web.yaml": "somewhere/else.yaml"},
        {"apps/dev/web.yaml": "clusters/dev/apps/web.yaml", "apps/prod/web.yaml": "clusters/prod/apps/web.yaml"},
        {"dev/web.yaml": "clusters/development/web.yaml", "prod/web.yaml": "clusters/production/web.yaml"},
        {"all/dev.yaml": "new/dev.yaml", "all/prod.yaml": "new/prod.yaml"},
        {"all/web-dev.yaml": "dev/web.yaml", "all/web-prod.yaml": "prod/web.yaml"},
        {"prod/eu/web.yaml": "eu/prod/web.yaml", "prod/us/web.yaml": "us/prod/web.yaml"},
        {"prod/web.yaml": "clusters/prod/web.yaml", "prod-eu/web.yaml": "clusters/prod-eu/web.yaml"},
        {"k8s/base/web.yaml": "app/base/web.yaml", "k8s/overlays/prod/web.yaml": "app/overlays/prod/web.yaml"},
        {"c1/web.yaml": "fleet/c1/web.yaml", "c2/web.yaml": "fleet/c2/web.yaml", "c3/web.yaml": "fleet/c3/web.yaml"},
        {"pre-prod/web.yaml": "x/preprod/web.yaml", "prod/web.yaml": "x/prod/web.yaml"},
    ],
    ids=lambda moves: " ".join(moves.values()),
)  # fmt: skip
def test_a_restructuring_says_nothing(tmp_path: Path, moves: dict[str, str]) -> None:
    """Whole trees may be moved as long as their paths say which is which."""
    good, bad = map("---\n".join, zip(*KINDS.values(), strict=True))
    for which in range(len(moves)):
        bodies = [bad if at == which else good for at in range(len(moves))]
        base = dict(zip(moves, bodies, strict=True))
        head = dict(zip(moves.values(), bodies, strict=True))
        report = _judge(tmp_path / str(which), base, head)
        assert (report.outcome, report.findings) == ("pass", ())


PATCH: Final = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n"


@pytest.mark.parametrize("patch", ["dev/web.yaml", "dev/patch.yaml"])
def test_what_a_base_is_taken_out_of_becomes_a_patch(tmp_path: Path, patch: str) -> None:
    """The whole that moved to the folder of the base is what it was, and not what is left of it."""
    moved = _judge(tmp_path / "a", {"dev/web.yaml": BAD}, {"base/web.yaml": BAD, patch: PATCH})
    assert (moved.outcome, moved.findings) == ("pass", ())
    base = {"dev/web.yaml": BAD, "prod/web.yaml": GOOD}
    both = _judge(tmp_path / "b", base, {"base/web.yaml": BAD, patch: PATCH})
    assert _blocking(both) == {"base/web.yaml"}


def test_a_directive_makes_no_patch(tmp_path: Path) -> None:
    """What the cluster would take as a whole stands where it stands, and a copy elsewhere changes nothing."""
    directive = "      nodeSelector: {$retainKeys: ''}\n"
    head = {"decoy/web.yaml": GOOD, "prod/web2.yaml": BAD + directive}
    report = _judge(tmp_path, {"prod/web.yaml": GOOD}, head)
    assert ("prod/web2.yaml", "loosened") in {
        (each.location.file, each.status) for each in report.findings if each.blocks
    }


def test_a_move_that_could_be_another_one_says_nothing_if_it_is_all_the_same(
    tmp_path: Path,
) -> None:
    """Where the paths do not tell, only what is looser than one of the candidates is said."""
    base = {f"{at}/web.yaml": BAD for at in ("dev", "prod")}
    assert not _judge(tmp_path / "a", base, {"one/web.yaml": BAD, "two/web.yaml": BAD}).findings
    base = {"dev/web.yaml": BAD, "prod/web.yaml": GOOD}
    report = _judge(tmp_path / "b", base, {"one/web.yaml": BAD, "two/web.yaml": GOOD})
    finding = next(each for each in report.findings if each.policy == "host-network")
    assert finding.grade == "possible"
    assert finding.base_location is not None
    assert finding.base_location.file == "prod/web.yaml"
    assert report.counts.changed == 1


# From where a policy is off


def _settings(*overrides: str) -> dict[str, str]:
    return {SETTINGS: f"overrides: [{', '.join(overrides)}]\n"}


OFF_IN_DEV: Final = _settings(
    "{match: {paths: ['dev/**']}, policies: {host-network: {enabled: false}}}"
)
ON_IN_PROD: Final = {
    SETTINGS: "policies: {host-network: {enabled: false}}\n"
    "overrides: [{match: {paths: ['prod/**']}, policies: {host-network: {enabled: true}}}]\n"
}


@pytest.mark.parametrize("settings", [OFF_IN_DEV, ON_IN_PROD], ids=["off in dev", "on in prod"])
@pytest.mark.parametrize("edit", ["", "# a comment\n", "  labels: {a: b}\n"])
def test_where_a_policy_is_off_nothing_is_known(
    tmp_path: Path, settings: dict[str, str], edit: str
) -> None:
    """What moves to where a policy holds is judged by it, edited or not; the way back is free."""
    edited = BAD.replace("metadata: {name: web}\n", f"metadata:\n  name: web\n{edit}", 1)
    base, head = {"dev/web.yaml": BAD, **settings}, {"prod/web.yaml": edited, **settings}
    there = _judge(tmp_path / "there", base, head)
    assert {each.policy for each in there.findings if each.blocks} == {"host-network"}
    back = {"prod/web.yaml": BAD, **settings}, {"dev/web.yaml": edited, **settings}
    assert _judge(tmp_path / "back", *back).outcome == "pass"


def test_parameters_are_those_of_the_place(tmp_path: Path) -> None:
    """What was enough where it stood may be too little where it stands, and old debt moves along."""
    settings = _settings(
        "{match: {paths: ['dev/**']}, policies: {replicas-over-maximum: {enabled: true, params: {maximum: 5}}}}",
        "{match: {paths: ['prod/**']}, policies: {replicas-over-maximum: {enabled: true, level: error, params: {maximum: 2}}}}",
    )
    for replicas, outcome in ((3, "block"), (2, "pass")):
        text = GOOD.replace("spec:\n", f"spec:\n  replicas: {replicas}\n", 1)
        folder = tmp_path / str(replicas)
        report = _judge(
            folder, {"dev/web.yaml": text, **settings}, {"prod/web.yaml": text, **settings}
        )
        assert report.outcome == outcome


def test_a_policy_for_some_paths_begins_there(tmp_path: Path) -> None:
    """A policy of the repository that is for one folder judges what is moved into it."""
    policy = """\
apiVersion: policygate.dev/v1
kind: Policy
metadata: {name: no-web-in-prod}
spec:
  title: web is in prod
  level: error
  match: {kinds: [Deployment], paths: ['prod/**']}
  validations: [{expression: object.metadata.name != 'web', message: web}]
  why: why
  fix: fix
  examples:
    - {name: db, expect: pass, object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: db}}}
    - {name: web, expect: fail, object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}}
"""
    own = {".policygate/policies/no-web-in-prod.yaml": policy}
    report = _judge(tmp_path / "a", {"dev/web.yaml": GOOD, **own}, {"prod/web.yaml": GOOD, **own})
    assert _blocking(report) == {"prod/web.yaml"}
    base, head = {"prod/web.yaml": GOOD, **own}, {"prod/a/web.yaml": GOOD, **own}
    assert not _judge(tmp_path / "b", base, head).findings


def test_a_label_that_excused_excuses_no_longer(tmp_path: Path) -> None:
    """Nor does the base know what it was excused from."""
    settings = _settings(
        "{match: {labels: {tier: node}}, policies: {host-network: {enabled: false}}}"
    )
    excused = BAD.replace("name: web}", "name: web, labels: {tier: node}}", 1)
    base, head = {"web.yaml": excused, **settings}, {"web.yaml": BAD, **settings}
    assert _judge(tmp_path, base, head).outcome == "block"
