"""Where pod specs stand in a resource: the table of the kinds that are known, and what is none.

Facts only; `workloads` reads them. Versions are left out on purpose: every version of a kind is
looked at in every place known for it, and a place that does not exist holds nothing.

Sources: the API of Kubernetes and OpenShift for their own kinds, and the custom resource definitions
of each project for the others.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Certainty: TypeAlias = Literal["known", "partial", "guessed"]
"""`known`: a whole pod spec. `partial`: an operator completes it or merges it into a pod of its own,
so nothing can be called missing. `guessed`: it only looks like one."""

_TEMPLATE: Final = ("spec.template.spec",)

BUILT_IN: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("", "Pod"): ("spec",),
    ("", "PodTemplate"): ("template.spec",),
    ("", "ReplicationController"): _TEMPLATE,
    ("apps", "DaemonSet"): _TEMPLATE,
    ("apps", "Deployment"): _TEMPLATE,
    ("apps", "ReplicaSet"): _TEMPLATE,
    ("apps", "StatefulSet"): _TEMPLATE,
    ("apps.openshift.io", "DeploymentConfig"): _TEMPLATE,
    ("batch", "CronJob"): ("spec.jobTemplate.spec.template.spec",),
    ("batch", "Job"): _TEMPLATE,
}
"""(group, kind) of Kubernetes and OpenShift: places of their pod specs. Groups as after `aliased`."""

WHOLE: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("actions.github.com", "AutoscalingListener"): _TEMPLATE,
    ("actions.github.com", "AutoscalingRunnerSet"): _TEMPLATE,
    ("actions.github.com", "EphemeralRunner"): ("spec.spec",),
    ("actions.github.com", "EphemeralRunnerSet"): ("spec.ephemeralRunnerSpec.spec",),
    ("actions.summerwind.dev", "RunnerSet"): _TEMPLATE,
    ("apps.kruise.io", "BroadcastJob"): _TEMPLATE,
    ("apps.kruise.io", "CloneSet"): _TEMPLATE,
    ("apps.kruise.io", "DaemonSet"): _TEMPLATE,
    ("apps.kruise.io", "StatefulSet"): _TEMPLATE,
    ("argoproj.io", "AnalysisRun"): ("spec.metrics[*].provider.job.spec.template.spec",),
    ("argoproj.io", "AnalysisTemplate"): ("spec.metrics[*].provider.job.spec.template.spec",),
    ("argoproj.io", "ClusterAnalysisTemplate"): (
        "spec.metrics[*].provider.job.spec.template.spec",
    ),
    ("argoproj.io", "Experiment"): ("spec.templates[*].template.spec",),
    ("argoproj.io", "Rollout"): _TEMPLATE,
    ("batch.volcano.sh", "Job"): ("spec.tasks[*].template.spec",),
    ("capi.weave.works", "ClusterBootstrapConfig"): ("spec.jobTemplate.spec",),
    ("db.atlasgo.io", "AtlasMigration"): ("spec.devDB.spec",),
    ("db.atlasgo.io", "AtlasSchema"): ("spec.devDB.spec",),
    ("hivemq.com", "HiveMQPlatform"): ("spec.statefulSet.spec.template.spec",),
    ("jobset.x-k8s.io", "JobSet"): ("spec.replicatedJobs[*].template.spec.template.spec",),
    ("k6.io", "PrivateLoadZone"): ("spec.podTemplate.spec",),
    ("keda.sh", "ScaledJob"): ("spec.jobTargetRef.template.spec",),
    ("kubeflow.org", "MPIJob"): ("spec.mpiReplicaSpecs.*.template.spec",),
    ("kubeflow.org", "PyTorchJob"): ("spec.pytorchReplicaSpecs.*.template.spec",),
    ("kubeflow.org", "TFJob"): ("spec.tfReplicaSpecs.*.template.spec",),
    ("kueue.x-k8s.io", "Workload"): ("spec.podSets[*].template.spec",),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"): (
        "spec.leaderWorkerTemplate.leaderTemplate.spec",
        "spec.leaderWorkerTemplate.workerTemplate.spec",
    ),
    ("operators.coreos.com", "ClusterServiceVersion"): (
        "spec.install.spec.deployments[*].spec.template.spec",
    ),
    ("serving.knative.dev", "Configuration"): _TEMPLATE,
    ("serving.knative.dev", "Revision"): ("spec",),
    ("serving.knative.dev", "Service"): _TEMPLATE,
    ("temporal.io", "TemporalWorkerDeployment"): _TEMPLATE,
    ("temporal.io", "WorkerDeployment"): _TEMPLATE,
}
"""Custom kinds that hold whole pod specs."""

_FLINK: Final = (
    "spec.podTemplate.spec",
    "spec.jobManager.podTemplate.spec",
    "spec.taskManager.podTemplate.spec",
)
_REDPANDA: Final = (
    "spec.clusterSpec.post_install_job.podTemplate.spec",
    "spec.clusterSpec.post_upgrade_job.podTemplate.spec",
    "spec.clusterSpec.statefulset.podTemplate.spec",
)
_CONTAINER_SETS: Final = ("spec.templateDefaults.containerSet", "spec.templates[*].containerSet")

MERGED: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("actions.github.com", "AutoscalingRunnerSet"): ("spec.listenerTemplate.spec",),
    ("actions.summerwind.dev", "Runner"): ("spec",),
    ("actions.summerwind.dev", "RunnerDeployment"): _TEMPLATE,
    ("actions.summerwind.dev", "RunnerReplicaSet"): _TEMPLATE,
    ("argoproj.io", "ClusterWorkflowTemplate"): _CONTAINER_SETS,
    ("argoproj.io", "CronWorkflow"): (
        "spec.workflowSpec.templateDefaults.containerSet",
        "spec.workflowSpec.templates[*].containerSet",
    ),
    ("argoproj.io", "Workflow"): _CONTAINER_SETS,
    ("argoproj.io", "WorkflowTaskSet"): ("spec.tasks.*.containerSet",),
    ("argoproj.io", "WorkflowTemplate"): _CONTAINER_SETS,
    ("cluster.redpanda.com", "Redpanda"): _REDPANDA,
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): ("spec.nodeSets[*].podTemplate.spec",),
    ("flink.apache.org", "FlinkDeployment"): _FLINK,
    ("grafana.integreatly.org", "Grafana"): ("spec.deployment.spec.template.spec",),
    ("gravitee.io", "GatewayClassParameters"): ("spec.kubernetes.deployment.template.spec",),
    ("k8s.keycloak.org", "Keycloak"): ("spec.unsupported.podTemplate.spec",),
    ("k8up.io", "PodConfig"): _TEMPLATE,
    ("k8up.io", "PreBackupPod"): ("spec.pod.spec",),
    ("kibana.k8s.elastic.co", "Kibana"): ("spec.podTemplate.spec",),
    ("logging-extensions.banzaicloud.io", "EventTailer"): ("spec.workloadOverrides",),
    ("logging-extensions.banzaicloud.io", "HostTailer"): ("spec.workloadOverrides",),
    ("logging.banzaicloud.io", "Logging"): (
        "spec.nodeAgents[*].nodeAgentFluentbit.daemonSet.spec.template.spec",
        "spec.syslogNG.configCheckPod",
        "spec.syslogNG.statefulSet.spec.template.spec",
    ),
    ("logging.banzaicloud.io", "NodeAgent"): (
        "spec.nodeAgentFluentbit.daemonSet.spec.template.spec",
    ),
    ("logging.banzaicloud.io", "SyslogNGConfig"): (
        "spec.configCheckPod",
        "spec.statefulSet.spec.template.spec",
    ),
    ("minio.min.io", "Tenant"): ("spec.sideCars",),
    ("monitoring.coreos.com", "Alertmanager"): ("spec",),
    ("monitoring.coreos.com", "Prometheus"): ("spec",),
    ("monitoring.coreos.com", "PrometheusAgent"): ("spec",),
    ("monitoring.coreos.com", "ThanosRuler"): ("spec",),
    ("monitoring.grafana.com", "GrafanaAgent"): ("spec",),
    ("mysql.presslabs.org", "MysqlCluster"): ("spec.podSpec",),
    ("pg.percona.com", "PostgresCluster"): ("spec.instances[*]", "spec.proxy.pgBouncer"),
    ("pkg.crossplane.io", "DeploymentRuntimeConfig"): (
        "spec.deploymentTemplate.spec.template.spec",
    ),
    ("platform.confluent.io", "FlinkBlueGreenDeployment"): (
        "spec.template.spec.podTemplate.spec",
        "spec.template.spec.jobManager.podTemplate.spec",
        "spec.template.spec.taskManager.podTemplate.spec",
    ),
    ("platform.confluent.io", "FlinkDeployment"): _FLINK,
    ("postgres-operator.crunchydata.com", "PostgresCluster"): (
        "spec.instances[*]",
        "spec.proxy.pgBouncer",
    ),
    ("postgresql.cnpg.io", "Pooler"): _TEMPLATE,
    ("rabbitmq.com", "RabbitmqCluster"): ("spec.override.statefulSet.spec.template.spec",),
    ("ray.io", "RayCluster"): (
        "spec.headGroupSpec.template.spec",
        "spec.workerGroupSpecs[*].template.spec",
    ),
    ("resource.streamnative.io", "ComputeFlinkDeployment"): (
        "spec.communityTemplate.spec.jobManagerPodTemplate.spec",
        "spec.communityTemplate.spec.taskManagerPodTemplate.spec",
    ),
    ("serving.kserve.io", "ClusterServingRuntime"): ("spec", "spec.workerSpec"),
    ("serving.kserve.io", "InferenceService"): (
        "spec.explainer",
        "spec.predictor",
        "spec.transformer",
    ),
    ("serving.kserve.io", "ServingRuntime"): ("spec", "spec.workerSpec"),
    ("valkey.io", "ValkeyCluster"): ("spec",),
    ("valkey.io", "ValkeyNode"): ("spec",),
    ("vault.banzaicloud.com", "Vault"): ("spec.vaultConfigurerPodSpec", "spec.vaultPodSpec"),
}
"""Custom kinds whose pod specs an operator completes or merges into pods of its own."""

NOT_PODS: Final = frozenset(
    {
        ("app.azure.com", "ContainerApp"),
        ("app.azure.com", "Job"),
        ("containerinstance.azure.com", "ContainerGroup"),
        ("run.cnrm.cloud.google.com", "RunJob"),
        ("run.cnrm.cloud.google.com", "RunService"),
    }
)
"""Kinds with lists of containers that some cloud runs, not a pod."""

NOT_POD_GROUPS: Final = (
    "aws.upbound.io", "azure.upbound.io", "gcp.upbound.io",
    "aws.m.upbound.io", "azure.m.upbound.io", "gcp.m.upbound.io",
    "gatekeeper.sh", "kyverno.io",
)  # fmt: skip
"""Endings of groups whose kinds run containers elsewhere, or hold patterns of pods instead of pods."""

NO_FALLBACK: Final = frozenset(
    {
        "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io",
        "authentication.k8s.io", "authorization.k8s.io", "certificates.k8s.io",
        "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io",
        "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "kustomize.config.k8s.io",
        "lifecycle.k8s.io",
        "networking.k8s.io", "node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io",
        "scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io",
    }
)  # fmt: skip
"""Groups of Kubernetes itself that hold no pod spec anywhere; nor does a group without a dot."""

POD_KEYS: Final = frozenset(
    {
        "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "dnsConfig",
        "dnsPolicy", "enableServiceLinks", "ephemeralContainers", "evictionResponders",
        "hostAliases", "hostIPC",
        "hostNetwork", "hostPID", "hostUsers", "hostname", "hostnameOverride", "imagePullSecrets",
        "initContainers", "nodeName", "nodeSelector", "os", "overhead", "preemptionPolicy",
        "priority", "priorityClassName", "readinessGates", "resourceClaims", "resources",
        "restartPolicy", "runtimeClassName", "schedulerName", "schedulingGates", "schedulingGroup",
        "securityContext", "serviceAccount", "serviceAccountName", "setHostnameAsFQDN",
        "shareProcessNamespace", "subdomain", "terminationGracePeriodSeconds", "tolerations",
        "topologySpreadConstraints", "volumes", "workloadRef",
    }
)  # fmt: skip
"""Fields of a pod spec beside `containers`."""

_ALIASES: Final[dict[tuple[str, str], str]] = {
    ("extensions", "DaemonSet"): "apps",
    ("extensions", "Deployment"): "apps",
    ("extensions", "ReplicaSet"): "apps",
    ("extensions", "Ingress"): "networking.k8s.io",
    ("extensions", "NetworkPolicy"): "networking.k8s.io",
    ("extensions", "PodSecurityPolicy"): "policy",
    ("", "DeploymentConfig"): "apps.openshift.io",
    ("", "Event"): "events.k8s.io",
}


def aliased(group: str, kind: str) -> str:
    """Return the group a kind is known by today: the cluster stores both as one object."""
    return _ALIASES.get((group, kind), group)
