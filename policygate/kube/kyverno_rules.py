"""The rules of the policies of Kyverno's library that our policies take the place of. Data alone.

A PolicyException names rules, the ids of peers name policies: which of them an exception is for is known
only by this. Source: https://github.com/kyverno/policies, by the path of a policy below its folder.
"""

from __future__ import annotations

from typing import Final

_TEXT: Final = """\
advanced-restrict-image-registries: validate-corp-registries
allowed-annotations: allowed-fluxcd-annotations
allowed-image-repos: good-repos
allowed-label-changes: safe-label
allowed-podpriorities: validate-pod-priority
argo/application-field-validation: source-path-chart destination-server-name
argo/application-prevent-default-project: default-project
argo/application-prevent-updates-project: project-updates
argo/applicationset-name-matches-project: match-name
argo/appproject-clusterresourceblacklist: has-wildcard validate-clusterresourceblacklist
aws/require-aws-node-irsa: validate-node-daemonset-irsa
aws/require-encryption-aws-loadbalancers: aws-loadbalancer-has-ssl-cert
block-ephemeral-containers: block-ephemeral-containers
block-updates-deletes: block-updates-deletes
cert-manager/cert-manager-limit-dnsnames: limit-dnsnames
cert-manager/cert-manager-limit-duration: certificate-duration-max-100days
cert-manager/cert-manager-restrict-issuer: restrict-corp-cert-issuer
check-deprecated-apis: validate-v1-25-removals validate-v1-26-removals validate-v1-27-removals validate-v1-29-removals validate-v1-32-removals
check-env-vars: check-disable-opa
check-hpa-exists: validate-hpa
check-ingress-nginx-controller-version-and-annotation-policy: validate-ingress-annotations validate-auth-tls-verify-client ensure-ingress-nginx-controller-version-pattern deny-lower-ingress-nginx-controller-versions
check-nvidia-gpus: check-nvidia-gpus
check-sa: check-sa
check-serviceaccount-secrets: deny-secrets
check-vpa-configuration: check-vpa-configuration
consul/enforce-min-tls-version: check-for-tls-version
deny-commands-in-exec-probe: check-commands
deny-secret-service-account-token-type: deny-secret-service-account-token-type
deployment-has-multiple-replicas: deployment-has-multiple-replicas
deployment-replicas-higher-than-pdb: deployment-replicas-greater-minAvailable
disallow-capabilities: adding-capabilities
disallow-capabilities-strict: require-drop-all adding-capabilities-strict
disallow-container-sock-mounts: validate-docker-sock-mount validate-containerd-sock-mount validate-crio-sock-mount validate-dockerd-sock-mount
disallow-default-namespace: validate-namespace validate-podcontroller-namespace
disallow-empty-ingress-host: disallow-empty-ingress-host
disallow-helm-tiller: validate-helm-tiller
disallow-host-namespaces: host-namespaces
disallow-host-path: host-path
disallow-host-ports: host-ports-none
disallow-host-ports-range: host-port-range
disallow-host-process: host-process-containers
disallow-latest-tag: require-image-tag validate-image-tag
disallow-privilege-escalation: privilege-escalation
disallow-privileged-containers: privileged-containers
disallow-proc-mount: check-proc-mount
disallow-selinux: selinux-type selinux-user-role
docker-socket-check: conditional-anchor-dockersock
drop-all-capabilities: require-drop-all
drop-cap-net-raw: require-drop-cap-net-raw
enforce-resources-as-ratio: check-memory-requests-limits
ensure-production-matches-staging: require-staging-deployment require-same-image require-same-or-older-imageversion
ensure-readonly-hostpath: ensure-hostpaths-readonly
flux/verify-flux-sources: flux-github-repositories flux-buckets flux-helm-repositories flux-image-repositories
flux/verify-git-repositories: github-repositories-only
forbid-cpu-limits: check-cpu-limits
imagepullpolicy-always: imagepullpolicy-always
ingress-host-match-tls: host-match-tls
inspect-csr: csr
istio/enforce-ambient-mode-namespace: check-amblient-mode-enabled
istio/enforce-sidecar-injection-namespace: check-istio-injection-enabled
istio/enforce-strict-mtls: validate-mtls
istio/enforce-tls-hosts-host-subnets: destrule
istio/prevent-disabling-injection-pods: prohibit-inject-annotation
istio/require-authorizationpolicies: check-authz-pol
istio/restrict-virtual-service-wildcard: block-virtual-service-wildcard
istio/service-mesh-disallow-capabilities: adding-capabilities-istio-linkerd
istio/service-mesh-require-run-as-nonroot: run-as-non-root-istio
kasten/kasten-3-2-1-backup-policy: kasten-3-2-1-backup-policy
kasten/kasten-data-protection-by-label: kasten-data-protection-by-label
kasten/kasten-hourly-rpo: kasten-hourly-rpo
kasten/kasten-immutable-location-profile: kasten-immutable-location-profile
kasten/kasten-validate-ns-by-preset-label: kasten-validate-ns-by-preset-label
kubecost/require-kubecost-labels: require-labels
kubevirt/k6t-enforce-instancetype: k6t-ensure-instance-type-and-preference
limit-containers-per-pod: limit-containers-per-pod
limit-hostpath-type-pv: limit-hostpath-type-pv-to-slash-data
limit-hostpath-vols: limit-hostpath-to-slash-data
linkerd/check-linkerd-authorizationpolicy: check-server-exists
linkerd/prevent-linkerd-pod-injection-override: pod-injection-override
linkerd/prevent-linkerd-port-skipping: pod-prevent-port-skipping
linkerd/require-linkerd-mesh-injection: require-mesh-annotation
linkerd/require-linkerd-server: check-deployment-has-server check-service-has-server
memory-requests-equal-limits: memory-requests-equal-limits
metadata-match-regex: check-for-regex
namespace-inventory-check: resourcequotas networkpolicies
namespace-protection: check-freeze
nfs-subdir-external-provisioner-storage-path: enforce-storage-path
nginx-ingress/disallow-ingress-nginx-custom-snippets: check-config-map check-ingress-annotations
nginx-ingress/restrict-annotations: check-ingress
nginx-ingress/restrict-ingress-paths: check-paths
no-loadbalancer-service: no-LoadBalancer
no-localhost-service: no-localhost-service
no-secrets: secrets-not-from-env secrets-not-from-envfrom secrets-not-from-volumes
only-trustworthy-registries-set-root: only-allow-trusted-images
openshift/check-routes: require-tls-routes
openshift/disallow-deprecated-apis: check-deprecated-apis
openshift/disallow-jenkins-pipeline-strategy: check-build-strategy
openshift/disallow-security-context-constraint-anyuid: check-security-context-constraint check-security-context-roleref
openshift/disallow-self-provisioner-binding: check-self-provisioner-binding-no-subject check-self-provisioner-binding-with-subject
openshift/enforce-etcd-encryption: check-etcd-encryption
openshift/team-validate-ns-name: team-validate-ns-name
openshift/unique-routes: require-unique-routes
pdb-maxunavailable: pdb-maxunavailable
pdb-maxunavailable-with-deployments: pdb-maxunavailable
pdb-minavailable-check: pdb-minavailable
pod-lifetime: pods-lifetime
podsecurity-subrule-restricted-seccomp: restricted-exempt-seccomp
policy-for-exceptions: single-policy require-match-name require-subject no-cross-namespace-exceptions namespaced-exceptions-only policy-namespace-match-polex-namespace
prevent-bare-pods: bare-pods
prevent-cr8escape: restrict-sysctls-cr8escape
prevent-duplicate-hpa: verify-kind-name-duplicates check-targetref-duplicates
prevent-duplicate-vpa: verify-kind-name-duplicates check-targetref-duplicates
psa/add-psa-namespace-reporting: check-namespace-labels
psa/deny-privileged-profile: check-privileged
psp-migration/psp-check-supplemental-groups: supplementalgroup-ranges
psp-migration/psp-restrict-adding-capabilities: allowed-capabilities
psp-migration/restrict-runtimeclass: prodclass-or-expclass
readwriteonce-pod: readwrite-pvc-single-pod
record-creation-details: add-userinfo prevent-updates-deletes-userinfo-annotations
require-annotations: check-for-annotation
require-container-port-names: port-name
require-cpu-limits: check-cpu-limits
require-emptydir-requests-and-limits: check-emptydir-requests-limits
require-image-checksum: require-image-checksum
require-imagepullsecrets: check-for-image-pull-secrets
require-ingress-https: has-annotation has-tls
require-labels: check-for-labels
require-network-policy: require-network-policy
require-non-root-groups: check-runasgroup check-supplementalgroups check-fsgroup
require-pdb: require-pdb
require-pod-priorityclassname: check-priorityclassname
require-pod-probes: validate-probes
require-qos-burstable: burstable
require-qos-guaranteed: guaranteed
require-reasonable-pdbs: require-reasonable-pdb-percentage
require-replicas-allow-disruption: replicas-check
require-requests-limits: validate-resources
require-ro-rootfs: validate-readOnlyRootFilesystem
require-run-as-non-root-user: run-as-non-root-user
require-run-as-nonroot: run-as-non-root
require-storageclass: pvc-storageclass ss-storageclass
require-unique-service-selector: check-service-selector
require-unique-uid-per-workload: require-unique-uid
resource-creation-updating-denied: deny-creation-updating-of-resources
restrict-annotations: block-flux-v1
restrict-apparmor-profiles: app-armor
restrict-automount-sa-token: validate-automountServiceAccountToken
restrict-binding-clusteradmin: clusteradmin-bindings
restrict-binding-system-groups: restrict-anonymous restrict-unauthenticated restrict-masters
restrict-clusterrole-csr: certificatesigningrequests-update-prevention signers-approve-prevention
restrict-clusterrole-mutating-validating-admission-webhooks: restrict-clusterrole
restrict-clusterrole-nodesproxy: clusterrole-nodesproxy
restrict-controlplane-scheduling: restrict-controlplane-scheduling-master restrict-controlplane-scheduling-control-plane
restrict-deprecated-registry: restrict-deprecated-registry
restrict-edit-for-endpoints: system-aggregate-to-edit-check
restrict-escalation-verbs-roles: escalate
restrict-external-ips: check-ips
restrict-image-registries: validate-registries
restrict-ingress-classes: validate-ingress
restrict-ingress-defaultbackend: restrict-ingress-defaultbackend
restrict-ingress-wildcard: block-ingress-wildcard
restrict-jobs: restrict-job-from-cronjob
restrict-networkpolicy-empty-podselector: empty-podselector
restrict-node-affinity: check-nodeaffinity
restrict-node-selection: restrict-nodeselector restrict-nodename
restrict-nodeport: validate-nodeport
restrict-pod-controller-serviceaccount-updates: block-serviceaccount-updates block-serviceaccount-updates-cronjob
restrict-sa-automount-sa-token: validate-sa-automountServiceAccountToken
restrict-scale: scale-max-eight scale-max-eight-annotations create-max-four
restrict-seccomp: check-seccomp
restrict-seccomp-strict: check-seccomp-strict
restrict-secret-role-verbs: secret-verbs
restrict-service-account: validate-service-account
restrict-service-port-range: restrict-port-range
restrict-storageclass: storageclass-delete
restrict-sysctls: check-sysctls
restrict-volume-types: restricted-volumes
restrict-wildcard-resources: wildcard-resources
restrict-wildcard-verbs: wildcard-verbs
secrets-not-from-env-vars: secrets-not-from-env-vars secrets-not-from-envfrom
tekton/block-tekton-task-runs: check-taskrun-user
tekton/require-tekton-bundle: check-bundle-pipelinerun check-bundle-taskrun
tekton/require-tekton-namespace-pipelinerun: check-pipelinerun-namespace
tekton/require-tekton-securitycontext: check-step-securitycontext
time-bound-policy: require-foo-on-configmaps
topologyspreadconstraints-policy: spread-pods
traefik/disallow-default-tlsoptions: disallow-default-tlsoptions
unique-external-dns: ensure-valid-externaldns-annotation
unique-ingress-host: check-single-host-create check-single-host-update deny-multiple-hosts
unique-ingress-host-and-path: check-host-path-combo
unique-ingress-path: check-path
validate-probes: validate-probes
validate-userid-groupid-fsgroup: validate-userid validate-groupid validate-fsgroup
velero/block-velero-restore: block-velero-restore-to-protected-namespace
velero/validate-cron-schedule: validate-cron
verify-vpa-target: verify-kind-name check-targetref
windows-security/require-run-as-containeruser: require-run-as-containeruser
"""

RULES: Final = {
    name: tuple(rules.split())
    for name, _, rules in (line.partition(":") for line in _TEXT.splitlines())
}
"""The names of rules by the policy, as the ids of peers have it."""
