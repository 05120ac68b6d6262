"""What the components of a control plane do where nobody says anything, in Kubernetes 1.36.

Sources: the flags of each component and pkg/*/apis/config/*/defaults.go of Kubernetes, kubeadm's
phases/controlplane/manifests.go and phases/etcd/local.go, and embed/config.go of etcd. Not for where
flags are found (`control_plane`). A flag that no policy asks for is not in the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Program: TypeAlias = Literal[
    "etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubelet"
]


class Elsewhere(NamedTuple):
    """A flag that names a file, in which other flags are decided: all, or only some.

    With `overrules` the file counts even where those flags are given.
    """

    flag: str
    flags: frozenset[str] | None
    overrules: bool

    def decides(self, name: str) -> bool:
        """Whether the file decides what a flag comes to."""
        return self.flags is None or name in self.flags


class Field(NamedTuple):
    """The field of a configuration document that stands for a flag, and what counts when unset."""

    path: tuple[str, ...]
    unset: str = ""


UNSET: Final[Mapping[Program, Mapping[str, str]]] = {
    "etcd": {
        "auto-tls": "false",
        "cert-file": "",
        "client-cert-auth": "false",
        "key-file": "",
        "listen-client-urls": "http://localhost:2379",
        "listen-peer-urls": "http://localhost:2380",
        "peer-auto-tls": "false",
        "peer-cert-file": "",
        "peer-client-cert-auth": "false",
        "peer-key-file": "",
        "trusted-ca-file": "",
    },
    "kube-apiserver": {
        "admission-control": "",
        "anonymous-auth": "true",
        "audit-log-maxage": "366",  # 0, which is for ever, before 1.36
        "audit-log-maxbackup": "100",  # 0, which is all, before 1.36
        "audit-log-maxsize": "100",
        "audit-log-path": "",
        "audit-policy-file": "",
        "audit-webhook-config-file": "",
        "authorization-mode": "AlwaysAllow",
        "client-ca-file": "",
        "disable-admission-plugins": "",
        "enable-admission-plugins": "",
        "encryption-provider-config": "",
        "etcd-cafile": "",
        "etcd-certfile": "",
        "etcd-keyfile": "",
        "etcd-servers": "",
        "kubelet-certificate-authority": "",
        "kubelet-client-certificate": "",
        "kubelet-client-key": "",
        "profiling": "true",
        "request-timeout": "1m0s",
        "secure-port": "6443",
        "service-account-extend-token-expiration": "true",
        "service-account-key-file": "",
        "service-account-lookup": "true",
        "service-account-signing-endpoint": "",
        "tls-cert-file": "",
        "tls-cipher-suites": "",
        "tls-private-key-file": "",
        "token-auth-file": "",
    },
    "kube-controller-manager": {
        "bind-address": "0.0.0.0",  # noqa: S104 (a fact, and no socket)
        "feature-gates": "",
        "profiling": "true",
        "root-ca-file": "",
        "service-account-private-key-file": "",
        "terminated-pod-gc-threshold": "12500",
        "use-service-account-credentials": "false",
    },
    "kube-proxy": {"metrics-bind-address": "127.0.0.1:10249"},
    "kube-scheduler": {"bind-address": "0.0.0.0", "profiling": "true"},  # noqa: S104
    "kubelet": {
        "anonymous-auth": "true",
        "authorization-mode": "AlwaysAllow",
        "client-ca-file": "",
        "event-qps": "50",
        "feature-gates": "",
        "hostname-override": "",
        "make-iptables-util-chains": "true",
        "pod-max-pids": "-1",
        "protect-kernel-defaults": "false",
        "read-only-port": "10255",
        "rotate-certificates": "false",
        "rotate-server-certificates": "false",
        "streaming-connection-idle-timeout": "4h0m0s",
        "tls-cert-file": "",
        "tls-cipher-suites": "",
        "tls-private-key-file": "",
    },
}
"""What each flag is where it is not given."""

_PKI: Final = "/etc/kubernetes/pki"

KUBEADM: Final[Mapping[str, Mapping[str, str]]] = {
    "etcd": {
        "cert-file": f"{_PKI}/etcd/server.crt",
        "client-cert-auth": "true",
        "key-file": f"{_PKI}/etcd/server.key",
        "listen-client-urls": "https://127.0.0.1:2379",
        "listen-peer-urls": "https://127.0.0.1:2380",
        "peer-cert-file": f"{_PKI}/etcd/peer.crt",
        "peer-client-cert-auth": "true",
        "peer-key-file": f"{_PKI}/etcd/peer.key",
        "trusted-ca-file": f"{_PKI}/etcd/ca.crt",
    },
    "kube-apiserver": {
        "authorization-mode": "Node,RBAC",
        "client-ca-file": f"{_PKI}/ca.crt",
        "enable-admission-plugins": "NodeRestriction",
        "etcd-cafile": f"{_PKI}/etcd/ca.crt",
        "etcd-certfile": f"{_PKI}/apiserver-etcd-client.crt",
        "etcd-keyfile": f"{_PKI}/apiserver-etcd-client.key",
        "etcd-servers": "https://127.0.0.1:2379",
        "kubelet-client-certificate": f"{_PKI}/apiserver-kubelet-client.crt",
        "kubelet-client-key": f"{_PKI}/apiserver-kubelet-client.key",
        "service-account-key-file": f"{_PKI}/sa.pub",
        "tls-cert-file": f"{_PKI}/apiserver.crt",
        "tls-private-key-file": f"{_PKI}/apiserver.key",
    },
    "kube-controller-manager": {
        "bind-address": "127.0.0.1",
        "root-ca-file": f"{_PKI}/ca.crt",
        "service-account-private-key-file": f"{_PKI}/sa.key",
        "use-service-account-credentials": "true",
    },
    "kube-scheduler": {"bind-address": "127.0.0.1"},
}
"""What kubeadm gives where `extraArgs` does not; each entry of those replaces one of these."""

FIELDS: Final[Mapping[str, Mapping[str, Field]]] = {
    "AuthorizationConfiguration": {"authorization-mode": Field(("authorizers",))},
    "KubeProxyConfiguration": {
        "metrics-bind-address": Field(("metricsBindAddress",), "127.0.0.1:10249"),
    },
    "KubeSchedulerConfiguration": {"profiling": Field(("enableProfiling",), "true")},
    "KubeletConfiguration": {
        # The document is stricter than the flags where nothing is said.
        "anonymous-auth": Field(("authentication", "anonymous", "enabled"), "false"),
        "authorization-mode": Field(("authorization", "mode"), "Webhook"),
        "client-ca-file": Field(("authentication", "x509", "clientCAFile")),
        "event-qps": Field(("eventRecordQPS",), "50"),
        "feature-gates": Field(("featureGates",)),
        "make-iptables-util-chains": Field(("makeIPTablesUtilChains",), "true"),
        "pod-max-pids": Field(("podPidsLimit",), "-1"),
        "protect-kernel-defaults": Field(("protectKernelDefaults",), "false"),
        "read-only-port": Field(("readOnlyPort",), "0"),
        "rotate-certificates": Field(("rotateCertificates",), "false"),
        "rotate-server-certificates": Field(("serverTLSBootstrap",), "false"),
        "streaming-connection-idle-timeout": Field(("streamingConnectionIdleTimeout",), "4h0m0s"),
        "tls-cert-file": Field(("tlsCertFile",)),
        "tls-cipher-suites": Field(("tlsCipherSuites",)),
        "tls-private-key-file": Field(("tlsPrivateKeyFile",)),
    },
}
"""The fields of configuration documents, by the flag that each stands for."""

FILES: Final[Mapping[Program, tuple[Elsewhere, ...]]] = {
    "etcd": (Elsewhere("config-file", None, overrules=True),),
    "kube-apiserver": (
        Elsewhere("authentication-config", frozenset({"anonymous-auth"}), overrules=False),
        Elsewhere("authorization-config", frozenset({"authorization-mode"}), overrules=True),
    ),
    "kube-controller-manager": (),
    "kube-proxy": (Elsewhere("config", None, overrules=True),),
    "kube-scheduler": (Elsewhere("config", frozenset({"profiling"}), overrules=True),),
    "kubelet": (
        Elsewhere("config", None, overrules=False),
        Elsewhere("config-dir", None, overrules=False),
    ),
}
"""Where a component may be told in a file what it is not told by flags."""

LISTS: Final = frozenset(
    {
        "admission-control", "authorization-mode", "disable-admission-plugins", "enable-admission-plugins",
        "etcd-servers", "feature-gates", "tls-cipher-suites",
    }
)  # fmt: skip
"""Flags that add up where they are given more than once; of every other the last one counts."""

ADMISSION_PLUGINS: Final = frozenset(
    {
        "CertificateApproval", "CertificateSigning", "CertificateSubjectRestriction",
        "ClusterTrustBundleAttest", "DefaultIngressClass", "DefaultStorageClass",
        "DefaultTolerationSeconds", "JobValidation", "LimitRanger", "MutatingAdmissionPolicy",
        "MutatingAdmissionWebhook", "NamespaceLifecycle", "NodeDeclaredFeatureValidator",
        "PersistentVolumeClaimResize", "PodGroupProtection", "PodGroupWorkloadExists",
        "PodResizeValidator", "PodSecurity", "PodTopologyLabels", "Priority", "ResourceQuota",
        "RuntimeClass", "ServiceAccount", "StorageObjectInUseProtection", "TaintNodesByCondition",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionWebhook",
    }
)  # fmt: skip
"""The admission plugins of an API server that are on by default."""

STRONG: Final = (
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
)
"""Cipher suites with forward secrecy and authenticated encryption, as Go names them."""
