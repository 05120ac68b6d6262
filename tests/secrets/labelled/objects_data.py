"""Leaks in the `data` of Secrets, encoded in many ways, and under typed keys."""

from __future__ import annotations

SHEET = r"""
%% secret-data
=== data-password-weak @ secret
data:
  password: $<weak|b64>
=== data-password-with-newline @ secret
data:
  password: $<b64:$<strong>
:>
=== data-base64-of-base64 @ secret
data:
  db-password: $<strong|b64|b64>
=== data-base64-with-line-breaks @ secret
data:
  api-token: |
    $<b64lines:$<long>$<long2>:>
=== data-quoted @ secret
data:
  "REDIS_PASSWORD": "$<strong|b64>"
=== data-single-quoted-key-with-dash @ secret
data:
  'smtp-pass': '$<symbols|b64>'
=== data-flow @ secret
data: {username: $<b64:orders:>, password: $<phrase|b64>}
=== data-dotenv-file @ secret
data:
  .env: $<b64:
    APP_ENV=production
    APP_KEY=base64:$<key>
    DB_PASSWORD=$<weak>
    :>
=== data-connection-string @ secret
data:
  url: $<b64:postgresql://orders:$<strong>@db.shop.svc:5432/orders:>
=== data-json-document @ secret
data:
  credentials.json: $<b64:{"type": "service_account", "project_id": "acme-prod", "private_key_id": "$<sha1>", "private_key": "$<rsa8|escaped>\n", "client_email": "ci@acme-prod.iam.gserviceaccount.com"}:>
=== data-private-key @ secret
data:
  id_ed25519: $<openssh|b64>
=== data-pkcs12-keystore-and-password @ secret
data:
  keystore-password: $<weak|b64>
=== data-neutral-key-uri @ secret
data:
  value: $<b64:amqps://worker:$<strong>@mq.acme.io:5671/prod:>
=== data-uuid-as-token @ secret
data:
  auth-token: $<guid|b64>
=== data-secret-key-base @ secret
data:
  SECRET_KEY_BASE: $<hex64|b64>
=== data-folded-scalar @ secret
data:
  client-secret: >-
    $<long|b64>
=== data-binary-tag @ secret
data:
  password: !!binary $<strong|b64>
=== data-kubeconfig @ secret
data:
  kubeconfig: $<b64:
    apiVersion: v1
    kind: Config
    clusters:
    - name: prod
      cluster: {server: https://10.0.0.1:6443}
    users:
    - name: deployer
      user:
        token: $<account>
    :>
=== data-htpasswd-in-clear @ secret
data:
  admin-password: $<b64:$<spaced>:>
=== data-immutable @ secret
data:
  pgpass: $<b64:db.shop.svc:5432:*:orders:$<strong>:>
immutable: true
=== data-numeric-pin @ secret
data:
  vnc-password: $<pin|b64>
=== data-utf8-password @ secret
data:
  password: $<b64:grün-$<weak>:>
%% secret-typed
=== typed-dockerconfigjson @ secret kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: $<b64:{"auths":{"registry.acme.io":{"username":"ci","password":"$<strong>","auth":"$<b64:ci:$<strong>:>"}}}:>
=== typed-dockerconfigjson-auth-only @ secret kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: $<b64:{"auths":{"https://index.docker.io/v1/":{"auth":"$<b64:acmebot:$<weak>:>"}}}:>
=== typed-dockerconfigjson-identity-token @ secret kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: $<b64:{"auths":{"acme.azurecr.io":{"identitytoken":"$<jwt>"}}}:>
=== typed-dockerconfigjson-in-clear @ secret kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: |
    {
      "auths": {
        "quay.io": {
          "username": "acme+deploy",
          "password": "$<long>"
        }
      }
    }
=== typed-dockercfg @ secret kubernetes.io/dockercfg
data:
  .dockercfg: $<b64:{"registry.acme.io":{"username":"ci","password":"$<weak>","email":"ci@acme.io"}}:>
=== typed-basic-auth @ secret kubernetes.io/basic-auth
stringData:
  username: admin
  password: $<weak>
=== typed-basic-auth-encoded @ secret kubernetes.io/basic-auth
data:
  username: $<b64:admin:>
  password: $<strong|b64>
=== typed-ssh-auth @ secret kubernetes.io/ssh-auth
stringData:
  ssh-privatekey: |
    $<openssh>
=== typed-ssh-auth-encoded @ secret kubernetes.io/ssh-auth
data:
  ssh-privatekey: $<rsa|b64>
=== typed-tls @ secret kubernetes.io/tls
data:
  tls.crt: $<cert64>
  tls.key: $<rsa8|b64>
=== typed-tls-in-clear @ secret kubernetes.io/tls
stringData:
  tls.crt: |
    $<cert>
  tls.key: |
    $<ec>
=== typed-account-token @ secret kubernetes.io/service-account-token
data:
  namespace: $<b64:shop:>
  token: $<account|b64>
=== typed-bootstrap-token @ secret bootstrap.kubernetes.io/token
stringData:
  token-id: 07401b
  token-secret: $<hex>
  usage-bootstrap-authentication: "true"
=== typed-rke-custom @ secret rke.cattle.io/machine-plan
data:
  plan: $<b64:{"instructions":[{"env":["K3S_TOKEN=$<long>"]}]}:>
"""
