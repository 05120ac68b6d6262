"""No leaks: values that look random, and are for everybody."""

from __future__ import annotations

TABLE = r"""
%% high-entropy
entropy-image-digest-value      values  image.digest                 $<digest>
entropy-image-reference         values  image.full                   ghcr.io/acme/web@$<digest>
entropy-git-sha                 env    GIT_COMMIT                    $<sha1>
entropy-short-sha               env    RELEASE                       web-$<short>
entropy-revision-annotation     ann    acme.io/revision              main@sha1:$<sha1>
entropy-checksum-config         ann    checksum/config               $<sha256>
entropy-checksum-secret         ann    checksum/secret               $<sha256>
entropy-checksum-named-token    ann    checksum/token                $<sha1>
entropy-reloader-hash           ann    acme.io/secret-hash           $<md5>
entropy-pod-template-hash       cm     pod-template-hash             7d9f8c6b54
entropy-etag                    cm     etag                          W/"$<md5>"
entropy-integrity               cm     integrity                     $<integrity>
entropy-content-security        ing    nginx.ingress.kubernetes.io/configuration-snippet  add_header Content-Security-Policy "script-src 'sha256-$<hash44>'";
entropy-nonce                   cm     nonce                         $<nonce>
entropy-sha512                  cm     artifact_sha512               $<sha512>
entropy-md5-sum                 env    JAR_MD5                       $<md5>
entropy-download-check          sh     echo                          "$<sha256>  /tmp/tool.tgz" | sha256sum -c -
entropy-wasm                    spec:extensions.istio.io/v1alpha1/WasmPlugin  sha256  $<sha256>
entropy-wasm-url                spec:extensions.istio.io/v1alpha1/WasmPlugin  url  oci://ghcr.io/acme/auth-filter@$<digest>
entropy-uuid-config             cm     deployment_id                 $<uid>
entropy-uuid-env                env    CLUSTER_ID                    $<uid>
entropy-uuid-dashboard          cm     dashboard_uid                 $<uid>
entropy-trace-parent            header  traceparent                  00-$<md5>-00f067aa0ba902b7-01
entropy-request-id              header  X-Request-Id                 $<uid>
entropy-ulid                    cm     migration                     $<ulid>
entropy-flatcar-hash            spec:acme.example/v1/Node  image.hash  sha512-$<sha512>
entropy-chart-digest            spec:source.toolkit.fluxcd.io/v1/OCIRepository  ref.digest  $<digest>
entropy-git-ref                 spec:source.toolkit.fluxcd.io/v1/GitRepository  ref.commit  $<sha1>
entropy-argocd-revision         spec:argoproj.io/v1alpha1/Application  source.targetRevision  $<sha1>
entropy-ipfs                    cm     cid                           bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi
entropy-s3-version              cm     object_version                $<nonce|b64url>
entropy-png                     cm     logo                          data:image/png;base64,$<png>
entropy-svg                     cm     icon                          data:image/svg+xml;base64,$<b64:<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/></svg>:>
entropy-font                    cm     font                          data:font/woff2;base64,$<woff>
entropy-gzip                    cm     dashboard.json.gz             $<gz>
entropy-cpe                     cm     key_of_record                 $<sha1>
entropy-merkle                  cm     rekor_root_hash               $<sha256>
entropy-token-named-digest      values  tokenizer.sha256             $<sha256>
entropy-key-named-hash          cm     cache_key                     $<sha256>
entropy-cache-key-version       env    CACHE_KEY                     deps-linux-$<sha256>
entropy-idempotency             header  Idempotency-Key              $<uid>
entropy-websocket-key           header  Sec-WebSocket-Key            $<nonce>
entropy-bazel-key               values  build.cacheKey               $<sha1>
entropy-tls-fingerprint         env    TLS_CERT_SHA256               $<sha256>
entropy-pin-sha256              cm     public_key_pin                pin-sha256="$<hash44>"
entropy-known-root              arg    --discovery-token-ca-cert-hash  $<digest>
entropy-go-sum                  conf:go.sum  github.com/acme/token v1.2.0  h1:$<hash44>
entropy-docker-layer            json:manifest.json  config.digest    $<digest>
entropy-terraform-lock          conf:lock.hcl  hashes =              ["h1:$<hash44>"]
entropy-npm-lock                json:package-lock.json  dependencies.integrity  sha512-$<hash44>
entropy-pip-hash                conf:requirements.txt  requests==2.32.3  --hash=$<digest>
entropy-cargo-lock              toml:Cargo.lock  checksum            $<sha256>
entropy-renovate                comment  renovate: digest            $<digest>
entropy-comment-sha             comment  pinned to                   $<sha1>
entropy-onion                   cm     onion                         vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd.onion
entropy-base64-sentence         data   motd                          Welcome to the orders service, please be kind to the database.
entropy-base64-json-public      data   features.json                 {"darkMode": true, "newCheckout": false, "region": "eu-central-1"}
%% public-key
public-certificate-env          env    CA_CERT                       $<cert|b64>
public-certificate-escaped      cm     ca-bundle                     $<cert|escaped>
public-ca-data-key              data   ca.crt                        $<cert>
public-tls-crt                  data   tls.crt                       $<cert>
public-ca-string-data           sd     ca.crt                        $<cert64>
public-pem-env                  env    JWT_PUBLIC_KEY                $<pub|escaped>
public-key-flat                 env    REALM_PUBLIC_KEY              $<pub1>
public-key-token-key            cm     token_verification_key        $<pub|escaped>
public-ssh-comment              sd     id_ed25519.pub                $<sshpub>
public-known-hosts              sd     known_hosts                   $<known>
public-known-hosts-data         data   known_hosts                   $<known>
public-known-hosts-env          env    SSH_KNOWN_HOSTS               $<known>
public-authorized-arg           arg    --authorized-key              $<sshpub>
public-cloud-init               spec:acme.example/v1/Machine  sshAuthorizedKey  $<sshrsa>
public-client-certificate       spec:acme.example/v1/Cluster  clientCertificateData  $<cert64>
public-ca-provider              spec:acme.example/v1/Registry  caBundle  $<cert64>
public-vault-ca                 spec:external-secrets.io/v1/SecretStore  provider.vault.caBundle  $<cert64>
public-cosign                   cm     cosign.pub                    $<pub|escaped>
public-minisign                 cm     minisign_public_key           RWQ$<nonce>
public-age-arg                  arg    --recipient                   $<age>
public-age-yaml                 yml:sops.yaml  creation_rules.age    $<age>
public-jwk                      json:jwks.json  keys.n               $<pub1|b64url>
public-openid-kid               json:jwks.json  keys.kid             $<md5>
public-gpg-fingerprint          values  signing.keyFingerprint       $<sha1|upper>
public-ssh-fingerprint          comment  host key                    $<fingerprint>
public-dnskey                   cm     ds_record                     20326 8 2 $<sha256|upper>
public-tlsa                     cm     tlsa                          3 1 1 $<sha256>
public-wireguard-peer           spec:acme.example/v1/Peer  publicKey  $<wg>
public-reality                  spec:acme.example/v1/Mesh  nodePublicKey  $<wg>
%% public-secret-data
plain-username                  sd     username                      orders
plain-username-encoded          data   username                      orders
plain-host                      data   host                          db.shop.svc.cluster.local
plain-port                      data   port                          5432
plain-database                  sd     database                      orders
plain-region                    data   region                        eu-central-1
plain-bucket                    sd     bucket                        acme-backup
plain-endpoint                  data   endpoint                      https://minio.platform.svc:9000
plain-type                      sd     type                          git
plain-url                       sd     url                           https://git.acme.io/acme/config.git
plain-email                     data   email                         ops@acme.io
plain-namespace                 data   namespace                     shop
plain-log-level                 sd     LOG_LEVEL                     info
plain-feature                   data   ENABLE_SIGNUP                 true
plain-client-id                 sd     client_id                     $<uid>
plain-client-id-google          data   clientID                      $<oauth>
plain-tenant                    data   tenant                        $<uid>
plain-project                   sd     project                       acme-prod
plain-role                      sd     role-arn                      arn:aws:iam::$<number>:role/backup
plain-server                    sd     server                        https://10.0.0.1:6443
plain-name                      data   name                          prod-cluster
plain-nginx-file                data   nginx.conf                    server { listen 8080; location / { proxy_pass http://web; } }
plain-truststore-type           sd     truststore.type               PKCS12
plain-ssl-mode                  data   sslmode                       verify-full
plain-uri-no-password           data   uri                           postgresql://db.shop.svc:5432/orders
plain-empty                     sd     password                      ""
plain-issuer                    sd     issuer                        https://login.acme.io
plain-redirect                  sd     redirect-uri                  https://app.acme.io/oauth2/callback
plain-scopes                    data   scopes                        openid profile email groups
plain-timezone                  data   TZ                            Europe/Berlin
"""
SHEET = r"""
%% public-key
=== public-ca-bundle-webhook path=k8s/webhook.yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: gate
webhooks:
- name: gate.acme.io
  clientConfig:
    caBundle: $<cert64>
    service: {name: gate, namespace: platform, path: /validate}
=== public-ca-bundle-apiservice @ spec apiregistration.k8s.io/v1/APIService
group: metrics.k8s.io
version: v1beta1
caBundle: $<cert64>
service: {name: metrics-server, namespace: kube-system}
=== public-ca-configmap @ file ca-bundle.pem
$<cert>
$<cert2>
=== public-kube-root-ca path=k8s/ca.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-root-ca.crt
data:
  ca.crt: |
    $<cert>
=== public-csr path=k8s/csr.yaml
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata:
  name: web
spec:
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
  request: $<csr|b64>
=== public-authorized-keys-file @ file authorized_keys
# operators
$<sshpub>
$<sshrsa> backup@nas
=== public-known-hosts-argocd path=clusters/argocd/ssh.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-ssh-known-hosts-cm
data:
  ssh_known_hosts: |
    $<known>
    [ssh.github.com]:443 $<sshrsa>
=== public-gpg-keys-argocd path=clusters/argocd/gpg.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-gpg-keys-cm
data:
  4AEE18F83AFDEB23: |
    $<pgppub>
=== public-kyverno-cosign @ spec kyverno.io/v1/ClusterPolicy
rules:
- name: signed
  verifyImages:
  - imageReferences: ["ghcr.io/acme/*"]
    attestors:
    - entries:
      - keys:
          publicKeys: |-
            $<pub>
=== public-istio-jwks @ spec security.istio.io/v1/RequestAuthentication
jwtRules:
- issuer: https://login.acme.io
  jwks: '{"keys": [{"kty": "RSA", "kid": "$<md5>", "e": "AQAB", "n": "$<pub1|b64url>"}]}'
=== public-kubeconfig-exec @ file config
apiVersion: v1
kind: Config
clusters:
- name: prod
  cluster:
    certificate-authority-data: $<cert64>
    server: https://10.0.0.1:6443
users:
- name: oidc
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: kubelogin
      args: [get-token, --oidc-client-id=kubernetes]
=== public-kubeconfig-token-file @ file kubeconfig
apiVersion: v1
kind: Config
users:
- name: node
  user:
    tokenFile: /var/run/secrets/token
    client-certificate-data: $<cert64>
=== public-registry-certs @ configmap
registry.acme.io: |
  $<cert>
=== public-ssh-secret path=k8s/deploy-key.yaml
apiVersion: v1
kind: Secret
metadata:
  name: deploy-key-public
stringData:
  ssh-publickey: $<sshpub>
=== public-machine-config path=k8s/mc.yaml
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  name: 99-ssh
spec:
  config:
    passwd:
      users:
      - name: core
        sshAuthorizedKeys:
        - $<sshrsa>
%% high-entropy
=== entropy-binary-data path=k8s/logo.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: logo
binaryData:
  logo.png: $<png>
=== entropy-binary-blob path=k8s/geo.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: geo
binaryData:
  regions.pb: $<blob>
=== entropy-kustomize-images @ kustomization
resources: [../../base]
images:
- name: web
  newName: ghcr.io/acme/web
  digest: $<digest>
=== entropy-init-checksum @ container
command:
- sh
- -c
- |
  curl -fsSLo /tmp/kubectl https://dl.k8s.io/v1.35.0/bin/linux/amd64/kubectl
  echo "$<sha256>  /tmp/kubectl" | sha256sum --check
=== entropy-managed-fields path=k8s/live.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: live
  uid: $<uid>
  resourceVersion: "84213377"
  annotations:
    deployment.kubernetes.io/revision: "12"
    kubernetes.io/config.hash: $<md5>
data:
  mode: fast
=== entropy-helm-release-labels path=k8s/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  labels:
    helm.toolkit.fluxcd.io/name: web
    acme.io/build: $<sha1>
data: {}
=== entropy-cdi-checksum @ spec cdi.kubevirt.io/v1beta1/DataVolume
source:
  http:
    url: https://images.acme.io/fedora.qcow2
    checksum: sha512:$<sha512>
=== entropy-certificate-serials @ file revoked.txt
$<sha1>
$<sha1>
$<md5>
=== entropy-hash-list @ configmap
allowed-digests: |
  $<digest>
  $<digest2>
=== entropy-css @ file style.css
.logo { background: url("data:image/png;base64,$<png>"); }
=== entropy-html-integrity @ file index.html
<script src="/app.$<short>.js" integrity="$<integrity>" crossorigin="anonymous"></script>
=== entropy-flux-inventory path=clusters/prod/status.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, path: ./apps, prune: true}
status:
  lastAppliedRevision: main@sha1:$<sha1>
  observedGeneration: 4
"""
