"""Leaks in arguments, scripts and connection strings."""

from __future__ import annotations

TABLE = r"""
%% connection-string
url-postgres                    env    DATABASE_URL                  postgres://shop:$<strong>@db.shop.svc:5432/shop?sslmode=require
url-postgres-psycopg            env    SQLALCHEMY_DATABASE_URI       postgresql+psycopg://shop:$<weak>@db/shop
url-mysql                       cm     dsn                           mysql://shop:$<strong>@mysql.shop.svc/shop
url-go-mysql                    env    MYSQL_DSN                     shop:$<strong>@tcp(mysql.shop.svc:3306)/shop?parseTime=true
url-mongo-srv                   cm     MONGO_URI                     mongodb+srv://shop:$<strong>@cluster0.acme.mongodb.net/shop
url-mongo-three-hosts           env    MONGODB_URL                   mongodb://app:$<weak>@m0:27017,m1:27017,m2:27017/app?replicaSet=rs0
url-redis-empty-user            env    REDIS_URL                     redis://:$<strong>@redis.shop.svc:6379/0
url-rediss-user                 values  cache.url                    rediss://default:$<long>@redis.acme.io:6380
url-amqp                        env    BROKER_URL                    amqp://worker:$<weak>@rabbitmq.shop.svc:5672/jobs
url-nats                        arg    --nats-url                    nats://ingest:$<strong>@nats.platform.svc:4222
url-https-userinfo              cm     upstream                      https://reader:$<strong>@files.acme.io/export
url-https-token-only            env    REPOSITORY                    https://$<hex40>:x-oauth-basic@github.com/acme/web.git
url-percent-encoded             env    LDAP_URL                      ldaps://svc:$<weak>%21%40x@ldap.acme.io:636
url-clickhouse                  cm     ch                            clickhouse://writer:$<strong>@clickhouse.shop.svc:9000/events
url-smtp                        env    MAILER_DSN                    smtp://mailer:$<weak>@smtp.acme.io:587
url-elasticsearch               arg    --es.uri                      https://elastic:$<strong>@es.monitoring.svc:9200
url-ftp                         env    EXPORT_TARGET                 ftp://upload:$<weak>@ftp.acme.io/in
url-git-sync                    arg    --repo                        https://oauth2:$<long>@gitlab.acme.io/acme/config.git
url-sqlserver                   env    DB_CONNECTION                 sqlserver://sa:$<strong>@sql.shop.svc:1433?database=shop
url-jdbc-parameter              env    JDBC_URL                      jdbc:postgresql://db.shop.svc/shop?user=shop&password=$<strong>
url-jdbc-semicolons             cm     jdbc.url                      jdbc:sqlserver://sql.shop.svc:1433;databaseName=shop;user=sa;password=$<strong>;encrypt=true
url-jdbc-oracle-thin            env    ORACLE_URL                    jdbc:oracle:thin:shop/$<weak>@//ora.shop.svc:1521/ORCL
url-ado-net                     env    ConnectionStrings__Default    Server=sql.shop.svc;Database=shop;User Id=sa;Password=$<strong>;
url-ado-pwd                     cm     Main                          Data Source=sql;Initial Catalog=shop;Uid=app;Pwd=$<weak>
url-npgsql                      values  db.connectionString          Host=db;Port=5432;Username=shop;Password=$<symbols>
url-libpq-keywords              env    PG_CONN                       host=db.shop.svc user=shop password=$<strong> dbname=shop
url-azure-storage               env    STORAGE                       DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=$<key64>;EndpointSuffix=core.windows.net
url-azure-service-bus           cm     servicebus                    Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=$<key>
url-odbc                        env    ODBC_DSN                      Driver={PostgreSQL};Server=db;Uid=shop;Pwd=$<strong>
url-query-token                 env    FEED_URL                      https://feeds.acme.io/v1/orders?access_token=$<hex40>
url-query-api-key               arg    --endpoint                    https://api.acme.io/ingest?region=eu&api_key=$<long>
url-cockroach                   spec:acme.example/v1/Importer  source.url  postgresql://root:$<weak>@crdb-public:26257/defaultdb
url-snowflake                   env    SNOWFLAKE_DSN                 etl:$<strong>@acme-eu/warehouse/public?role=loader
url-couchbase                   cm     couch                         couchdb://admin:$<weak>@couch.shop.svc:5984/orders
%% argument
arg-password-equals             arg    --password                    $<strong>
arg-password-two-items          arg:two  --password                  $<weak>
arg-db-password                 arg    --db-password                 $<strong>
arg-single-dash                 arg    -storage.password             $<strong>
arg-client-secret               arg    --client-secret               $<long>
arg-client-secret-two-items     arg:two  --oidc-client-secret        $<guid>
arg-cookie-secret               arg    --cookie-secret               $<key>
arg-token                       arg    --token                       $<jwt>
arg-token-two-items             arg:two  --auth-token                $<hex40>
arg-api-key                     arg    --api-key                     $<hex>
arg-requirepass                 arg:two  --requirepass               $<weak>
arg-secret-key                  arg    --minio-secret-key            $<aws>
arg-system-property             arg    -Djavax.net.ssl.keyStorePassword  $<weak>
arg-spring-option               arg    --spring.datasource.password  $<strong>
arg-set-option                  arg:two  --set                       auth.password=$<strong>
arg-env-assignment              arg:two  env                         API_TOKEN=$<long>
arg-header-bearer               arg:two  --header                    Authorization: Bearer $<long>
arg-basic-auth-user             arg:two  --user                      admin:$<strong>
arg-openssl-two-items           arg:two  -passin                     pass:$<strong>
%% script
script-export                   sh     export                        DB_PASSWORD=$<strong>
script-assignment               sh     PGPASSWORD=$<weak>            psql -h db.shop.svc -U shop -c 'select 1'
script-curl-user                sh     curl -fsS -u                  ci:$<strong> https://nexus.acme.io/repository/x.tgz -o /tmp/x.tgz
script-curl-header              sh     curl -H                       "Authorization: Bearer $<jwt>" https://api.acme.io/jobs
script-curl-private-token       sh     curl --header                 "PRIVATE-TOKEN: $<long>" https://gitlab.acme.io/api/v4/projects
script-curl-json-body           sh     curl -XPOST -d                '{"user":"ops","password":"$<strong>"}' https://vault.acme.io/login
script-mysql-attached           sh     mysqldump -h db -u root       -p$<strong> shop > /backup/shop.sql
script-mysql-long               sh     mysql --user=root             --password=$<weak> -e 'show tables'
script-redis-cli                sh     redis-cli -h redis            -a $<strong> ping
script-mongosh                  sh     mongosh --username admin      --password $<weak> --eval 'db.stats()'
script-wget                     sh     wget --http-user=ci           --http-password=$<strong> https://files.acme.io/x
script-docker-login             sh     docker login -u ci            -p $<long> registry.acme.io
script-echo-pipe                sh     echo                          $<strong> | docker login -u ci --password-stdin registry.acme.io
script-git-clone                sh     git clone                     https://ci:$<hex40>@git.acme.io/acme/web.git
script-sshpass                  sh     sshpass                       -p $<weak> scp dump.sql backup@nas:/in
script-ldapsearch               sh     ldapsearch -x -D cn=admin     -w $<strong> -b dc=acme
script-openssl-pass             sh     openssl enc -aes-256-cbc      -pass pass:$<strong> -in /data/x -out /backup/x
script-vault-login              sh     vault write auth/approle/login  role_id=web secret_id=$<guid>
script-kubectl-create           sh     kubectl create secret generic web  --from-literal=password=$<weak>
script-helm-set                 sh     helm upgrade web acme/web     --set auth.rootPassword=$<strong>
script-alter-user               sh     psql -c                       "ALTER USER shop WITH PASSWORD '$<strong>'"
script-init-container           sh:initContainers  mc alias set m http://minio:9000 backup  $<strong>
script-rabbitmqctl              sh     rabbitmqctl add_user worker   $<strong>
script-htpasswd                 sh     htpasswd -bc /etc/nginx/.htpasswd admin  $<weak>
"""

SHEET = r"""
%% argument
=== arg-flow-list @ container
args: ["server", "--admin-password", "$<strong>"]
=== arg-flow-two-flags @ container
command: [mongod, --auth, "--tlsCertificateKeyFilePassword=$<weak>"]
=== arg-folded-command @ container
command:
- sh
- -c
- >-
  exec redis-server
  --requirepass $<strong>
  --appendonly yes
=== arg-lifecycle-hook @ container
lifecycle:
  postStart:
    exec:
      command: ["sh", "-c", "curl -u admin:$<strong> http://localhost:15672/api/overview"]
=== arg-exec-probe @ container
readinessProbe:
  exec:
    command:
    - redis-cli
    - -a
    - $<strong>
    - ping
=== arg-exec-probe-mysqladmin @ container
livenessProbe:
  exec:
    command: [mysqladmin, ping, -uroot, -p$<weak>]
%% script
=== script-heredoc @ container
command:
- bash
- -c
- |
  cat > ~/.pgpass <<EOF
  db.shop.svc:5432:shop:shop:$<strong>
  EOF
  pg_dump -h db.shop.svc shop > /backup/shop.sql
=== script-netrc-echo @ container
args:
- -c
- echo "machine git.acme.io login ci password $<strong>" > ~/.netrc
=== script-python @ container
command:
- python
- -c
- |
  import psycopg
  psycopg.connect(host="db", user="shop", password="$<strong>")
"""
