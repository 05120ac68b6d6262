"""Where the search looks, and on which line it finds: comments, templates, plain files, values, patches, blocks."""

from __future__ import annotations

import base64
import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.resources import resources_of
from policygate.secrets.search import place_of, secrets_beside, secrets_of
from policygate.yamldoc import parse, parse_plain
from tests.memory import compare_trees
from tests.secrets.fakes import FAKES, WORD, run
from tests.secrets.structures import CONFIG, CUSTOM, KUSTOMIZE, POD, RELEASE, SECRET, SECRETS

ONE, TWO = (run(Random(seed), WORD, 20) for seed in (1, 2))
TOKEN = FAKES["GitHub token"](Random(1))
WEAK = "correct-horse"
Places = list[tuple[int, str]]


def _of(text: str, file: str = "apps/web.yaml") -> Places:
    """The lines of a file on which something was found, and what it is; in resources and beside them."""
    read = parse if file.endswith((".yaml", ".json")) else parse_plain
    parsed = read(text.encode(), file)
    found = [(each.location.line, each.found.what) for each in secrets_beside(parsed)]
    for document in parsed.documents if not parsed.template else ():
        for resource in resources_of(document.value, document, file) if document.readable else ():
            for each in secrets_of(resource):
                at = place_of(resource, each) or resource.locate(each.path)
                found.append((at.line, each.what))
    return sorted(found)


PASSWORD, KEY, GITHUB, URL = "a password", "a key", "a GitHub token", "a password in a URL"
OTHER = CONFIG + "  log: debug\n"
LAST = OTHER.count("\n")

COMMENTS: dict[str, tuple[str, Places]] = {
    "a token": (f"# {TOKEN}\n", [(1, GITHUB)]),
    "behind a value": (f"  colour: red # {TOKEN}\n", [(1, GITHUB)]),
    "an assignment that looks rolled": (f"# DB_PASSWORD={ONE}\n", [(1, PASSWORD)]),
    "a key that was commented out": (f"#  password: {ONE}\n", [(1, PASSWORD)]),
    "a variable that was commented out": (f"# - name: DB_PASSWORD\n#   value: {ONE}\n", [(2, PASSWORD)]),
    "a URL that somebody thought of": ("# postgres://app:c0rrect-h0rse@db/shop\n", [(1, URL)]),
    "an example of a URL": ("# postgres://user:password@host/shop\n", []),
    "an example": ("# password: secret\n", []),
    "an example that says so": ("# password: changeme123\n", []),
    "a sentence": ("# the password is kept in the vault of the team\n", []),
    "a reference": ("# password: ${DB_PASSWORD}\n", []),
    "a `#` inside of a word": (f"  ref: <path:kv/web#x>\n  vendor: {WEAK}\n", []),
    "two lines": (f"# {TOKEN}\n#\n# token: {ONE}\n", [(1, GITHUB), (3, "a token")]),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMENTS)
def test_comments_are_read(name: str) -> None:
    """What was commented out is readable; of guesses only what looks rolled is believed there."""
    text, wanted = COMMENTS[name]
    assert _of(OTHER + text) == [(LAST + line, what) for line, what in wanted]


TEMPLATE = "{{- if .Values.auth }}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\nstringData:\n%s{{- end }}\n"
TEMPLATES: dict[str, tuple[str, Places]] = {
    "a literal": (f"  password: {WEAK}\n", [(7, PASSWORD)]),
    "a token": (f"  vendor: {TOKEN}\n", [(7, GITHUB)]),
    "a default": (f'  password: {{{{ .Values.password | default "{ONE}" | quote }}}}\n', [(7, PASSWORD)]),
    "a value": ("  password: {{ .Values.auth.password | quote }}\n", []),
    "a value that must be there": ('  password: {{ required "a password" .Values.auth.password }}\n', []),
    "a lookup": ('  password: {{ (lookup "v1" "Secret" "web" "web").data.password }}\n', []),
    "encoded": ("  password: {{ .Values.password | b64enc }}\n", []),
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_read_line_by_line(name: str) -> None:
    """What does not parse is text: literals in it count, what is put in does not."""
    text, wanted = TEMPLATES[name]
    assert _of(TEMPLATE % text, "charts/web/templates/secret.yaml") == wanted


BESIDE: dict[str, tuple[str, str, Places]] = {
    "values": ("charts/web/values.yaml", f"replicas: 2\nauth:\n  username: app\n  password: {WEAK}\n", [(4, PASSWORD)]),
    "values that name a Secret": ("charts/web/values.yaml", "auth:\n  existingSecret: web\n  password: ''\n", []),
    "values in JSON": ("charts/web/values.json", f'{{"auth":\n {{"password": "{WEAK}"}}}}\n', [(2, PASSWORD)]),
    "values with a list": ("charts/web/values.yaml", f"extraEnv:\n- name: A\n  value: a\n- name: DB_PASSWORD\n  value: {WEAK}\n", [(5, PASSWORD)]),
    "a text in values": ("charts/web/values.yaml", f"config: |\n  a: 1\n  db:\n    password: {WEAK}\n", [(4, PASSWORD)]),
    "a JSON patch": ("patch.yaml", f"- op: add\n  path: /data/DB_PASSWORD\n  value: {WEAK}\n", [(3, PASSWORD)]),
    "a JSON patch of a variable": ("patch.json", f'[{{"op": "add", "path": "/spec/template/spec/containers/0/env/-",\n"value": {{"name": "DB_PASSWORD", "value": "{WEAK}"}}}}]', [(2, PASSWORD)]),
    "a JSON patch of something else": ("patch.yaml", "- op: replace\n  path: /spec/replicas\n  value: 2\n", []),
    "a patch of a Secret without a kind": ("patch.yaml", f"data:\n  vendor: {base64.b64encode(ONE.encode()).decode()}\n", [(2, "what looks like a key or a token")]),
    "the data of something else": ("patch.yaml", "data:\n  vendor: aGVsbG8gd29ybGQ=\n", []),
    "a dotenv file": ("apps/web.env", f"PORT=80\nDB_PASSWORD={WEAK}\n", [(2, PASSWORD)]),
    "a properties file": ("apps/a.properties", f"a.port=80\nspring.datasource.password={WEAK}\n", [(2, PASSWORD)]),
    "a script": ("apps/run.sh", f"set -eu\nmysqldump -u root -p{ONE} shop\n", [(2, "a password in a command")]),
    "one line": ("apps/password", WEAK + "\n", [(1, PASSWORD)]),
    "one line of something else": ("apps/motd", WEAK + "\n", []),
    "a key": ("apps/tls.key", FAKES["private key"](Random(1)) + "\n", [(1, "a private key")]),
}  # fmt: skip


@pytest.mark.parametrize("name", BESIDE)
def test_what_is_no_resource_is_read(name: str) -> None:
    """Values of charts, patches, files of generators: each on its line."""
    file, text, wanted = BESIDE[name]
    assert _of(text, file) == wanted


@pytest.mark.parametrize("generator", ["secretGenerator", "configMapGenerator"])
@pytest.mark.parametrize(
    ("field", "file", "text", "line"),
    [
        ("envs", "web.env", f"PORT=80\nDB_PASSWORD={WEAK}\n", 2),
        ("files", "app.ini", f"[db]\nport = 1\npassword = {WEAK}\n", 3),
        ("files", "password.txt", f"{TOKEN}\n", 1),
    ],
)
def test_files_of_generators_are_read(
    generator: str, field: str, file: str, text: str, line: int
) -> None:
    """What kustomize copies into a Secret or a ConfigMap stands in the repository, whatever it is called."""
    kustomization = KUSTOMIZE + f"{generator}:\n- name: web\n  {field}: [{file}]\n"
    files = {"apps/kustomization.yaml": kustomization, f"apps/{file}": text}
    found = compare_trees(None, files, policies=SECRETS).findings
    assert [(each.policy, each.location.file, each.location.line) for each in found] == [
        ("secret-in-file", f"apps/{file}", line)
    ]


BLOCKS: dict[str, tuple[str, Places]] = {
    "literal": (f"app.ini: |\n    [db]\n    port = 1\n    password = {WEAK}\n", [(4, PASSWORD)]),
    "literal, chomped": (f"app.ini: |-\n    [db]\n    password = {WEAK}\n", [(3, PASSWORD)]),
    "literal, kept": (f"app.ini: |+\n    [db]\n    password = {WEAK}\n\n\n", [(3, PASSWORD)]),
    "literal, indented further": (f"app.ini: |2\n      [db]\n      password = {WEAK}\n", [(3, PASSWORD)]),
    "literal, with a comment behind its head": (f"app.ini: | # of the database\n    [db]\n    password = {WEAK}\n", [(3, PASSWORD)]),
    "literal, with empty lines": (f"app.ini: |\n    [db]\n\n\n    password = {WEAK}\n", [(5, PASSWORD)]),
    "folded": (f"note: >\n    of the vendor,\n    {TOKEN}\n", [(1, GITHUB)]),
    "folded, chomped": (f"note: >-\n    {TOKEN}\n", [(2, GITHUB)]),
    "quoted": (f'app.ini: "[db]\\npassword = {WEAK}\\n"\n', [(1, PASSWORD)]),
    "YAML in a block": (f"app.yaml: |\n    db:\n      port: 1\n      password: {WEAK}\n", [(4, PASSWORD)]),
    "a block in YAML in a block": (f"app.yaml: |\n    a:\n      b.ini: |\n        [db]\n        password = {WEAK}\n", [(5, PASSWORD)]),
    "JSON in a block": (f'app.json: |\n    {{\n      "a": 1,\n      "password": "{WEAK}"\n    }}\n', [(4, PASSWORD)]),
    "a pair in JSON in a block": (f'app.json: |\n    {{"env": [\n      {{"name": "DB_PASSWORD",\n       "value": "{WEAK}"}}]}}\n', [(4, PASSWORD)]),
    "two in one block": (f"app.env: |\n    A_PASSWORD={ONE}\n    A=1\n    B_PASSWORD={TWO}\n", [(2, PASSWORD), (4, PASSWORD)]),
}  # fmt: skip


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("name", BLOCKS)
def test_lines_of_blocks(name: str, ending: str) -> None:
    """A literal block has its lines one by one; of other scalars the line of the key is said."""
    text, wanted = BLOCKS[name]
    whole = (CONFIG + "  " + text + "  z: a\n").replace("\n", ending)
    before = CONFIG.count("\n")
    assert _of(whole) == [(before + line, what) for line, what in wanted]


@given(
    st.integers(0, 6),
    st.integers(0, 6),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["|", "|-", "|+"]),
)
def test_the_line_moves_with_what_is_above(
    above: int, inside: int, ending: str, style: str
) -> None:
    """Lines before the block and in it: what is found stands on its own line."""
    comments, lines = "# a\n" * above, "    a = 1\n" * inside
    text = f"{comments}{CONFIG}  app.ini: {style}\n{lines}    password = {WEAK}\n  b: c\n"
    line = above + CONFIG.count("\n") + 1 + inside + 1
    assert _of(text.replace("\n", ending)) == [(line, PASSWORD)]


KINDS: dict[str, tuple[str, Places]] = {
    "a Secret, decoded": (SECRET + f"data:\n  password: {base64.b64encode(WEAK.encode()).decode()}\n", [(5, PASSWORD)]),
    "a Secret, public parts": (SECRET + "stringData:\n  username: app\n  host: db.shop.svc\n  ca.crt: -----BEGIN CERTIFICATE-----\n", []),
    "a Secret of a type": (SECRET + f"type: kubernetes.io/basic-auth\nstringData:\n  username: app\n  password: {WEAK}\n", [(7, PASSWORD)]),
    "a registry": (SECRET + "stringData:\n  .dockerconfigjson: '" + json.dumps({"auths": {"r.acme.io": {"password": ONE}}}) + "'\n", [(5, PASSWORD)]),
    "a variable": (POD + f"    env:\n    - name: DB_PASSWORD\n      value: {WEAK}\n", [(10, PASSWORD)]),
    "a variable, value first": (POD + f"    env:\n    - value: {WEAK}\n      name: DB_PASSWORD\n", [(9, PASSWORD)]),
    "a variable with a default too": (CUSTOM + f"  parameters:\n  - name: DB_PASSWORD\n    default: {ONE}\n    value: {TWO}\n", [(7, PASSWORD), (8, PASSWORD)]),
    "a variable from a Secret": (POD + "    env:\n    - name: DB_PASSWORD\n      valueFrom: {secretKeyRef: {name: db, key: password}}\n", []),
    "a flag": (POD + f"    args:\n    - --db-password={WEAK}\n", [(9, PASSWORD)]),
    "a flag and its neighbour": (POD + f"    args:\n    - --db-password\n    - {WEAK}\n", [(10, PASSWORD)]),
    "a flag with a format that ends in a sign": (POD + f"    args:\n    - --vendor={'ABSK' + run(Random(3), WORD, 130)}==\n", [(9, "an AWS Bedrock key")]),
    "a release": (RELEASE + f"    auth:\n      password: {WEAK}\n", [(7, PASSWORD)]),
    "a nested holder": (CUSTOM + f"  password:\n    value: {WEAK}\n", [(6, PASSWORD)]),
    "an ExternalSecret": ("apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: web}\nspec:\n  data:\n  - secretKey: password\n    remoteRef: {key: web-token-prod, property: password}\n", []),
    "a Role": ("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: web}\nrules:\n- {apiGroups: [''], resources: [secrets], resourceNames: [web-token-x7], verbs: [get]}\n", []),
    "a schema": ("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: web}\nspec: {versions: [{schema: {openAPIV3Schema: {properties: {password: {default: correct-horse, type: string}}}}}]}\n", []),
    "a reference to a Secret": (CUSTOM + "  passwordSecretRef: {name: web, key: password}\n  tokenFile: /run/token\n  secretName: web-tls\n", []),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_kinds_are_read_as_what_they_are(name: str) -> None:
    """Each kind names its values in its own way."""
    text, wanted = KINDS[name]
    assert _of(text) == wanted


def test_a_value_is_hidden() -> None:
    """What is found is kept for comparing, and not to be printed."""
    parsed = parse(f"password: {ONE}\n".encode(), "values.yaml")
    (placed,) = secrets_beside(parsed)
    assert placed.found.value == ONE
    assert ONE not in repr(placed)
