"""Leaks in custom resources, by name and by shape."""

from __future__ import annotations

TABLE = r"""
%% custom-resource
cr-password                     spec:acme.example/v1/Database  password  $<weak>
cr-nested-token                 spec:acme.example/v1/Sync  auth.token   $<hex40>
cr-grafana-config               spec:grafana.integreatly.org/v1beta1/Grafana  config.security.admin_password  $<strong>
cr-datasource                   spec:grafana.integreatly.org/v1beta1/GrafanaDatasource  datasource.secureJsonData.password  $<strong>
cr-external-dns                 spec:externaldns.acme.io/v1/Provider  apiSecret  $<long>
cr-crossplane                   spec:sql.crossplane.io/v1/User  forProvider.password  $<strong>
cr-kafka-connect                spec:kafka.strimzi.io/v1beta2/KafkaConnector  config.database.password  $<weak>
cr-kafka-jaas                   spec:kafka.strimzi.io/v1beta2/KafkaConnector  config.sasl.jaas.config  org.apache.kafka.common.security.plain.PlainLoginModule required username=a password='$<strong>';
cr-keycloak-client              spec:keycloak.org/v1alpha1/KeycloakClient  client.secret  $<guid>
cr-issuer-like-key              spec:acme.example/v1/Zone  tsigSecretKey  $<key>
cr-backup                       spec:acme.example/v1/Backup  repository.encryptionPassphrase  $<spaced>
cr-url                          spec:acme.example/v1/Mirror  source    https://ci:$<long>@git.acme.io/acme/x.git
cr-private-key                  spec:acme.example/v1/Tunnel  privateKey  $<key>
cr-basic-auth                   spec:acme.example/v1/Probe  module.http.basic_auth.password  $<weak>
cr-bearer                       spec:acme.example/v1/Probe  module.http.bearer_token  $<jwt>
cr-ldap-bind                    spec:acme.example/v1/Directory  ldap.bindPassword  $<strong>
cr-terraform-var                spec:infra.contrib.fluxcd.io/v1alpha2/Terraform  vars.db_password  $<strong>
cr-mongodb-uri                  spec:acme.example/v1/Exporter  mongodb.uri  mongodb://mon:$<weak>@mongo:27017/admin
cr-wifi                         spec:acme.example/v1/Device  network.psk  $<weak>
cr-knative-source               spec:acme.example/v1/Source  connection  Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=$<key>
"""

SHEET = r"""
%% custom-resource
=== cr-name-value-list @ spec acme.example/v1/Function
env:
- name: API_SECRET
  value: $<strong>
=== cr-cloud-init @ spec kubevirt.io/v1/VirtualMachine
template:
  spec:
    volumes:
    - name: init
      cloudInitNoCloud:
        userData: |
          #cloud-config
          password: $<weak>
          chpasswd: {expire: false}
=== cr-cloud-init-encoded @ spec kubevirt.io/v1/VirtualMachine
template:
  spec:
    volumes:
    - name: init
      cloudInitNoCloud:
        userDataBase64: $<b64:
          #cloud-config
          ssh_keys:
            rsa_private: |
              $<rsa>
          :>
=== cr-webhook-kubeconfig @ spec acme.example/v1/Gateway
authenticator:
  kubeConfig: |
    users:
    - name: api
      user:
        password: $<strong>
=== cr-middleware-basic @ spec traefik.io/v1alpha1/Middleware
headers:
  customRequestHeaders:
    Authorization: Basic $<b64:svc:$<strong>:>
=== cr-envoy-filter @ spec networking.istio.io/v1alpha3/EnvoyFilter
configPatches:
- patch:
    value:
      request_headers_to_add:
      - header: {key: x-api-key, value: $<hex40>}
=== cr-service-monitor-params @ spec monitoring.coreos.com/v1/ServiceMonitor
endpoints:
- port: http
  params:
    token: ["$<hex40>"]
=== cr-workflow-parameter @ spec argoproj.io/v1alpha1/Workflow
arguments:
  parameters:
  - name: db-password
    value: $<strong>
=== cr-tekton-param @ spec tekton.dev/v1/PipelineRun
params:
- name: registry-password
  value: $<weak>
=== cr-list-of-credentials @ spec acme.example/v1/Registry
credentials:
- username: ci
  password: $<strong>
  server: registry.acme.io
=== cr-flow-nested @ spec acme.example/v1/Mail
smtp: {host: smtp.acme.io, port: 587, auth: {user: mailer, pass: $<strong>}}
"""
