"""No leaks: objects that SOPS and SealedSecrets keep closed, in their proper form."""

from __future__ import annotations

SHEET = r"""
%% sops
=== sops-secret @ sops
apiVersion: v1
kind: Secret
metadata:
    name: web
stringData:
    username: $<enc>
    password: $<enc2>
=== sops-data @ sops
apiVersion: v1
kind: Secret
metadata:
    name: web
type: Opaque
data:
    token: $<enc>
=== sops-values @ sops unencrypted_suffix: _unencrypted
auth:
    password: $<enc>
    username: $<enc2>
redis:
    host_unencrypted: redis.shop.svc
=== sops-suffix-encrypted @ sops encrypted_suffix: _secret
db:
    host: db.shop.svc
    port: 5432
    password_secret: $<enc>
=== sops-regex-of-keys @ sops encrypted_regex: ^(password|token|clientSecret)$
grafana:
    adminUser: admin
    password: $<enc>
    clientSecret: $<enc2>
=== sops-whole-file @ sops unencrypted_regex: ^(kind|apiVersion|metadata)$
apiVersion: v1
kind: Secret
metadata:
    name: backup
stringData:
    RESTIC_PASSWORD: $<enc>
    RESTIC_REPOSITORY: $<enc2>
=== sops-mac-only-encrypted @ sops encrypted_regex: ^(data|stringData)$; mac_only_encrypted: true
apiVersion: v1
kind: Secret
metadata:
    name: web
    labels:
        app: web
stringData:
    api-key: $<enc>
=== sops-dockerconfig @ sops
apiVersion: v1
kind: Secret
metadata:
    name: registry
type: kubernetes.io/dockerconfigjson
stringData:
    .dockerconfigjson: $<enc>
=== sops-tls @ sops
apiVersion: v1
kind: Secret
metadata:
    name: web-tls
type: kubernetes.io/tls
data:
    tls.crt: $<enc>
    tls.key: $<enc2>
=== sops-empty-value @ sops
apiVersion: v1
kind: Secret
metadata:
    name: web
stringData:
    password: $<enc>
    proxy-password: ""
=== sops-encrypted-comment @ sops unencrypted_suffix: _unencrypted
#$<enc3>
smtp:
    password: $<enc>
=== sops-list @ sops unencrypted_suffix: _unencrypted
users:
    - name: $<enc>
      password: $<enc2>
=== sops-config-map @ sops encrypted_regex: ^data$
apiVersion: v1
kind: ConfigMap
metadata:
    name: web
data:
    .env: $<enc>
=== sops-pgp path=apps/web/secret.enc.yaml
apiVersion: v1
kind: Secret
metadata:
    name: web
stringData:
    password: $<enc>
sops:
    pgp:
        - created_at: "2026-01-10T10:00:00Z"
          enc: |-
            $<pgpmsg>
          fp: $<sha1|upper>
    lastmodified: "2026-01-10T10:00:00Z"
    mac: $<enc2>
    encrypted_regex: ^(data|stringData)$
    version: 3.9.4
=== sops-kms path=apps/web/secret.enc.yaml
apiVersion: v1
kind: Secret
metadata:
    name: web
data:
    password: $<enc>
sops:
    kms:
        - arn: arn:aws:kms:eu-central-1:$<number>:key/$<uid>
          created_at: "2026-01-10T10:00:00Z"
          enc: $<kmsblob>
          aws_profile: ""
    lastmodified: "2026-01-10T10:00:00Z"
    mac: $<enc2>
    encrypted_regex: ^(data|stringData)$
    version: 3.9.4
=== sops-vault-transit path=apps/web/secret.enc.yaml
apiVersion: v1
kind: Secret
metadata:
    name: web
stringData:
    token: $<enc>
sops:
    hc_vault:
        - vault_address: https://vault.acme.io
          engine_path: sops
          key_name: prod
          created_at: "2026-01-10T10:00:00Z"
          enc: $<transit>
    lastmodified: "2026-01-10T10:00:00Z"
    mac: $<enc2>
    encrypted_regex: ^(data|stringData)$
    version: 3.9.4
=== sops-json path=apps/web/secret.enc.json
{
  "password": "$<enc>",
  "sops": {
    "age": [{"recipient": "$<age>", "enc": "$<agefile|escaped>\n"}],
    "lastmodified": "2026-01-10T10:00:00Z",
    "mac": "$<enc2>",
    "unencrypted_suffix": "_unencrypted",
    "version": "3.9.4"
  }
}
=== sops-rules path=.sops.yaml
creation_rules:
- path_regex: .*/secrets/.*\.yaml$
  encrypted_regex: ^(data|stringData)$
  age: >-
    $<age>,
    $<age2>
- path_regex: .*\.enc\.yaml$
  kms: arn:aws:kms:eu-central-1:$<number>:key/$<uid>
=== sops-operator-object @ sops encrypted_suffix: Templates
apiVersion: isindir.github.com/v1alpha3
kind: SopsSecret
metadata:
    name: web
spec:
    secretTemplates:
        - name: $<enc>
          stringData:
            password: $<enc2>
=== sops-ksops-generator path=overlays/prod/generator.yaml
apiVersion: viaduct.ai/v1
kind: ksops
metadata:
  name: secrets
files:
- ./web.enc.yaml
%% sealed
=== sealed-secret @ spec bitnami.com/v1alpha1/SealedSecret
encryptedData:
  password: $<sealed>
  token: $<sealed2>
template:
  metadata:
    name: web
  type: Opaque
=== sealed-cluster-wide path=apps/web/sealed.yaml
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: web
  annotations:
    sealedsecrets.bitnami.com/cluster-wide: "true"
spec:
  encryptedData:
    DB_PASSWORD: $<sealed>
=== sealed-template-data @ spec bitnami.com/v1alpha1/SealedSecret
encryptedData:
  password: $<sealed>
template:
  data:
    config.yaml: |
      user: shop
      password: {{ .password }}
=== sealed-json path=apps/web/sealed.json
{"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": {"name": "web"},
 "spec": {"encryptedData": {"apiKey": "$<sealed>"}}}
=== sealed-values @ values
sealedSecret:
  encryptedData:
    password: $<sealed>
=== sealed-controller-certificate path=clusters/prod/pub-cert.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: sealed-secrets-cert
data:
  pub-cert.pem: |
    $<cert>
=== ansible-vault-like @ sops unencrypted_suffix: _clear
smtp_clear: smtp.acme.io
password: $<enc>
"""
