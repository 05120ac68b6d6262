"""No leaks: references to Secrets, and Secrets without one."""

from __future__ import annotations

SHEET = r"""
%% value-from
=== from-secret @ env
- name: DB_PASSWORD
  valueFrom:
    secretKeyRef: {name: db, key: password}
=== from-secret-block @ env
- name: API_TOKEN
  valueFrom:
    secretKeyRef:
      name: api
      key: token
      optional: true
=== from-configmap @ env
- name: CLIENT_SECRET_NAME
  valueFrom:
    configMapKeyRef: {name: web, key: secret-name}
=== from-field @ env
- name: POD_TOKEN_AUDIENCE
  valueFrom:
    fieldRef: {fieldPath: metadata.namespace}
=== from-env-from @ container
envFrom:
- secretRef: {name: web-credentials}
- configMapRef: {name: web}
  prefix: SECRET_
=== from-volume @ pod
containers:
- name: web
  image: ghcr.io/acme/web:1.2.0
  volumeMounts:
  - {name: password, mountPath: /run/secrets/password, subPath: password}
volumes:
- name: password
  secret:
    secretName: db
    items:
    - {key: password, path: password}
=== from-projected-token @ pod
containers:
- name: web
  image: ghcr.io/acme/web:1.2.0
volumes:
- name: token
  projected:
    sources:
    - serviceAccountToken: {path: token, audience: vault, expirationSeconds: 7200}
=== from-pull-secret @ pod
imagePullSecrets:
- name: registry-acme-io
containers:
- name: web
  image: registry.acme.io/web:1.2.0
=== from-csi-volume @ pod
containers:
- name: web
  image: ghcr.io/acme/web:1.2.0
volumes:
- name: secrets
  csi:
    driver: secrets-store.csi.k8s.io
    readOnly: true
    volumeAttributes: {secretProviderClass: web-db-password}
=== from-secret-in-patch path=overlays/prod/patch.yaml
- op: add
  path: /spec/template/spec/containers/0/env/-
  value:
    name: DB_PASSWORD
    valueFrom: {secretKeyRef: {name: db, key: password}}
=== from-flux-values @ spec helm.toolkit.fluxcd.io/v2/HelmRelease
valuesFrom:
- kind: Secret
  name: web-values
  valuesKey: password
  targetPath: auth.password
=== from-kustomize-files @ kustomization
secretGenerator:
- name: web
  envs: [secrets.env]
  files:
  - tls.key=certs/tls.key
  - password.txt
=== from-service-monitor @ spec monitoring.coreos.com/v1/ServiceMonitor
endpoints:
- port: http
  basicAuth:
    username: {name: metrics, key: username}
    password: {name: metrics, key: password}
  bearerTokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
=== from-keda-auth @ spec keda.sh/v1alpha1/TriggerAuthentication
secretTargetRef:
- parameter: password
  name: rabbitmq
  key: rabbitmq-password
=== from-cnpg @ spec postgresql.cnpg.io/v1/Cluster
bootstrap:
  initdb: {database: shop, owner: shop, secret: {name: shop-owner}}
enableSuperuserAccess: false
superuserSecret: {name: pg-superuser}
=== from-strimzi-user @ spec kafka.strimzi.io/v1beta2/KafkaUser
authentication:
  type: scram-sha-512
  password:
    valueFrom: {secretKeyRef: {name: orders-kafka, key: password}}
=== from-eck @ spec elasticsearch.k8s.elastic.co/v1/Elasticsearch
auth:
  fileRealm:
  - secretName: es-users
secureSettings:
- secretName: gcs-credentials
=== from-issuer-dns @ spec cert-manager.io/v1/ClusterIssuer
acme:
  privateKeySecretRef: {name: letsencrypt}
  solvers:
  - dns01:
      cloudflare:
        apiTokenSecretRef: {name: cloudflare, key: api-token}
=== from-alertmanager-config @ spec monitoring.coreos.com/v1alpha1/AlertmanagerConfig
receivers:
- name: slack
  slackConfigs:
  - apiURL: {name: slack, key: webhook-url}
    channel: '#alerts'
%% empty-secret
=== empty-no-data path=k8s/token.yaml
apiVersion: v1
kind: Secret
metadata:
  name: ci-token
  annotations:
    kubernetes.io/service-account.name: ci
type: kubernetes.io/service-account-token
=== empty-data @ secret
data: {}
=== empty-strings @ secret
stringData:
  password: ""
  token: ''
=== empty-null @ secret
data:
  password: null
  token: ~
=== empty-dockerconfig @ secret kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: $<b64:{"auths":{}}:>
=== empty-dockerconfig-helpers @ file config.json
{"credHelpers": {"acme.azurecr.io": "acr-env"}, "credsStore": "ecr-login"}
=== empty-patch-removes path=overlays/prod/patch.yaml
- op: remove
  path: /data/password
=== empty-argocd-repository path=clusters/argocd/repo.yaml
apiVersion: v1
kind: Secret
metadata:
  name: charts
  labels:
    argocd.argoproj.io/secret-type: repository
stringData:
  type: helm
  name: acme
  url: https://charts.acme.io
  enableOCI: "true"
"""
