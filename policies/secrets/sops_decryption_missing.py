"""Encrypted Secret is taken by a Kustomization that does not decrypt.

Flux decrypts with SOPS only where the Kustomization says so. Without `spec.decryption` it refuses the whole Kustomization
("is SOPS encrypted, configuring decryption is required"): nothing of it is applied, and nothing of it is updated any more.

Fix:
Give the Kustomization that takes the Secret `spec.decryption: {provider: sops}`, with the `secretRef` of its keys unless
the controller has some of its own.

References:
https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption
https://fluxcd.io/flux/guides/mozilla-sops/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from policygate.kube import sops
from policygate.kube.builds import FLUX, flux_taking, folder_of, is_patched, lies_in, reads_here
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.types import Context, Files

MANIFEST = """\
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {a: 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]'}
sops: {age: [{recipient: age1a}]}
"""
KUSTOMIZATION = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: %s, namespace: flux-system}
spec: {path: %s, sourceRef: {kind: GitRepository, name: flux-system}%s}
"""
APPS = KUSTOMIZATION % ("apps", "./apps", "")
DECRYPTING = KUSTOMIZATION % ("apps", "apps", ", decryption: {provider: sops}")
TOP = KUSTOMIZATION % ("flux-system", "./clusters", "")
PATCHING = KUSTOMIZATION % (
    "flux-system",
    "./clusters",
    ", patches: [{patch: 'spec: {decryption: {provider: sops}}'}]",
)
LISTING = "resources: [%s]\n"
AT = "apps/web/secret.yaml"
FLUX_AT = "clusters/apps.yaml"
EXAMPLES = (
    Example("it decrypts", "pass", text=MANIFEST, at=AT, beside={FLUX_AT: DECRYPTING}),
    Example("nobody takes it", "pass", text=MANIFEST, at="other/secret.yaml", beside={FLUX_AT: APPS}),
    Example("a plain Secret", "pass", text=MANIFEST.partition("sops")[0], at=AT, beside={FLUX_AT: APPS}),
    Example("the inner one decrypts", "pass", text=MANIFEST, at=AT, beside={FLUX_AT: TOP.replace("./clusters", "./"), "clusters/web.yaml": DECRYPTING}),
    Example("its parent sets it for all", "pass", text=MANIFEST, at=AT, beside={FLUX_AT: APPS, "clusters/flux.yaml": PATCHING}),
    Example("kustomize does not take it", "pass", text=MANIFEST, at=AT,
            beside={FLUX_AT: APPS, "apps/kustomization.yaml": LISTING % "web", "apps/web/kustomization.yaml": LISTING % "web.yaml"}),
    Example("a path that is filled in later", "pass", text=MANIFEST, at=AT, beside={FLUX_AT: KUSTOMIZATION % ("apps", "./${WHERE}", "")}),
    Example("a Kustomization without encrypted Secrets", "pass", text=APPS, at=FLUX_AT, beside={"apps/a.yaml": "a: 'ENC[AES256_GCM,'\n"}),
    Example("a Kustomization of a chart of paths", "pass", text=KUSTOMIZATION % ("apps", "./${WHERE}", ""), at=FLUX_AT, beside={AT: MANIFEST}),
    Example("a new Secret", "fail", text=MANIFEST, at=AT, beside={FLUX_AT: APPS, "clusters/flux.yaml": TOP}, message="Kustomization apps, which takes it, does not decrypt", path="sops"),
    Example("kustomize takes it", "fail", text=MANIFEST, at=AT,
            beside={FLUX_AT: APPS, "apps/kustomization.yaml": LISTING % "web", "apps/web/kustomization.yaml": LISTING % "secret.yaml"}),
    Example("a new Kustomization", "fail", text=APPS, at=FLUX_AT, beside={AT: MANIFEST}, path="spec.decryption", message="takes Secret web"),
    Example("it does not decrypt any more", "fail", base_text=DECRYPTING, text=APPS, at=FLUX_AT, beside={AT: MANIFEST}),
)  # fmt: skip


@policy(
    level="error",
    kinds=["core/Secret", "kustomize.toolkit.fluxcd.io/Kustomization"],
    secret=True,
    examples=EXAMPLES,
)
def sops_decryption_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield Secrets that nothing decrypts, and Kustomizations that take one: whichever changed."""
    head, files = pair.head, pair.context.files
    if head.id.group == FLUX:
        secret = next(_encrypted_below(head, files), None) if _is_lacking(head, files) else None
        if secret is not None:
            text = f"{head.id.name} takes Secret {secret.id.name}, which is encrypted with SOPS, and does not decrypt"
            at = head.view.spec.decryption
            yield Problem(at, text, possible=not reads_here(head, files))
    elif sops.is_document(head.body):
        lacking = [each for each in flux_taking(head.file, files) if _is_lacking(each, files)]
        for each in lacking[:1] if not _is_said(lacking, pair.context) else ():
            text = f"Kustomization {each.id.name}, which takes it, does not decrypt"
            yield Problem(head.view.sops, text, possible=not reads_here(each, files))


def _encrypted_below(kustomization: Resource, files: Files) -> Iterator[Resource]:
    """The encrypted Secrets that a Kustomization is the innermost to take."""
    folder = folder_of(kustomization.view.spec["path"])
    for path in files.holding(sops.MARK) if folder is not None else ():
        if lies_in(path, str(folder)):
            for each in files.resources(path):
                is_secret = each.id.kind == "Secret" and sops.is_document(each.body)
                if is_secret and kustomization.id in {one.id for one in flux_taking(path, files)}:
                    yield each


def _is_lacking(kustomization: Resource, files: Files) -> bool:
    """Whether a Kustomization decrypts nothing, and no patch makes it."""
    return not kustomization.view.spec.decryption.provider.string() and not is_patched(
        "decryption", files
    )


def _is_said(lacking: Sequence[Resource], context: Context) -> bool:
    """Whether one of the Kustomizations is judged itself."""
    changed = (each for each in context.changes_of("Kustomization") if each.action != "same")
    return not {each.id for each in lacking}.isdisjoint(each.id for each in changed)
