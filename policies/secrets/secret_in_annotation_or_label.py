"""Annotation holds a secret in plain text.

Annotations and labels are read by everything that lists objects, and copied into events, metrics and logs. A Secret that
was exported with `kubectl get -o yaml` carries itself once more in `last-applied-configuration`; snippets for an Ingress
carry headers with credentials. The value is never shown.

Fix:
Take the annotation out, or let it name a Secret. Rotate the secret: it is in git now.

References:
https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
https://cwe.mitre.org/data/definitions/798.html

Standards:
CWE-798
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import is_metadata, plaintext

PLAIN = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n"
REST = "spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n"
EXAMPLES = (
    Example("the name of a Secret", "pass", text=PLAIN + "    nginx.ingress.kubernetes.io/auth-secret: basic-auth\n" + REST),
    Example("a checksum", "pass", text=PLAIN + f"    checksum/secret: {'0a1b2c3d' * 8}\n" + REST),
    Example("a path in a vault", "pass", text=PLAIN + "    vault.hashicorp.com/agent-inject-secret-db: secret/data/db\n" + REST),
    Example("a header in a snippet", "fail", text=PLAIN + "    nginx.ingress.kubernetes.io/configuration-snippet: |\n"
            '      proxy_set_header Authorization "Basic YXBwOmNvcnJlY3QtaG9yc2U=";  # expect: secret-in-annotation-or-label\n' + REST),
    Example("a token", "fail", text=PLAIN + "    example.com/api-token: q7Zr2Lk9Xw4Bv1Nc8Td5  # expect: secret-in-annotation-or-label\n" + REST,
            message="holds a token"),
)  # fmt: skip


@policy(level="error", kinds=["*"], secret=True, examples=EXAMPLES)
def secret_in_annotation_or_label(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials among the annotations and labels of an object, and of the templates in it."""
    return plaintext(pair, is_metadata)
