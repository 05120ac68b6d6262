"""Container holds a secret in plain text.

Whoever can read the repository, its clones or the pod's description has the secret, and it stays in the history after
it is taken out. Looked at are variables, commands and arguments (flags, scripts, connection strings), and the headers of
probes: a value is judged by its shape first, and then by the name it has there. References, paths, placeholders and
settings pass. The value is never shown.

Fix:
Put the value into a Secret (SealedSecret, ExternalSecret, SOPS) and use `valueFrom.secretKeyRef`.
Rotate the secret: it is in git now.

References:
https://kubernetes.io/docs/concepts/configuration/secret/
https://cwe.mitre.org/data/definitions/798.html

Standards:
CWE-798; NSA

Peers:
kube-linter:env-var-secret, polaris:sensitiveContainerEnvVar, kubescape:C-0012, kubescape:C-0259,
datree:ALL_EXPOSED_SECRET_BITBUCKET, datree:ALL_EXPOSED_SECRET_DATADOG,
datree:ALL_EXPOSED_SECRET_GCP, datree:ALL_EXPOSED_SECRET_AWS, datree:ALL_EXPOSED_SECRET_GITHUB,
datree:ALL_EXPOSED_SECRET_GITLAB, datree:ALL_EXPOSED_SECRET_TERRAFORM,
datree:ALL_EXPOSED_SECRET_HEROKU, datree:ALL_EXPOSED_SECRET_JWT,
datree:ALL_EXPOSED_SECRET_LAUNCHDARKLY, datree:ALL_EXPOSED_SECRET_NEWRELIC,
datree:ALL_EXPOSED_SECRET_NPM, datree:ALL_EXPOSED_SECRET_OKTA, datree:ALL_EXPOSED_SECRET_STRIPE,
datree:ALL_EXPOSED_SECRET_SUMOLOGIC, datree:ALL_EXPOSED_SECRET_TWILIO,
datree:ALL_EXPOSED_SECRET_VAULT, datree:ALL_EXPOSED_SECRET_PRIVATEKEY
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.place import in_words
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import plaintext
from policygate.secrets.found import Found


def _env(name: str, value: str) -> dict[str, Any]:
    return {"name": "web", "env": [{"name": name, "value": value}]}


def _runs(*words: str) -> dict[str, Any]:
    return {"name": "web", "command": [words[0]], "args": list(words[1:])}


EXAMPLES = (
    Example("taken from a Secret", "pass", binds="container", head={"name": "web", "env": [
        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]}),
    Example("an ordinary variable", "pass", _env("LOG_LEVEL", "debug"), binds="container"),
    Example("only built from another", "pass", _env("DB_PASSWORD", "$(FROM_VAULT)"), binds="container"),
    Example("a place to read it from", "pass", _env("DB_PASSWORD_FILE", "/run/secrets/db"), binds="container"),
    Example("a path", "pass", _env("TOKEN", "/var/run/secrets/token"), binds="container"),
    Example("filled in by a controller", "pass", _env("API_KEY", "<path:kv/app#key>"), binds="container"),
    Example("a switch that only sounds like it", "pass", _env("USE_TOKEN", "true"), binds="container"),
    Example("the name of a Secret", "pass", _env("TLS_SECRET", "web-tls"), binds="container"),
    Example("no name at all", "pass", _env("_", "correct-horse"), binds="container"),
    Example("a flag that takes a variable", "pass", _runs("web", "--password=$(DB_PASSWORD)"), binds="container"),
    Example("a password", "fail", _env("DB_PASSWORD", "correct-horse"), binds="container",
            message="DB_PASSWORD of container web", path="env[DB_PASSWORD].value"),
    Example("a weak one is one too", "fail", _env("MYSQL_ROOT_PASSWORD", "root"), binds="container"),
    Example("in camel case", "fail", _env("dbPassword", "correct-horse"), binds="container"),
    Example("in a connection string", "fail", _env("DATABASE", "postgres://app:correct-horse@db/shop"), binds="container"),
    Example("as a flag", "fail", _runs("web", "--db-password=correct-horse"), binds="container", message="holds a password"),
    Example("as a flag and its neighbour", "fail", _runs("web", "--db-password", "correct-horse"), binds="container"),
    Example("in a script", "fail", _runs("sh", "-c", "mysqldump -u root -pcorrect-horse shop > /backup/shop.sql"), binds="container"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", secret=True, examples=EXAMPLES)
def secret_in_env_literal(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials of a container."""
    container = pair.head
    root = container.view.path

    def say(found: Found) -> str:
        place = in_words(container.view.raw, found.path[len(root) :])
        return f"{found.name or place} of container {container.name}"

    return plaintext(pair, lambda path: path[: len(root)] == root, say)
