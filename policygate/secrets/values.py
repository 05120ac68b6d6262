"""What a value looks like: a reference, a placeholder, a path, a setting, or something that was kept secret.

The value is asked before its name (`names`): most of what stands under `password` in a manifest says
where the password is. Not for formats of providers (`formats`) and not for where values stand.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from policygate.secrets.names import ANY_KEY, naming, words

if TYPE_CHECKING:
    from policygate.secrets.names import Naming

_REFERENCE: Final = re.compile(
    r"\$\{|\$\(|\{\{|<<|>>|<%|\[\[|@\{|@azurekeyvault|^@Microsoft\.|^`|^\$\{?[A-Za-z_0-9@*#?!]|^<[^<>]{0,200}>$|^%%?[A-Za-z_]|^\(\(|^@{1,2}[\w.-]{1,80}@{1,2}$|^__\w{1,80}__$"
    r"|^#\{|^\{[A-Za-z_][\w.:/-]{0,120}\}$|^\{(?:cipher\}|AQA)|^ENC\[|%\(\w{1,80}\)s"
    r"|^(?:vault|ref\+\w{1,20}|op|arn|secretref|gcp|gcpsm|sm|awssm|aws-sm|ssm|akeyless|bws|doppler|infisical"
    r"|keyvault|azurekeyvault|encrypted|kubernetes|k8s|file|env|secret|secrets|configmap|pass|keychain|lookup):"
    r"|^projects/[^/]{1,80}/secrets/|^!(?:Ref|vault|env_var|ENV|secret)\b|^<path:|^\$__|^\$\$?[A-Za-z_]|\\[SswWdDb]\b|\\[SswWdD][+*]|\[\^|\.[*+]|\(\?[:=!i]"
)
"""A mark that something puts the value in later: Kubernetes, shells, Helm, Flux, Argo CD, vaults."""
_FALLBACK: Final = re.compile(
    r"\{\{-?\s{0,4}\"([^\"\n]{1,256})\"\s{0,4}\||\bdefault\s{1,4}\"([^\"\n]{1,256})\""
    r"|^\$\{\w{1,80}:?[-=]([^}$\n]{1,256})\}$"
)
_HEXADECIMAL: Final = re.compile(
    r"^(?=[0-9]{0,512}[a-fA-F])(?=[a-fA-F]{0,512}[0-9])[0-9a-fA-F]{16,512}$"
)
_CODE: Final = re.compile(r"^[A-Za-z_$][\w.$>:-]{0,120}[\[(].{0,400}[\])][;,]?$", re.DOTALL)
_MEMBER: Final = re.compile(r"^[A-Za-z_]\w{0,60}(?:(?:\.|->|::)[A-Za-z_]\w{0,60}){1,8}$")
_PLACEHOLDER: Final = re.compile(
    r"change[-_ ]?(?:me|this|it)|^(?:injected|managed|filled|provided|supplied|populated|delivered|loaded|comes|kept|lives|held|fetched)[-_ ]"
    r"(?:at|by|from|in|via|through|on|with)|to[-_ ]?be[-_ ]?|replace|your[-_ ]|^your|[-_ ]here$|example|todo|fixme|x{4,}|\*{3,}|\.{3,}"
    r"|redacted|overr[iw]|placeholder|dummy|fake|sample|^insert|fill[-_ ]?(?:me|in)|set[-_ ](?:me|in|via|by|from|this)"
    r"|not[-_ ]?(?:a[-_ ]?)?(?:real|used|set|secret|needed|needed)|^unused|^tbd|^n/a$|^undefined$|^(?:gen|auto)[-_]?generated?"
    r"|^generated?(?:[-_ ]|$)|ignored?$|masked|hidden|removed|^<|>$|^(?:foo|bar|baz)+$|^not-?required|^empty|lorem|ipsum|stored[-_ ]in"
    r"|from[-_ ](?:vault|secret|env)|\bsee\b|^same[-_ ]as"
)
"""Matched against lower case."""
_SETTING: Final = frozenset(
    {
        "0", "1", "a", "always", "an", "and", "any", "are", "as", "auto", "basic", "be", "bearer", "by", "can", "cookie",
        "default", "disable", "disabled", "enable", "enabled", "encrypted", "env", "external", "false", "file", "for", "from",
        "header", "hidden", "if", "in", "inline", "internal", "is", "jwt", "key", "ldap", "local", "manual", "may", "must",
        "never", "nil", "no", "none", "not", "null", "oauth", "oauth2", "of", "off", "oidc", "on", "opaque", "optional", "or",
        "plain", "plaintext", "prompt", "query", "random", "required", "should", "string", "strong", "text", "the", "to",
        "true", "undefined", "unset", "value", "was", "weak", "with", "yes", "~",
    }
)  # fmt: skip
"""Modes, switches, and the words that follow `password` in a sentence."""
_AMOUNT: Final = re.compile(
    r"^-?[0-9]{1,9}(?:\.[0-9]{1,6})?(?:ms|us|ns|[smhdwykMGTP]i?|[smhdw][0-9]{1,4}[smhd]?|%|B)?$"
)
_URL: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]{1,30}://\S{0,2048}$")
_EMAIL: Final = re.compile(r"^[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){0,6}\.[A-Za-z]{2,24}$")
_PUBLIC: Final = re.compile(
    r"^\s{0,40}-----BEGIN (?:TRUSTED )?(?:CERTIFICATE|RSA PUBLIC|PUBLIC|EC PARAMETERS|DH PARAMETERS|X509 CRL|PGP PUBLIC"
    r"|PGP MESSAGE|PGP SIGNATURE|NEW CERTIFICATE|SSH2 PUBLIC|AGE ENCRYPTED)|^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\w{1,20}|sk-ssh-\S{1,40}) "
    r"|^age1[a-z0-9]{20,80}$|^Ag[A-D][A-Za-z0-9+/]{180,}|^pk_(?:live|test)_|^sha(?:1|256|384|512)[:-]|^SHA256:"
)
_ROOTS: Final = frozenset(
    {
        "app", "config", "data", "etc", "home", "mnt", "opt", "root", "run", "secrets", "srv", "tmp", "usr", "var", "vault",
    }
)  # fmt: skip
"""What absolute paths begin with."""
_EXTENSION: Final = re.compile(r"\.[a-z][a-z0-9]{1,5}$")
_UUID: Final = re.compile(r"^\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?$")
_HAS_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
_ENV_NAME: Final = re.compile(r"^[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,10}$")
_OBJECT: Final = re.compile(r"^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$")
_PARTS: Final = re.compile(r"[-_./:,@ ]+")
_HARD: Final = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{5}|[bcfghjklmpqrtvwxz]{4}(?<!ngth)(?<!tchp)|(.)\1\1"
)
_VOWEL: Final = re.compile(r"[aeiouy]")
_FOLLOWS: Final = {
    "a": "bcdgilmnprstuy", "b": "aeilou", "c": "acehiklortu", "d": "aeiorsu", "e": "acdefglmnprstvwx", "f": "aefilo",
    "g": "aeior", "h": "aeio", "i": "abcdefglmnoprstv", "k": "eis", "l": "adeilostuy", "m": "aeimop", "n": "acdefgiost",
    "o": "abcdgklmnoprstuvw", "p": "aeiloprstu", "q": "u", "r": "acdegikmnorstuvy", "s": "acehiopstu", "t": "acehilorstuy",
    "u": "abcdeilmnprst", "v": "aei", "w": "aeo", "x": "p",
}  # fmt: skip
"""The 200 most frequent pairs of letters in 5,530 words of real manifests: half of a word's pairs are among
them in 97 to 100 of 100 words (six letters and more), and in 11 to 20 of 100 random strings."""
_CAMEL: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_BOAST: Final = frozenset(
    {"my", "our", "super", "top", "very", "ultra", "mega", "strong", "weak", "test", "prod", "real"}
)
_THINGS: Final = frozenset(
    {
        "admin", "api", "app", "auth", "aws", "azure", "backup", "basic", "cert", "client", "cluster", "config", "cred", "credentials", "creds", "db", "dev",
        "docker", "enterprise", "gcp", "github", "gitlab", "image", "key", "licence", "license", "login", "oauth", "oidc", "prod", "production", "pull", "registry", "s3", "secret", "service",
        "ssh", "sso", "staging", "svc", "test", "tls", "token", "user", "web", "webhook",
    }
)  # fmt: skip
"""What objects of a cluster are named after."""
_ALGORITHM: Final = re.compile(r"^(?:[RHEP]S|AES|SHA|MD|TLS|OAuth|ed|ES)[-_]?v?\d", re.IGNORECASE)
_TYPED: Final = re.compile(r"^(?=[^A-Z]{0,64}[A-Z@!#%&*+])[\w.@!#%&*+-]{6,64}$")
_WORD_AND_NUMBER: Final = re.compile(r"^[a-z]{4,20}[0-9]{2,6}$")
_PROSE: Final = re.compile(
    r"^[A-Z\"'(¡¿<]|[.!?:…]$|\b(?i:the|your|enter|please|must|password|passwort|contrase|token|secret|is|for|with|at least|characters)\b"
)
_MATERIAL: Final = re.compile(
    r"^(?:[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){3,7}|[A-Za-z0-9]{20,}|[A-Za-z0-9+/]{20,}={1,2}|[A-Za-z0-9_-]{20,}={1,2}"
    r"|(?=[^A-Z]{0,64}[A-Z])(?=[^a-z]{0,64}[a-z])(?=[^0-9]{0,64}[0-9])[A-Za-z0-9_-]{32,256})$"
)
"""How keys are written: with hyphens and slashes only where padding shows what they are."""
_BASE64: Final = re.compile(r"^[A-Za-z0-9+/_-]{8,}={0,2}$")

_DOCUMENTED: Final = (
    "ABC-DEF1234ghIkl", "wJalrXUtnFEMI", "eyJzdWIiOiIxMjM0NTY3ODkwI", "Eby8vdM02xNOcqFlqUwJ", "eyJpc3MiOiJzdXBhYmFzZS1kZW1v", "4eC39HqLyjWDarjtT1zdp7dc",
)  # fmt: skip
"""Parts of the tokens that everybody copies out of the documentation of Telegram, AWS, JWT, Azurite, Supabase, Stripe."""
_SEQUENCES: Final = "0123456789 1234567890 abcdefghijklmnopqrstuvwxyz qwertyuiop 0123456789abcdef"
_SEQUENCE: Final = 8
"""So many characters in their order show that nobody rolled dice."""


def entropy(text: str) -> float:
    """Shannon's entropy of the characters, in bits each."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values()) if size else 0.0


def is_reference(value: str) -> bool:
    """Whether something else puts the value in: a variable, a template, a vault, code."""
    return bool(_REFERENCE.search(value) or _CODE.match(value))


def fallback_of(value: str) -> str:
    """What a reference is where nothing puts a value in: `{{ .password | default "hunter2" }}`, `${PASSWORD:=hunter2}`."""
    found = _FALLBACK.search(value)
    return next(filter(None, found.groups()), "") if found else ""


def is_code(value: str) -> bool:
    """Whether a value without quotes is an expression: `config.password`, `getenv("PASSWORD")`."""
    return (
        _MEMBER.match(value) is not None and is_wordlike(value.replace("->", "."))
    ) or _CODE.match(value) is not None


def is_placeholder(value: str) -> bool:
    """Whether a value says that it is none: `changeme`, `<password>`, `xxxx`."""
    low = value.lower()
    return _PLACEHOLDER.search(low) is not None or not any(map(str.isalnum, value))


def is_made_up(token: str) -> bool:
    """Whether what has the form of a token was typed to look like one: `1234567890abcdef`, `aaaa…`."""
    low = token.lower()
    if any(part in token for part in _DOCUMENTED):
        return True
    if len(low) >= 12 and len(set(low)) < min(6, len(low) // 3):
        return True
    return any(
        low[at : at + _SEQUENCE] in _SEQUENCES for at in range(len(low) - _SEQUENCE + 1)
    ) or is_placeholder(token)


def is_setting(value: str) -> bool:
    """Whether a value switches, counts or names a mode."""
    return value.lower() in _SETTING


def is_public(value: str) -> bool:
    """Whether everybody may know it: certificates, public keys, digests of images."""
    return _PUBLIC.match(value) is not None


def is_path(value: str) -> bool:
    """Whether a value names a file, or an entry of a vault: `/run/secrets/db`, `kv/data/web`."""
    if "/" not in value or any(each in value for each in "+= \n"):
        return value.startswith(("./", "~/")) and " " not in value
    head, _, _ = value.partition("#")
    parts = [part for part in head.strip("~.$").split("/") if part]
    if value[0] == "/" and len(parts) > 1 and (parts[0] in _ROOTS or _EXTENSION.search(parts[-1])):
        return True
    return bool(parts) and all(map(is_wordlike, parts))


def is_word(part: str) -> bool:
    """Whether letters could be a word: pronounceable, or too short to tell."""
    low = part.lower()
    if not low.isalpha() or len(low) > 24:
        return False
    if len(low) <= 3:
        return True
    if _HARD.search(low) is not None or len(_VOWEL.findall(low)) * 6 < len(low):
        return False
    return len(low) < 6 or 2 * _likely_pairs(low) >= len(low) - 1


def _likely_pairs(low: str) -> int:
    return sum(after in _FOLLOWS.get(before, "") for before, after in pairwise(low))


def is_wordlike(value: str) -> bool:
    """Whether a value is made of words and small numbers, as names of things are."""
    parts = [part for part in _PARTS.split(value) if part]
    return bool(parts) and all(map(_is_part, parts)) and not _HEXADECIMAL.match(value)


def _is_part(part: str) -> bool:
    found = _CAMEL.findall(part)
    if sum(map(len, found)) != len(part) or len(found) > 8:
        return False
    letters = [each for each in found if not each.isdigit()]
    numbers = [each for each in found if each.isdigit()]
    if not letters:
        return len(part) <= 4
    if len(found) > 2 and len(part) < 3.2 * len(found):
        return False
    if not all(map(is_word, letters)) or any(len(each) > 4 for each in numbers):
        return False
    pairs = [each.lower() for each in letters if len(each) > 1]
    return len(part) < 8 or 2 * sum(map(_likely_pairs, pairs)) >= sum(
        len(each) - 1 for each in pairs
    )


def is_prose(value: str) -> bool:
    """Whether a value is a text for people: words with spaces (or `Underscores_between`) them."""
    found = value.split()
    if len(found) == 1 and value[:1].isupper() and value.isidentifier():
        found = value.split("_")
    if len(found) < 2 or (len(found) == 2 and " " not in value):
        return False
    if value.islower() and value[-1].isdigit() and value.replace(" ", "").isalnum():
        return False  # `the cat sat on the red mat 42`: a passphrase
    plain = [word for word in found if is_word(word.strip(".,;:!?()'\"*`-"))]
    return len(plain) * 3 >= len(found) * 2 and _PROSE.search(value) is not None


def names_itself(value: str, name: str) -> bool:
    """Whether a value is the name of a key or of an object: `password`, `db-password`, `DB_PASSWORD`."""
    if words(value) == words(name.rpartition("/")[2]):
        return True
    if _ENV_NAME.match(value):
        return True
    if not _PARTS.search(value) or not is_wordlike(value):
        return False
    return naming(value) is not None and _BOAST.isdisjoint(words(value))


def is_random(value: str) -> bool:
    """Whether a value looks as if a machine had rolled it: no words, many different characters."""
    if len(value) < 8 or " " in value or is_wordlike(value):
        return False
    if len(value) < 16:
        return entropy(value) >= 2.75
    return entropy(value) >= (2.25 if _HEXADECIMAL.match(value) else 3.0)


def is_rolled(value: str) -> bool:
    """Whether a value is key material, whatever its name is: long, of one alphabet, random."""
    if _MATERIAL.match(value) is None or _HAS_UUID.search(value):
        return False
    return is_random(value) and entropy(value) >= 3.3


def is_secret(value: str, name: str, promise: Naming, *, literal: bool = False) -> bool:
    """Whether a value is the secret that its name promises.

    Args:
        value: The value, without white space around it.
        name: Its name.
        promise: What the name promises.
        literal: Whether nothing but the value itself can stand there (the data of a Secret): no
            name of an object, no setting.
    """
    value = value.strip("\"'")
    if (
        not value
        or is_reference(value)
        or is_placeholder(value)
        or is_public(value)
        or _is_label(value)
    ):
        return False
    if any(part in value for part in _DOCUMENTED):
        return False
    if is_setting(value) or is_path(value) or _URL.match(value) or _hides_nothing(value):
        return False
    if promise is ANY_KEY:
        return is_rolled(value)
    if promise.strong:
        return _is_password(value, name, literal=literal)
    return _is_token(value, name, literal=literal)


def _is_label(value: str) -> bool:
    """Whether a value is the word for a secret in some language, as it stands beside a field of a form."""
    if not any(each.isascii() and each.isalnum() for each in value):
        return True
    return value.istitle() and value.isalpha() and naming(value) is not None


def _hides_nothing(value: str) -> bool:
    """Whether base64 only hides a placeholder or a reference."""
    clear = decoded_text(value) if len(value) >= 8 and _BASE64.match(value) else None
    return (
        clear is not None
        and clear.isascii()
        and len(clear) > 4
        and (is_placeholder(clear) or is_reference(clear))
    )


def _is_password(value: str, name: str, *, literal: bool) -> bool:
    if literal:
        return words(value) != words(name)
    if names_itself(value, name) or _EMAIL.match(value):
        return False
    return not (is_prose(value) and "phrase" not in name.lower())


def _is_token(value: str, name: str, *, literal: bool) -> bool:
    if _says_nothing(value, name):
        return False
    if _UUID.match(value):
        return words(name) != ["key"]
    if words(name)[-1:] == ["id"]:
        return False  # `VAULT_SECRET_ID` is a UUID; of other secrets the id is a name
    if literal:
        return words(value) != words(name) and len(value) > 3
    if names_itself(value, name) or _names_a_secret(value):
        return False
    if _is_typed(value, name) or _is_drawn(value):
        return True
    if is_wordlike(value) or (_is_object_name(value) and not name.isupper()):
        return False
    return len(value) >= 6 and entropy(value) >= 2.2


def _is_drawn(value: str) -> bool:
    """Whether words were drawn by lot: `castle-harbor-magnet-purple-36` is named after nothing."""
    parts = value.split("-")
    if len(parts) < 4 or not parts[-1].isdigit() or parts[-1][:2] in ("19", "20"):
        return False
    return _THINGS.isdisjoint(parts) and is_wordlike(value)


def _is_typed(value: str, name: str) -> bool:
    """Whether somebody typed a value that no object can have as its name: `Winter94`, `karate321`, `app@dev1`."""
    if name.isupper() and name.endswith(("SECRET", "SECRET_KEY")) and is_wordlike(value):
        # `JWT_SECRET=supersecret`: where a name of an object would have hyphens.
        return not (_PARTS.search(value) and _BOAST.isdisjoint(words(value)))
    if (
        not any(map(str.isdigit, value))
        or not any(map(str.isalpha, value))
        or _ALGORITHM.match(value)
    ):
        return False
    if _OBJECT.match(value) is None and _TYPED.match(value) is not None:
        return True
    return len(words(name)) > 1 and _WORD_AND_NUMBER.match(value) is not None


def _says_nothing(value: str, name: str) -> bool:
    """Whether a value cannot be a token, wherever it stands: a text, a label, an amount, an example."""
    if is_prose(value) or _EMAIL.match(value) or (_AMOUNT.match(value) and len(value) < 10):
        return True
    if not value.isascii() and not any(map(str.isdigit, value)):
        return True
    if is_made_up(value):
        return True
    own, said = words(name), words(value)
    return said != own and _ENV_NAME.match(value) is not None and {*own} <= {*said}


def _names_a_secret(value: str) -> bool:
    """Whether a value is what people call an object with a secret: `dynakube-secret`."""
    letters = value.replace("-", "")
    if letters == value or not (letters.isalpha() and value.islower()):
        return False
    return naming(value) is not None and _BOAST.isdisjoint(words(value))


def _is_object_name(value: str) -> bool:
    """Whether a value is what Kubernetes calls things: words with hyphens, most of them words."""
    parts = value.split("-")
    if len(parts) < 2 or not _OBJECT.match(value):
        return False
    odd = [part for part in parts if not _is_part(part) and not (part.isalpha() and len(part) <= 5)]
    return 3 * len(odd) <= len(parts) and max(map(len, parts)) <= 16


def decoded(value: str) -> bytes | None:
    """What base64 says, white space aside; None where it is none."""
    compact = "".join(value.split())
    if len(compact) % 4 or not compact:
        return None
    try:
        return base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        return None


def decoded_text(value: str, *, least: int = 1) -> str | None:
    """The text that base64 holds; None where it is no base64, or no text."""
    data = decoded(value) if len(value) >= least else None
    if data is None:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    printable = all(each.isprintable() or each in "\n\r\t" for each in text)
    return text if printable else None
