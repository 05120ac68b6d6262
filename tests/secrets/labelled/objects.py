"""Leaks in the `stringData` of Secrets."""

from __future__ import annotations

SHEET = r"""
%% secret-string
=== string-password-weak @ secret
stringData:
  password: $<weak>
=== string-password-trailing-comment @ secret
stringData:
  password: $<strong> # rotate every quarter
=== string-literal-block @ secret
stringData:
  password: |
    $<strong>
=== string-literal-block-chomped @ secret
stringData:
  api_key: |-
    $<hex>
=== string-folded @ secret
stringData:
  passphrase: >
    $<spaced>
=== string-folded-chomped @ secret
stringData:
  token: >-
    $<long>
=== string-block-with-indicator @ secret
stringData:
  password: |2-
    $<strong>
=== string-continued-double-quotes @ secret
stringData:
  token: "$<split:$<long>:>"
=== string-flow @ secret
stringData: {"user": "orders", "password": "$<strong>"}
=== string-explicit-key @ secret
stringData:
  ? password
  : $<strong>
=== string-tagged @ secret
stringData:
  password: !!str $<pin>
=== string-unquoted-number @ secret
stringData:
  password: $<pin>
=== string-yaml-file @ secret
stringData:
  config.yaml: |
    database:
      host: db.shop.svc
      username: orders
      password: $<strong>
=== string-ini-file @ secret
stringData:
  odbc.ini: |
    [orders]
    Server = db.shop.svc
    UID = orders
    PWD = $<weak>
=== string-connection-under-neutral-key @ secret
stringData:
  data: mysql://orders:$<strong>@tcp(db.shop.svc:3306)/orders
=== string-toml-file @ secret
stringData:
  config.toml: |
    [registry]
    url = "https://registry.acme.io"
    auth_token = "$<strong>"
=== string-xml-settings @ secret
stringData:
  settings.xml: |
    <settings>
      <servers>
        <server>
          <id>releases</id>
          <username>ci</username>
          <password>$<strong></password>
        </server>
      </servers>
    </settings>
=== string-alertmanager @ secret
stringData:
  alertmanager.yaml: |
    global:
      smtp_smarthost: smtp.acme.io:587
      smtp_auth_username: alerts
      smtp_auth_password: $<strong>
    route: {receiver: mail}
=== string-aws-credentials-file @ secret
stringData:
  credentials: |
    [default]
    region = eu-central-1
    aws_secret_access_key = $<aws>
=== string-cloud-ini-openstack @ secret
stringData:
  cloud.conf: |
    [Global]
    auth-url=https://keystone.acme.io/v3
    username=k8s
    password=$<strong>
=== string-azure-json @ secret
stringData:
  azure.json: '{"tenantId": "$<uid>", "aadClientId": "$<uid2>", "aadClientSecret": "$<strong>"}'
=== string-tls-key-pem @ secret
stringData:
  server.key: |
    $<rsa8>
=== string-ppk @ secret
stringData:
  deploy.ppk: |
    $<ppk>
=== string-pgp-private @ secret
stringData:
  signing.asc: |
    $<pgp>
=== string-rclone @ secret
stringData:
  rclone.conf: |
    [backup]
    type = s3
    provider = Minio
    access_key_id = backup
    secret_access_key = $<aws>
=== string-anchor-and-alias @ secret
stringData:
  ADMIN_PASSWORD: &pw $<strong>
  POSTGRES_PASSWORD: *pw
=== string-duplicate-of-data @ secret
data:
  password: ""
stringData:
  password: $<phrase>
=== string-wordlike-token @ secret
stringData:
  webhook-secret: $<phrase>
=== string-restic @ secret
stringData:
  RESTIC_REPOSITORY: s3:s3.eu-central-1.amazonaws.com/acme-backup
  RESTIC_PASSWORD: $<spaced>
=== string-cloudflare-global @ secret
stringData:
  email: ops@acme.io
  api-key: $<hex40>
=== string-encryption-key @ secret
stringData:
  ENCRYPTION_KEY: $<key>
"""
