"""What a name says of its value: `DB_PASSWORD` holds a password, `DB_PASSWORD_FILE` the place of one.

The last word decides, as people name things. Not for what the value looks like (`values`): a name
alone never makes a secret.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple


class Naming(NamedTuple):
    """What a name promises.

    Attributes:
        what: In words, with its article: `a password`.
        strong: Whether people put any text there (`root`), and not only what a machine made.
    """

    what: str
    strong: bool


_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ENCODED: Final = re.compile(r"(?:base|Base|BASE|b|B)64$")
"""What says how a value is written, and not what it is."""
_PASSWORD: Final = Naming("a password", strong=True)
_PASSPHRASE: Final = Naming("a passphrase", strong=True)
_SECRET: Final = Naming("a secret", strong=False)
_TOKEN: Final = Naming("a token", strong=False)
KEY: Final = Naming("a key", strong=False)
ANY_KEY: Final = Naming("a key", strong=False)
"""What most keys are not: only what was rolled by a machine is believed."""
_CREDENTIALS: Final = Naming("credentials", strong=False)

_LAST: Final = {
    "accesstoken": _TOKEN,
    "adgangskode": _PASSWORD,
    "apikey": KEY,
    "apitoken": _TOKEN,
    "auth": ANY_KEY,
    "authkey": KEY,
    "authtoken": _TOKEN,
    "bearer": _TOKEN,
    "clientsecret": _SECRET,
    "credential": _CREDENTIALS,
    "credentials": _CREDENTIALS,
    "contrasena": _PASSWORD,
    "creds": _CREDENTIALS,
    "geslo": _PASSWORD,
    "haslo": _PASSWORD,
    "kennwort": _PASSWORD,
    "masterauth": _PASSWORD,
    "masterkey": KEY,
    "mdp": _PASSWORD,
    "mnemonic": _PASSPHRASE,
    "motdepasse": _PASSWORD,
    "pass": _PASSWORD,
    "parola": _PASSWORD,
    "passcode": _PASSWORD,
    "passe": _PASSWORD,
    "passphrase": _PASSPHRASE,
    "passwd": _PASSWORD,
    "password": _PASSWORD,
    "passwort": _PASSWORD,
    "presharedkey": KEY,
    "privatekey": KEY,
    "psk": _PASSWORD,
    "pw": _PASSWORD,
    "pwd": _PASSWORD,
    "requirepass": _PASSWORD,
    "salasana": _PASSWORD,
    "secret": _SECRET,
    "secretkey": KEY,
    "senha": _PASSWORD,
    "token": _TOKEN,
    "userkey": KEY,
    "wachtwoord": _PASSWORD,
}
"""The last word of a name: what it promises."""
_ENDINGS: Final = (
    ("password", _PASSWORD), ("passwd", _PASSWORD), ("passphrase", _PASSPHRASE), ("apikey", KEY),
    ("secretkey", KEY), ("userkey", KEY), ("clientsecret", _SECRET), ("token", _TOKEN), ("secret", _SECRET),
)  # fmt: skip
"""Ends of words that were written together: `PGPASSWORD`."""
_BEFORE_KEY: Final = frozenset(
    {
        "account", "admin", "aes", "api", "app", "application", "auth", "cipher", "client", "cookie", "crypt", "crypto",
        "deploy", "encrypt", "encryption", "fernet", "hmac", "ingest", "integration", "jwt", "license",
        "licence", "master", "preshared", "private", "root", "routing", "secret", "service",
        "session", "shared", "sign", "signing", "ssh", "storage", "subscription", "symmetric", "tls", "tsig",
        "webhook", "write",
    }
)  # fmt: skip
"""What makes a key a secret one; `public key`, `primary key`, `access key` (an identifier) are none."""
_OPEN_KEYS: Final = frozenset(
    {
        "access", "cache", "composite", "extract", "find", "foreign", "group", "hash", "host", "hot", "index", "label", "lock", "map", "match", "object", "partition", "primary", "project",
        "pub", "publishable", "recaptcha", "ref", "reference", "registry", "remote", "row", "selector", "shard", "site", "socket", "sort", "topology", "turnstile", "unique", "verification", "verify",
    }
)  # fmt: skip
"""What makes a key one that everybody may know."""
_BEFORE_NONE: Final = {
    "pass": frozenset(
        {"by", "fast", "fastcgi", "first", "grpc", "memcached", "multi", "one", "proxy", "scgi", "second", "uwsgi"}
    ),
    "secret": frozenset({"existing", "image", "pull", "tls", "use"}),
    "token": frozenset(
        {
            "automount", "bos", "completion", "continuation", "csrf", "design", "enable", "eos", "max", "min",
            "mount", "next", "pad", "page", "per", "prompt", "stop", "total", "unk", "use", "xsrf",
        }
    ),
}  # fmt: skip
"""`proxy_pass`, `existingSecret` and `max_token` hold something else."""
_ABOUT: Final = frozenset(
    {"checksum", "digest", "existing", "fingerprint", "hash", "public", "sha", "sha1", "sha256"}
)
"""A name with one of these words is about a secret, and holds none."""
_NOISE: Final = frozenset(
    {
        "backup",
        "current",
        "dev",
        "encrypted",
        "live",
        "new",
        "old",
        "prod",
        "production",
        "qa",
        "stage",
        "staging",
        "uat",
        "plain",
        "plaintext",
        "raw",
        "string",
        "text",
        "unencrypted",
        "val",
        "value",
    }
)
_WHOLE: Final = {
    "_auth": Naming("credentials", strong=True),
    "auth_pass": _PASSWORD,
    "identitytoken": Naming("a token", strong=True),
    "redis_auth": _PASSWORD,
    "rediscli_auth": _PASSWORD,
    "secret_key_base": KEY,
    "contraseña": _PASSWORD,
    "erlangcookie": _SECRET,
    "hasło": _PASSWORD,
    "lösenord": _PASSWORD,
    "passord": _PASSWORD,
    "пароль": _PASSWORD,
    "密码": _PASSWORD,
    "パスワード": _PASSWORD,
    "registrytoken": _TOKEN,
}
"""Names that follow no rule."""
_NEVER: Final = frozenset(
    {"nopasswd", "proxy_password_policy", "tokenreview", "secretkeyref", "secretref"}
)


_ROOT: Final = re.compile(
    r"key|secret|pass|auth|token|cred|cookie|bearer|mnemonic|psk|pw|mdp|wort|woord|adgangskode|contrase|geslo|has[lł]o"
    r"|lösenord|parola|salasana|senha|пароль|密码|パスワード"
)
"""What every name that promises something has in it, in small letters: most have none."""


def words(name: str) -> list[str]:
    """The words of a name in small letters: `dbPassword`, `DB_PASSWORD`, `db-password` are two."""
    return [word.lower() for word in _WORD.findall(name)]


@lru_cache(maxsize=8192)
def naming(name: str) -> Naming | None:
    """What a name promises; None where it promises nothing.

    Args:
        name: A key, the name of a variable, a flag, a header: `spring.datasource.password`.
    """
    low = name.lower()
    if _ROOT.search(low) is None:
        return None
    whole = low.replace("-", "_").rpartition("/")[2]
    if whole in _WHOLE:
        return _WHOLE[whole]
    if len(name) > 200 or whole in _NEVER:
        return None
    found = words(_ENCODED.sub("", name.rpartition("/")[2]))
    while found and (found[-1].isdigit() or (found[-1] in _NOISE and len(found) > 1)):
        found.pop()
    if not found or not _ABOUT.isdisjoint(words(name)):
        return None
    return _by_last(found)


def _by_last(found: list[str]) -> Naming | None:
    last, before = found[-1], found[-2] if len(found) > 1 else ""
    if last == "data" and before == "key":  # `client-key-data` of a kubeconfig
        return KEY
    if last == "cookie" and before == "erlang":
        return _SECRET
    if last not in _LAST and last != "passes":
        last = last.removesuffix("s")
    if last == "key":
        further = found[-3] if len(found) > 2 else ""
        secret = before in _BEFORE_KEY or (further, before) in (
            ("secret", "access"),
            ("replica", "set"),
        )
        if secret or (before == "shared" and further == "pre"):
            return KEY
        return ANY_KEY if before and before not in _OPEN_KEYS else None
    if last == "id" and before == "secret":
        return _SECRET
    if before in _BEFORE_NONE.get(last, ()):
        return None
    if last in _NEVER:
        return None
    known = _LAST.get(last)
    if known is None:
        known = next((promise for end, promise in _ENDINGS if last.endswith(end)), None)
    return known
