"""What comes after the merge: who reconciles what, what runs, and what a revert does not bring back."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policygate.hazards import BY_POLICY
from policygate.model import Hazard, Report, Running
from policygate.policy.loader import load_shipped
from policygate.reporters import render
from tests.memory import SHIPPED, compare_trees
from tests.repo import clean_env

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  source: {repoURL: %s, path: %s, targetRevision: main}
  syncPolicy: {automated: %s}
"""
URL = "git@github.com:example/fleet.git"
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: db, namespace: flux-system}
spec: {path: ./infra, prune: true, sourceRef: {kind: GitRepository, name: flux-system}%s}
"""
SETS = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: apps}
spec:
  generators:
    - matrix:
        generators:
          - git: {directories: [{path: apps/*}, {path: apps/old, exclude: true}]}
          - list: {elements: []}
  template:
    spec:
      source: {repoURL: https://github.com/example/fleet, path: '{{ path }}'}
      syncPolicy: {automated: {prune: '{{ prune }}', selfHeal: true}}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: %s
"""
CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n"
WEB = "apps/web/web.yaml"
DIGEST = "web@sha256:" + "a" * 64


def ahead(
    base: Mapping[str, str], head: Mapping[str, str], here: str = "", **options: object
) -> Report:
    """The report of a change of some files, beside which nothing changes."""
    return compare_trees(base, head, policies=SHIPPED, outlook=here, **options)  # type: ignore[arg-type]


def running(base: Mapping[str, str], head: Mapping[str, str], here: str = "") -> Running:
    """What becomes of the one resource that changes."""
    (found,) = ahead(base, head, here).running
    return found


def hazards(base: Mapping[str, str], head: Mapping[str, str]) -> dict[str, Hazard]:
    """What cannot be reverted, by its kind."""
    return {each.id: each for each in ahead(base, head).hazards}


# Who reconciles


@pytest.mark.parametrize(
    ("automated", "self_heal", "prune"),
    [
        ("{prune: true, selfHeal: true}", True, True),
        ("{}", False, False),
        ("null", False, False),
        ("{enabled: false, prune: true, selfHeal: true}", False, False),
        ("{prune: '{{ prune }}'}", False, None),
    ],
)
def test_argo(automated: str, self_heal: bool, prune: bool | None) -> None:  # noqa: FBT001
    """An Application says itself whether it heals and prunes; without automatic sync it does neither."""
    app = {"argocd/web.yaml": APP % (URL, "apps/web", automated)}
    (found,) = running(
        {WEB: DEPLOYMENT % "web:1", **app}, {WEB: DEPLOYMENT % "web:2", **app}
    ).reconcilers
    assert str(found.resource) == "argocd/Application/web"
    assert (found.self_heal, found.prune, found.location.file) == (
        self_heal,
        prune,
        "argocd/web.yaml",
    )


def test_this_repository() -> None:
    """An Application that surely reads this repository leaves no doubt about another one."""
    other = APP.replace("name: web", "name: other") % ("https://example.com/b/c", "apps/web", "{}")
    apps = {"a.yaml": APP % (URL, "apps/web", "{}"), "b.yaml": other}
    base, head = {WEB: DEPLOYMENT % "web:1", **apps}, {WEB: DEPLOYMENT % "web:2", **apps}
    unknown = running(base, head).reconcilers
    assert [(each.resource.name, each.grade) for each in unknown] == [
        ("other", "possible"), ("web", "possible"),
    ]  # fmt: skip
    known = running(base, head, "Example/Fleet").reconcilers
    assert [(each.resource.name, each.grade) for each in known] == [("web", "proven")]


@pytest.mark.parametrize(
    ("more", "self_heal", "prune"), [("", True, True), (", suspend: true", False, False)]
)
def test_flux(more: str, self_heal: bool, prune: bool) -> None:  # noqa: FBT001
    """Flux mends with every interval, unless it is told to look away."""
    flux = {"clusters/db.yaml": FLUX % more}
    base = {"infra/claim.yaml": CLAIM, **flux}
    found = running(
        base,
        {"infra/claim.yaml": CLAIM + "# \n", **flux}
        | {"infra/claim.yaml": CLAIM.replace("{}", "{a: b}")},
    )
    (owner,) = found.reconcilers
    assert (owner.self_heal, owner.prune, owner.grade) == (self_heal, prune, "proven")


def test_flux_builds_a_base() -> None:
    """A file that lies elsewhere and that the folder of a Kustomization names is taken, too."""
    beside = {
        "clusters/db.yaml": FLUX % "",
        "infra/kustomization.yaml": "resources: [../base]\n",
        "base/kustomization.yaml": "resources: [claim.yaml]\n",
    }
    base = {"base/claim.yaml": CLAIM, **beside}
    head = {"base/claim.yaml": CLAIM.replace("{}", "{a: b}"), **beside}
    assert [each.resource.name for each in running(base, head).reconcilers] == ["db"]


def test_application_set_of_folders() -> None:
    """A set whose generator finds folders takes what is in them, but for those that it leaves out."""
    sets = {"sets.yaml": SETS}
    for path, names in ((WEB, ["apps"]), ("apps/old/web.yaml", []), ("infra/web.yaml", [])):
        found = running({path: DEPLOYMENT % "web:1", **sets}, {path: DEPLOYMENT % "web:2", **sets})
        assert [each.resource.name for each in found.reconcilers] == names
        assert all(each.self_heal and each.prune is None for each in found.reconcilers)


def test_what_is_gone() -> None:
    """Who took it at the base is named as the head has it, and whether it is protected."""
    kept = CLAIM.replace(
        "{name: data}", "{name: data, annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}"
    )
    for claim, protected in ((CLAIM, False), (kept, True)):
        base = {"infra/claim.yaml": claim, "clusters/db.yaml": FLUX % ""}
        report = ahead(
            base, {"clusters/db.yaml": (FLUX % "").replace("prune: true", "prune: false")}
        )
        gone = report.running[0]
        assert (gone.action, gone.protected, gone.artifacts) == ("removed", protected, ())
        assert [(each.resource.name, each.prune) for each in gone.reconcilers] == [("db", False)]


# What runs


@pytest.mark.parametrize(
    ("image", "pin"),
    [
        (DIGEST, "digest"),
        ("web:1.2", "tag"),
        ("web", "moving"),
        ("web:latest", "moving"),
        ("'${IMAGE}'", "unknown"),
    ],
)
def test_images(image: str, pin: str) -> None:
    """An image is known by its digest, its tag, or by nothing."""
    (found,) = running({WEB: DEPLOYMENT % "web:1"}, {WEB: DEPLOYMENT % image}).artifacts
    assert (found.place, found.name, found.pin) == ("web", image.strip("'"), pin)
    assert (found.was, found.was_pin) == ("web:1", "tag")


def test_kustomization_puts_images_in() -> None:
    """The image of a kustomization is what runs, and its change is one of what runs."""
    listing = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages: [{name: web, newTag: '%s'}]\n"
    base = {WEB: DEPLOYMENT % "web", "apps/web/kustomization.yaml": listing % "1.0"}
    head = {WEB: DEPLOYMENT % "web", "apps/web/kustomization.yaml": listing % "1.1"}
    (found,) = running(base, head).artifacts
    assert (found.name, found.pin, found.was) == ("web:1.1", "tag", "web:1.0")
    new = {**base, WEB: (DEPLOYMENT % "web").replace("name: web,", "name: web, labels: {a: b},")}
    (found,) = running(base, new).artifacts
    assert (found.name, found.was) == ("web:1.0", "")


@pytest.mark.parametrize(
    ("text", "name", "pin"),
    [
        (APP % (URL, "apps/web", "{}"), "apps/web@main", "moving"),
        ((APP % (URL, "apps/web", "{}")).replace("main", "ab" * 20), "apps/web@" + "ab" * 20, "digest"),
        (("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\n"
         "spec: {chart: {spec: {chart: web, version: 1.x}}}\n"), "web@1.x", "moving"),
        (("apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: a}\n"
         "spec: {ref: {tag: 1.2.3}}\n"), "1.2.3", "tag"),
        ("apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: a}\nspec: {}\n", "master", "moving"),
    ],
)  # fmt: skip
def test_what_others_run(text: str, name: str, pin: str) -> None:
    """Charts, revisions and sources are artifacts as images are."""
    (found,) = running({}, {"a.yaml": text}).artifacts
    assert (found.name, found.pin) == (name, pin)


# What a revert does not bring back


def test_every_policy_of_the_table_exists() -> None:
    """The table is sorted, and names shipped policies alone."""
    assert list(BY_POLICY) == sorted(BY_POLICY)
    assert set(BY_POLICY) <= {each.id for each in load_shipped(whole=False)}


def test_findings_are_hazards() -> None:
    """What a policy finds is said once, with what it means for the way back."""
    base, head = CLAIM.replace("{}", "{resources: {requests: {storage: 2Gi}}}"), None
    head = base.replace("2Gi", "1Gi")
    found = hazards({"a.yaml": base}, {"a.yaml": head})
    assert found.keys() == {"immutable-field"}
    assert found["immutable-field"].policy == "immutable-field-changed"
    assert found["immutable-field"].location.line == 4
    assert hazards({"a.yaml": CLAIM, "b.yaml": SERVICE}, {"b.yaml": SERVICE}).keys() == {
        "data-deleted"
    }


JOB = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}\n"
MIGRATING = (DEPLOYMENT % "web:1").replace(
    "      containers:", "      initContainers: [{name: init, image: 'web:%s', command: [rails, 'db:migrate']}]\n      containers:"
)  # fmt: skip
LISTING = "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\n"


@pytest.mark.parametrize(
    ("base", "head", "hazard"),
    [
        ("", JOB, "one-way-job"),
        (MIGRATING % 1, MIGRATING % 2, "one-way-job"),
        (MIGRATING % 1, (MIGRATING % 1).replace("web:1\n", "web:9\n"), None),
        ("", JOB.replace("Job", "CronJob"), None),
        (SERVICE, "", "address"),
        (SERVICE.replace("LoadBalancer", "ClusterIP"), "", None),
        (CLAIM, CLAIM.replace("name: data", "name: other"), "identity"),
        (LISTING + "namespace: a\n", LISTING + "namespace: b\n", "identity"),
        (LISTING, LISTING + "generatorOptions: {disableNameSuffixHash: true}\n", "generated-name"),
        (SERVICE, SERVICE.replace("{name: web}", "{name: web, finalizers: [a.b/c]}"), "finalizer"),
        (DEPLOYMENT % "web:latest", DEPLOYMENT % DIGEST, "unknown-artifact"),
        (DEPLOYMENT % "web:1", DEPLOYMENT % DIGEST, None),
    ],
)  # fmt: skip
def test_computed(base: str, head: str, hazard: str | None) -> None:
    """What no policy says, because it is no fault."""
    found = hazards({"a.yaml": base}, {"a.yaml": head})
    assert found.keys() == ({hazard} if hazard else set())
    assert all(each.why and each.advice and not each.policy for each in found.values())


def test_another_owner() -> None:
    """What goes from one application to another may be pruned in between."""
    apps = {
        "a.yaml": APP % (URL, "apps/web", "{}"),
        "b.yaml": (APP % (URL, "apps/shop", "{}")).replace("name: web", "name: shop"),
    }
    found = hazards({WEB: CLAIM, **apps}, {"apps/shop/web.yaml": CLAIM, **apps})
    assert found["owner"].what.endswith(
        "goes from Application argocd/web to Application argocd/shop"
    )


# How to take back


def test_a_patch_takes_back_what_was_loosened(tmp_path: Path) -> None:
    """Git takes the patch; what else the change does stays."""
    base = (DEPLOYMENT % "web:1.0").replace(
        "          image", "          securityContext: {}\n          image"
    ) + "          resources:\n            limits:\n              memory: 1Gi\n"
    base += "---\n" + SERVICE
    head = (
        base.replace("1Gi", "8Gi")
        .replace("web:1.0", "web:2.0")
        .replace("kind: Service\n", "kind: Service # x\n")
    )
    head = head.replace("      containers:", "      hostNetwork: true\n      containers:")
    (undo,) = ahead({WEB: base}, {WEB: head}).undo
    assert undo.applies
    assert not undo.gone
    file = tmp_path / WEB
    file.parent.mkdir(parents=True)
    file.write_text(head)
    patch = "\n".join(undo.patch) + "\n"
    subprocess.run(
        ["git", "apply"], input=patch, text=True, cwd=tmp_path, env=clean_env(), check=True
    )
    assert file.read_text() == base.replace("web:1.0", "web:2.0").replace(
        "kind: Service\n", "kind: Service # x\n"
    )


def test_a_file_that_is_gone() -> None:
    """A file is restored as a whole."""
    policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: prod}\nspec: {podSelector: {}}\n"
    (undo,) = ahead({"a.yaml": policy, WEB: DEPLOYMENT % "a:1"}, {WEB: DEPLOYMENT % "a:1"}).undo
    assert (undo.file, undo.gone, undo.patch) == ("a.yaml", True, ())
    (undo,) = ahead({"a.yaml": f"{CLAIM}---\n{policy}"}, {"a.yaml": CLAIM}).undo
    assert undo.applies
    assert [line[1:] for line in undo.patch if line.startswith("+")][1:] == [
        "---",
        *policy.splitlines(),
    ]


def test_no_secret_is_shown() -> None:
    """Neither plain nor in base64 does a secret stand in the summary, on a line that is masked or beside one."""
    secret = "hV7qZp2LxW9tKc4RbN8sYd3G"
    coded = base64.b64encode(secret.encode()).decode()
    env = f"          env: # {secret}\n            - name: DB_PASSWORD\n              value: {secret}\n"
    base = (
        DEPLOYMENT % "web:1.0"
        + env
        + "          securityContext:\n            runAsNonRoot: true\n"
    )
    head = DEPLOYMENT % f"{secret}/web:1.0" + env.replace(secret, coded)
    report = ahead({WEB: base}, {WEB: head})
    (undo,) = report.undo
    assert "+            runAsNonRoot: true" in undo.patch
    for name in ("markdown", "json"):
        text = render(report, name)
        assert secret not in text
        assert coded not in text


def test_nobody_asks() -> None:
    """Without anybody who asks, nothing is looked for."""
    report = compare_trees({WEB: DEPLOYMENT % "web:1"}, {WEB: DEPLOYMENT % "web"})
    assert (report.running, report.hazards, report.undo) == ((), (), ())
