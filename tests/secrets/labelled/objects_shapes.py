"""Leaks in Secrets as lists, patches and files of other formats."""

from __future__ import annotations

SHEET = r"""
%% secret-shape
=== shape-kind-after-data path=apps/web/env.yaml
data:
  password: $<strong|b64>
type: Opaque
metadata:
  name: web
kind: Secret
apiVersion: v1
=== shape-list-item path=apps/web/list.yaml
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ServiceAccount
  metadata:
    name: web
- apiVersion: v1
  kind: Secret
  metadata:
    name: web
  stringData:
    DB_PASSWORD: $<weak>
=== shape-secret-list path=apps/web/list.yaml
apiVersion: v1
kind: SecretList
items:
- metadata:
    name: web
  data:
    token: $<long|b64>
=== shape-json-file path=apps/web/env.json
{
  "apiVersion": "v1",
  "kind": "Secret",
  "metadata": {"name": "web", "namespace": "shop"},
  "stringData": {
    "DATABASE_PASSWORD": "$<strong>"
  }
}
=== shape-json-one-line path=apps/web/env.json
{"apiVersion":"v1","kind":"Secret","metadata":{"name":"web"},"data":{"password":"$<weak|b64>"}}
=== shape-crlf crlf @ secret
stringData:
  username: orders
  password: $<strong>
=== shape-byte-order-mark bom @ secret
stringData:
  password: $<strong>
=== shape-third-document path=apps/web/all.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
---
apiVersion: v1
kind: Secret
metadata:
  name: web
stringData:
  password: $<strong>
=== shape-after-empty-document path=apps/web/all.yaml
---
# generated
---
apiVersion: v1
kind: Secret
metadata: {name: web}
data: {SESSION_SECRET: $<key|b64>}
=== shape-patch-without-kind path=overlays/prod/env-patch.yaml
stringData:
  REDIS_PASSWORD: $<strong>
=== shape-patch-of-encoded-data path=overlays/prod/env-patch.yaml
metadata:
  name: web
data:
  postgres-password: $<strong|b64>
=== shape-json-patch path=overlays/prod/env-patch.yaml
- op: replace
  path: /data/password
  value: $<strong|b64>
=== shape-json-patch-string-data path=overlays/prod/env-patch.json
[{"op": "add", "path": "/stringData/API_TOKEN", "value": "$<long>"}]
=== shape-one-flow-line path=apps/web/env.yaml
{apiVersion: v1, kind: Secret, metadata: {name: web}, stringData: {password: "$<symbols>"}}
=== shape-four-spaces path=apps/web/env.yaml
apiVersion: v1
kind:       Secret
metadata:
    name:   web
stringData:
    password:    "$<strong>"
=== shape-merge-key path=apps/web/env.yaml
apiVersion: v1
kind: Secret
metadata:
  name: web
stringData:
  <<: {LOG_LEVEL: info, API_SECRET: $<strong>}
=== shape-managed-by-helm-hook path=apps/web/env.yaml
apiVersion: v1
kind: Secret
metadata:
  name: web
  annotations:
    "helm.sh/hook": pre-install
    "helm.sh/resource-policy": keep
stringData:
  admin-password: "$<weak>"
=== shape-replicated-by-annotation path=apps/web/env.yaml
apiVersion: v1
kind: Secret
metadata:
  name: wildcard
  annotations:
    replicator.v1.mittwald.de/replicate-to: "*"
data:
  tls.key: $<ec|b64>
"""
