"""Secrets as objects: what their data hold, decoded, and which of it is a credential.

The type of a Secret says what some of its keys hold; any other entry is a credential by its name, by
its format, or because it looks rolled by a machine. The rest is plain data in a Secret. Not for other
kinds (`bodies`).

https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.secrets.anywhere import formats_in, hash_of, what_of
from policygate.secrets.bodies import Walk, search_deeper
from policygate.secrets.files import in_file
from policygate.secrets.formats import find_formats
from policygate.secrets.found import Found, Hidden
from policygate.secrets.names import Naming, naming, words
from policygate.secrets.values import (
    decoded,
    decoded_text,
    entropy,
    fallback_of,
    is_placeholder,
    is_public,
    is_random,
    is_reference,
    is_secret,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.model import Path

FIELDS: Final = ("data", "stringData")
_TYPED: Final = {
    "kubernetes.io/basic-auth": {"password": "a password"},
    "kubernetes.io/ssh-auth": {"ssh-privatekey": "a private key"},
    "kubernetes.io/tls": {"tls.key": "a private key"},
    "kubernetes.io/service-account-token": {"token": "a service account token"},
    "bootstrap.kubernetes.io/token": {"token-secret": "a bootstrap token"},
}
"""Keys that hold a credential, whatever it looks like."""
_DOCKER: Final = frozenset({".dockercfg", ".dockerconfigjson"})
_OPEN: Final = frozenset(
    {
        "address", "audience", "authority", "bucket", "ca", "cert", "certificate", "chart", "class", "cluster", "config", "context",
        "count", "crt", "database", "db", "dbname", "description", "domain", "email", "endpoint", "endpoints", "enabled", "enterprise", "env", "expiration",
        "fingerprint", "from", "group", "groups", "host", "hostname", "hosts", "id", "insecure", "installation", "issuer", "kind", "label", "level", "login",
        "mode", "name", "namespace", "org", "organization", "owner", "path", "pem", "port", "project", "proxy", "pub", "public",
        "publickey", "realm", "region", "registry", "repo", "repository", "role", "scheme", "schema", "scope", "scopes", "sender", "server", "size", "sslmode",
        "subject", "tenant", "timezone", "to", "type", "tz", "url", "uri", "user", "username", "version", "zone",
    }
)  # fmt: skip
"""Last words of names that everybody may know the values of."""
_BLOCK: Final = re.compile(r"^[A-Za-z0-9+/]{64,4096}={0,2}$")
_HEX_KEY: Final = re.compile(r"^[0-9a-f]{32,128}$")
_ANY_KEY: Final = Naming("a key", strong=False)
_PIN: Final = Naming("a PIN", strong=True)
_KEYSTORES: Final = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce", b"\x30\x82")
_PACKED: Final = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"BZh",
    b"\xfd7zXZ",
    b"\x00GITCRYPT",
    b"%PDF",
    b"GIF8",
)


class Entry(NamedTuple):
    """One entry of a Secret: where it stands, and what it holds (None for what is no text)."""

    path: Path
    key: str
    text: str | None
    data: bytes


def entries(body: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield what a Secret holds; what is no base64 in `data` the cluster would refuse, and is taken as it is."""
    for field in FIELDS:
        held = body.get(field)
        for key, value in held.items() if isinstance(held, dict) else ():
            if isinstance(value, bool) or not isinstance(value, (str, int, float)):
                continue
            raw = str(value)
            if not raw.strip():
                continue
            clear = None if field == "stringData" else decoded(raw)
            data = raw.encode("utf-8", "surrogatepass") if clear is None else clear
            try:
                text: str | None = data.decode("utf-8")
            except UnicodeDecodeError:
                text = None
            yield Entry((field, str(key)), str(key), text, data)


def in_secret(body: Mapping[str, Any]) -> Iterator[Found]:
    """Yield the credentials that a Secret's data hold."""
    held = body.get("type")
    typed = _TYPED.get(held, {}) if isinstance(held, str) else {}
    for entry in entries(body):
        for found in _in_entry(entry, typed):
            encoded = entry.path[0] == "data"
            yield found._replace(path=entry.path, line=-1 if encoded else found.line)


def is_secret_data(value: Any) -> bool:
    """Whether a document without a kind holds what only a Secret does: a patch of one."""
    if not isinstance(value, dict) or "kind" in value:
        return False
    if isinstance(value.get("stringData"), dict):
        return True
    data = value.get("data")
    if not isinstance(data, dict) or not data:
        return False
    return all(
        isinstance(each, str) and len(each) > 3 and decoded(each) is not None
        for each in data.values()
    )


def holds_plain_data(body: Mapping[str, Any]) -> bool:
    """Whether a Secret holds something that is neither public nor put in later."""
    return any(
        entry.text is None
        or not (
            is_public(entry.text)
            or is_reference(entry.text.strip())
            or is_placeholder(entry.text.strip())
        )
        for entry in entries(body)
    )


def _in_entry(entry: Entry, typed: Mapping[str, str]) -> Iterator[Found]:
    key, text = entry.key, entry.text
    if text is None:
        yield from _in_bytes(entry, typed)
        return
    value = text.strip()
    if not value or is_reference(value):
        if "\n" in value:
            yield from in_file(text, key, search_deeper)
        elif fallback := fallback_of(value):
            yield from _in_value(key, fallback)
        return
    if key in _DOCKER:
        yield from in_file(value, "config.json", search_deeper)
        return
    if key in typed and not is_placeholder(value) and not is_public(value):
        yield Found(typed[key], key, Hidden(value))
        return
    if "\n" in value:
        yield from _in_lines(entry, text)
        return
    yield from _in_value(key, value)


def _in_lines(entry: Entry, text: str) -> Iterator[Found]:
    found = list(in_file(text, entry.key, search_deeper))
    yield from found
    if found:
        return
    joined = "".join(text.split())
    yield from (each._replace(line=0) for each in formats_in(joined))
    if _BLOCK.match(joined) and is_random(joined[:64]) and not is_public(text):
        yield Found("what looks like a key", entry.key, Hidden(text))
        return
    clear = decoded_text(joined, least=16)
    if clear is not None and joined != text.strip():
        yield from _in_value(entry.key, clear.strip())


def _in_value(key: str, value: str, depth: int = 0) -> Iterator[Found]:
    """Judge one line: by its name, by what is inside of it, by its looks."""
    promise = _promise(key)
    if promise is not None:
        if is_secret(value, key, promise, literal=True):
            yield hash_of(value) or Found(what_of(value) or promise.what, key, Hidden(value))
            return
        if not value.startswith(("{", "[")) and "://" not in value and " " not in value:
            return
    inside = Walk().search(value)
    if inside:
        yield from inside
        return
    clear = decoded_text(value, least=12) if depth < 3 else None
    if clear is not None and len(clear) > 5 and _is_text(clear):
        inner = (
            list(_in_value(key, clear.strip(), depth + 1))
            if "\n" not in clear.strip()
            else list(in_file(clear, key, search_deeper))
        )
        yield from (each._replace(value=Hidden(value)) for each in inner)
        return
    if _looks_rolled(key, value) or any(
        _HEX_KEY.match(each) for each in value.split() if " " in value
    ):
        yield Found("what looks like a key or a token", key, Hidden(value))


def _is_text(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or "\n" in text


def _promise(key: str) -> Naming | None:
    promise = naming(key)
    if promise is not None:
        return promise
    found = words(key)
    if found and found[-1] == "pin":
        return _PIN
    if found and found[-1] == "key" and "public" not in found and "access" not in found:
        return _ANY_KEY
    return None


def _looks_rolled(key: str, value: str) -> bool:
    found = words(key)
    if found and (found[-1] in _OPEN or "public" in found):
        return False
    if len(value) < 16 or is_placeholder(value) or is_public(value) or "://" in value:
        return False
    if (
        value.isdigit()
        or value.count(".") > 3
        or value.count("/") > 3
        or "," in value
        or "=" in value.rstrip("=")
    ):
        return False
    if any(match.format.identifier for match in find_formats(value)):
        return False
    return is_random(value) and entropy(value) >= 3.2


def _in_bytes(entry: Entry, typed: Mapping[str, str]) -> Iterator[Found]:
    """Judge what is no text: key stores, and key material without a form."""
    data = entry.data
    if data.startswith(_PACKED):
        return
    what = typed.get(entry.key)
    store = re.search(r"\.(?:jks|p12|pfx|keystore|pkcs12|key|der|kdbx|keytab)$", entry.key.lower())
    if what or store:
        if not re.search(r"trust|ca\.|cacerts", entry.key.lower()):
            yield Found(what or "a key store", entry.key, Hidden(data.hex()))
        return
    promise = _promise(entry.key)
    rolled = 16 <= len(data) <= 128 and len(set(data)) > len(data) // 3
    if promise is not None or (rolled and not data.startswith(_KEYSTORES)):
        yield Found(
            promise.what if promise else "what looks like a key", entry.key, Hidden(data.hex())
        )
