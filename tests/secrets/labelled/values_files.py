"""Leaks in the values and templates of Helm charts."""

from __future__ import annotations

TABLE = r"""
%% helm-values
values-auth-password            values  auth.password                $<weak>
values-root-password            values  mysql.auth.rootPassword      $<strong>
values-admin-password           values  grafana.adminPassword        $<phrase>
values-existing-name-beside     values  postgresql.auth.postgresPassword  $<strong>
values-secret-key               values  minio.secretKey              $<aws>
values-oidc                     values  oidc.clientSecret            $<long>
values-env-map                  values  env.API_TOKEN                $<hex40>
values-image-pull               values  imageCredentials.password    $<strong>
values-smtp                     values  smtp.pass                    $<weak>
values-jwt                      values  hasura.jwtSecret             $<key64>
values-tls-key                  values  ingress.tls.key              $<rsa8|b64>
values-webhook                  values  github.webhookSecret         $<hex>
values-encryption               values  n8n.encryptionKey            $<hex>
values-url                      values  externalDatabase.url         postgres://shop:$<strong>@db.acme.io/shop
values-license                  values  licenseKey                   $<long>
values-replica-set-key          values  mongodb.auth.replicaSetKey   $<strong>
values-erlang-cookie            values  rabbitmq.auth.erlangCookie   $<long>
values-gossip                   values  consul.gossipKey             $<key>
"""

SHEET = r"""
%% helm-values
=== values-list-of-users @ values
users:
- name: admin
  password: $<strong>
- name: viewer
  existingSecret: viewer
=== values-env-list @ values
extraEnv:
- name: SECRET_KEY
  value: $<django>
=== values-block-config @ values
config: |
  [security]
  admin_user = admin
  admin_password = $<weak>
=== values-secrets-map path=charts/web/values-prod.yaml
secrets:
  STRIPE: $<long>
  SESSION_SECRET: $<strong>
=== values-string-data path=charts/web/values-prod.yaml
secret:
  create: true
  stringData:
    DB_PASSWORD: $<strong>
=== values-anchor path=charts/web/values.yaml
x-password: &password $<strong>
redis:
  auth:
    password: *password
=== values-global-flow path=charts/web/values.yaml
global: {postgresql: {auth: {username: shop, password: "$<strong>"}}}
=== values-commented path=charts/web/values.yaml
auth:
  enabled: true
  # password: $<strong>
  existingSecret: web-auth
=== values-with-helm-braces path=charts/web/values.yaml
host: '{{ .Release.Name }}.acme.io'
auth:
  password: $<weak>
=== values-json path=charts/web/values.json
{"auth": {"adminPassword": "$<strong>"}}
=== values-registry-json @ values
dockerconfigjson: |
  {"auths": {"registry.acme.io": {"auth": "$<b64:ci:$<weak>:>"}}}
=== template-secret-literal path=charts/web/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "web.fullname" . }}
  labels:
    {{- include "web.labels" . | nindent 4 }}
stringData:
  password: $<strong>
=== template-env-literal path=charts/web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
      - name: web
        {{- with .Values.resources }}
        resources: {{- toYaml . | nindent 10 }}
        {{- end }}
        env:
        - name: REDIS_PASSWORD
          value: $<weak>
=== template-default-password path=charts/web/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
data:
  api.key: {{ .Values.apiKey | b64enc }}
  tls.key: $<ec|b64>
{{- if .Values.extra }}
  extra: {{ .Values.extra | b64enc }}
{{- end }}
"""
