"""The control plane in manifests: which components run, and what each of their flags comes to.

A component runs in a container (static pods, hosted control planes), is set up by kubeadm (its own
documents and those of Cluster API), or reads a configuration document, be it inside a ConfigMap. Not
for reading command lines (`flags`), nor for what a value is worth: policies say so.
https://kubernetes.io/docs/reference/command-line-tools-reference/ and, for kubeadm's own flags,
https://github.com/kubernetes/kubernetes/blob/master/cmd/kubeadm/app/phases/controlplane/manifests.go
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from policygate.cel import EvaluationError
from policygate.cel.library.times import read_duration
from policygate.kube.component_defaults import (
    ADMISSION_PLUGINS,
    FIELDS,
    FILES,
    KUBEADM,
    LISTS,
    UNSET,
    Program,
)
from policygate.kube.flags import VARIABLES, CommandLine, Setting, command_lines
from policygate.kube.workloads import Container, containers, pod_specs
from policygate.view import View
from policygate.yamldoc import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.policy.types import Pair

_CLUSTER: Final = "kubeadm.k8s.io/ClusterConfiguration"
_NODE: Final = ("kubeadm.k8s.io/InitConfiguration", "kubeadm.k8s.io/JoinConfiguration")
_CAPI: Final[Mapping[str, tuple[str, ...]]] = {
    "bootstrap.cluster.x-k8s.io/KubeadmConfig": ("spec",),
    "bootstrap.cluster.x-k8s.io/KubeadmConfigTemplate": ("spec", "template", "spec"),
    "controlplane.cluster.x-k8s.io/KubeadmControlPlane": ("spec", "kubeadmConfigSpec"),
    "controlplane.cluster.x-k8s.io/KubeadmControlPlaneTemplate": (
        "spec", "template", "spec", "kubeadmConfigSpec",
    ),
}  # fmt: skip
"""Where Cluster API keeps what it hands to kubeadm."""
_SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "etcd": ("etcd", "local"),
    "kube-apiserver": ("apiServer",),
    "kube-controller-manager": ("controllerManager",),
    "kube-scheduler": ("scheduler",),
}
"""Where a ClusterConfiguration keeps what it says of a component."""
AUTHORIZATION: Final = "apiserver.config.k8s.io/AuthorizationConfiguration"
"""The document that can replace the flag --authorization-mode of an API server."""
_CONFIGURATIONS: Final = {
    AUTHORIZATION: "kube-apiserver",
    "kubelet.config.k8s.io/KubeletConfiguration": "kubelet",
    "kubeproxy.config.k8s.io/KubeProxyConfiguration": "kube-proxy",
    "kubescheduler.config.k8s.io/KubeSchedulerConfiguration": "kube-scheduler",
}
_EMBEDDED: Final = (
    "kubeadm.k8s.io/", "kubelet.config.k8s.io/", "kubeproxy.config.k8s.io/", "kubescheduler.config.k8s.io/",
)  # fmt: skip
"""What a text in a ConfigMap holds that is worth reading."""

RUNS: Final[Mapping[Program, tuple[str, ...]]] = {
    program: (
        "workload",
        "core/ConfigMap",
        *((_CLUSTER,) if program in _SECTIONS else ()),
        *(_NODE if program == "kubelet" else ()),
        *(_CAPI if program != "kube-proxy" else ()),
        *(kind for kind, of in _CONFIGURATIONS.items() if of == program and kind != AUTHORIZATION),
    )
    for program in UNSET
}
"""The kinds in which each component can be found."""

_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE: Final = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_SECOND: Final = 10**9

_Settings: TypeAlias = Mapping[str, tuple[Setting, ...]]
_Names: TypeAlias = Mapping[str, tuple[str, View]]


class Flag(NamedTuple):
    """What a flag comes to.

    Attributes:
        name: As it is written where it is set: `--profiling`, or `enableProfiling` in a document.
        value: The value that counts, be it the component's default; empty for none, and None where
            it cannot be known from here.
        view: Where it is set; where it would be set, when it is not.
        given: Whether the manifest sets it.
    """

    name: str
    value: str | None
    view: View
    given: bool

    def __str__(self) -> str:
        """The flag and its value, in the words of a message."""
        if self.given:
            return f"{self.name} is {self.value or 'empty'}"
        return f"{self.name} is not set" + (f", which means {self.value}" if self.value else "")

    @property
    def empty(self) -> bool:
        """Whether it is known to have no value."""
        return self.value == ""

    @property
    def boolean(self) -> bool | None:
        """The value as a boolean; None for another one, which the component refuses."""
        return True if self.value in _TRUE else False if self.value in _FALSE else None

    @property
    def number(self) -> int | None:
        """The value as an integer; None for another one, which the component refuses."""
        text = self.value or ""
        return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else None

    @property
    def seconds(self) -> float | None:
        """The value as a duration; None for another one, which the component refuses."""
        return read_seconds(self.value or "")

    @property
    def items(self) -> tuple[str, ...]:
        """The value as a list with commas in between; empty where it is not known."""
        return tuple(filter(None, (item.strip(" \"'") for item in (self.value or "").split(","))))


@dataclass(frozen=True, slots=True)
class Component:
    """A component with its flags; its text is its name in the words of a message.

    Attributes:
        program: `kube-apiserver`, `etcd`, ….
        container: The name of its container, where it runs in one.
        view: What holds its flags.
        settings: What is given.
        unset: What counts where nothing is given; None for what cannot be known.
        names: Flags that are set under another name, and where: fields of a document, variables.
        complete: Whether what is not given here is given nowhere.
    """

    program: Program
    container: str
    view: View
    settings: _Settings
    unset: Mapping[str, str | None]
    names: _Names
    complete: bool

    def __str__(self) -> str:
        """The component, and its container where that is called otherwise."""
        if self.container in {"", self.program}:
            return self.program
        return f"{self.program} in container {self.container}"

    @property
    def key(self) -> str:
        """What makes it the same component in another version of the resource."""
        return self.container or ".".join(map(str, self.view.path))

    def gives(self, name: str) -> bool:
        """Whether the manifest sets a flag, be it to what cannot be known."""
        return name in self.settings

    def __getitem__(self, name: str) -> Flag:
        """Return what a flag comes to, by its name without dashes."""
        unset = self.unset[name]
        called, place = self.names.get(name, (f"--{name}", self.view))
        given = self.settings.get(name, ())
        by_file = [each for each in FILES[self.program] if self.gives(each.flag)]
        if any(each.decides(name) and (each.overrules or not given) for each in by_file):
            return Flag(called, None, place, given=False)
        if not given:
            return Flag(called, unset if self.complete else None, place, given=False)
        value = given[-1].value
        if name in LISTS and all(each.value is not None for each in given):
            value = ",".join(str(each.value) for each in given)
        return Flag(called, value, given[-1].view, given=True)

    def admits(self, plugin: str) -> tuple[bool | None, Flag]:
        """Whether an API server runs an admission plugin (None: not known), and by which flag."""
        listed, off, on = (
            self[name]
            for name in (
                "admission-control",
                "disable-admission-plugins",
                "enable-admission-plugins",
            )
        )
        if listed.given:  # deprecated: replaces the plugins that are on by default
            return (plugin in listed.items if listed.value is not None else None), listed
        if plugin in off.items:
            return False, off
        if plugin in on.items:
            return True, on
        if off.value is None or on.value is None:
            return None, on
        return plugin in ADMISSION_PLUGINS, on


def running(program: Program, resource: Resource) -> Iterator[Component]:
    """Yield a component wherever a resource runs it or sets it up."""
    for pod in pod_specs(resource):
        for container in containers(pod) if pod.certainty == "known" else ():
            if container.role in {"app", "sidecar"} and _mentions(container.view, program):
                for line in command_lines(container.view):
                    if line.program == program:
                        yield _in_container(program, container, line)
    for kind, view in _documents(resource):
        if kind in _CONFIGURATIONS:
            if _CONFIGURATIONS[kind] == program:
                yield _configured(program, kind.rpartition("/")[2], view)
        else:
            yield from _by_kubeadm(program, kind, view)


def filled_in_by_kubeadm(pair: Pair) -> bool:
    """Whether kubeadm fills in what the document of a kubelet lacks: one of its own stands beside it."""
    ident = pair.head.id
    return ident.kind == "KubeletConfiguration" and any(
        pair.context.head_resources(ident.scope, kind.rpartition("/")[2])
        for kind in (_CLUSTER, *_NODE)
    )


def read_seconds(text: str) -> float | None:
    """A duration as Go writes it, such as `1h30m`; None for another text."""
    try:
        return read_duration(text).nanos / _SECOND
    except EvaluationError:
        return None


def is_local(address: str) -> bool:
    """Whether an address (with a port or not) or a URL can be reached from its own node alone."""
    if address.startswith("unix:") or address == "::1":
        return True
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Lack(NamedTuple):
    """What a component lacks: where to point, and in words."""

    view: View
    text: str


def lacks(component: Component, *names: str) -> Lack | None:
    """Which of some flags have no value; None where all of them have one, or may have."""
    missing = [flag for flag in (component[name] for name in names) if flag.empty]
    return Lack(missing[0].view, " and ".join(map(str, missing))) if missing else None


def lacks_tls(member: Component, whom: str, prefix: str = "") -> Lack | None:
    """Why a member of etcd serves somebody in clear text; None where it does not, or may not.

    Args:
        member: The member.
        whom: `client` or `peer`, as in the name of the flag with its URLs.
        prefix: What the flags of this side begin with.
    """
    urls = member[f"listen-{whom}-urls"]
    missing = lacks(member, f"{prefix}cert-file", f"{prefix}key-file")
    if missing is not None and not member[f"{prefix}auto-tls"].boolean:
        return missing._replace(text=f": {missing.text}")
    plain = [url for url in urls.items if url.startswith("http://") and not is_local(url)]
    return Lack(urls.view, f" at {plain[0]}") if plain else None


def is_single(member: Component) -> bool:
    """Whether a member of etcd listens for others on its own node only, and so has none."""
    urls = member["listen-peer-urls"].items
    return bool(urls) and all(map(is_local, urls))


def stores_locally(server: Component) -> bool:
    """Whether an API server's storage is behind a socket of its own node (such as kine's)."""
    urls = server["etcd-servers"].items
    return bool(urls) and all(url.startswith("unix:") for url in urls)


# Containers


def _mentions(container: View, program: str) -> bool:
    """Whether a container can run a program at all; reading its script costs far more."""
    words = (container.image, *container.command, *container.args)
    return any(program in word.string() for word in words)


def _in_container(program: Program, container: Container, line: CommandLine) -> Component:
    settings, complete = line.settings, line.complete
    names: _Names = {}
    if program == "etcd":
        settings, names = _with_environment(settings, container.view.env)
        complete = complete and not list(container.view.envFrom)
    return Component(
        program, container.name, line.view, settings, UNSET[program], names, complete=complete
    )


def _with_environment(settings: _Settings, env: View) -> tuple[_Settings, _Names]:
    """Add what variables tell etcd; its flags come first.

    https://etcd.io/docs/latest/op-guide/configuration/
    """
    found: dict[str, tuple[Setting, ...]] = {}
    names: dict[str, tuple[str, View]] = {}
    for each in env:
        variable = each["name"].string()
        flag = variable.removeprefix("ETCD_").lower().replace("_", "-")
        if variable.startswith("ETCD_") and flag not in settings:
            found[flag] = (_setting(each.value) if not each.valueFrom else Setting(None, each),)
            names[flag] = (variable, each)
    return {**settings, **found}, names


# Documents


def _documents(resource: Resource) -> Iterator[tuple[str, View]]:
    """Yield the documents of interest that a resource is or holds, by group and kind."""
    kind = f"{resource.id.group}/{resource.id.kind}"
    if resource.id.kind == "ConfigMap" and not resource.id.group:
        for _, text in resource.view.data.items():  # noqa: PERF102 (a view has no `values`)
            held = text.string()
            for body in _read(held) if any(each in held for each in _EMBEDDED) else ():
                group = View(body).apiVersion.string().partition("/")[0]
                yield f"{group}/{View(body).kind.string()}", View(body, text.path)
    else:
        yield kind, resource.view


@lru_cache(maxsize=16)  # every policy asks again about the same ConfigMap
def _read(text: str) -> tuple[Any, ...]:
    return tuple(each.value for each in parse(text.encode("utf-8", "replace"), "").documents)


def _configured(program: Program, kind: str, view: View) -> Component:
    """A component as its own configuration document sets it up."""
    settings, names = {}, {}
    unset: dict[str, str | None] = dict.fromkeys(UNSET[program])
    for name, field in FIELDS[kind].items():
        place = view
        for key in field.path:
            place = place[key]
        names[name] = (".".join(field.path), place)
        unset[name] = field.unset
        value = _text(place)
        if place and not (isinstance(place.raw, str) and _is_zero(value)):
            settings[name] = (Setting(value, place),)
    return Component(program, "", view, settings, unset, names, complete=True)


def _is_zero(text: str) -> bool:
    """Whether a text in a document counts as unset: an empty one, and a duration of nothing."""
    return not text or (not text.isdigit() and Flag("", text, View(None), given=True).seconds == 0)


def _text(view: View) -> str:
    """A value of a document as a flag would have it."""
    raw = view.raw
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, dict):
        return ",".join(f"{key}={_text(value)}" for key, value in view.items())
    if isinstance(raw, list):
        return ",".join(
            _text(item["type"] if isinstance(item.raw, dict) else item) for item in view
        )
    return "" if raw is None else str(raw)


def _by_kubeadm(program: Program, kind: str, view: View) -> Iterator[Component]:
    """Yield a component as kubeadm sets it up."""
    cluster, nodes, complete = None, [view], True
    if kind in _CAPI:
        for key in _CAPI[kind]:
            view = view[key]
        nodes = [view.initConfiguration, view.joinConfiguration]
        # Patches of a ClusterClass, and of kubeadm, may add flags.
        complete = not kind.endswith("Template") and not view.initConfiguration.patches.directory
        if view.clusterConfiguration or "ControlPlane" in kind:
            cluster = view.clusterConfiguration
    elif kind == _CLUSTER:
        cluster = view
    elif kind not in _NODE:
        return
    if program == "kubelet":
        for node in nodes if kind != _CLUSTER else ():
            given = node.nodeRegistration.kubeletExtraArgs
            if given:  # kubeadm hands every kubelet a configuration file too
                yield Component(
                    program, "", given, _extra_args(given), UNSET[program], {}, complete=False
                )
    elif cluster is not None and program in _SECTIONS:
        yield from _section(program, cluster, complete=complete)


def _section(program: Program, cluster: View, *, complete: bool) -> Iterator[Component]:
    external = cluster.etcd.external
    if program == "etcd" and external:
        return
    section = cluster
    for key in _SECTIONS[program]:
        section = section[key]
    unset: dict[str, str | None] = {**UNSET[program], **KUBEADM[program]}
    if program == "kube-apiserver" and external:
        unset["etcd-cafile"] = external.caFile.string()
        unset["etcd-certfile"] = external.certFile.string()
        unset["etcd-keyfile"] = external.keyFile.string()
        unset["etcd-servers"] = _text(external.endpoints)
    settings: _Settings = _extra_args(section.extraArgs)
    names: _Names = {}
    if program == "etcd":
        settings, names = _with_environment(settings, section.extraEnvs)
    yield Component(program, "", section.extraArgs, settings, unset, names, complete=complete)


def _extra_args(view: View) -> dict[str, tuple[Setting, ...]]:
    """The flags of `extraArgs`: a mapping up to v1beta3, and a list of names and values since."""
    settings: dict[str, list[Setting]] = {}
    for name, value in view.items():
        settings.setdefault(name, []).append(_setting(value))
    for item in view:
        settings.setdefault(item["name"].string(), []).append(_setting(item.value))
    return {name: tuple(each) for name, each in settings.items()}


def _setting(view: View) -> Setting:
    text = _text(view)
    return Setting(None if any(mark in text for mark in VARIABLES) else text, view)
