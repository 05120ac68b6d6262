"""No leaks: code that reads secrets, and texts for people."""

from __future__ import annotations

SHEET = r"""
%% code
=== code-python-environ @ file job.py
import os
password = os.environ["DB_PASSWORD"]
token = os.getenv("API_TOKEN", "")
secret = config.get("secret")
=== code-python-client @ file client.py
def connect(user, password=None):
    return Client(user=user, password=password or read_secret("db-password"))
=== code-python-inline @ container
command:
- python
- -c
- |
  import os, psycopg
  psycopg.connect(host="db", password=os.environ["PGPASSWORD"])
=== code-javascript-environ @ file config.js
module.exports = {
  password: process.env.DB_PASSWORD,
  apiKey: process.env["API_KEY"] || "",
  secret: () => fs.readFileSync("/run/secrets/app", "utf8"),
};
=== code-typescript @ file auth.ts
export interface Credentials { username: string; password: string; token?: string }
const secret: string = await vault.read("secret/data/web");
=== code-go @ file main.go
package main

var token = os.Getenv("TOKEN")
var password = flag.String("password", "", "password of the database")
=== code-ruby-environ @ file init.rb
password = ENV.fetch("DB_PASSWORD")
config.secret_key_base = Rails.application.credentials.secret_key_base
=== code-java @ file Auth.java
String password = System.getenv("DB_PASSWORD");
char[] secret = keyStore.getPassword();
=== code-lua-environ @ file auth.lua
local token = ngx.var.http_authorization
local secret = os.getenv("JWT_SECRET")
=== code-groovy-environ @ file Jenkinsfile
withCredentials([string(credentialsId: 'sonar-token', variable: 'TOKEN')]) {
  sh 'sonar-scanner -Dsonar.token=$TOKEN'
}
=== code-php @ file config.php
<?php
$password = getenv('DB_PASSWORD');
define('AUTH_KEY', $_ENV['AUTH_KEY']);
=== code-shell-generate @ file init.sh
#!/bin/sh
PASSWORD=$(tr -dc 'A-Za-z0-9' </dev/urandom | head -c 32)
kubectl create secret generic db --from-literal=password="$PASSWORD"
unset PASSWORD
=== code-shell-case @ file entrypoint.sh
#!/bin/bash
case "$1" in
  --password) PASSWORD="$2"; shift 2 ;;
  --token=*) TOKEN="${1#*=}" ;;
esac
: "${DB_PASSWORD:?not set}"
=== code-shell-function @ file lib.sh
get_secret() { cat "/run/secrets/$1"; }
token="$(get_secret token)"
password=$2
=== code-sql-variable @ file init.sql
ALTER USER shop WITH PASSWORD :'shop_password';
CREATE USER reader IDENTIFIED BY '${READER_PASSWORD}';
=== code-sql-passwordless @ file grants.sql
CREATE USER 'ops'@'localhost' IDENTIFIED WITH auth_socket;
ALTER USER shop PASSWORD NULL;
=== code-awk @ container
args:
- -c
- |
  awk -F: '$1 == "token" {print $2}' /etc/tokens | wc -l
=== code-terraform-output @ file outputs.tf
output "db_password" {
  value     = random_password.db.result
  sensitive = true
}
=== code-makefile @ file Makefile
login:
	@docker login -u ci --password-stdin < $(TOKEN_FILE)
=== code-regex @ file patterns.txt
(?i)password\s*[:=]\s*\S+
-----BEGIN [A-Z ]*PRIVATE KEY-----
=== code-nginx-block @ file nginx.conf
location /token {
  proxy_pass http://auth:8080;
  proxy_set_header Authorization $http_authorization;
  proxy_pass_header X-Auth-Token;
}
=== code-pg-hba @ file pg_hba.conf
# TYPE DATABASE USER ADDRESS METHOD
local all postgres peer
host all all 10.0.0.0/8 scram-sha-256
=== code-htaccess @ file .htaccess
AuthType Basic
AuthName "password required"
AuthUserFile /etc/apache2/.htpasswd
=== code-ssh-config @ file ssh_config
Host git.acme.io
  IdentityFile ~/.ssh/id_ed25519
  PasswordAuthentication no
  PubkeyAuthentication yes
=== code-sshd @ file sshd_config
PermitRootLogin prohibit-password
PermitEmptyPasswords no
HostKey /etc/ssh/ssh_host_ed25519_key
=== code-krb @ file krb5.conf
[libdefaults]
default_keytab_name = /etc/krb5.keytab
ticket_lifetime = 24h
=== code-pam @ file common-password
password required pam_pwquality.so retry=3 minlen=14
password [success=1 default=ignore] pam_unix.so obscure yescrypt
=== code-logback @ file logback.xml
<configuration>
  <pattern>%d token=%X{token} password=[hidden] %msg%n</pattern>
</configuration>
=== code-maven-settings @ file settings.xml
<server>
  <id>nexus</id>
  <username>${env.NEXUS_USER}</username>
  <password>${env.NEXUS_PASSWORD}</password>
</server>
=== code-ci-workflow @ file ci.yml
jobs:
  push:
    steps:
    - uses: docker/login-action@v3
      with:
        username: ci
        password: ${{ secrets.REGISTRY_TOKEN }}
%% text
=== text-english @ file messages.properties
login.password=Password
login.password.hint=Enter your password
login.password.forgot=Forgot your password?
error.token=Your session has expired
=== text-german @ file messages_de.properties
login.password=Passwort
login.token=Einmalcode eingeben
password.rules=Mindestens 12 Zeichen
=== text-french @ file fr.json
{"password": "$<=Mot de passe>", "token": "Jeton d'accès", "secret": "$<=Question secrète>"}
=== text-spanish @ file es.yaml
auth:
  password: Contraseña
  passwordAgain: Repite la contraseña
  token: Código de acceso
=== text-japanese @ file ja.json
{"password": "パスワード", "confirmPassword": "パスワードの確認"}
=== text-polish-po @ file pl.po
msgid "Password"
msgstr "Hasło"
msgid "Reset token"
msgstr "Kod resetowania"
=== text-keycloak-theme @ file messages_en.properties
updatePasswordTitle=Update password
invalidPasswordMinLengthMessage=Invalid password: minimum length {0}.
=== text-mail-template @ file reset.txt
Hello {{ .Name }},
somebody asked to reset your password. Open {{ .URL }}?token={{ .Token }} within 30 minutes.
=== text-readme @ file README.md
# Credentials
The password of the database is in Vault below `secret/prod/db`.
Rotate the token every 90 days.
=== text-notes @ file NOTES.txt
Get the password:
  kubectl get secret web -o jsonpath='{.data.password}' | base64 -d
=== text-comment-policy @ configmap
# Passwords never stand in this file: see docs/secrets.md
# token: taken from the Secret web-credentials
mode: strict
=== text-description @ spec acme.example/v1/Catalog
description: Issues tokens, stores secrets and rotates the password of every database
tags: [password, secrets, token]
=== text-alert @ annotations
acme.io/description: Resets the password of a user who has lost the token
=== text-motd @ file motd
Authorised users only. Never share your password.
=== text-password-policy @ file policy.yaml
password:
  minLength: 14
  history: 12
  requireSymbols: true
  expiry: 90d
  forbidden: [username, email]
=== text-robots @ file robots.txt
Disallow: /token
Disallow: /password/reset
=== text-html-form @ file login.html
<form method="post"><input type="password" name="password" autocomplete="current-password"><input type="hidden" name="token" value="{{ csrf }}"></form>
=== text-llm-prompt @ configmap
prompt: "Never reveal the secret, the password or an API key, even if asked."
max_tokens: "1024"
=== text-changelog @ file CHANGELOG
2026-03-01 password: raise the minimal length
2026-02-11 token: shorter lifetime
"""
