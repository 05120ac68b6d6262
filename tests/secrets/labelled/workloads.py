"""Leaks in pod specs: environment, probes, volumes, comments and annotations."""

from __future__ import annotations

TABLE = r"""
%% env
env-database-password           env    DB_PASSWORD                   $<strong>
env-database-password-weak      env    DATABASE_PASSWORD             $<weak>
env-mysql-root                  env    MYSQL_ROOT_PASSWORD           $<weak>
env-postgres                    env    POSTGRES_PASSWORD             $<phrase>
env-init-container              env:initContainers  PGPASSWORD       $<strong>
env-ephemeral-container         env:ephemeralContainers  DEBUG_PASSWORD  $<strong>
env-lower-case                  env    redis_password                $<strong>
env-redis-auth                  env    REDIS_AUTH                    $<symbols>
env-fallback-of-variable        env    DB_PASSWORD                   ${PASSWORD:-$<strong>}
env-fallback-of-template        env    DB_PASSWORD                   {{ .Values.password | default "$<strong>" }}
env-camel-case                  env    dbPassword                    $<weak>
env-dotted                      env    spring.datasource.password    $<strong>
env-double-underscore           env    ConnectionStrings__Password   $<symbols>
env-pwd                         env    ORACLE_PWD                    $<weak>
env-passwd                      env    SMTP_PASSWD                   $<strong>
env-passphrase                  env    BORG_PASSPHRASE               $<spaced>
env-pass                        env    MQ_PASS                       $<weak>
env-minio-root                  env    MINIO_ROOT_PASSWORD           $<strong>
env-rabbit-cookie               env    RABBITMQ_ERLANG_COOKIE        $<long>
env-django-secret-key           env    SECRET_KEY                    $<django>
env-rails-key-base              env    SECRET_KEY_BASE               $<hex64>
env-rails-master-key            env    RAILS_MASTER_KEY              $<hex>
env-laravel-app-key             env    APP_KEY                       base64:$<key>
env-jwt-signing-key             env    JWT_SIGNING_KEY               $<key64>
env-jwt-secret-words            env    JWT_SECRET                    $<phrase>
env-client-secret               env    OAUTH_CLIENT_SECRET           $<strong>
env-oidc-cookie                 env    OAUTH2_PROXY_COOKIE_SECRET    $<key>
env-api-key                     env    MAPS_API_KEY                  $<long>
env-apikey-one-word             env    APIKEY                        $<hex>
env-x-api-token                 env    INTERNAL_API_TOKEN            $<hex40>
env-access-token                env    ACCESS_TOKEN                  $<jwt>
env-aws-secret                  env    AWS_SECRET_ACCESS_KEY         $<aws>
env-session-token               env    SESSION_SECRET                $<key>
env-encryption-key              env    ENCRYPTION_KEY                $<hex64>
env-webhook-secret              env    GITHUB_WEBHOOK_SECRET         $<hex40>
env-vault-secret-id             env    VAULT_SECRET_ID               $<guid>
env-grafana-admin               env    GF_SECURITY_ADMIN_PASSWORD    $<weak>
env-keycloak-admin              env    KEYCLOAK_ADMIN_PASSWORD       $<weak>
env-elastic                     env    ELASTIC_PASSWORD              $<strong>
env-license-key                 env    LICENSE_KEY                   $<long>
env-private-key-escaped         env    SIGNING_PRIVATE_KEY           $<rsa8|escaped>
env-salt-beside-pepper          env    PASSWORD_PEPPER_SECRET        $<hex>
env-git-credentials             env    GIT_CREDENTIALS               https://ci:$<strong>@git.acme.io
env-neutral-name-jwt            env    HASURA_VALUE                  $<jwt>
env-neutral-name-private-key    env    TLS_MATERIAL                  $<ec|b64>
env-several-tokens              env    API_TOKENS                    $<hex40>,$<hex9>
env-unleash-token               env    UNLEASH_API_TOKEN             default:production.$<hex64>
env-wireguard                   env    WIREGUARD_PRIVATE_KEY         $<key>
env-number                      env    PIN_PASSWORD                  $<pin>
%% header
probe-basic                     header  Authorization                Basic $<b64:health:$<weak>:>
probe-bearer                    header  Authorization                Bearer $<long>
probe-api-key                   header  X-Api-Key                    $<hex>
probe-cookie                    header  Cookie                       session=$<jwt>
%% comment
comment-password                comment  password:                   $<strong>
comment-env-assignment          comment  DB_PASSWORD=$<weak>         until the vault is back
comment-old-url                 comment  was                         postgres://shop:$<strong>@db.shop.svc/shop
comment-export                  comment  export                      AWS_SECRET_ACCESS_KEY=$<aws>
comment-jwt                     comment  token                       $<jwt>
comment-login                   comment  curl -u                     admin:$<strong> https://grafana.acme.io
%% annotation
ann-custom-password             ann    acme.io/db-password           $<strong>
ann-webhook-url                 ann    acme.io/notify                https://bot:$<strong>@chat.acme.io/hook
ann-basic-header                ann    acme.io/upstream-auth         Basic $<b64:svc:$<strong>:>
ann-traefik-like                ann    acme.io/forward-token         $<jwt>
ing-proxy-header                ing    nginx.ingress.kubernetes.io/configuration-snippet  proxy_set_header Authorization "Basic $<b64:web:$<strong>:>";
ing-server-snippet-bearer       ing    nginx.ingress.kubernetes.io/server-snippet  location /api { proxy_set_header Authorization "Bearer $<long>"; }
ing-auth-url                    ing    nginx.ingress.kubernetes.io/auth-url  https://proxy:$<strong>@auth.acme.io/verify
"""

SHEET = r"""
%% env
=== env-value-before-name @ env
- value: $<strong>
  name: DB_PASSWORD
=== env-service-account-json @ env
- name: GOOGLE_CREDENTIALS
  value: '{"type": "service_account", "project_id": "acme-prod", "private_key_id": "$<sha1>", "private_key": "$<rsa8|escaped>\n", "client_email": "ci@acme-prod.iam.gserviceaccount.com"}'
=== env-flow @ env
- {name: API_TOKEN, value: "$<hex40>"}
=== env-block-literal @ env
- name: SSH_KEY
  value: |
    $<openssh>
=== env-folded @ env
- name: DB_PASSWORD
  value: >-
    $<phrase>
=== env-continued @ env
- name: SIGNING_SECRET
  value: "$<split:$<long>:>"
=== env-alias @ env
- name: DB_PASSWORD
  value: &password $<strong>
- name: DB_PASSWORD_COPY
  value: *password
=== env-concatenated-with-variable @ env
- name: DB_USER
  value: shop
- name: DATABASE_URL
  value: postgres://$(DB_USER):$<strong>@db.shop.svc/shop
=== env-second-of-many @ env
- name: PASSWORD_FILE
  value: /run/secrets/password
- name: CACHE_PASSWORD
  value: $<weak>
- name: TOKEN_TTL
  value: 3600s
=== env-shell-default @ env
- name: DB_PASSWORD
  value: ${DB_PASSWORD:-$<strong>}
=== env-json-value @ env
- name: SPRING_APPLICATION_JSON
  value: '{"spring":{"datasource":{"username":"shop","password":"$<strong>"}}}'
=== env-yaml-value @ env
- name: SETTINGS
  value: |
    broker:
      host: mq
      password: $<weak>
=== env-patch-without-kind path=overlays/prod/env-patch.yaml
spec:
  template:
    spec:
      containers:
      - name: web
        env:
        - name: STRIPE_SECRET
          value: $<strong>
=== env-json-patch path=overlays/prod/patch.yaml
- op: add
  path: /spec/template/spec/containers/0/env/-
  value:
    name: REDIS_PASSWORD
    value: $<strong>
=== env-of-knative @ spec serving.knative.dev/v1/Service
template:
  spec:
    containers:
    - image: ghcr.io/acme/web:1.2.0
      env:
      - name: API_SECRET
        value: $<strong>
=== env-of-strategic-list path=k8s/web.json
{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
 "spec": {"template": {"spec": {"containers": [
   {"name": "web", "image": "acme/web:1", "env": [
     {"name": "DB_PASSWORD", "value": "$<weak>"}]}]}}}}
=== env-crlf crlf @ env
- name: DB_PASSWORD
  value: $<strong>
%% volume
=== volume-flex-options @ pod
containers:
- name: web
  image: ghcr.io/acme/web:1.2.0
volumes:
- name: share
  flexVolume:
    driver: fstab/cifs
    options:
      networkPath: //nas/share
      mountOptions: username=web,password=$<strong>
=== volume-csi-attributes @ pod
containers:
- name: web
  image: ghcr.io/acme/web:1.2.0
volumes:
- name: share
  csi:
    driver: smb.csi.k8s.io
    volumeAttributes:
      source: //nas/share
      password: $<weak>
=== volume-storage-class path=k8s/storage.yaml
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: kubernetes.io/glusterfs
parameters:
  resturl: http://heketi.storage.svc:8080
  restuser: admin
  restuserkey: $<strong>
%% annotation
=== ann-last-applied-secret path=apps/web/live.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"v1","kind":"Secret","metadata":{"name":"web"},"data":{"password":"$<strong|b64>"}}
data: {}
=== ann-last-applied-deployment path=apps/web/live.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"kind":"Deployment","spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"DB_PASSWORD","value":"$<weak>"}]}]}}}}'
spec:
  ports:
  - port: 80
=== ann-vault-agent-inline @ annotations
vault.hashicorp.com/agent-inject: "true"
vault.hashicorp.com/agent-inject-template-db: |
  export DB_PASSWORD="$<strong>"
=== ann-traefik-auth-label @ annotations
prometheus.io/scrape: "true"
acme.io/scrape-config: |
  basic_auth:
    username: prometheus
    password: $<strong>
=== ing-lua-snippet @ ingress
nginx.ingress.kubernetes.io/configuration-snippet: |
  set $api_key "$<long>";
  proxy_set_header X-Api-Key $api_key;
"""
