"""File holds a secret in plain text.

Not everything in a repository is a resource: values of charts, patches, files that a generator of kustomize copies into
a Secret or a ConfigMap, templates, and whatever was commented out. All of it is read by whoever reads the repository,
and stays in the history after it is taken out. The value is never shown.

Fix:
Keep the value outside of the repository or encrypt the file (SOPS), and let it be referred to: `existingSecret`,
`valuesFrom`, an ExternalSecret. Rotate the secret: it is in git now.

References:
https://cwe.mitre.org/data/definitions/798.html
https://kubernetes.io/docs/tasks/manage-kubernetes-objects/kustomization/#generating-resources

Standards:
CWE-798; CWE-312
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import known_in_files
from policygate.secrets.search import secrets_beside

OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
EXAMPLES = (
    Example("values that name a Secret", "pass", text="auth:\n  existingSecret: web\n  password: ''\n", at="values.yaml"),
    Example("values to be set elsewhere", "pass", text="auth:\n  password: changeme # replace\n", at="values.yaml"),
    Example("a template", "pass", text="{{- if .Values.auth }}\npassword: {{ .Values.auth.password | quote }}\n{{- end }}\n", at="chart/templates/secret.yaml"),
    Example("a comment that explains", "pass", text=OTHER + "# password: the one of the database\n"),
    Example("a comment with an example", "pass", text=OTHER + "# such as postgres://user:password@host/shop\n"),
    Example("what a resource holds, other policies say", "pass", text=OTHER + "data: {DB_PASSWORD: correct-horse}\n"),
    Example("in the values of a chart", "fail", text="auth:\n  username: app\n  password: correct-horse  # expect: secret-in-file\n", at="values.yaml",
            message="auth.password holds a password"),
    Example("in a patch", "fail", text="- op: add\n  path: /spec/template/spec/containers/0/env/-\n  value:\n    name: DB_PASSWORD\n    value: correct-horse  # expect: secret-in-file\n"),
    Example("in a template, whatever it makes of the rest", "fail", text="{{- if .Values.auth }}\npassword: correct-horse  # expect: secret-in-file\n{{- end }}\n", at="chart/templates/secret.yaml"),
    Example("commented out is not gone", "fail", text=OTHER + "# DATABASE_URL: postgres://app:c0rrect-h0rse@db/shop  # expect: secret-in-file\n"),
)  # fmt: skip


@policy(level="error", scope="file", secret=True, examples=EXAMPLES)
def secret_in_file(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials of a file that stand in no resource."""
    for each in secrets_beside(pair.head):
        found = each.found
        yield Problem(
            found.path,
            f"{each.words} holds {found.what} in plain text",
            key=f"{found.value}\0{found.name}",
            location=each.location,
            level=found.level if found.level != "error" else None,
            known=known_in_files(pair, found),
        )
