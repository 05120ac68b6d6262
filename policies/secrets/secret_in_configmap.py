"""ConfigMap holds a secret in plain text.

Whoever may read the repository has the secret, and in the cluster so has nearly everybody: ConfigMaps are not
encrypted at rest, and most roles may read them. Values that are whole files are read as such: dotenv, INI,
properties, YAML, JSON, TOML, XML, kubeconfigs, scripts. The value is never shown.

Fix:
Move the value into a Secret that is sealed or comes from a vault, and mount that beside the ConfigMap.
Rotate the secret: it is in git now.

References:
https://kubernetes.io/docs/concepts/configuration/configmap/
https://cwe.mitre.org/data/definitions/798.html

Standards:
CWE-798; NSA

Peers:
polaris:sensitiveConfigmapContent, trivy:KSV-0109, kubescape:C-0012, datree:ALL_EXPOSED_SECRET_PRIVATEKEY
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.place import in_words
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import plaintext
from policygate.secrets.found import Found

PLAIN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n"
EXAMPLES = (
    Example("settings", "pass", text=PLAIN + "  LOG_LEVEL: debug\n  TOKEN_TTL: 1h\n  PASSWORD_FILE: /run/secrets/db\n"),
    Example("filled in when it is mounted", "pass", text=PLAIN + "  app.env: |\n    DB_PASSWORD=${DB_PASSWORD}\n"),
    Example("code that reads one", "pass", text=PLAIN + "  app.py: |\n    import os\n    password = os.environ['DB_PASSWORD']\n"),
    Example("text for people", "pass", text=PLAIN + "  en.json: '{\"password\": \"Enter your password\"}'\n"),
    Example("a password", "fail", text=PLAIN + "  DB_PASSWORD: correct-horse  # expect: secret-in-configmap\n",
            message="DB_PASSWORD of ConfigMap web holds a password"),
    Example("in a dotenv file", "fail", text=PLAIN + "  app.env: |\n    LOG_LEVEL=debug\n    DB_PASSWORD=correct-horse  # expect: secret-in-configmap\n"),
    Example("in a YAML file", "fail", text=PLAIN + "  app.yaml: |\n    spring:\n      datasource:\n        password: correct-horse  # expect: secret-in-configmap\n"),
)  # fmt: skip


@policy(level="error", kinds=["core/ConfigMap"], secret=True, examples=EXAMPLES)
def secret_in_configmap(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials among the data of a ConfigMap."""
    body, name = pair.head.body, pair.head.id.name

    def say(found: Found) -> str:
        place = in_words(body, found.path)
        key = str(found.path[-1])
        return (
            f"{place} of ConfigMap {name}"
            if found.name in ("", key)
            else f"{found.name} in {place} of ConfigMap {name}"
        )

    return plaintext(pair, lambda path: path[0] in ("data", "binaryData"), say)
