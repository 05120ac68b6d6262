"""Reports that the tests of every format share."""

from __future__ import annotations

from dataclasses import replace

from policygate.model import (
    Accepted,
    Artifact,
    Counts,
    Edit,
    Fault,
    Finding,
    Hazard,
    Location,
    NotJudged,
    Reconciler,
    Report,
    ResourceId,
    Revision,
    Running,
    SourceLine,
    Standing,
    Undo,
    Waiver,
)

BASE = Revision("4f2c1a9e0d5b7c3a1f6e8d2b4c9a7e5f3d1b0c8a", "merge base with origin/main")
HEAD = Revision("worktree", "worktree")
NO_BASE = Revision(None, "no base: every finding counts")

WEB = ResourceId("apps/prod/web", "apps", "Deployment", "prod", "web")
WEB_FILE = "apps/prod/web/deployment.yaml"

LOOSENED = Finding(
    policy="loosened-root-user",
    title="Container may run as root again",
    level="error",
    status="loosened",
    blocks=True,
    message="container web may now run as root: runAsNonRoot was removed",
    location=Location(WEB_FILE, 24, 11, 24, 26),
    resource=WEB,
    version="v1",
    container="web",
    path="spec.template.spec.containers[web].securityContext.runAsNonRoot",
    base_location=Location(WEB_FILE, 25, 13, 25, 25),
    was=True,
    now=None,
    fix="Set runAsNonRoot: true in the container's securityContext, or in the pod's when no "
    "container of the pod needs root.",
    edit=Edit(
        "set",
        ("spec", "template", "spec", "containers", 0, "securityContext", "runAsNonRoot"),
        value=True,
    ),
    fingerprint="0123456789abcdef",
    excerpt=(SourceLine(23, "        - name: web"), SourceLine(24, "          securityContext:")),
)
DELETED = Finding(
    policy="loosened-network-policy",
    title="NetworkPolicy deleted",
    level="error",
    status="loosened",
    blocks=True,
    message="NetworkPolicy prod/web-deny was deleted: nothing else limits traffic to app=web",
    location=Location("apps/prod/web/netpol.yaml", 0, 0, 0, 0),
    resource=ResourceId("apps/prod/web", "networking.k8s.io", "NetworkPolicy", "prod", "web-deny"),
    version="v1",
    base_location=Location("apps/prod/web/netpol.yaml", 1, 1, 1, 11),
    fix="Restore the file: git checkout 4f2c1a9 -- apps/prod/web/netpol.yaml",
    fingerprint="1123456789abcdef",
)
SECRET = Finding(
    policy="secret-in-env-literal",
    title="Plaintext secret",
    level="error",
    status="introduced",
    blocks=True,
    message="environment variable DB_PASSWORD of container web holds a plaintext secret",
    location=Location(WEB_FILE, 118, 15, 118, 20),
    resource=WEB,
    version="v1",
    container="web",
    path="spec.template.spec.containers[web].env[DB_PASSWORD].value",
    fix="Move it to a SealedSecret, a SOPS file or an ExternalSecret, and rotate it: it is in git.",
    fingerprint="2123456789abcdef",
    excerpt=(
        SourceLine(117, "            - name: DB_PASSWORD"),
        SourceLine(118, "              value:"),
    ),
)
RAISED = Finding(
    policy="loosened-limits",
    title="Memory limit raised",
    level="warning",
    status="loosened",
    blocks=False,
    message="container web: limits.memory raised from 512Mi to 4Gi (8x)",
    location=Location(WEB_FILE, 31, 21, 31, 27),
    resource=WEB,
    version="v1",
    container="web",
    path="spec.template.spec.containers[web].resources.limits.memory",
    base_location=Location("apps/base/web.yaml", 31, 21, 31, 27),
    was="512Mi",
    now="4Gi",
    fingerprint="3123456789abcdef",
    excerpt=(
        SourceLine(23, "        - name: web"),
        SourceLine(31, "                    memory: 4Gi"),
    ),
)
OLD = Finding(
    policy="cpu-request-missing",
    title="No CPU request",
    level="warning",
    status="existing",
    blocks=False,
    message="container web has no CPU request, so the scheduler places it as if it needed nothing",
    location=Location(WEB_FILE, 23, 11, 23, 15),
    resource=WEB,
    version="v1",
    container="web",
    path="spec.template.spec.containers[web].resources.requests.cpu",
    base_location=Location(WEB_FILE, 23, 11, 23, 15),
    was=None,
    now=None,
    fingerprint="4123456789abcdef",
    excerpt=(SourceLine(23, "        - name: web"),),
)
HELM = NotJudged("charts/web/templates/deployment.yaml", "Helm template")
CRASH = Fault(
    "policy",
    "policy replicas-dropped crashed on prod/Deployment/web (KeyError, replicas_dropped:21)",
    Location(WEB_FILE, 1, 1, 1, 11),
    "replicas-dropped",
)
COUNTS = Counts(4, 6, 9, 5, 15, 1, 3, 1, 0, 0, 1)

BLOCKED = Report(
    outcome="block",
    base=BASE,
    head=HEAD,
    findings=(DELETED, OLD, LOOSENED, RAISED, SECRET),
    not_judged=(HELM,),
    counts=COUNTS,
)
PASSED = Report(outcome="pass", base=BASE, head=HEAD, counts=Counts(2, 2, 2, 1, 15))
NOTHING = Report(outcome="pass", base=BASE, head=HEAD, counts=Counts(policies=15))
FAILED = replace(
    BLOCKED,
    outcome="error",
    findings=(LOOSENED,),
    faults=(CRASH,),
    notes=("this change edits .policygate/config.yaml; it was judged by the base's version",),
)
STATE = replace(
    BLOCKED,
    base=NO_BASE,
    findings=tuple(
        replace(each, status="introduced", base_location=None) for each in (LOOSENED, SECRET)
    ),
    not_judged=(HELM, NotJudged("big.yaml", "larger than 10 MiB")),
)


def _of_container(finding: Finding, index: int) -> Finding:
    name, line = f"web-{index}", 10 * index + 3
    return replace(
        finding,
        container=name,
        message=f"container {name} has no CPU request",
        location=Location(WEB_FILE, line, 11, line, 15),
        base_location=Location(WEB_FILE, line, 11, line, 15),
        fingerprint=f"{index:016x}",
        excerpt=(SourceLine(line, f"        - name: {name}"),),
    )


MANY = replace(
    BLOCKED,
    findings=(
        *(
            replace(_of_container(OLD, index), status="loosened", level="error", blocks=True)
            for index in range(14)
        ),
        *(_of_container(replace(OLD, policy="image-tag-mutable"), index) for index in range(14)),
    ),
    not_judged=tuple(NotJudged(f"charts/{index:02}.yaml", HELM.reason) for index in range(12)),
)
HOSTILE = replace(
    BLOCKED,
    findings=(
        replace(
            LOOSENED,
            message="::error file=x::\x1b[31mweb\n::stop-commands::t ##[add-mask]x ##vso[task]\u202e",
            resource=WEB._replace(name="w\n::error::x", namespace="##[group]p"),
            container="%0A::warning::y",
            location=Location("::notice file=a,b%.yaml", 24, 11, 24, 26),
            was="##[error]\x07",
            now="\u200b::debug::",
            fix="::set-output name=x::y\r\nand then ##[endgroup]",
            excerpt=(
                SourceLine(23, "\t- name: ##[add-mask]x  # 設定 e\u0301"),
                SourceLine(24, "\t  設定: ##vso[task] \x9b31m"),
            ),
        ),
    ),
    faults=(Fault("read", "::error::caf\udce9.yaml cannot be read", Location("caf\udce9", 1)),),
    not_judged=(NotJudged("::group::\udcff", "##[group]"),),
    notes=("::error::n",),
)

NEW = Standing(
    Waiver(
        id="web-network",
        policy="host-network",
        resource="prod/Deployment/web",
        location=Location(".policygate/waivers/web-network.yaml", 1, 1, 1, 7),
        reason="debug the CNI",
        owner="@example/sre",
        ticket="OPS-7",
        opened="2026-01-14",
        expires="2026-01-20",
        accepted=(Accepted("spec.template.spec.hostNetwork", None, now=True),),
    ),
    "in force",
    5,
    added=True,
    answers=1,
)
OPEN = Standing(
    Waiver(
        id="a.yaml:3",
        policy="image-tag-mutable",
        resource="",
        location=Location("a.yaml", 3, 1),
        file="a.yaml",
        reason="the vendor has no tags",
        expires="2026-01-15",
        form="comment",
    ),
    "in force",
    0,
)
WAIVED = replace(
    NOTHING,
    waived=(replace(LOOSENED, blocks=False, waiver=NEW),),
    waivers=(NEW, OPEN),
    counts=NOTHING.counts._replace(waived=1),
)
CLAIM = ResourceId("infra/db", "", "PersistentVolumeClaim", "db", "data")
ARGO = Reconciler(
    ResourceId("argocd", "argoproj.io", "Application", "argocd", "web"),
    Location("argocd/web.yaml", 1, 1, 1, 11),
    self_heal=True,
    prune=True,
    grade="proven",
)
FLUX = Reconciler(
    ResourceId(
        "clusters/prod", "kustomize.toolkit.fluxcd.io", "Kustomization", "flux-system", "db"
    ),
    Location("clusters/prod/db.yaml", 1, 1, 1, 11),
    self_heal=False,
    prune=None,
)
DIGEST = "ghcr.io/example/web@sha256:" + "4bf3e3e5" * 8
OUTLOOK = replace(
    BLOCKED,
    waived=(replace(OLD, status="loosened", waiver=NEW),),
    waivers=(NEW, OPEN),
    edited=(".policygate/config.yaml",),
    running=(
        Running(
            DELETED.resource or WEB,
            "removed",
            Location("apps/prod/web/netpol.yaml", 1),
            (),
            (ARGO,),
        ),
        Running(
            WEB,
            "modified",
            Location(WEB_FILE, 1),
            (
                Artifact("web", "ghcr.io/example/web:latest", "moving", DIGEST, "digest"),
                Artifact("proxy", "envoyproxy/envoy:v1.31.0", "tag"),
            ),
            (ARGO,),
        ),
        Running(CLAIM, "modified", Location("infra/db/claim.yaml", 1), (), (FLUX,)),
    ),
    hazards=(
        Hazard(
            "one-way-job",
            WEB,
            Location(WEB_FILE, 1),
            "Deployment web migrates data: init container migrate",
            "A revert in git does not undo what it has done.",
            "Write down how to undo it.",
        ),
    ),
    undo=(
        Undo(
            WEB_FILE,
            WEB_FILE,
            2,
            patch=(
                f"--- a/{WEB_FILE}",
                f"+++ b/{WEB_FILE}",
                "@@ -24,1 +24,2 @@",
                "           securityContext:",
                "+            runAsNonRoot: true",
            ),
            applies=True,
        ),
        Undo("apps/prod/web/netpol.yaml", "apps/prod/web/netpol.yaml", 1, gone=True),
        Undo("apps/prod/x y.yaml", "apps/prod/x y.yaml", 1),
    ),
)
CALM = replace(
    PASSED,
    running=(
        Running(
            WEB, "modified", Location(WEB_FILE, 1), (Artifact("web", DIGEST, "digest"),), (ARGO,)
        ),
    ),
)
SAMPLES = {
    "blocked": BLOCKED,
    "calm": CALM,
    "failed": FAILED,
    "hostile": HOSTILE,
    "many": MANY,
    "nothing": NOTHING,
    "outlook": OUTLOOK,
    "passed": PASSED,
    "state": STATE,
    "waived": WAIVED,
}
