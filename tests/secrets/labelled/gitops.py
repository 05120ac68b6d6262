"""Leaks in kustomizations, Argo CD and Flux."""

from __future__ import annotations

TABLE = r"""
%% kustomize
literal-password                literal  password                    $<weak>
literal-env-style               literal  DB_PASSWORD                 $<strong>
literal-token                   literal  api-token                   $<hex40>
literal-url                     literal  url                         amqp://worker:$<strong>@mq:5672
literal-in-configmap            literal:configMapGenerator  SMTP_PASSWORD  $<strong>
literal-private-key             literal  jwt.key                     $<key64>
%% argocd
argocd-parameter                param  auth.password                 $<strong>
argocd-parameter-weak           param  grafana.adminPassword         $<weak>
argocd-parameter-env            param  env[0].value                  redis://:$<strong>@redis:6379
argocd-parameter-token          param  config.apiToken               $<long>
%% flux
flux-values-password            flux   auth.password                 $<strong>
flux-values-secret              flux   oauth.clientSecret            $<phrase>
flux-values-dsn                 flux   db.dsn                        postgres://shop:$<strong>@db/shop
flux-substitute                 spec:kustomize.toolkit.fluxcd.io/v1/Kustomization  postBuild.substitute.DB_PASSWORD  $<strong>
"""

SHEET = r"""
%% kustomize
=== kustomize-patch-inline @ kustomization
resources:
- ../../base
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
          - name: web
            env:
            - name: DB_PASSWORD
              value: $<strong>
=== kustomize-patch-json @ kustomization
resources:
- ../../base
patches:
- target: {kind: Secret, name: web}
  patch: |-
    - op: replace
      path: /stringData/password
      value: $<weak>
=== kustomize-literal-list @ kustomization
secretGenerator:
- name: web
  literals:
  - username=shop
  - "password=$<symbols>"
  options:
    disableNameSuffixHash: true
=== kustomize-helm-inline @ kustomization
helmCharts:
- name: postgresql
  repo: https://charts.acme.io
  version: 15.1.0
  valuesInline:
    auth:
      postgresPassword: $<strong>
=== kustomize-env-file path=overlays/prod/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- ../../base
secretGenerator:
- name: web
  literals:
  - API_TOKEN=$<hex40>
  envs:
  - .env
+++ overlays/prod/.env
SMTP_PASSWORD=$<strong>
=== kustomize-generator-object path=overlays/prod/generator.yaml
apiVersion: builtin
kind: SecretGenerator
metadata:
  name: web
literals:
- password=$<strong>
=== kustomize-replacement-source path=overlays/prod/source.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: source
  annotations:
    config.kubernetes.io/local-config: "true"
data:
  adminPassword: $<weak>
%% argocd
=== argocd-repository path=clusters/argocd/repo.yaml
apiVersion: v1
kind: Secret
metadata:
  name: config-repo
  namespace: argocd
  labels:
    argocd.argoproj.io/secret-type: repository
stringData:
  type: git
  url: https://git.acme.io/acme/config.git
  username: argocd
  password: $<strong>
=== argocd-repository-ssh path=clusters/argocd/repo.yaml
apiVersion: v1
kind: Secret
metadata:
  name: config-repo
  labels:
    argocd.argoproj.io/secret-type: repository
stringData:
  url: git@git.acme.io:acme/config.git
  sshPrivateKey: |
    $<openssh>
=== argocd-repo-creds-app path=clusters/argocd/creds.yaml
apiVersion: v1
kind: Secret
metadata:
  name: creds
  labels:
    argocd.argoproj.io/secret-type: repo-creds
stringData:
  url: https://github.com/acme
  githubAppID: "123456"
  githubAppPrivateKey: |
    $<rsa>
=== argocd-cluster path=clusters/argocd/cluster.yaml
apiVersion: v1
kind: Secret
metadata:
  name: prod
  labels:
    argocd.argoproj.io/secret-type: cluster
stringData:
  name: prod
  server: https://10.0.0.1:6443
  config: |
    {"bearerToken": "$<account>", "tlsClientConfig": {"insecure": false}}
=== argocd-cluster-encoded path=clusters/argocd/cluster.yaml
apiVersion: v1
kind: Secret
metadata:
  name: prod
  labels:
    argocd.argoproj.io/secret-type: cluster
data:
  config: $<b64:{"tlsClientConfig": {"certData": "$<cert64>", "keyData": "$<rsa|b64>"}}:>
=== argocd-repository-tls-key path=clusters/argocd/repo.yaml
apiVersion: v1
kind: Secret
metadata:
  name: config-repo
  labels:
    argocd.argoproj.io/secret-type: repository
stringData:
  url: https://git.acme.io/acme/config.git
  tlsClientCertKey: |
    $<ec>
=== argocd-server-secret path=clusters/argocd/argocd-secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: argocd-secret
stringData:
  server.secretkey: $<key>
  webhook.github.secret: $<long>
=== argocd-helm-values @ spec argoproj.io/v1alpha1/Application
source:
  chart: web
  helm:
    values: |
      auth:
        password: $<weak>
=== argocd-helm-values-object @ spec argoproj.io/v1alpha1/Application
source:
  chart: web
  helm:
    valuesObject:
      redis:
        auth: {password: $<strong>}
=== argocd-application-set @ spec argoproj.io/v1alpha1/ApplicationSet
generators:
- list:
    elements:
    - cluster: prod
      dbPassword: $<strong>
template:
  metadata: {name: '{{cluster}}'}
=== argocd-plugin-env @ spec argoproj.io/v1alpha1/Application
source:
  plugin:
    env:
    - name: VAULT_TOKEN
      value: $<strong>
=== argocd-repo-url @ spec argoproj.io/v1alpha1/Application
source:
  repoURL: https://argocd:$<hex40>@git.acme.io/acme/config.git
  path: apps
=== argocd-cm-dex path=clusters/argocd/argocd-cm.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
data:
  dex.config: |
    connectors:
    - type: github
      id: github
      config:
        clientID: web
        clientSecret: $<hex40>
%% flux
=== flux-release-env @ spec helm.toolkit.fluxcd.io/v2/HelmRelease
interval: 10m
values:
  extraEnvVars:
  - name: OIDC_SECRET
    value: $<strong>
=== flux-git-auth path=clusters/prod/git-auth.yaml
apiVersion: v1
kind: Secret
metadata:
  name: flux-system
  namespace: flux-system
stringData:
  identity: |
    $<openssh>
  known_hosts: $<known>
=== flux-provider-address @ spec notification.toolkit.fluxcd.io/v1beta3/Provider
type: generic
address: https://flux:$<strong>@hooks.acme.io/flux
=== flux-receiver-token path=clusters/prod/receiver.yaml
apiVersion: v1
kind: Secret
metadata:
  name: receiver-token
  namespace: flux-system
stringData:
  token: $<hex40>
=== flux-post-renderer @ spec helm.toolkit.fluxcd.io/v2/HelmRelease
postRenderers:
- kustomize:
    patches:
    - target: {kind: Deployment}
      patch: |
        - op: add
          path: /spec/template/spec/containers/0/env/-
          value: {name: DB_PASSWORD, value: $<strong>}
"""
