"""Leaks in files that SOPS, SealedSecrets or External Secrets should have kept closed."""

from __future__ import annotations

SHEET = r"""
%% sops-partly-clear
=== sops-clear-under-rule @ sops
apiVersion: v1
kind: Secret
metadata:
    name: web
stringData:
    username: $<enc>
    password: $<strong>
=== sops-clear-data @ sops
apiVersion: v1
kind: Secret
metadata:
    name: web
data:
    token: $<enc>
    api-key: $<long|b64>
=== sops-regex-misses-string-data @ sops encrypted_regex: ^data$
apiVersion: v1
kind: Secret
metadata:
    name: web
data:
    token: $<enc>
stringData:
    password: $<strong>
=== sops-suffix-on-password @ sops unencrypted_suffix: _unencrypted
database:
    host: $<enc>
    password_unencrypted: $<strong>
=== sops-suffix-rule @ sops encrypted_suffix: _enc
db:
    password_enc: $<enc>
    root_password: $<weak>
=== sops-unencrypted-regex @ sops unencrypted_regex: ^(metadata|kind|apiVersion|adminPassword)$
grafana:
    adminPassword: $<strong>
    secretKey: $<enc>
=== sops-comment-in-clear @ sops
apiVersion: v1
kind: Secret
metadata:
    name: web
# password: $<strong>
stringData:
    password: $<enc>
=== sops-added-by-hand @ sops unencrypted_suffix: _unencrypted
redis:
    password: $<enc>
smtp:
    password: $<phrase>
=== sops-annotation @ sops
apiVersion: v1
kind: Secret
metadata:
    name: web
    annotations:
        acme.io/bootstrap-token: $<hex40>
data:
    token: $<enc>
=== sops-second-document path=apps/web/secret.sops.yaml
apiVersion: v1
kind: Secret
metadata:
    name: web
stringData:
    password: $<enc>
sops:
    age:
        - recipient: $<age>
          enc: |
            $<agefile>
    lastmodified: "2026-02-11T09:21:40Z"
    mac: $<enc2>
    encrypted_regex: ^(data|stringData)$
    version: 3.9.4
---
apiVersion: v1
kind: Secret
metadata:
    name: web-extra
stringData:
    password: $<strong>
=== sops-values-with-clear-key @ sops encrypted_regex: ^(password|token)$
auth:
    password: $<enc>
    clientSecret: $<long>
=== sops-block-in-clear @ sops
apiVersion: v1
kind: Secret
metadata:
    name: deploy
stringData:
    known_hosts: $<enc>
    identity: |
        $<openssh>
=== sops-removed-for-debugging path=apps/web/secret.enc.yaml
apiVersion: v1
kind: Secret
metadata:
    name: web
stringData:
    password: $<strong>
%% reference-with-literal
=== sealed-template-literal @ spec bitnami.com/v1alpha1/SealedSecret
encryptedData:
  token: $<sealed>
template:
  data:
    config.yaml: |
      token: {{ .token }}
      admin_password: $<strong>
=== sealed-template-key @ spec bitnami.com/v1alpha1/SealedSecret
encryptedData:
  username: $<sealed>
template:
  type: Opaque
  data:
    password: $<weak>
=== external-template-literal @ spec external-secrets.io/v1/ExternalSecret
refreshInterval: 1h
secretStoreRef: {name: vault, kind: ClusterSecretStore}
target:
  template:
    data:
      username: "{{ .username }}"
      password: $<strong>
data:
- secretKey: username
  remoteRef: {key: prod/web, property: username}
=== external-template-url @ spec external-secrets.io/v1/ExternalSecret
secretStoreRef: {name: vault}
target:
  template:
    data:
      url: "postgres://{{ .user }}:$<strong>@db:5432/shop"
=== external-fake-provider @ spec external-secrets.io/v1/SecretStore
provider:
  fake:
    data:
    - key: /prod/web/password
      value: $<strong>
=== vault-store-inline-token @ spec acme.example/v1/SecretBackend
vault:
  server: https://vault.acme.io
  token: $<long>
=== secret-provider-class-literal @ spec secrets-store.csi.x-k8s.io/v1/SecretProviderClass
provider: vault
parameters:
  vaultAddress: https://vault.acme.io
  vaultToken: $<long>
=== password-beside-reference @ env
- name: DB_USER
  valueFrom:
    secretKeyRef: {name: db, key: username}
- name: DB_PASSWORD
  value: $<strong>
"""
