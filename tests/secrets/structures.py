"""Where in a repository a value may stand: texts around it, in every way that YAML and files write it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import NamedTuple

from policygate.model import Finding
from tests.memory import SHIPPED, compare_trees

SECRETS = tuple(policy for policy in SHIPPED if policy.pack == "secrets")
"""The policies that are on."""

VALUE, KEY = "@V", "@K"
"""Where the value stands, and its key where that is on another line."""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: web:1\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n"
APP = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  source:\n    helm:\n"
RELEASE = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  values:\n"
CUSTOM = "apiVersion: acme.example/v1\nkind: Feed\nmetadata: {name: web}\nspec:\n"
KUSTOMIZE = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
PLAIN = re.compile(r"[A-Za-z0-9/][\w/.+=~%@&?-]*(?::[\w/.+=~%@&?-]+)*")
"""What is a plain scalar and a text, wherever it stands."""
USER = re.compile(r"[\w.~-]+")
"""What may stand in a URL as it is."""


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


class Structure(NamedTuple):
    """A text around a value.

    Attributes:
        name: Unique.
        style: How the value is written there.
        text: The file, with `VALUE` in it, and `KEY` before a key that stands further up.
        file: What the file is called.
    """

    name: str
    style: str
    text: str
    file: str = "apps/web.yaml"

    def around(self, value: str) -> tuple[str, set[int]] | None:
        """The file with a value, and the lines that may be said of it; None where it cannot stand there."""
        before, _, _ = self.text.partition(VALUE)
        line = before.rpartition("\n")[2]
        written = STYLES[self.style](value, " " * (len(line) - len(line.lstrip())))
        if written is None:
            return None
        first = before.count("\n") + 1
        lines = set(range(first, first + written.count("\n") + 1))
        if KEY in before:
            lines.add(before.partition(KEY)[0].count("\n") + 1)
        return self.text.replace(VALUE, written).replace(KEY, ""), lines


def _quoted(text: str) -> str:
    return json.dumps(text)[1:-1]


def _of_one_line(text: str) -> str | None:
    return None if "\n" in text else text


def _split(text: str, indent: str) -> str | None:
    half = len(text) // 2
    return None if "\n" in text else f"{text[:half]}\\\n{indent}  {text[half:]}"


STYLES: dict[str, Callable[[str, str], str | None]] = {
    "plain": lambda text, _: text if PLAIN.fullmatch(text) else None,
    "single": lambda text, _: _of_one_line(text.replace("'", "''")),
    "double": lambda text, _: _quoted(text),
    "again": lambda text, _: _quoted(_quoted(text)),
    "block": lambda text, indent: text.replace("\n", "\n" + indent),
    "line": lambda text, _: _of_one_line(text),
    "split": _split,
    "url": lambda text, _: text if USER.fullmatch(text) else None,
    "base64": lambda text, _: _b64(text),
    "twice": lambda text, _: _b64(_b64(text)),
}
"""How a value is written, as far to the right as its line begins; None where it cannot be."""


STRUCTURES = (
    Structure("data of a Secret", "base64", SECRET + "data:\n  vendor: @V\n"),
    Structure("data of a Secret, encoded twice", "twice", SECRET + "data:\n  vendor: @V\n"),
    Structure("stringData of a Secret", "double", SECRET + 'stringData:\n  vendor: "@V"\n'),
    Structure("a block of a Secret", "block", SECRET + "stringData:\n  @Kvendor: |\n    @V\n"),
    Structure("a file of a Secret", "double", SECRET + 'stringData:\n  @Kapp.yaml: |\n    log: debug\n    vendor: "@V"\n'),
    Structure("a Secret in JSON", "base64", '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web"},\n "data": {"vendor": "@V"}}\n', "web.json"),
    Structure("a Secret in a List", "base64", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: web}\n  data:\n    vendor: @V\n"),
    Structure("a patch of a Secret", "base64", "data:\n  vendor: @V\n"),
    Structure("a variable", "double", POD + '    env:\n    - name: LOG\n      value: debug\n    - name: VENDOR\n      value: "@V"\n'),
    Structure("a plain variable", "plain", POD + "    env:\n    - name: VENDOR\n      value: @V\n"),
    Structure("a variable in single quotes", "single", POD + "    env:\n    - name: VENDOR\n      value: '@V'\n"),
    Structure("a variable in a literal block", "block", POD + "    env:\n    - name: VENDOR\n      @Kvalue: |\n        @V\n"),
    Structure("a variable in a literal block, chomped", "block", POD + "    env:\n    - name: VENDOR\n      @Kvalue: |-\n        @V\n"),
    Structure("a variable in a folded block", "block", POD + "    env:\n    - name: VENDOR\n      @Kvalue: >\n        @V\n"),
    Structure("a variable in a folded block, chomped", "block", POD + "    env:\n    - name: VENDOR\n      @Kvalue: >-\n        @V\n"),
    Structure("a variable over two lines", "split", POD + '    env:\n    - name: VENDOR\n      value: "@V"\n'),
    Structure("a variable before its name", "double", POD + '    env:\n    - value: "@V"\n      name: VENDOR\n'),
    Structure("a variable in flow style", "double", POD + '    env: [{name: VENDOR, value: "@V"}]\n'),
    Structure("a variable with an anchor", "double", POD + '    env:\n    - name: A\n      value: &it "@V"\n    - name: B\n      value: *it\n'),
    Structure("a variable, tagged", "double", POD + '    env:\n    - name: VENDOR\n      value: !!str "@V"\n'),
    Structure("a variable of an init container", "double", POD.replace("containers", "initContainers") + '    env:\n    - name: VENDOR\n      value: "@V"\n'),
    Structure("a flag", "double", POD + '    args:\n    - --verbose\n    - "--vendor=@V"\n'),
    Structure("a flag and its neighbour", "double", POD + '    args: ["--vendor", "@V"]\n'),
    Structure("an argument", "double", POD + '    command:\n    - /bin/web\n    - "@V"\n'),
    Structure("a script", "line", POD + "    command: [sh, -c]\n    @Kargs:\n    - |\n      set -eu\n      vendorctl init @V\n      exec web\n"),
    Structure("a script in one line", "double", POD + '    args: [sh, -c, "vendorctl init @V && web"]\n'),
    Structure("an export in a script", "line", POD + "    @Kargs:\n    - |\n      export VENDOR=@V\n      exec web\n"),
    Structure("a key of a ConfigMap", "double", CONFIG + '  vendor: "@V"\n'),
    Structure("a plain key of a ConfigMap", "plain", CONFIG + "  vendor: @V\n"),
    Structure("a ConfigMap in flow style", "double", '{apiVersion: v1, kind: ConfigMap, metadata: {name: web},\n  data: {vendor: "@V"}}\n'),
    Structure("an explicit key", "double", CONFIG + '  ? @Kvendor\n  : "@V"\n'),
    Structure("a dotenv file", "line", CONFIG + "  @K.env: |\n    PORT=80\n    VENDOR=@V\n    LOG=info\n"),
    Structure("a dotenv file in quotes", "double", CONFIG + '  @K.env: |\n    PORT=80\n    VENDOR="@V"\n'),
    Structure("an INI file", "line", CONFIG + "  @Kapp.ini: |\n    [main]\n    port = 80\n    vendor = @V\n"),
    Structure("a properties file", "line", CONFIG + "  @Kapp.properties: |\n    server.port=80\n    vendor.value=@V\n"),
    Structure("a YAML file", "double", CONFIG + '  @Kapp.yaml: |\n    log: debug\n    vendor:\n      value: "@V"\n'),
    Structure("a block in a YAML file", "block", CONFIG + "  @Kapp.yaml: |\n    log: debug\n    vendor: |\n      @V\n"),
    Structure("a JSON file", "double", CONFIG + '  @Kapp.json: |\n    {"log": "debug",\n     "vendor": {"value": "@V"}}\n'),
    Structure("a JSON file in one line", "again", CONFIG + '  app.json: "{\\"vendor\\": \\"@V\\"}"\n'),
    Structure("a TOML file", "double", CONFIG + '  @Kapp.toml: |\n    [main]\n    port = 80\n    vendor = "@V"\n'),
    Structure("an XML file", "line", CONFIG + "  @Kapp.xml: |\n    <config>\n      <vendor>@V</vendor>\n    </config>\n"),
    Structure("a document of prose", "line", CONFIG + "  @KREADME.md: |\n    # Feeds\n\n    Until yesterday it was @V, says the vendor.\n"),
    Structure("a manifest in a ConfigMap", "base64", CONFIG + "  @Ksecret.yaml: |\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: a}\n    data:\n      vendor: @V\n"),
    Structure("binary data of a ConfigMap", "base64", CONFIG.replace("data:", "binaryData:") + "  vendor: @V\n"),
    Structure("base64 outside of a Secret", "base64", CONFIG + "  vendor: @V\n"),
    Structure("an annotation", "double", 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    acme.example/vendor: "@V"\nspec: {ports: [{port: 80}]}\n'),
    Structure("an annotation of a kind without texts", "double", 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: web\n  annotations:\n    acme.example/vendor: "@V"\n'),
    Structure("a snippet", "line", "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    @Kacme.example/snippet: |\n      more_set_headers 'X-Vendor: @V';\n      gzip on;\n"),
    Structure("the values of a release", "double", RELEASE + '    feed:\n      vendor: "@V"\n'),
    Structure("a parameter", "double", APP + '      parameters:\n      - name: feed.vendor\n        value: "@V"\n'),
    Structure("values in a text", "double", APP + '      @Kvalues: |\n        feed:\n          vendor: "@V"\n'),
    Structure("the values of a chart", "double", 'replicas: 2\nfeed:\n  vendor: "@V"\n', "charts/web/values.yaml"),
    Structure("plain values of a chart", "plain", "replicas: 2\nfeed:\n  vendor: @V\n", "charts/web/values.yaml"),
    Structure("a literal of a generator", "double", KUSTOMIZE + 'configMapGenerator:\n- name: web\n  literals:\n  - "vendor=@V"\n', "apps/kustomization.yaml"),
    Structure("a patch in a text", "double", KUSTOMIZE + 'patches:\n- @Kpatch: |\n    - op: add\n      path: /data/vendor\n      value: "@V"\n', "apps/kustomization.yaml"),
    Structure("a JSON patch", "double", '- op: replace\n  path: /data/vendor\n  value: "@V"\n'),
    Structure("a field of a custom kind", "double", CUSTOM + '  source:\n    value: "@V"\n'),
    Structure("an item of a custom kind", "double", CUSTOM + '  sources:\n  - first\n  - "@V"\n'),
    Structure("a kind that says where secrets are", "double", 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: web}\nspec:\n  target:\n    name: web\n    template:\n      data:\n        vendor: "@V"\n'),
    Structure("a header", "double", POD + '    livenessProbe:\n      httpGet:\n        port: 80\n        httpHeaders:\n        - name: X-Vendor\n          value: "@V"\n'),
    Structure("a URL", "url", CUSTOM + "  source:\n    uri: https://vendor:@V@git.acme.example/feeds.git\n"),
    Structure("a URL without a password", "url", CUSTOM + "  source:\n    uri: https://@V@git.acme.example/feeds.git\n"),
    Structure("a comment", "line", CONFIG + "  log: debug\n# it was @V before\n"),
    Structure("a comment at the end of a line", "line", CONFIG + "  log: debug # @V\n"),
    Structure("the second document", "double", CONFIG + "  log: debug\n---\n" + CONFIG.replace("web", "feed") + '  vendor: "@V"\n'),
    Structure("a template", "line", "{{- if .Values.feed }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  vendor: @V\n{{- end }}\n", "charts/web/templates/config.yaml"),
)  # fmt: skip
"""Every structural place, under keys that promise nothing."""


def findings(text: str, file: str = "apps/web.yaml") -> tuple[Finding, ...]:
    """What the policies say of a file that is new."""
    report = compare_trees(None, {file: text}, policies=SECRETS)
    assert report.faults == ()
    return report.findings


def errors(text: str, file: str = "apps/web.yaml") -> list[Finding]:
    """What they say is an error."""
    return [each for each in findings(text, file) if each.level == "error"]
