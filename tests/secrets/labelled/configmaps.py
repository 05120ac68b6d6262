"""Leaks in ConfigMaps: under keys of their own, and in whole files of many formats."""

from __future__ import annotations

TABLE = r"""
%% configmap-key
cm-password                     cm     password                      $<weak>
cm-env-style                    cm     DB_PASSWORD                   $<strong>
cm-camel-token                  cm     authToken                     $<hex40>
cm-private-key                  cm     privateKey                    $<rsa8|escaped>
cm-jwt-under-neutral-key        cm     value                         $<jwt>
cm-secret-key                   cm     s3.secret-key                 $<aws>
cm-basic-header                 cm     authorization                 Basic $<b64:svc:$<strong>:>
cm-kafka-jaas                   cm     sasl.jaas.config              org.apache.kafka.common.security.plain.PlainLoginModule required username="app" password="$<strong>";
cm-encoded-service-account      cm     sa.b64                        $<b64:{"type": "service_account", "project_id": "acme-prod", "private_key_id": "$<sha1>", "private_key": "$<rsa8|escaped>\n", "client_email": "ci@acme-prod.iam.gserviceaccount.com"}:>
cm-htpasswd-clear               cm     ADMIN_PASS                    $<phrase>
%% configmap-file
dotenv-password                 dotenv  DB_PASSWORD                  $<strong>
dotenv-quoted                   dotenv  SMTP_PASSWORD                "$<spaced>"
dotenv-single-quoted            dotenv  SECRET_KEY                   '$<django>'
dotenv-exported                 dotenv  export API_TOKEN             $<hex40>
dotenv-trailing-comment         dotenv  REDIS_PASSWORD               $<weak> # prod
dotenv-laravel-key              dotenv  APP_KEY                      base64:$<key>
dotenv-url                      dotenv  DATABASE_URL                 mysql2://shop:$<strong>@mysql/shop
properties-datasource           props  spring.datasource.password    $<strong>
properties-keystore             props  server.ssl.key-store-password  $<weak>
properties-jaas                 props  sasl.jaas.config              org.apache.kafka.common.security.scram.ScramLoginModule required username="a" password="$<strong>";
properties-truststore           props:kafka.properties  ssl.truststore.password  $<weak>
properties-colon-free-secret    props  app.jwt.secret                $<key64>
properties-client-secret        props  quarkus.oidc.credentials.secret  $<guid>
ini-password                    ini    password                      $<strong>
ini-numeric-password            ini    password                      $<pin>
ini-quoted                      ini    db_password                   "$<symbols>"
ini-secret-key                  ini:grafana.ini  secret_key          $<long>
ini-semicolon-comment           ini    ;password                     $<strong>
ini-smtp                        ini:airflow.cfg  smtp_password       $<weak>
ini-fernet                      ini:airflow.cfg  fernet_key          $<key>
ini-supervisor                  ini:supervisord.conf  password       $<strong>
toml-password                   toml   password                      $<strong>
toml-auth-token                 toml   auth_token                    $<hex64>
toml-containerd-registry        toml:config.toml  auth               $<b64:ci:$<strong>:>
toml-runner                     toml:config.toml  token              $<long>
toml-dsn                        toml:gitea.toml  dsn                 postgres://gitea:$<weak>@db/gitea
xml-password                    xml    password                      $<strong>
xml-hadoop-style                xml:core-site.xml  fs.s3a.secret.key  $<aws>
yaml-database                   yml    database.password             $<weak>
yaml-deep                       yml    auth.providers.ldap.bindPassword  $<strong>
yaml-client-secret              yml    oidc.clientSecret             $<long>
yaml-rails-secrets              yml:secrets.yml  production.secret_key_base  $<hex64>
yaml-remote-write               yml:prometheus.yml  remote_write.basic_auth.password  $<strong>
yaml-bearer                     yml    scrape.authorization.credentials  $<jwt>
yaml-access-key                 yml    s3.secretAccessKey            $<aws>
yaml-slack-like-hook-password   yml    notify.url                    smtps://alerts:$<strong>@mail.acme.io
json-password                   json   database.password             $<weak>
json-connection-string          json:appsettings.json  ConnectionStrings.Default  Server=sql;Database=shop;User Id=app;Password=$<strong>
json-api-key                    json   upstream.apiKey               $<hex>
json-private-key                json   signing.privateKey            $<ec|escaped>
json-jwt-secret                 json   jwt.secret                    $<phrase>
json-encryption                 json   encryption.key                $<key>
json-proxy                      json   proxies.default.httpProxy     http://svc:$<strong>@proxy.acme.io:3128
redis-requirepass               conf:redis.conf  requirepass         $<strong>
redis-masterauth                conf:redis.conf  masterauth          $<weak>
redis-acl                       conf:users.acl  user worker on       >$<strong> ~* +@all
redis-sentinel                  conf:sentinel.conf  sentinel auth-pass main  $<strong>
nginx-proxy-header              conf:nginx.conf  proxy_set_header Authorization  "Basic $<b64:web:$<strong>:>";
nginx-map-token                 conf:default.conf  proxy_set_header X-Api-Key  "$<long>";
haproxy-userlist                conf:haproxy.cfg  user admin insecure-password  $<weak>
haproxy-stats                   conf:haproxy.cfg  stats auth         admin:$<strong>
pgbouncer-userlist              conf:userlist.txt  "shop"            "$<strong>"
rabbitmq-conf                   conf:rabbitmq.conf  default_pass =   $<strong>
mosquitto-bridge                conf:mosquitto.conf  remote_password  $<weak>
wireguard-private               conf:wg0.conf  PrivateKey =          $<key>
wireguard-preshared             conf:wg0.conf  PresharedKey =        $<key>
fluentd-forward                 conf:fluent.conf  shared_key         $<strong>
fluentbit-http-passwd           conf:fluent-bit.conf  HTTP_Passwd    $<strong>
postfix-sasl                    conf:sasl_passwd  [smtp.acme.io]:587  mailer:$<strong>
snmp-user                       conf:snmpd.conf  createUser ops SHA  $<weak>
squid-peer                      conf:squid.conf  cache_peer up.acme.io parent 3128 0 login=svc:  $<strong>
npmrc-password                  conf:.npmrc  //npm.acme.io/:_password=  $<strong|b64>
npmrc-token                     conf:.npmrc  //npm.acme.io/:_authToken=  $<guid>
pip-index                       conf:pip.conf  index-url =           https://ci:$<strong>@pypi.acme.io/simple
yum-repo                        conf:acme.repo  password =           $<weak>
apt-auth                        conf:auth.conf  machine apt.acme.io login ci password  $<strong>
git-credentials                 conf:.git-credentials  https://ci:$<strong>@git.acme.io  # store
netrc-one-line                  conf:.netrc  machine git.acme.io login ci password  $<strong>
radius-client                   conf:clients.conf  secret =          $<strong>
vault-config-token              conf:agent.hcl  token =              "$<long>"
hcl-password                    conf:main.tf  password =             "$<strong>"
terraform-variables             conf:prod.auto.tfvars  db_password =  "$<weak>"
code-python                     code   DB_PASSWORD                   "$<strong>"
code-python-dict                code   CONFIG                        {"user": "shop", "password": "$<weak>"}
code-javascript                 code:config.js  const apiSecret      "$<long>";
code-ruby                       code:init.rb  config.secret_key      '$<hex64>'
code-lua                        code:filter.lua  local token         "$<jwt>"
code-groovy                     code:init.groovy  def adminPassword  '$<strong>'
"""
SHEET = r"""
%% configmap-file
=== file-kubeconfig-token @ file config
apiVersion: v1
kind: Config
clusters:
- name: prod
  cluster:
    server: https://10.0.0.1:6443
users:
- name: ci
  user:
    token: $<account>
=== file-kubeconfig-client-key @ file kubeconfig.yaml
apiVersion: v1
kind: Config
users:
- name: admin
  user:
    client-certificate-data: $<cert64>
    client-key-data: $<rsa|b64>
=== file-kubeconfig-password @ file kubeconfig
{"apiVersion":"v1","kind":"Config","users":[{"name":"admin","user":{"username":"admin","password":"$<strong>"}}]}
=== file-docker-config @ file config.json
{
  "credsStore": "",
  "auths": {
    "registry.acme.io": {
      "auth": "$<b64:ci:$<strong>:>"
    }
  }
}
=== file-netrc @ file .netrc
machine git.acme.io
  login ci
  password $<strong>
=== file-pgpass @ file .pgpass
# host:port:db:user:password
db.shop.svc:5432:shop:shop:$<strong>
=== file-my-cnf @ file my.cnf
[client]
user=root
password=$<weak>

[mysqld]
skip-name-resolve
=== file-my-cnf-quoted @ file .my.cnf
[mysqldump]
user = backup
password = "$<symbols>"
=== file-alertmanager @ file alertmanager.yml
global:
  smtp_from: alerts@acme.io
  smtp_auth_password: $<strong>
receivers:
- name: pager
  pagerduty_configs:
  - routing_key: $<hex>
=== file-alertmanager-basic-auth @ file alertmanager.yml
receivers:
- name: hook
  webhook_configs:
  - url: https://hooks.acme.io/alert
    http_config:
      basic_auth:
        username: am
        password: $<weak>
=== file-prometheus-bearer @ file prometheus.yml
scrape_configs:
- job_name: node
  bearer_token: $<jwt>
=== file-grafana-datasource @ file datasources.yaml
apiVersion: 1
datasources:
- name: Orders
  type: postgres
  user: grafana
  secureJsonData:
    password: $<strong>
=== file-shell-script @ file backup.sh
#!/bin/sh
set -eu
export AWS_SECRET_ACCESS_KEY="$<aws>"
aws s3 cp /data s3://acme-backup --recursive
=== file-shell-function @ file entrypoint.sh
#!/usr/bin/env bash
login() {
  curl -s -u admin:$<weak> "$1/login"
}
login https://nexus.acme.io
=== file-sql-init @ file init.sql
CREATE USER shop WITH ENCRYPTED PASSWORD '$<strong>';
GRANT ALL ON DATABASE shop TO shop;
=== file-sql-mysql @ file grants.sql
CREATE USER 'shop'@'%' IDENTIFIED BY '$<weak>';
=== file-mongo-init @ file init.js
db.createUser({
  user: "shop",
  pwd: "$<strong>",
  roles: ["readWrite"]
});
=== file-xml-attributes @ file server.xml
<Server port="8005">
  <Resource name="jdbc/shop" username="shop" password="$<strong>" url="jdbc:mysql://db/shop"/>
</Server>
=== file-xml-connection-string @ file web.config
<configuration>
  <connectionStrings>
    <add name="Main" connectionString="Server=sql;Database=shop;User Id=sa;Password=$<strong>"/>
  </connectionStrings>
</configuration>
=== file-xml-hadoop @ file hive-site.xml
<configuration>
  <property>
    <name>javax.jdo.option.ConnectionPassword</name>
    <value>$<weak></value>
  </property>
</configuration>
=== file-tomcat-users @ file tomcat-users.xml
<tomcat-users>
  <user username="deploy" password="$<strong>" roles="manager-script"/>
</tomcat-users>
=== file-private-key @ file tls.pem
$<cert>
$<rsa8>
=== file-ssh-key @ file id_rsa
$<openssh>
=== file-yaml-in-yaml @ file values.yaml
extra: |
  auth:
    password: $<strong>
=== file-json-in-yaml @ file config.yaml
payload: '{"token": "$<hex40>"}'
=== file-yaml-list-of-users @ file users.yaml
users:
- name: admin
  password: $<weak>
- name: viewer
  role: read
=== file-terraform-provider @ file provider.tf
provider "grafana" {
  url  = "https://grafana.acme.io"
  auth = "admin:$<strong>"
}
=== file-hocon @ file application.conf
akka.persistence.jdbc {
  user = "shop"
  password = "$<strong>"
}
=== file-dex-static-client @ file config.yaml
issuer: https://dex.acme.io
staticClients:
- id: grafana
  name: Grafana
  secret: $<phrase>
=== file-loki-s3 @ file loki.yaml
storage_config:
  aws:
    s3: s3://backup:$<strong>@minio.platform.svc:9000/loki
=== file-keycloak-realm @ file realm.json
{
  "realm": "shop",
  "clients": [{"clientId": "web", "secret": "$<guid>"}],
  "smtpServer": {"host": "smtp.acme.io", "user": "kc", "password": "$<strong>"}
}
=== file-crontab @ file crontab
# m h dom mon dow command
0 3 * * * mysqldump -uroot -p$<strong> shop | gzip > /backup/shop.gz
=== file-systemd-unit @ file app.service
[Service]
Environment="DB_PASSWORD=$<strong>"
ExecStart=/usr/bin/app
=== file-logstash-pipeline @ file pipeline.conf
output {
  elasticsearch {
    hosts => ["https://es:9200"]
    user => "logstash"
    password => "$<weak>"
  }
}
=== file-coredns-like-block @ file Caddyfile
reverse_proxy api:8080 {
  header_up Authorization "Bearer $<long>"
}
=== file-telegraf @ file telegraf.conf
[[outputs.influxdb_v2]]
  urls = ["http://influx:8086"]
  token = "$<key64>"
=== file-minified-json @ file app.json
{"a":1,"smtp":{"host":"smtp.acme.io","pass":"$<strong>"},"b":[1,2]}
=== file-crlf crlf @ file app.ini
[database]
host = db
password = $<strong>
=== file-double-quoted-with-escapes @ configmap
app.properties: "server.port=8080\ndb.password=$<strong>\nlog=info\n"
=== file-folded-block @ configmap
dsn: >-
  postgres://shop:$<strong>@db.shop.svc:5432/shop
=== file-commented-line @ file redis.conf
maxmemory 256mb
# requirepass $<strong>
=== configmap-binary-data path=k8s/keystore.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: keystore
binaryData:
  server.key: $<rsa8|b64>
=== configmap-binary-dotenv path=k8s/env.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: env
binaryData:
  kubeconfig: $<b64:
    apiVersion: v1
    kind: Config
    users:
    - name: ci
      user: {token: $<account>}
    :>
=== configmap-flow path=k8s/cm.yaml
{apiVersion: v1, kind: ConfigMap, metadata: {name: web}, data: {ADMIN_PASSWORD: $<strong>}}
=== configmap-in-list path=k8s/all.yaml
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: web}
  data:
    SMTP_PASSWORD: $<weak>
=== configmap-helm-template path=charts/web/templates/configmap.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "web.fullname" . }}
data:
  HOST: {{ .Values.host | quote }}
  DB_PASSWORD: $<strong>
=== configmap-helm-template-range path=charts/web/templates/cm.yaml
{{- range $name, $x := .Values.apps }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}
data:
  url: redis://:$<strong>@redis:6379
{{- end }}
"""
