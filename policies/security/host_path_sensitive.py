"""A sensitive path of the node is mounted.

These paths hold the node's configuration, the credentials of the kubelet and of the cloud, the data of
etcd and of every other pod. A mount of a folder above one of them reaches it as well, and so does a pod
that claims a PersistentVolume on the node.

Fix:
Mount the one file or folder that is needed, read-only, or use a volume that is no path of the node.

References:
https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

Standards:
PSS Baseline: HostPath Volumes; CIS 5.2.12

Peers:
kube-linter:sensitive-host-mounts, trivy:KSV-0121, kubesec:ProcMount,
kubeaudit:SensitivePathsMounted, kubescape:C-0020, gatekeeper:K8sPSPHostFilesystem
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.host_path import host_paths, is_below, normalised, reached
from policygate.model import Level
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The folders that are refused whole, and the files that are refused by whatever holds them."""

    folders: tuple[str, ...] = (
        "/boot", "/dev", "/etc", "/home", "/lib", "/proc", "/root", "/sys", "/usr", "/var/lib/containerd",
        "/var/lib/docker", "/var/lib/etcd", "/var/lib/kubelet",
    )  # fmt: skip
    files: tuple[str, ...] = ("/.aws", "/.config/gcloud", "/run/secrets/kubernetes.io")


HARMLESS = (
    "/dev/dri", "/dev/fuse", "/dev/kvm", "/dev/log", "/dev/net/tun", "/etc/hosts", "/etc/localtime",
    "/etc/machine-id", "/etc/os-release", "/etc/pki/ca-trust", "/etc/resolv.conf", "/etc/ssl/certs",
    "/etc/timezone", "/lib/modules", "/usr/share/ca-certificates", "/usr/share/zoneinfo",
)  # fmt: skip
"""What agents usually read, and tells nobody anything; whether it is written is `host-path-writable`'s."""
TARGET = "/var/lib/kubelet"
CONTAINERS = [{"name": "web"}]


def _pod(path: str) -> dict[str, object]:
    return {"volumes": [{"name": "host", "hostPath": {"path": path}}], "containers": CONTAINERS}


def _volume(**source: object) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "data"},
        "spec": source,
    }


EXAMPLES = (
    Example("a folder of its own", "pass", _pod("/srv/data"), binds="pod"),
    Example("a name that only begins like it", "pass", _pod("/etcd-backup"), binds="pod"),
    Example("the time zone", "pass", _pod("/etc/localtime"), binds="pod"),
    Example("the kubelet's folder", "fail", _pod(TARGET), binds="pod", path="volumes[host].hostPath",
            message="pod mounts /var/lib/kubelet of its node"),
    Example("a file in it", "fail", _pod("/etc/kubernetes/azure.json"), binds="pod"),
    Example("with a slash behind", "fail", _pod("/etc/"), binds="pod"),
    Example("with two before", "fail", _pod("//etc"), binds="pod"),
    Example("a folder above it", "fail", _pod("/var"), binds="pod", message="pod mounts /var of its node, which holds /var/lib/containerd"),
    Example("everything", "fail", _pod("/"), binds="pod"),
    Example("in small steps", "fail", _pod("/srv/../etc/./kubernetes"), binds="pod"),
    Example("of Windows", "fail", _pod(r"C:\var\lib\kubelet\pods"), binds="pod"),
    Example("a disk", "pass", _volume(local={"path": "/mnt/disks/ssd1"})),
    Example("behind a claim", "fail", _volume(hostPath={"path": "/var/lib/kubelet/"}), path="spec.hostPath",
            message="PersistentVolume data mounts /var/lib/kubelet/ of its node"),
    Example("behind a claim, as a local volume", "fail", _volume(local={"path": "/var/lib"}), path="spec.local"),
    Example("credentials of a cloud", "fail", _pod("/.aws/credentials"), binds="pod"),
    Example("a list of one's own", "fail", _pod("/srv/data"), binds="pod", params={"folders": ["/srv"]}),
)  # fmt: skip


@policy(
    level="error",
    kinds=["workload", "core/PersistentVolume"],
    params=Params,
    refines=["host-path-volume", "host-path-writable"],
    examples=EXAMPLES,
)
def host_path_sensitive(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield volumes in a sensitive folder, and those that hold one."""
    sensitive = (*params.folders, *params.files)
    for at, path, who, certainty in host_paths(pair.head):
        mounted = normalised(path)
        level: Level = "warning" if certainty == "guessed" else "error"
        if any(is_below(mounted, each) for each in HARMLESS):
            continue
        if any(is_below(mounted, normalised(each)) for each in sensitive):
            yield Problem(at, f"{who} mounts {path} of its node", level=level)
        elif held := reached(path, sensitive):
            words = f"{who} mounts {path} of its node, which holds {held}"
            yield Problem(at, words, level=level)
