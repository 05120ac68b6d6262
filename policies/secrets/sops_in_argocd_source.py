"""Encrypted Secret is taken by an Application of Argo CD, which has no SOPS.

Argo CD applies the Secret as it is written, encrypted text and all: the cluster refuses the field `sops`, or the program
gets a password that begins with `ENC[`. Only a config management plugin decrypts (KSOPS, helm-secrets), or an operator.

Fix:
Have a generator of KSOPS name the file in place of `resources:`, name the plugin in the source, or keep the secret in an
ExternalSecret or a SealedSecret.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/secret-management/
https://github.com/viaduct-ai/kustomize-sops
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube import sops
from policygate.kube.argo import application, sources
from policygate.kube.builds import ARGO, argo_applications, argo_takes
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

MANIFEST = """\
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {a: 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]'}
sops: {age: [{recipient: age1a}]}
"""
APP = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec: {source: {repoURL: https://example.org/team/apps, path: %s}}
"""
PLAIN = APP % "apps/web"
AT = "apps/web/secret.yaml"
KSOPS = {"apps/web/kustomization.yaml": "generators: [ksops.yaml]\n", "argocd/web.yaml": PLAIN}
NAMED = {"apps/web/kustomization.yaml": "resources: [secret.yaml]\n", "argocd/web.yaml": PLAIN}
EXAMPLES = (
    Example("a plugin", "pass", text=MANIFEST, at=AT, beside={"argocd/web.yaml": APP % "apps/web, plugin: {name: sops}"}),
    Example("a generator takes it", "pass", text=MANIFEST, at=AT, beside=KSOPS),
    Example("in a folder below", "pass", text=MANIFEST, at=AT, beside={"argocd/web.yaml": APP % "apps"}),
    Example("a chart", "pass", text=MANIFEST, at=AT, beside={"argocd/web.yaml": PLAIN, "apps/web/Chart.yaml": "name: web\n"}),
    Example("a path that is filled in later", "pass", text=MANIFEST, at=AT, beside={"argocd/web.yaml": APP % "'apps/{{name}}'"}),
    Example("only some files", "pass", text=MANIFEST, at=AT, beside={"argocd/web.yaml": APP % "apps/web, directory: {include: a.yaml}"}),
    Example("a plain Secret", "pass", text=MANIFEST.partition("sops")[0], at=AT, beside={"argocd/web.yaml": PLAIN}),
    Example("an Application of plain manifests", "pass", text=PLAIN, at="argocd/web.yaml", beside={"apps/web/a.yaml": "a: 'ENC[AES256_GCM,'\n"}),
    Example("a folder of manifests", "fail", text=MANIFEST, at=AT, beside={"argocd/web.yaml": PLAIN}, message="Secret web is encrypted with SOPS, and Application web"),
    Example("a folder with all below it", "fail", text=MANIFEST, at=AT, beside={"argocd/web.yaml": APP % "apps, directory: {recurse: true}"}),
    Example("kustomize takes it", "fail", text=MANIFEST, at=AT, beside=NAMED, path="sops"),
    Example("a new Application", "fail", text=PLAIN, at="argocd/web.yaml", beside={AT: MANIFEST}, path="spec.source.path"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["core/Secret", "argoproj.io/Application", "argoproj.io/ApplicationSet"],
    secret=True,
    examples=EXAMPLES,
)
def sops_in_argocd_source(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield encrypted Secrets that Argo CD takes, and Applications that take one.

    A source may be of another repository, and a plugin may find out itself that it is meant.
    """
    head, files = pair.head, pair.context.files
    text = "Secret {} is encrypted with SOPS, and {} {}, which takes it, does not decrypt"
    if head.id.group == ARGO:
        for source in sources(application(head)):
            for path in files.holding(sops.MARK) if source["path"] else ():
                name = _secret(path, files) if argo_takes(source, path, files) else ""
                if name:
                    words = text.format(name, head.id.kind, head.id.name)
                    yield Problem(source["path"], words, possible=True)
                    break
    elif sops.is_document(head.body):
        for each in argo_applications(files):
            if any(argo_takes(source, head.file, files) for source in sources(application(each))):
                words = text.format(head.id.name, each.id.kind, each.id.name)
                yield Problem(View(head.body).sops, words, possible=True)
                return


def _secret(path: str, files: Any) -> str:
    """The name of an encrypted Secret that a file holds, if it holds one."""
    found = (each for each in files.resources(path) if each.id.kind == "Secret")
    return next((each.id.name for each in found if sops.is_document(each.body)), "")
