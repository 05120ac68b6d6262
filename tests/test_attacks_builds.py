"""Ways around the gate by what is built and applied: what git holds and no cluster gets, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from policygate import check
from policygate.model import Report
from tests.cli.runner import run
from tests.repo import Repo
from tests.spotless import WEB

TODAY: Final = date(2026, 1, 15)
BAD: Final = WEB.replace("    spec:\n", "    spec:\n      hostNetwork: true\n")
DENY: Final = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: prod}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
GUARD: Final = "loosened-network-policy"
Tree = Mapping[str, str | None]
Judge = Callable[[Tree, Tree], Report]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judges a change from one tree to another, which names what differs (None deletes)."""

    def judged(base: Tree, change: Tree) -> Report:
        repo = Repo.init(tmp_path / "repo")
        repo.commit(base)
        repo.switch("pr", "main")
        repo.commit(change)
        return check(repo.path, base="main", today=TODAY, env=repo.env)

    return judged


def _blocking(report: Report) -> set[str]:
    assert not report.faults
    return {f.policy for f in report.findings if f.blocks}


# Lists


def test_an_object_with_items_is_gone(judge: Judge) -> None:
    """What is applied as an empty list blocks as its deletion does, and is an error of its own."""
    report = judge({"np.yaml": DENY, "web.yaml": WEB}, {"np.yaml": f"{DENY}items: []\n"})
    assert {GUARD, "object-with-items"} <= _blocking(report)


def test_an_object_with_items_hides_no_secret(judge: Judge) -> None:
    """It reaches no cluster, and still stands in git."""
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: zu7Eighoh4shooX9}\nitems: []\n"
    report = judge({"web.yaml": WEB}, {"s.yaml": secret})
    assert {f.policy for f in report.findings} > {"object-with-items"}


# Names of files


@pytest.mark.parametrize("name", ["web.txt", "sub/web.txt", "a/b/c/web"])
def test_a_file_that_is_built_is_a_manifest(judge: Judge, name: str) -> None:
    """Kustomize asks for no ending, neither beside it nor in folders below."""
    base = {"app/web.yaml": WEB, "app/kustomization.yaml": "resources: [web.yaml]\n"}
    change = {f"app/{name}": BAD, "app/kustomization.yaml": f"resources: [{name}]\n"}
    assert "host-network" in _blocking(judge(base, {**change, "app/web.yaml": None}))


# Patches

BARE: Final = "".join(line for line in WEB.splitlines(keepends=True) if "resources:" not in line)
VOLUME: Final = (
    "      volumes: [{name: v, csi: {driver: d, volumeAttributes: {$retainKeys: ''}}}]\n"
)
NOTE: Final = "annotations: {note: '{{ x }}'}, "
PATCHED: Final = "resources: [web.yaml]\npatches: [{path: web.yaml}]\n"


@pytest.mark.parametrize(
    "change",
    [
        {"web.yaml": BARE + VOLUME},
        {"web.yaml": f"{BARE}$patch: merge\n"},
        {"web.yaml": f"{BARE}$patch: delete\n"},
        {"web.yaml": f"{BARE}$patch: merge\n", "kustomization.yaml": PATCHED},
        {
            "templates/web.yaml": BARE.replace("{name: web, ", f"{{{NOTE}name: web, ", 1),
            "Chart.yaml": "apiVersion: v2\nname: x\nversion: 0.1.0\n",
            "kustomization.yaml": "resources: [templates/web.yaml]\n",
        },
    ],
)
def test_a_whole_workload_is_no_patch(judge: Judge, change: Tree) -> None:
    """Whatever keys it has: only who takes a file for a patch, or for a template, makes it one."""
    assert {"memory-limit-missing", "cpu-request-missing"} <= _blocking(judge({}, change))


def test_a_patch_with_directives_is_one(judge: Judge) -> None:
    """A kustomization says so."""
    change = {
        "p.yaml": f"{BARE}$patch: merge\n",
        "kustomization.yaml": "patches: [{path: p.yaml}]\n",
    }
    assert not _blocking(judge({"web.yaml": WEB}, change))


def test_a_guard_is_no_patch_of_itself(judge: Judge) -> None:
    """What it no longer says is gone, and not inherited, be it named as a patch beside that."""
    quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: prod}\nspec: {hard: {pods: '5'%s}}\n"
    base = {"q.yaml": quota % ", cpu: '4'", "web.yaml": WEB}
    base["kustomization.yaml"] = "resources: [q.yaml, web.yaml]\n"
    change = {"q.yaml": f"{quota % ''}$patch: merge\n"}
    change["kustomization.yaml"] = f"{base['kustomization.yaml']}patches: [{{path: q.yaml}}]\n"
    assert "loosened-quota" in _blocking(judge(base, change))


# What is built

LISTED: Final = "resources: [np.yaml, web.yaml]\n"
APP: Final[Tree] = {"app/np.yaml": DENY, "app/web.yaml": WEB, "app/kustomization.yaml": LISTED}
UNLISTED: Final = {"app/kustomization.yaml": "resources: [web.yaml]\n"}
OTHER: Final = DENY.replace("name: deny", "name: other")


@pytest.mark.parametrize(
    "change",
    [
        UNLISTED,
        {**UNLISTED, "app/np.yaml": f"# edited\n{DENY}"},
        {**UNLISTED, "app/np.yaml": None, "attic/np.yaml": DENY},
        {**UNLISTED, "app/np.yaml": None, "app/unlisted.yaml": DENY},
        {**UNLISTED, "app/np.yaml": None, "app/unlisted.yaml": OTHER},
        {**UNLISTED, "app/np.yaml": None},
    ],
    ids=["unlisted", "edited", "attic", "dummy", "other name", "deleted"],
)
def test_a_guard_that_is_not_built_is_gone(judge: Judge, change: Tree) -> None:
    """Whatever stays of it in git."""
    assert _blocking(judge(APP, change)) == {GUARD}


def test_who_ends_a_guard_is_named(judge: Judge) -> None:
    """The finding stands where the list is, and says so."""
    (found,) = [f for f in judge(APP, UNLISTED).findings if f.policy == GUARD]
    assert found.location[:2] == ("app/kustomization.yaml", 1)
    assert found.message.endswith("app/kustomization.yaml does not build app/np.yaml any more")


def test_a_folder_that_is_not_built_is_gone(judge: Judge) -> None:
    """With all that its own kustomization lists, unless Flux takes it from there."""
    base = {
        "app/kustomization.yaml": "resources: [guards, web]\n",
        "app/guards/kustomization.yaml": "resources: [quota.yaml]\n",
        "app/guards/quota.yaml": "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: prod}\nspec: {hard: {pods: '5'}}\n",
        "app/web/kustomization.yaml": "resources: [web.yaml]\n",
        "app/web/web.yaml": WEB,
    }
    change = {"app/kustomization.yaml": "resources: [web]\n"}
    assert "loosened-quota" in {f.policy for f in judge(base, change).findings}


def test_what_flux_takes_is_built(judge: Judge) -> None:
    """No kustomization has to name the folder that a Kustomization of Flux names."""
    flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: %s, namespace: flux-system}\nspec: {interval: 5m, prune: true, path: %s, sourceRef: {kind: GitRepository, name: flux-system}}\n"
    base = {
        "clusters/app.yaml": flux % ("app", "./app"),
        "app/kustomization.yaml": "resources: [guards, web.yaml]\n",
        "app/web.yaml": WEB,
        "app/guards/kustomization.yaml": "resources: [np.yaml]\n",
        "app/guards/np.yaml": DENY,
    }
    taken = {**UNLISTED, "clusters/guards.yaml": flux % ("guards", "./app/guards")}
    assert GUARD not in {f.policy for f in judge(base, taken).findings}


@pytest.mark.parametrize(
    "change",
    [
        {"app/kustomization.yaml": "resources: [web.yaml, ./np.yaml]\n"},
        {"app/kustomization.yaml": "resources: [web.yaml, guards]\n", "app/np.yaml": None,
         "app/guards/np.yaml": DENY, "app/guards/kustomization.yaml": "resources: [np.yaml]\n"},
        {**UNLISTED, "kustomization.yaml": "resources: [app, app/np.yaml]\n"},
        {**UNLISTED, "guards/kustomization.yaml": "resources: [../app/np.yaml]\n"},
        {**UNLISTED, "app/np.yaml": None, "app/kustomization.yaml": "resources: [deny.yaml, web.yaml]\n",
         "app/deny.yaml": DENY},
        {"app/kustomization.yaml": None},
        {"app/np.yaml": f"{DENY}# the same\n"},
    ],
    ids=["other spelling", "folder", "above", "beside", "renamed", "whole folder", "comment"],
)  # fmt: skip
def test_a_guard_that_is_built_otherwise_stays(judge: Judge, change: Tree) -> None:
    """Where another kustomization lists it, or a new file has it, nothing is lost."""
    assert not _blocking(judge(APP, change))


def test_a_plain_folder_is_taken_whole(judge: Judge) -> None:
    """Without kustomizations nobody lists anything; a guard may move there as it likes."""
    base = {"app/np.yaml": DENY, "app/web.yaml": WEB}
    assert not _blocking(judge(base, {"app/np.yaml": None, "guards/np.yaml": DENY}))


def test_an_unlisted_twin_is_no_guard(judge: Judge) -> None:
    """Nor was it one when it was put there, one change before."""
    assert _blocking(judge({**APP, "app/twin.yaml": OTHER}, {**UNLISTED, "app/np.yaml": None})) == {
        GUARD
    }


# What is applied


@pytest.mark.parametrize(
    "annotations",
    [
        "argocd.argoproj.io/hook: Skip",
        "argocd.argoproj.io/hook: SyncFail",
        "argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded",
        "helm.sh/hook: test",
        "helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: 'before-hook-creation,hook-succeeded'",
        "config.kubernetes.io/local-config: 'true'",
        "config.kubernetes.io/local-config: ''",
        "kustomize.toolkit.fluxcd.io/ssa: Ignore",
        "kustomize.toolkit.fluxcd.io/reconcile: disabled",
    ],
)
def test_a_guard_that_is_not_applied_is_gone(judge: Judge, annotations: str) -> None:
    """To leave it out of what is applied blocks as its deletion does, and is said once, where it stands."""
    marked = DENY.replace("{name", f"{{annotations: {{{annotations}}}, name")
    report = judge({"np.yaml": DENY, "web.yaml": WEB}, {"np.yaml": marked})
    assert _blocking(report) == {GUARD}
    assert [f.location[:2] for f in report.findings if f.policy == GUARD] == [("np.yaml", 3)]


@pytest.mark.parametrize(
    "annotations",
    [
        "argocd.argoproj.io/hook: PreSync",
        "config.kubernetes.io/local-config: 'false'",
        "kustomize.toolkit.fluxcd.io/ssa: Merge",
        "argocd.argoproj.io/hook-delete-policy: HookSucceeded",
    ],
)
def test_a_guard_that_is_applied_otherwise_stays(judge: Judge, annotations: str) -> None:
    """What changes when and how it is applied takes nothing away."""
    marked = DENY.replace("{name", f"{{annotations: {{{annotations}}}, name")
    assert not _blocking(judge({"np.yaml": DENY, "web.yaml": WEB}, {"np.yaml": marked}))


# Patches that are not manifests

OPS: Final = "[{op: add, path: /spec/template/spec/hostNetwork, value: true}]"
MERGE: Final = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {hostNetwork: true}}}}"
FLUX: Final = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app, namespace: flux-system}
spec: {interval: 5m, prune: true, path: ./app, sourceRef: {kind: GitRepository, name: g}%s}
"""
ARGO: Final = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: app, namespace: argocd}
spec: {project: p, destination: {namespace: x, name: c}, %s}
"""
SOURCE: Final = "{repoURL: 'https://g/x', path: p, targetRevision: v1.0.0%s}"
TARGETED: Final = "patches: [{target: {kind: Deployment}, patch: '%s'}]"
REPLACING: Final = "replacements: [{source: {kind: A, fieldPath: b}, targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.hostNetwork], options: {create: true}}]}]\n"
TRANSFORMER: Final = "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\ntarget: {kind: Deployment}\npatch: '%s'\n"


def _named(report: Report) -> list[str]:
    return [each.file for each in report.not_judged]


@pytest.mark.parametrize(
    "text",
    [
        f"resources: [web.yaml]\n{TARGETED % OPS}\n",
        f"resources: [web.yaml]\npatchesStrategicMerge: ['[{MERGE}]']\n",
        f"resources: [web.yaml]\npatchesJson6902: [{{target: {{kind: Deployment}}, patch: '{OPS}'}}]\n",
        f"resources: [web.yaml]\n{REPLACING}",
        f"resources: [web.yaml]\ntransformers: [\"{{apiVersion: builtin, kind: PatchTransformer, patch: '{OPS}'}}\"]\n",
        TRANSFORMER % OPS,
        FLUX % f", {TARGETED % OPS}",
        ARGO % f"source: {SOURCE % f', kustomize: {{{TARGETED % OPS}}}'}",
        ARGO % f"sources: [{SOURCE % f', kustomize: {{{TARGETED % OPS}}}'}]",
    ],
)  # fmt: skip
def test_patches_that_are_not_judged_are_named(judge: Judge, text: str) -> None:
    """Wherever they stand, and on one line as well."""
    assert _named(judge({"app/web.yaml": WEB}, {"app/kustomization.yaml": text})) == [
        "app/kustomization.yaml"
    ]


def test_a_patch_of_nothing_in_particular_is_named(judge: Judge) -> None:
    """Its target stands in the kustomization."""
    change = {
        "p.yaml": "spec: {template: {spec: {hostNetwork: true}}}\n",
        "kustomization.yaml": "resources: [web.yaml]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n",
    }
    assert "p.yaml" in _named(judge({"web.yaml": WEB}, change))


BLOCK: Final = """\
resources: [web.yaml]
patches:
  - target: {kind: Deployment}
    patch: |
      - {op: test, path: /spec/replicas, value: 3}
      - {op: add, path: /spec/template/spec/hostNetwork, value: true}
"""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"resources: [web.yaml]\n{TARGETED % OPS}\n", 2),
        (f"resources: [web.yaml]\n{TARGETED % MERGE}\n", 2),
        (BLOCK, 6),
        (f"resources: [web.yaml]\npatches: [{{patch: {MERGE}}}]\n", 2),
        (f"resources: [web.yaml]\npatchesStrategicMerge: ['{MERGE}']\n", 2),
        (FLUX % f", {TARGETED % OPS}", 4),
        (ARGO % f"source: {SOURCE % f', kustomize: {{{TARGETED % OPS}}}'}", 4),
        (TRANSFORMER % OPS, 5),
    ],
)
def test_what_an_inline_patch_sets_is_judged(judge: Judge, text: str, line: int) -> None:
    """As what a file with a patch sets, at its line."""
    name = "app/kustomization.yaml" if text.startswith("resources") else "app/other.yaml"
    report = judge({"app/web.yaml": WEB}, {name: text})
    found = [f.location[:2] for f in report.findings if f.policy == "host-network" and f.blocks]
    assert found == [(name, line)]


def test_an_inline_patch_inherits_the_rest(judge: Judge) -> None:
    """Nothing is missing in it; and what an older one set is old."""
    name = "app/kustomization.yaml"
    tree = {"app/web.yaml": WEB, name: f"resources: [web.yaml]\n{TARGETED % OPS}\n"}
    harmless = OPS.replace(
        "hostNetwork, value: true", "containers/0/image, value: 'web@sha256:%s'" % ("0" * 64)
    ).replace("'", "''")
    assert not _blocking(judge(tree, {name: f"resources: [web.yaml]\n{TARGETED % harmless}\n"}))


@pytest.mark.parametrize("target", ["", "target: {kind: NetworkPolicy}, "])
def test_an_inline_patch_deletes(judge: Judge, target: str) -> None:
    """As its file would, be it one or all of a kind."""
    patch = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: prod}, $patch: delete}"
    text = f"{LISTED}patches: [{{{target}patch: '{patch}'}}]\n"
    assert _blocking(judge(APP, {"app/kustomization.yaml": text})) == {GUARD}


def test_a_secret_in_an_inline_patch_is_said_once(judge: Judge) -> None:
    """At its place, and never shown."""
    patch = "patches:\n  - patch: |\n      apiVersion: v1\n      kind: Secret\n      metadata: {name: db}\n      stringData: {password: zu7Eighoh4shooX9}\n"
    report = judge(APP, {"app/kustomization.yaml": f"{LISTED}{patch}"})
    assert "secret-in-crd-field" in _blocking(report)
    assert "zu7Eighoh4shooX9" not in str(report)
    assert [f.location.line for f in report.findings if "secret" in f.policy] == [7]


@pytest.mark.parametrize(
    "kustomization",
    [
        "resources: [web.yaml]\npatches: [{path: p.yaml}]\n",
        "resources: [web.yaml]\npatches: [{target: {kind: Deployment}, patch: '[{op: remove, path: /spec/template/spec/containers/0/resources}]'}]\n",
    ],
)
def test_what_a_patch_takes_out_is_missing(judge: Judge, kustomization: str) -> None:
    """Null in it is a removal, as that of a JSON patch is; nothing of it is inherited."""
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, resources: null}]}}}\n"
    files = {"kustomization.yaml": kustomization}
    if "p.yaml" in kustomization:
        files["p.yaml"] = patch
    report = judge({"web.yaml": WEB}, files)
    assert "memory-limit-missing" in _blocking(report)


# The waiver of what is switched off

OFF: Final = DENY.replace("{name", "{annotations: {argocd.argoproj.io/hook: Skip}, name")
LISTS: Final = {"app/web.yaml": WEB, "app/kustomization.yaml": LISTED}


@pytest.mark.parametrize(
    ("base", "off"),
    [
        ({"np.yaml": DENY, "web.yaml": WEB}, {"np.yaml": OFF}),
        ({**LISTS, "app/np.yaml": DENY}, UNLISTED),
        ({"np.yaml": DENY, "web.yaml": WEB}, {"np.yaml": f"{DENY}items: []\n"}),
    ],
    ids=["not applied", "not built", "empty list"],
)
def test_a_waiver_goes_on_while_its_guard_is_off(tmp_path: Path, base: Tree, off: Tree) -> None:
    """It is settled when the guard is back, and not because its text is there still."""
    repo = Repo.init(tmp_path / "repo")
    repo.commit(base)

    def judged(branch: str, change: Tree) -> Report:
        repo.switch(branch, "main")
        repo.commit(change)
        return check(repo.path, base="main", today=TODAY, env=repo.env)

    assert _blocking(judged("off", off)) >= {GUARD}
    terms = ("--reason", "an outage", "--owner", "@me", "--until", "1d", "--today", str(TODAY))
    wrote = run(
        repo, "waive", GUARD, "--resource", "prod/NetworkPolicy/deny", *terms, "--base", "main"
    )
    assert wrote.returncode == 0, wrote.stderr
    repo.commit({})
    repo.switch("main")
    repo.git("merge", "-q", "off")
    idle = judged("idle", {"other.yaml": "a: 1\n"})
    assert ([w.state for w in idle.waivers], _blocking(idle)) == (["in force"], set())
    back = judged("back", dict(base))
    assert ([w.state for w in back.waivers], _blocking(back)) == (["settled"], set())
