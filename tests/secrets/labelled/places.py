"""Where in a manifest a labelled value may stand: manifests around a piece of text.

What is around it varies with a seeded source, so that no two cases share more than they must.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from textwrap import indent as indented

Place = Callable[[Random, str, str], str]
Pair = tuple[str, str]
Row = Callable[[Random, str, Pair], str]

APPS = ("web", "orders", "billing", "search", "ledger", "mailer", "catalog", "frontend", "worker")
SPACES = ("shop", "payments", "platform", "monitoring", "team-a", "edge")
IMAGES = (
    "ghcr.io/acme/{}:1.14.2",
    "registry.acme.io/{}:2026.4.1",
    "acme/{}:3.2",
    "quay.io/acme/{}:v7",
)
PLAIN = re.compile(r"(?:[A-Za-z/_.]|\$<)(?:[\w/.+=@-]|:(?!\s|$)|\$<[\w|]+>)*")
QUOTED = re.compile("'[^']*'|\"[^\"]*\"")
BARE = re.compile(r"true|false|null|[0-9]+")
WORDS_OF_YAML = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", ".", "..."}


def default_path(random: Random, place: str) -> str:
    """A path that a repository would have, and that says nothing of the case."""
    app = random.choice(APPS)
    if place.startswith("values"):
        return f"charts/{app}/values.yaml"
    if place in ("literal", "kustomization"):
        return f"apps/{app}/overlays/prod/kustomization.yaml"
    return random.choice(["apps/{}/all.yaml", "clusters/prod/{}.yaml", "k8s/{}.yml"]).format(app)


def shift(text: str, by: int) -> str:
    """The text, further to the right."""
    return indented(text, " " * by)


def scalar(random: Random, value: str, *, quoted: bool = False) -> str:
    """The value as YAML, plain or quoted where both are right; a quoted one stays as it is."""
    if QUOTED.fullmatch(value):
        return value
    if not quoted and PLAIN.fullmatch(value) and value.lower() not in WORDS_OF_YAML:
        return random.choice([value, value, f'"{value}"', f"'{value}'"])
    if "'" not in value and ('"' in value or random.random() < 0.4):
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)


def head(version: str, kind: str, name: str, namespace: str = "", more: str = "") -> str:
    """The first lines of an object."""
    space = f"\n  namespace: {namespace}" if namespace else ""
    extra = "\n" + shift(more, 2) if more else ""
    return f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}{space}{extra}\n"


def workload(random: Random, pod: str, *, annotations: str = "") -> str:
    """A workload of some kind around the fields of a pod's spec."""
    app, space = random.choice(APPS), random.choice(SPACES)
    more = f"annotations:\n{shift(annotations, 2)}" if annotations else ""
    labels = f"metadata:\n  labels:\n    app: {app}"
    match random.randrange(6):
        case 0:
            return head("v1", "Pod", app, space, more) + f"spec:\n{shift(pod, 2)}\n"
        case 1:
            body = f"spec:\n  template:\n    spec:\n      restartPolicy: Never\n{shift(pod, 6)}\n"
            return head("batch/v1", "Job", app, space, more) + body
        case 2:
            spec = f"spec:\n          restartPolicy: OnFailure\n{shift(pod, 10)}"
            body = f'spec:\n  schedule: "15 3 * * *"\n  jobTemplate:\n    spec:\n      template:\n        {spec}\n'
            return head("batch/v1", "CronJob", app, space, more) + body
        case kind:
            version, name = [
                ("apps/v1", "Deployment"),
                ("apps/v1", "StatefulSet"),
                ("argoproj.io/v1alpha1", "Rollout"),
            ][kind - 3]
            start = f"spec:\n  selector:\n    matchLabels:\n      app: {app}\n  template:\n"
            return (
                head(version, name, app, space, more)
                + f"{start}{shift(labels, 4)}\n    spec:\n{shift(pod, 6)}\n"
            )


def container(random: Random, argument: str, body: str) -> str:
    """A workload around fields of a container; the argument names another list of containers."""
    app = random.choice(APPS)
    image = random.choice(IMAGES).format(app)
    text = f"- name: {app}\n  image: {image}\n{shift(body, 2)}"
    if argument:
        main = f"containers:\n- name: main\n  image: {image}"
        return workload(random, f"{argument}:\n{text}\n{main}")
    return workload(random, f"containers:\n{text}")


def env(random: Random, argument: str, body: str) -> str:
    """A workload around entries of `env`."""
    first = "- name: LOG_LEVEL\n  value: info\n" if random.random() < 0.5 else ""
    return container(random, argument, f"env:\n{first}{body}")


def configmap(random: Random, argument: str, body: str) -> str:
    """A ConfigMap around its data."""
    name = f"{random.choice(APPS)}-config"
    return (
        head("v1", "ConfigMap", argument or name, random.choice(SPACES))
        + f"data:\n{shift(body, 2)}\n"
    )


def file(random: Random, argument: str, body: str) -> str:
    """A ConfigMap that holds a whole file of the argument's name."""
    return configmap(random, "", f"{argument}: |\n{shift(body, 2)}")


def secret(random: Random, argument: str, body: str) -> str:
    """A Secret of the argument's type around its `data` or `stringData`."""
    kind = f"type: {argument or 'Opaque'}\n"
    return (
        head("v1", "Secret", f"{random.choice(APPS)}-env", random.choice(SPACES))
        + kind
        + body
        + "\n"
    )


def spec(random: Random, argument: str, body: str) -> str:
    """An object of the argument's group, version and kind around its spec."""
    version, _, kind = argument.rpartition("/")
    return (
        head(version, kind, random.choice(APPS), random.choice(SPACES))
        + f"spec:\n{shift(body, 2)}\n"
    )


def annotated(random: Random, argument: str, body: str) -> str:
    """A workload with annotations."""
    image = random.choice(IMAGES).format("web")
    return workload(random, f"containers:\n- name: web\n  image: {image}", annotations=body)


def ingress(random: Random, argument: str, body: str) -> str:
    """An Ingress with annotations."""
    app = random.choice(APPS)
    backend = f"service:\n  name: {app}\n  port:\n    number: 80"
    rules = f"rules:\n- http:\n    paths:\n    - path: /\n      pathType: Prefix\n      backend:\n{shift(backend, 8)}"
    more = f"annotations:\n{shift(body, 2)}"
    return (
        head("networking.k8s.io/v1", "Ingress", app, "edge", more) + f"spec:\n{shift(rules, 2)}\n"
    )


def sops(random: Random, argument: str, body: str) -> str:
    """An object that SOPS has written; the argument is the last lines of its metadata."""
    rule = argument.replace("; ", "\n    ") or "encrypted_regex: ^(data|stringData)$"
    key = "age:\n        - recipient: $<age>\n          enc: |\n            $<agefile>"
    date = 'lastmodified: "2026-02-11T09:21:40Z"'
    return (
        f"{body}\nsops:\n    {key}\n    {date}\n    mac: $<enc9>\n    {rule}\n    version: 3.9.4\n"
    )


PLACES: dict[str, Place] = {
    "env": env,
    "container": container,
    "pod": lambda random, _, body: workload(random, body),
    "configmap": configmap,
    "file": file,
    "secret": secret,
    "spec": spec,
    "annotations": annotated,
    "ingress": ingress,
    "sops": sops,
    "values": lambda _random, _, body: body + "\n",
    "kustomization": lambda _random, _, body: (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n" + body + "\n"
    ),
}
"""Places of sections by name."""


def nested(random: Random, key: str, value: str) -> str:
    """A dotted key as YAML, one level below the other."""
    *parents, last = key.split(".")
    lines = ["  " * depth + f"{part}:" for depth, part in enumerate(parents)]
    text = value if BARE.fullmatch(value) else scalar(random, value)
    return "\n".join([*lines, "  " * len(parents) + f"{last}: {text}"])


def _env(random: Random, argument: str, pair: Pair) -> str:
    return env(random, argument, f"- name: {pair[0]}\n  value: {scalar(random, pair[1])}")


def _arguments(random: Random, argument: str, pair: Pair) -> str:
    where = random.choice(["args", "command"])
    glue = " " if argument == "two" else "="
    first = "- /app/server\n" if where == "command" else "- --verbose\n"
    if argument == "two":
        return container(random, "", f"{where}:\n{first}- {pair[0]}\n- {scalar(random, pair[1])}")
    return container(
        random, "", f"{where}:\n{first}- {scalar(random, pair[0] + glue + pair[1], quoted=True)}"
    )


def _shell(random: Random, argument: str, pair: Pair) -> str:
    first = "set -eu\n" if random.random() < 0.5 else ""
    script = f"{first}{pair[0]} {pair[1]}\nexec /app/run"
    return container(
        random, argument, f'command: ["/bin/sh", "-c"]\nargs:\n- |\n{shift(script, 2)}'
    )


def _lines(name: str, around: str) -> Row:
    """A row that is one line of a file in a ConfigMap, in the middle of other lines."""

    def row(random: Random, argument: str, pair: Pair) -> str:
        return file(random, argument or name, around.format(key=pair[0], value=pair[1]))

    return row


def _json(random: Random, argument: str, pair: Pair) -> str:
    value: object = pair[1]
    for part in reversed(pair[0].split(".")):
        value = {part: value}
    return file(
        random, argument or "config.json", json.dumps({"debug": False, **_mapping(value)}, indent=2)
    )


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _data(random: Random, argument: str, pair: Pair) -> str:
    return secret(random, argument, f"data:\n  {pair[0]}: $<b64:{pair[1]}:>")


def _header(random: Random, argument: str, pair: Pair) -> str:
    header = f"- name: {pair[0]}\n  value: {scalar(random, pair[1])}"
    get = f"path: /healthz\nport: 8080\nhttpHeaders:\n{header}"
    return container(random, "", f"livenessProbe:\n  httpGet:\n{shift(get, 4)}")


def _parameter(random: Random, argument: str, pair: Pair) -> str:
    parameter = f"- name: {pair[0]}\n  value: {scalar(random, pair[1])}"
    source = (
        "repoURL: https://charts.acme.io\nchart: web\ntargetRevision: 4.1.0\nhelm:\n  parameters:\n"
    )
    return spec(
        random,
        "argoproj.io/v1alpha1/Application",
        f"source:\n{shift(source + shift(parameter, 2), 2)}",
    )


def _release(random: Random, argument: str, pair: Pair) -> str:
    chart = "interval: 10m\nchart:\n  spec:\n    chart: web\nvalues:\n"
    return spec(
        random, "helm.toolkit.fluxcd.io/v2/HelmRelease", chart + shift(nested(random, *pair), 2)
    )


def _literal(random: Random, argument: str, pair: Pair) -> str:
    generator = argument or "secretGenerator"
    literal = scalar(random, f"{pair[0]}={pair[1]}")
    body = f"resources:\n- ../../base\n{generator}:\n- name: {random.choice(APPS)}\n  literals:\n  - {literal}"
    return PLACES["kustomization"](random, "", body)


def _comment(random: Random, argument: str, pair: Pair) -> str:
    return f"# {pair[0]} {pair[1]}\n" + container(random, "", "ports:\n- containerPort: 8080")


ROWS: dict[str, Row] = {
    "env": _env,
    "cm": lambda random, _, pair: configmap(random, "", f"{pair[0]}: {scalar(random, pair[1])}"),
    "sd": lambda random, argument, pair: secret(
        random, argument, f"stringData:\n  {pair[0]}: {scalar(random, pair[1])}"
    ),
    "data": _data,
    "ann": lambda random, _, pair: annotated(
        random, "", f"{pair[0]}: {scalar(random, pair[1], quoted=True)}"
    ),
    "ing": lambda random, _, pair: ingress(
        random, "", f"{pair[0]}: {scalar(random, pair[1], quoted=True)}"
    ),
    "arg": _arguments,
    "sh": _shell,
    "spec": lambda random, argument, pair: spec(random, argument, nested(random, *pair)),
    "values": lambda random, _, pair: f"replicaCount: 2\n{nested(random, *pair)}\n",
    "yml": lambda random, argument, pair: file(
        random, argument or "config.yaml", f"debug: false\n{nested(random, *pair)}"
    ),
    "json": _json,
    "dotenv": _lines(".env", "PORT=8080\n{key}={value}\nLOG_LEVEL=info"),
    "props": _lines(
        "application.properties", "server.port=8080\n{key}={value}\nserver.shutdown=graceful"
    ),
    "ini": _lines("app.ini", "[server]\nport = 8080\n\n[main]\n{key} = {value}\n"),
    "toml": _lines("config.toml", '[main]\nport = 8080\n{key} = "{value}"\nname = "web"'),
    "conf": _lines("app.conf", "port 8080\n{key} {value}\ntimeout 30"),
    "xml": _lines("web.xml", "<config>\n  <port>8080</port>\n  <{key}>{value}</{key}>\n</config>"),
    "code": _lines("job.py", "import os\n\n{key} = {value}\nprint(os.getpid())"),
    "header": _header,
    "param": _parameter,
    "flux": _release,
    "literal": _literal,
    "comment": _comment,
}
"""Places of rows by name."""
