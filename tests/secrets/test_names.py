"""What names promise: the last word decides, and most words promise nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.secrets.names import ANY_KEY, naming, words

STRONG = (
    "password", "PASSWORD", "DB_PASSWORD", "db-password", "dbPassword", "DBPassword", "spring.datasource.password", "PGPASSWORD", "MYSQL_PWD",
    "REDIS_PASS", "requirepass", "passphrase", "GRAFANA_ADMIN_PASSWORD", "password_old", "PASSWORD_1", "passwords", "acme.io/password",
    "mot-de-passe", "kennwort", "wachtwoord", "Contraseña", "_auth", "stringPassword", "adminPasswordBase64", "psk", "mnemonic", "userPasswd",
)  # fmt: skip
"""People put any text there."""
MID = (
    "token", "API_TOKEN", "apiToken", "accessToken", "BOT_TOKEN", "secret", "CLIENT_SECRET", "clientSecret", "jwt-secret", "credentials", "creds",
    "bearer", "SESSION_SECRET", "erlang-cookie", "VAULT_SECRET_ID", "webhookSecret", "refresh_token", "tokens", "secretToken", "GITHUB_TOKEN",
)  # fmt: skip
KEYS = (
    "apiKey", "API_KEY", "apikey", "secretKey", "secret-key", "AWS_SECRET_ACCESS_KEY", "privateKey", "encryption_key", "signingKey", "masterKey",
    "SECRET_KEY_BASE", "client-key-data", "authKey", "licenseKey", "pre-shared-key", "storageAccountKey", "JWT_KEY",
)  # fmt: skip
ANY = ("cloudKey", "DATADOG_KEY", "vendor-key")
"""Keys of which nobody knows what they open."""
NOTHING = (
    # where a secret is, not what
    "PASSWORD_FILE", "TOKEN_FILE", "tokenFile", "SECRET_PATH", "secretPath", "passwordFrom", "SECRET_NAME", "secretName", "secretRef", "secretKeyRef",
    "passwordSecretRef", "tokenSecretName", "existingSecret", "existingSecretPasswordKey", "imagePullSecrets", "tlsSecret", "useSecret", "TOKEN_URL", "tokenEndpoint",
    "passwordCommand", "CREDENTIALS_DIR", "secretNamespace", "passwordKeyName",
    # of an ExternalSecret and its like
    "secretStoreRef", "remoteRef", "refreshInterval", "creationPolicy", "property", "conversionStrategy", "decodingStrategy", "metadataPolicy", "dataFrom", "secretStore",
    "secretTemplate", "secretProviderClass", "secretType",
    # about one
    "tokenReview", "tokenReviews", "TOKEN_TTL", "tokenExpirationSeconds", "passwordPolicy", "PASSWORD_MIN_LENGTH", "tokenType", "passwordHash", "secretHash", "checksum/secret",
    "passwordEnabled", "tokenAudience", "secretVersion", "password.enabled", "rotatePasswordAfter", "secretsManager", "publicToken",
    "sha256-token", "token-fingerprint", "tokenizer", "passwordless", "secretary", "compass-view", "bypass-rules",
    # of machines of words, of servers, of forms
    "max_token", "maxTokens", "nextToken", "continuation_token", "page-token", "pad_token", "csrfToken", "proxy_pass", "fastcgi_pass", "first-pass",
    # keys that everybody may know
    "publicKey", "accessKey", "AWS_ACCESS_KEY_ID", "accessKeyId", "primaryKey", "partitionKey", "sortKey", "topologyKey", "key", "hotkey", "cacheKey", "groupKey", "objectKey", "sshPublicKey",
    "foreign_key", "hostKey", "registryKey", "recaptchaSiteKey", "keys",
    # none of it
    "monkey", "keyboard", "turkey", "image", "name", "", "2", "--", "user", "LOG_LEVEL", "x" * 300, "password" + "x" * 300,
)  # fmt: skip


@pytest.mark.parametrize("name", STRONG)
def test_people_put_any_text_there(name: str) -> None:
    """Passwords and passphrases, in every spelling and in other languages: weak ones count."""
    promise = naming(name)
    assert promise is not None
    assert promise.strong


@pytest.mark.parametrize("name", [*MID, *KEYS])
def test_machines_put_something_there(name: str) -> None:
    """Tokens, secrets, keys of a kind that is secret: what looks like the name of an object is none."""
    promise = naming(name)
    assert promise is not None
    assert not promise.strong
    assert (promise.what == "a key") == (name in KEYS)


@pytest.mark.parametrize("name", ANY)
def test_of_other_keys_only_what_was_rolled_is_believed(name: str) -> None:
    """Most keys are none that open anything."""
    assert naming(name) is ANY_KEY


@pytest.mark.parametrize("name", NOTHING)
def test_most_words_promise_nothing(name: str) -> None:
    """Files, paths, names, lengths, lives, hashes and switches of secrets; keys of tables; parts of other words."""
    assert naming(name) is None


_parts = st.lists(
    st.sampled_from(["db", "web", "admin", "shop", "password", "token", "api", "key", "secret", "file"]),
    min_size=1, max_size=4,
)  # fmt: skip


def _camel(parts: list[str]) -> str:
    return parts[0] + "".join(map(str.title, parts[1:]))


@given(_parts)
def test_the_spelling_changes_nothing(parts: list[str]) -> None:
    """Snake, kebab, camel, dotted, in capitals: the same words, the same promise."""
    spelled = ["_".join(parts), "-".join(parts), ".".join(parts), _camel(parts)]
    spelled.append("_".join(parts).upper())
    assert {tuple(words(name)) for name in spelled} == {tuple(parts)}
    assert len({naming(name) for name in spelled}) == 1


@given(_parts)
def test_what_says_where_never_triggers(parts: list[str]) -> None:
    """Whatever stands before `FILE`, `PATH`, `NAME`, `REF`, `URL`, `TTL`."""
    for end in ("FILE", "PATH", "NAME", "REF", "URL", "TTL", "LENGTH", "ENABLED", "HASH"):
        assert naming("_".join([*parts, end]).upper()) is None


@given(_parts, st.sampled_from(["OLD", "PROD", "BASE64", "2", "VALUE", "staging"]))
def test_what_says_which_changes_nothing(parts: list[str], end: str) -> None:
    """Environments, numbers, encodings behind a name."""
    assert naming("_".join([*parts, end])) == naming("_".join(parts))


@given(st.text(max_size=220))
def test_any_name_is_taken(name: str) -> None:
    """Whatever stands there, and always with the same answer; a folder before it says nothing."""
    assert naming(name) == naming(name.strip("\0") or name)
    if "/" not in name and len(name) < 190 and naming(name) is not None:
        assert naming(f"acme.example/{name}") == naming(name)
