"""No leaks: schemas, grants, rules, dashboards and templates."""

from __future__ import annotations

SHEET = r"""
%% schema
=== schema-crd path=k8s/crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: databases.acme.example
spec:
  group: acme.example
  names: {kind: Database, plural: databases}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          password:
            type: string
            description: Password of the administrator, at least twelve characters
          apiToken: {type: string, default: "", example: abc-123}
          secretRef:
            type: object
            required: [name, key]
=== schema-crd-columns path=k8s/crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: tokens.acme.example
spec:
  group: acme.example
  names: {kind: Token, plural: tokens, shortNames: [tok]}
  versions:
  - name: v1
    additionalPrinterColumns:
    - {name: Secret, type: string, jsonPath: .spec.secretName}
=== schema-values-json path=charts/web/values.schema.json
{"type": "object", "properties": {"password": {"type": "string", "minLength": 12, "description": "Password of the user"},
 "token": {"type": ["string", "null"], "default": ""}}}
=== schema-openapi @ file openapi.yaml
openapi: 3.1.0
components:
  securitySchemes:
    apiKey: {type: apiKey, in: header, name: X-Api-Key}
    bearer: {type: http, scheme: bearer, bearerFormat: JWT}
  schemas:
    Login:
      properties:
        password: {type: string, format: password}
=== schema-cue @ file schema.cue
#Auth: {
  password: string & =~"^.{12,}$"
  token?: string
}
=== schema-sql @ file schema.sql
CREATE TABLE users (
  id uuid PRIMARY KEY,
  password_hash text NOT NULL,
  reset_token text,
  api_key_id text
);
=== schema-proto @ file auth.proto
message LoginRequest {
  string username = 1;
  string password = 2;
  string token = 3;
}
=== schema-avro @ file user.avsc
{"type": "record", "name": "User", "fields": [{"name": "password", "type": "bytes"}, {"name": "token", "type": ["null", "string"]}]}
=== schema-policy-cel @ spec admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy
validations:
- expression: "!object.spec.containers.exists(c, c.env.exists(e, e.name.contains('PASSWORD') && has(e.value)))"
  message: passwords belong in Secrets
=== schema-kyverno-policy @ spec kyverno.io/v1/ClusterPolicy
rules:
- name: no-secrets-in-env
  validate:
    message: DB_PASSWORD must come from a Secret
    pattern:
      spec:
        containers:
        - env:
          - name: "*PASSWORD"
            valueFrom: "*"
=== schema-gatekeeper-rego @ spec templates.gatekeeper.sh/v1/ConstraintTemplate
targets:
- target: admission.k8s.gatekeeper.sh
  rego: |
    package passwords
    violation[{"msg": msg}] {
      input.review.object.data.password
      msg := "password in a ConfigMap"
    }
%% rbac
=== rbac-secrets path=k8s/role.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: secret-reader, namespace: shop}
rules:
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [db-password, api-token]
  verbs: [get]
=== rbac-token-review path=k8s/role.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: auth-delegator}
rules:
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews, serviceaccounts/token]
  verbs: [create]
=== rbac-binding path=k8s/binding.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: token-issuer}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: secret-reader}
subjects:
- {kind: ServiceAccount, name: external-secrets, namespace: platform}
=== rbac-account path=k8s/sa.yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
secrets:
- name: web-token-x7k2p
imagePullSecrets:
- name: registry
automountServiceAccountToken: false
=== rbac-account-token-policy @ spec authentication.k8s.io/v1/TokenRequest
audiences: [vault]
expirationSeconds: 3600
=== rbac-istio @ spec security.istio.io/v1/AuthorizationPolicy
rules:
- when:
  - key: request.auth.claims[groups]
    values: [admins]
- to:
  - operation: {paths: [/token, /secret/*]}
=== rbac-network path=k8s/np.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: vault-token-access}
spec:
  podSelector: {matchLabels: {app: vault-secrets-webhook}}
  ingress:
  - ports: [{port: 8443}]
=== rbac-audit-policy path=clusters/prod/audit.yaml
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
  resources:
  - group: ""
    resources: [secrets, configmaps, serviceaccounts/token]
=== rbac-encryption-kms path=clusters/prod/encryption.yaml
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - kms: {apiVersion: v2, name: cloud, endpoint: unix:///run/kms.sock}
  - identity: {}
%% observability
=== rules-prometheus path=monitoring/rules.yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: vault}
spec:
  groups:
  - name: vault
    rules:
    - alert: VaultTokenExpires
      expr: vault_token_ttl_seconds{token_type="service"} < 3600
      annotations:
        summary: 'token {{ $labels.accessor }} expires in {{ $value }} s'
        runbook_url: https://runbooks.acme.io/vault/token-expired
=== rules-failed-password @ spec monitoring.coreos.com/v1/PrometheusRule
groups:
- name: auth
  rules:
  - record: login:password_failures:rate5m
    expr: sum by (secret) (rate(login_failures_total{reason="password"}[5m]))
=== rules-loki @ file rules.yaml
groups:
- name: auth
  rules:
  - alert: PasswordSpray
    expr: 'sum(rate({app="web"} |= "invalid password" [5m])) > 10'
=== rules-falco @ file falco_rules.yaml
- rule: Read secret file
  condition: open_read and fd.name startswith /run/secrets
  output: "secret read (user=%user.name file=%fd.name token=%proc.env[TOKEN])"
  priority: WARNING
=== rules-dashboard @ file vault.json
{"uid": "$<md5>", "title": "Vault tokens", "panels": [{"title": "Password resets", "targets": [{"expr": "sum(token_creates)", "refId": "A"}]}]}
=== rules-fluentbit-redact @ file fluent-bit.conf
[FILTER]
    Name   modify
    Match  *
    Remove password
    Remove token
=== rules-vector-redact @ file vector.toml
[transforms.redact]
type = "remap"
source = '''
.password = "***"
del(.token)
'''
=== rules-relabel @ file prometheus.yml
relabel_configs:
- source_labels: [__meta_kubernetes_secret_name]
  target_label: secret
  regex: (.+)-token
=== rules-modsecurity @ file modsecurity.conf
SecRule ARGS:password "@rx (?i)union" "id:1001,phase:2,deny,msg:'SQL in password'"
=== rules-gitleaks @ file gitleaks.toml
[[rules]]
id = "acme-token"
regex = '''acme_[0-9a-f]{40}'''
keywords = ["acme_", "token"]
%% template
=== template-secret path=charts/web/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "web.fullname" . }}
data:
  password: {{ .Values.auth.password | b64enc | quote }}
  token: {{ default (randAlphaNum 40) .Values.auth.token | b64enc }}
=== template-secret-required path=charts/web/templates/secret.yaml
{{- if not .Values.auth.existingSecret }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
stringData:
  password: {{ required "auth.password is required" .Values.auth.password }}
{{- end }}
=== template-env path=charts/web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  annotations:
    checksum/secret: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}
spec:
  template:
    spec:
      containers:
      - name: web
        env:
        - name: DB_PASSWORD
          valueFrom:
            secretKeyRef:
              name: {{ .Values.auth.existingSecret | default .Release.Name }}
              key: password
=== template-docker-config path=charts/web/templates/pull.yaml
apiVersion: v1
kind: Secret
metadata:
  name: pull
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: {{ printf "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}" .Values.registry (printf "%s:%s" .Values.user .Values.password | b64enc) | b64enc }}
=== template-tls path=charts/web/templates/tls.yaml
{{- $cert := genSelfSignedCert "web" nil nil 365 }}
apiVersion: v1
kind: Secret
metadata:
  name: web-tls
type: kubernetes.io/tls
data:
  tls.crt: {{ $cert.Cert | b64enc }}
  tls.key: {{ $cert.Key | b64enc }}
=== template-url path=charts/web/templates/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  url: postgres://{{ .Values.db.user }}:{{ .Values.db.password }}@{{ .Values.db.host }}/shop
=== template-helpers path=charts/web/templates/notes.yaml
{{- define "web.password" -}}
{{- $secret := lookup "v1" "Secret" .Release.Namespace .Release.Name -}}
{{- if $secret }}{{ index $secret.data "password" | b64dec }}{{ else }}{{ randAlphaNum 24 }}{{ end -}}
{{- end -}}
=== template-args path=charts/web/templates/job.yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
      - name: job
        args: ["--token={{ .Values.token }}", "--password-file=/run/secrets/password"]
        {{- include "web.resources" . | nindent 8 }}
=== template-envsubst path=apps/web/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: ${APP}-auth
stringData:
  password: ${APP_PASSWORD}
  token: "${APP_TOKEN}"
"""
