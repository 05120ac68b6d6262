"""Environment variable holds a secret in plain text.

Whoever can read the repository, its clones or the pod's description has the secret, and it stays in
the history after it is removed. A first, simple form: it goes by the variable's name.

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

import re
from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy


def _env(name: str, value: str) -> dict[str, Any]:
    return {"name": "web", "env": [{"name": name, "value": value}]}


EXAMPLES = (
    Example("taken from a Secret", "pass", binds="container", head={"name": "web", "env": [
        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]}),
    Example("an ordinary variable", "pass", _env("LOG_LEVEL", "debug"), binds="container"),
    Example("only built from another", "pass", _env("DB_PASSWORD", "$(FROM_VAULT)"), binds="container"),
    Example("a place to read it from", "pass", _env("DB_PASSWORD_FILE", "/run/secrets/db"), binds="container"),
    Example("a path", "pass", _env("TOKEN", "/var/run/secrets/token"), binds="container"),
    Example("filled in by a controller", "pass", _env("API_KEY", "<path:kv/app#key>"), binds="container"),
    Example("a switch that only sounds like it", "pass", _env("USE_TOKEN", "true"), binds="container"),
    Example("no name at all", "pass", _env("_", "correct-horse"), binds="container"),
    Example("a password", "fail", _env("DB_PASSWORD", "correct-horse"), binds="container",
            message="DB_PASSWORD of container web", path="env[DB_PASSWORD].value"),
    Example("a weak one is one too", "fail", _env("MYSQL_ROOT_PASSWORD", "root"), binds="container"),
    Example("in camel case", "fail", _env("dbPassword", "correct-horse"), binds="container"),
)  # fmt: skip

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
STRONG = frozenset(
    {"password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "credentials"}
)
KEYS = frozenset({"api", "secret", "private", "encryption", "signing", "access", "master", "auth"})
REFERENCE = re.compile(
    r"\$[({A-Za-z]|\{\{|^<.*>$|^(vault|ref\+\w+|op|arn|secretref|gcp|awssm):|^@\w+@$|^ENC\["
)
SETTING = re.compile(
    r"^(?:true|false|yes|no|on|off|null|none|\d{1,6}(?:ms|s|m|h|d)?|/.*|\./.*|https?://[^@]*)$"
)


@policy(level="error", kinds=["workload"], scope="container", secret=True, examples=EXAMPLES)
def secret_in_env_literal(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield variables whose name ends in a word for secrets and whose value is no reference."""
    for variable in pair.head.view.env:
        value = variable["value"].string().strip()
        name = variable["name"].string()
        if not value or not _names_a_secret(name):
            continue
        if REFERENCE.search(value) or SETTING.match(value.lower()):
            continue
        message = f"the variable {name} of container {pair.head.name} holds a secret in plain text"
        yield Problem(variable["value"], message)


def _names_a_secret(name: str) -> bool:
    words = [word.lower() for word in WORD.findall(name)]
    if not words:
        return False
    return words[-1] in STRONG or (words[-1] == "key" and bool(KEYS & set(words[-2:-1])))
