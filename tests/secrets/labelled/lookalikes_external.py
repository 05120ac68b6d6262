"""No leaks: what fetches secrets from elsewhere."""

from __future__ import annotations

SHEET = r"""
%% external-secret
=== external-remote-ref @ spec external-secrets.io/v1/ExternalSecret
refreshInterval: 1h
secretStoreRef: {name: vault, kind: ClusterSecretStore}
target: {name: web}
data:
- secretKey: DB_PASSWORD
  remoteRef: {key: prod/orders, property: password}
- secretKey: API_TOKEN
  remoteRef: {key: prod/orders, property: api-token}
=== external-data-from @ spec external-secrets.io/v1/ExternalSecret
secretStoreRef: {name: aws, kind: SecretStore}
dataFrom:
- extract: {key: prod/orders/password}
=== external-template @ spec external-secrets.io/v1/ExternalSecret
secretStoreRef: {name: vault}
target:
  template:
    engineVersion: v2
    data:
      url: "postgres://{{ .username }}:{{ .password }}@db:5432/shop"
      password: "{{ .password }}"
=== external-template-file @ spec external-secrets.io/v1/ExternalSecret
target:
  template:
    data:
      alertmanager.yaml: |
        global:
          smtp_auth_username: alerts
          smtp_auth_password: {{ .smtpPassword | quote }}
=== external-password-generator @ spec generators.external-secrets.io/v1alpha1/Password
length: 42
digits: 5
symbols: 5
symbolCharacters: "-_$@"
noUpper: false
=== external-store-vault @ spec external-secrets.io/v1/ClusterSecretStore
provider:
  vault:
    server: https://vault.acme.io
    path: secret
    version: v2
    auth:
      kubernetes:
        mountPath: kubernetes
        role: external-secrets
        secretRef: {name: vault-token, key: token}
=== external-store-aws @ spec external-secrets.io/v1/SecretStore
provider:
  aws:
    service: SecretsManager
    region: eu-central-1
    auth:
      secretRef:
        accessKeyIDSecretRef: {name: aws, key: access-key}
        secretAccessKeySecretRef: {name: aws, key: secret-access-key}
=== external-store-azure @ spec external-secrets.io/v1/SecretStore
provider:
  azurekv:
    tenantId: $<uid>
    vaultUrl: https://acme.vault.azure.net
    authType: ManagedIdentity
    identityId: $<uid2>
=== external-push @ spec external-secrets.io/v1alpha1/PushSecret
selector:
  secret: {name: db-credentials}
data:
- match:
    secretKey: password
    remoteRef: {remoteKey: prod/db-password}
=== external-csi-class @ spec secrets-store.csi.x-k8s.io/v1/SecretProviderClass
provider: vault
parameters:
  vaultAddress: https://vault.acme.io
  roleName: web
  objects: |
    - objectName: db-password
      secretPath: secret/data/prod/db
      secretKey: password
secretObjects:
- secretName: web
  type: Opaque
  data:
  - objectName: db-password
    key: password
=== external-vault-static @ spec secrets.hashicorp.com/v1beta1/VaultStaticSecret
type: kv-v2
mount: secret
path: prod/web/password
destination: {name: web-password, create: true}
refreshAfter: 30s
=== external-vault-dynamic @ spec secrets.hashicorp.com/v1beta1/VaultDynamicSecret
mount: database
path: creds/orders
destination: {name: orders-db, create: true}
=== external-onepassword @ spec onepassword.com/v1/OnePasswordItem
itemPath: vaults/prod/items/orders-db-password
=== external-doppler @ spec secrets.doppler.com/v1alpha1/DopplerSecret
tokenSecret: {name: doppler-token, namespace: doppler}
managedSecret: {name: web, namespace: shop}
=== external-infisical @ spec secrets.infisical.com/v1alpha1/InfisicalSecret
authentication:
  kubernetesAuth:
    identityId: $<uid>
    serviceAccountRef: {name: infisical, namespace: platform}
managedSecretReference: {secretName: web, secretNamespace: shop}
=== external-crossplane-connection @ spec rds.aws.crossplane.io/v1alpha1/DBInstance
forProvider:
  masterUsername: shop
  masterUserPasswordSecretRef: {name: db, namespace: shop, key: password}
writeConnectionSecretToRef: {name: db-connection, namespace: shop}
=== external-mongodb-operator @ spec mongodbcommunity.mongodb.com/v1/MongoDBCommunity
users:
- name: shop
  db: admin
  passwordSecretRef: {name: mongo-shop}
  scramCredentialsSecretName: shop-scram
%% vault-annotation
=== vault-inject @ annotations
vault.hashicorp.com/agent-inject: "true"
vault.hashicorp.com/role: orders
vault.hashicorp.com/agent-inject-secret-db-password: secret/data/prod/db
=== vault-inject-template @ annotations
vault.hashicorp.com/agent-inject-template-db: |
  {{- with secret "secret/data/prod/db" -}}
  export DB_PASSWORD="{{ .Data.data.password }}"
  {{- end -}}
=== vault-inject-token-settings @ annotations
vault.hashicorp.com/agent-inject-token: "true"
vault.hashicorp.com/auth-config-token-path: /var/run/secrets/vault/token
=== vault-avp-annotation path=apps/web/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: web
  annotations:
    avp.kubernetes.io/path: secret/data/prod/web
stringData:
  password: <password>
  token: <api-token>
=== vault-banzai-annotation @ annotations
vault.security.banzaicloud.io/vault-addr: https://vault.acme.io:8200
vault.security.banzaicloud.io/vault-env-from-path: secret/data/prod/web
=== vault-onepassword-annotation @ annotations
operator.1password.io/item-path: vaults/prod/items/web
operator.1password.io/item-name: web-password
=== vault-aws-csi-annotation @ annotations
acme.io/secret-arn: arn:aws:secretsmanager:eu-central-1:$<number>:secret:prod/web-a1B2c3
"""
