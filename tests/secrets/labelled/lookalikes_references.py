"""No leaks: references that something resolves later, placeholders, and documentation."""

from __future__ import annotations

TABLE = r"""
%% reference
ref-dollar-parentheses          env    DATABASE_PASSWORD             $(DB_PASSWORD)
ref-dollar-braces               env    DB_PASSWORD                   ${DB_PASSWORD}
ref-dollar-plain                env    API_TOKEN                     $API_TOKEN
ref-required-variable           env    DB_PASSWORD                   ${DB_PASSWORD:?must be set}
ref-empty-default               env    DB_PASSWORD                   ${DB_PASSWORD:-}
ref-default-of-variable         env    DB_PASSWORD                   ${DB_PASSWORD:=$(PASSWORD)}
ref-default-placeholder         sd     password                      ${DB_PASSWORD:-changeme}
ref-two-at-signs                sd     password                      @@DB_PASSWORD@@
ref-url-of-variables            env    DATABASE_URL                  postgres://$(DB_USER):$(DB_PASSWORD)@db.shop.svc:5432/shop
ref-url-of-braces               cm     url                           amqp://${MQ_USER}:${MQ_PASS}@mq:5672/
ref-redis-variable              env    REDIS_URL                     redis://:$(REDIS_PASSWORD)@redis:6379/0
ref-arg-variable                arg    --password                    $(DB_PASSWORD)
ref-arg-two-items               arg:two  --token                     $(API_TOKEN)
ref-arg-double-dollar           arg    --secret                      $$(SECRET)
ref-shell-quoted                sh     mysql -u root                 -p"$MYSQL_ROOT_PASSWORD" -e status
ref-shell-braces                sh     redis-cli                     -a "${REDIS_PASSWORD}" ping
ref-shell-curl-user             sh     curl -u                       "$USER:$PASSWORD" https://nexus.acme.io/x
ref-shell-command               sh     export                        DB_PASSWORD="$(vault kv get -field=password secret/db)"
ref-shell-backticks             sh     TOKEN=                        `cat /run/secrets/token`
ref-shell-urandom               sh     PASSWORD=                     $(head -c 24 /dev/urandom | base64)
ref-shell-openssl               sh     export                        SECRET="$(openssl rand -hex 32)"
ref-shell-pass-env              sh     openssl enc -aes-256-cbc      -pass env:BACKUP_PASS -in a -out b
ref-shell-kubectl-get           sh     kubectl get secret db         -o jsonpath='{.data.password}' | base64 -d
ref-shell-read                  sh     read -rs                      PASSWORD < /dev/tty
ref-shell-check                 sh     test -n                       "$DB_PASSWORD" || { echo "DB_PASSWORD missing"; exit 1; }
ref-shell-git-credential        sh     git clone                     "https://oauth2:${GIT_TOKEN}@git.acme.io/acme/web.git"
ref-shell-aws                   sh     aws secretsmanager            get-secret-value --secret-id prod/db --query SecretString
ref-avp-path                    sd     password                      <path:secret/data/prod/web#password>
ref-avp-version                 sd     token                         <path:kv/data/web#token#3>
ref-avp-modifier                sd     config                        <path:kv/data/web#config | base64decode>
ref-avp-encoded                 data   password                      <path:secret/data/prod/web#password>
ref-avp-aws                     sd     apiKey                        <path:prod/web#api-key | jsonParse>
ref-avp-values                  values  auth.password                <path:secret/data/web#password>
ref-vals-vault                  values  db.password                  ref+vault://secret/prod/db#/password
ref-vals-awssecrets             values  api.token                    ref+awssecrets://prod/api/token
ref-vals-sops                   values  smtp.password                ref+sops://secrets.enc.yaml#/smtp/password
ref-vals-gcp                    param  auth.password                 ref+gcpsecrets://acme/web-password
ref-helm-secrets                values  auth.token                   secrets+age-import:///keys/age.txt?token
ref-vault-injector              env    DB_PASSWORD                   vault:secret/data/db#password
ref-vault-banzai-version        env    AWS_SECRET_ACCESS_KEY         vault:secret/data/aws#SECRET_KEY#2
ref-vault-template-value        cm     password                      >>vault:secret/data/web#password
ref-onepassword                 env    API_KEY                       op://prod/orders/api-key
ref-onepassword-values          values  auth.password                op://Infrastructure/postgres/password
ref-bitwarden                   env    DB_PASSWORD                   bws://$<uid>
ref-aws-secret-arn              env    DB_PASSWORD                   arn:aws:secretsmanager:eu-central-1:$<number>:secret:prod/db-AbCdEf
ref-aws-ssm-arn                 env    API_TOKEN                     arn:aws:ssm:eu-central-1:$<number>:parameter/prod/token
ref-aws-ssm-name                env    DB_PASSWORD                   ssm:/prod/orders/password
ref-awssm                       sd     password                      awssm://prod/orders/password
ref-gcp-secret                  env    DB_PASSWORD                   projects/acme/secrets/db-password/versions/latest
ref-gcp-berglas                 env    API_KEY                       sm://acme-prod/api-key#latest
ref-gcp-berglas-bucket          env    API_TOKEN                     berglas://acme-secrets/token
ref-gcp-spring                  props  spring.datasource.password    ${sm://db-password}
ref-azure-key-vault             env    DB_PASSWORD                   @Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/db)
ref-azure-akv2k8s               env    API_TOKEN                     api-token@azurekeyvault?value
ref-spring-default              props  spring.datasource.password    ${SPRING_DATASOURCE_PASSWORD}
ref-spring-nested               yml:application.yml  spring.datasource.password  ${DB_PASSWORD:${FALLBACK_PASSWORD}}
ref-spring-cipher-vault         yml:application.yml  spring.cloud.token  ${vault.token}
ref-quarkus                     props  quarkus.datasource.password   ${DB_PASSWORD}
ref-jaas-variables              props  sasl.jaas.config              org.apache.kafka.common.security.plain.PlainLoginModule required username="${KAFKA_USER}" password="${KAFKA_PASSWORD}";
ref-strimzi-file                props  ssl.keystore.password         ${file:/opt/kafka/external/certs.properties:password}
ref-strimzi-secrets             spec:kafka.strimzi.io/v1beta2/KafkaConnector  config.database.password  ${secrets:shop/db-credentials:password}
ref-strimzi-env                 spec:kafka.strimzi.io/v1beta2/KafkaConnector  config.connection.password  ${env:DB_PASSWORD}
ref-grafana-env                 ini:grafana.ini  password            $__env{GF_DATABASE_PASSWORD}
ref-grafana-vault               ini:grafana.ini  client_secret       $__vault{kv:secret/grafana:client_secret}
ref-grafana-provisioning        yml:datasources.yaml  secureJsonData.password  $GRAFANA_DB_PASSWORD
ref-argocd-oidc                 cm     oidc.config                   clientSecret: $oidc.azure.clientSecret
ref-argocd-dex                  yml:dex.yaml  config.clientSecret    $dex.github.clientSecret
ref-argocd-named-secret         yml:dex.yaml  config.bindPW          $ldap-secret:bindPW
ref-dex-env                     yml:dex.yaml  staticClients.secretEnv  GRAFANA_CLIENT_SECRET
ref-helm-values                 values  auth.password                '{{ .Values.global.password }}'
ref-helm-lookup                 values  tpl.password                 '{{ (lookup "v1" "Secret" .Release.Namespace "web").data.password }}'
ref-external-secret-template    cm     template                      '{{ .password | toString }}'
ref-jinja                       cm     DB_PASSWORD                   '{{ vault_db_password }}'
ref-ansible-lookup              cm     api_token                     "{{ lookup('env', 'API_TOKEN') }}"
ref-go-template-env             yml:config.yaml  auth.token          '{{ env "API_TOKEN" }}'
ref-consul-template             conf:app.ctmpl  password =           {{ with secret "secret/db" }}{{ .Data.data.password }}{{ end }}
ref-gomplate                    conf:app.tmpl  token =               {{ (ds "vault" "web").token }}
ref-argo-workflow               spec:argoproj.io/v1alpha1/Workflow  arguments.token  '{{workflow.parameters.token}}'
ref-tekton-param                spec:tekton.dev/v1/TaskRun  params.password  $(params.password)
ref-github-expression           cm     token                         ${{ secrets.GITHUB_TOKEN }}
ref-gitlab-variable             cm     registry_password             $CI_REGISTRY_PASSWORD
ref-azure-pipelines             cm     password                      $(DbPassword)
ref-terraform-variable          conf:main.tf  password =             var.db_password
ref-terraform-interpolated      conf:main.tf  connection =           "postgres://shop:${var.db_password}@db/shop"
ref-terraform-data              conf:main.tf  token =                data.vault_generic_secret.web.data["token"]
ref-terraform-random            conf:main.tf  master_password =      random_password.db.result
ref-crossplane-patch            spec:acme.example/v1/Composition  toFieldPath  spec.forProvider.masterPasswordSecretRef.name
ref-flux-substitution           values  auth.password                ${db_password}
ref-flux-substitution-default   flux   auth.password                 ${db_password:=}
ref-concourse                   cm     password                      ((db-password))
ref-concourse-vault             cm     token                         ((vault:web.token))
ref-spinnaker                   cm     password                      encrypted:secrets-manager!r:eu-central-1!s:db!k:password
ref-jenkins-casc                yml:jenkins.yaml  credentials.password  ${readFile:/run/secrets/pw}
ref-maven                       xml    password                      ${env.NEXUS_PASSWORD}
ref-gradle                      props:gradle.properties  nexusPassword  ${System.env.NEXUS_PASSWORD}
ref-npmrc                       conf:.npmrc  //npm.acme.io/:_authToken=${NPM_TOKEN}  # env
ref-fluentbit                   conf:fluent-bit.conf  HTTP_Passwd    ${ES_PASSWORD}
ref-fluentd-ruby                conf:fluent.conf  password           "#{ENV['ES_PASSWORD']}"
ref-logstash                    conf:pipeline.conf  password =>      "${ES_PWD}"
ref-telegraf                    toml:telegraf.conf  token            @{secretstore:influx_token}
ref-vector                      toml:vector.toml  password           SECRET[backend.es_password]
ref-otel                        yml:otel.yaml  exporters.otlp.headers.api-key  ${env:OTLP_API_KEY}
ref-elastic-keystore            yml:metricbeat.yml  output.elasticsearch.password  ${ES_PASSWORD}
ref-alertmanager-env            yml:alertmanager.yml  global.smtp_auth_password  ${SMTP_PASSWORD}
ref-caddy                       conf:Caddyfile  basic_auth           {env.CADDY_HASH}
ref-haproxy-env                 conf:haproxy.cfg  stats auth         "${STATS_USER}:${STATS_PASS}"
ref-nginx-variable              conf:nginx.conf  proxy_set_header Authorization  $http_authorization;
ref-nginx-header-token          ing    nginx.ingress.kubernetes.io/configuration-snippet  proxy_set_header X-Token $http_x_token;
ref-envoy-sds                   spec:networking.istio.io/v1/Gateway  tls.credentialName  web-tls
ref-double-at                   props  db.password                   @db.password@
ref-percent                     props  db.password                   %DB_PASSWORD%
ref-double-percent              props  token                         %%TOKEN%%
ref-double-angle                cm     password                      <<DB_PASSWORD>>
ref-double-underscore           cm     password                      __DB_PASSWORD__
ref-octopus                     cm     password                      "#{Database.Password}"
ref-erb                         yml:database.yml  production.password  "<%= ENV['DB_PASSWORD'] %>"
ref-dotnet                      json:appsettings.json  ConnectionStrings.Default  Server=sql;Database=shop;User Id=app;Password=${DB_PASSWORD}
ref-jdbc-variable               env    JDBC_URL                      jdbc:postgresql://db/shop?user=shop&password=$(DB_PASSWORD)
ref-basic-variable              header  Authorization                Bearer $(PROBE_TOKEN)
ref-dotenv-expansion            dotenv  DATABASE_URL                 postgres://shop:${DB_PASSWORD}@db/shop
ref-literal-variable            literal  password                    ${DB_PASSWORD}
ref-literal-helm                literal  token                       $(TOKEN)
ref-encrypted-inline            values  db.password                  ENC[PKCS7,$<blob>]
ref-comment-variable            comment  export                      DB_PASSWORD=$(pass show prod/db)
ref-comment-howto               comment  create with:                kubectl create secret generic web --from-literal=password=$PASSWORD
%% placeholder
ph-changeme                     values  auth.password                changeme
ph-change-me-dashes             values  auth.adminPassword           change-me
ph-change-me-upper              env    DB_PASSWORD                   CHANGE_ME
ph-replace-me                   sd     password                      REPLACE_ME
ph-replaceme-with               sd     api-key                       replace-with-your-api-key
ph-your-token                   env    API_TOKEN                     your-token-here
ph-your-password-angle          cm     password                      <your password>
ph-angle-upper                  sd     token                         <TOKEN>
ph-angle-dashes                 sd     client-secret                 <client-secret>
ph-stars                        cm     password                      "********"
ph-crosses                      env    API_KEY                       xxxxxxxxxxxxxxxx
ph-crosses-upper                values  licenseKey                   XXXX-XXXX-XXXX-XXXX
ph-redacted                     sd     password                      REDACTED
ph-redacted-brackets            cm     token                         "[REDACTED]"
ph-removed                      cm     token                         "***REMOVED***"
ph-todo                         sd     password                      TODO
ph-fixme                        env    WEBHOOK_SECRET                FIXME
ph-tbd                          env    CLIENT_SECRET                 tbd
ph-placeholder                  sd     password                      placeholder
ph-dummy                        env    AWS_SECRET_ACCESS_KEY         dummy
ph-example                      values  auth.password                example-password
ph-set-by-ci                    values  auth.token                   set-by-ci
ph-injected                     env    DB_PASSWORD                   injected-at-runtime
ph-overridden                   values  auth.password                overridden-in-production
ph-set-in-values                values  db.password                  "set in values-prod.yaml"
ph-filled-by                    sd     password                      "filled in by External Secrets"
ph-managed-by                   sd     token                         managed-by-vault
ph-see-vault                    cm     password                      see vault
ph-not-used                     env    PROXY_PASSWORD                not-used
ph-unused                       values  smtp.password                unused
ph-insert                       sd     api_key                       insert-api-key-here
ph-enter                        cm     secret                        "<enter secret here>"
ph-ellipsis                     cm     token                         "..."
ph-ellipsis-prefix              cm     token                         ghp_...
ph-prefix-crosses               env    SLACK_TOKEN                   xoxb-xxxxxxxxxxxx-xxxxxxxxxxxx
ph-key-prefix-stars             env    STRIPE_KEY                    sk_live_****************
ph-zeros                        env    API_TOKEN                     "00000000000000000000000000000000"
ph-uuid-zeros                   env    CLIENT_SECRET                 00000000-0000-0000-0000-000000000000
ph-own-name                     env    DB_PASSWORD                   DB_PASSWORD
ph-own-name-key                 sd     api-token                     api-token
ph-encoded-changeme             data   password                      changeme
ph-encoded-replace              data   token                         REPLACE_ME
ph-encoded-angle                data   apiKey                        <your-api-key>
ph-url-password                 cm     url                           postgres://$<=user:password>@localhost:5432/db
ph-url-user-pass                values  externalDatabase.url         mysql://$<=USER:PASSWORD>@HOST:3306/DB
ph-url-angle                    values  db.url                       postgres://<user>:<password>@<host>/db
ph-url-stars                    cm     dsn                           redis://:****@redis:6379
ph-url-comment                  comment  format:                     postgres://$<=user:password>@host:5432/db
ph-jdbc                         comment  e.g.                        jdbc:mysql://host/db?user=USER&password=PASSWORD
ph-dotenv                       dotenv  API_TOKEN                    <paste here>
ph-literal                      literal  password                    CHANGE_ME
ph-arg                          arg    --password                    <password>
ph-header                       comment  curl -H                     "Authorization: Bearer <token>" https://api.acme.io
ph-comment-default              comment  password:                   changeme
ph-comment-empty                comment  password:                   ""
ph-comment-existing             comment  existingSecret:             name-of-your-secret
ph-json                         json   smtp.password                 <smtp-password>
ph-ini                          ini    password                      YOUR_PASSWORD
ph-yaml-my                      values  auth.password                my-password-here
ph-connection                   cm     Default                       Server=SERVER;Database=DB;User Id=USER;Password=PASSWORD;
ph-base64-note                  values  tls.key                      "<base64 of tls.key>"
ph-german                       cm     password                      <hier Passwort eintragen>
ph-null-string                  env    API_KEY                       "null"
ph-na                           env    PROXY_PASS                    n/a
ph-undefined                    env    TOKEN                         undefined
%% url
url-plain                       env    AUTH_URL                      https://auth.acme.io/realms/shop
url-token-endpoint              env    TOKEN_URL                     https://login.acme.io/oauth2/token
url-with-port                   env    VAULT_ADDR                    https://vault.acme.io:8200
url-user-only                   env    DATABASE_URL                  postgres://shop@db.shop.svc:5432/shop
url-user-only-ssh               cm     repo                          ssh://git@git.acme.io:2222/acme/web.git
url-scp-like                    cm     repo                          git@git.acme.io:acme/web.git
url-jdbc-no-password            env    JDBC_URL                      jdbc:postgresql://db.shop.svc:5432/shop?sslmode=verify-full
url-jdbc-user                   cm     jdbc.url                      jdbc:mysql://mysql:3306/shop?user=shop&useSSL=true
url-ado-integrated              env    SQL                           Server=sql;Database=shop;Integrated Security=SSPI;
url-ado-managed-identity        env    SQL_CONNECTION                Server=tcp:acme.database.windows.net,1433;Database=shop;Authentication=Active Directory Default;
url-redis-no-auth               env    REDIS_URL                     redis://redis.shop.svc:6379/0
url-mongo-x509                  env    MONGO_URI                     mongodb://mongo:27017/?authMechanism=MONGODB-X509&tls=true
url-amqp-no-auth                cm     broker                        amqps://rabbitmq.shop.svc:5671/prod
url-kafka-list                  env    KAFKA_BROKERS                 kafka-0:9092,kafka-1:9092,kafka-2:9092
url-email-in-query              cm     contact                       https://acme.io/contact?to=ops@acme.io
url-mailto                      cm     support                       mailto:security@acme.io
url-medium-at                   cm     blog                          https://medium.com/@acme/passwords-are-dead
url-npm-scope                   cm     registry                      https://registry.npmjs.org/@acme/web
url-image-digest                cm     image                         registry.acme.io:5000/web@$<digest>
url-jwks                        env    JWKS_URI                      https://login.acme.io/.well-known/jwks.json
url-state-parameter             cm     callback                      https://app.acme.io/callback?response_type=code&scope=openid
url-ipv6                        env    ETCD                          https://[fd00::10]:2379
url-s3                          env    BUCKET                        s3://acme-secrets-backup/prod
url-azure-endpoint              env    STORAGE_URL                   https://shop.blob.core.windows.net/feed
url-azure-emulator-flag         env    STORAGE                       UseDevelopmentStorage=true
url-unix                        env    DB_HOST                       postgresql:///shop?host=/var/run/postgresql
url-time                        cm     window                        mon:08:00@cet-fri:18:00@cet
"""
