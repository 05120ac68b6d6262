"""Field of an object holds a secret in plain text.

Custom kinds, releases of charts and generators have fields of their own for credentials: `spec.values` of a HelmRelease,
`helm.parameters` of an Argo CD Application, `literals` of a secretGenerator, headers of a webhook. They are found by
their names and by the shape of their values, and in texts inside of them. Kinds that say where secrets are kept
(ExternalSecret, SecretStore, Certificate, …) pass. The value is never shown.

Fix:
Most of these fields have a sibling that names a Secret (`existingSecret`, `valuesFrom`, `secretKeyRef`): use that.
Rotate the secret: it is in git now.

References:
https://cwe.mitre.org/data/definitions/798.html
https://fluxcd.io/flux/components/helm/helmreleases/#values-references
https://argo-cd.readthedocs.io/en/stable/operator-manual/secret-management/

Standards:
CWE-798

Peers:
datree:ALL_EXPOSED_SECRET_PRIVATEKEY
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.workloads import is_workload
from policygate.model import Path
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import container_paths, is_below, is_metadata, plaintext

RELEASE = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  values:\n"
APP = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  source:\n    helm:\n"
KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator:\n- name: web\n  literals:\n"
EXAMPLES = (
    Example("the name of a Secret", "pass", text=RELEASE + "    auth:\n      existingSecret: web-auth\n      secretKeys: {password: password}\n"),
    Example("empty, for the chart to fill", "pass", text=RELEASE + "    auth: {password: ''}\n"),
    Example("put in by Flux", "pass", text=RELEASE + "    auth: {password: '${PASSWORD}'}\n"),
    Example("the data of a Secret, which another policy looks after", "pass",
            text="apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {password: correct-horse}\n"),
    Example("a store of secrets", "pass", text="apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: web}\n"
            "spec: {data: [{secretKey: password, remoteRef: {key: web, property: password}}]}\n"),
    Example("in the values of a release", "fail", text=RELEASE + "    auth:\n      password: correct-horse  # expect: secret-in-crd-field\n",
            message="auth.password of HelmRelease web holds a password"),
    Example("as a parameter", "fail", text=APP + "      parameters:\n      - name: auth.password\n        value: correct-horse  # expect: secret-in-crd-field\n"),
    Example("in values written as a text", "fail", text=APP + "      values: |\n        auth:\n          password: correct-horse  # expect: secret-in-crd-field\n"),
    Example("in a generator", "fail", text=KUSTOMIZATION + "  - user=app\n  - password=correct-horse  # expect: secret-in-crd-field\n",
            at="kustomization.yaml"),
)  # fmt: skip

ELSEWHERE = {"Secret": ("data", "stringData"), "ConfigMap": ("data", "binaryData")}
SEALED = {"SealedSecret": ("spec", "template"), "ExternalSecret": ("spec", "target")}


@policy(level="error", kinds=["*"], secret=True, examples=EXAMPLES)
def secret_in_crd_field(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials of an object that no other policy of this pack looks after."""
    head = pair.head
    kind = head.id.kind
    data = ELSEWHERE.get(kind, ()) if not head.id.group else ()
    inside = container_paths(head) if is_workload(head) else ()

    def meant(path: Path) -> bool:
        if path[0] in data or is_metadata(path) or is_below(path, inside):
            return False
        return path[:2] != SEALED.get(kind)

    return plaintext(pair, meant)
