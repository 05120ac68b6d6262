"""Values for the labelled manifests, made from a seeded source: none of them stands in this file.

`SECRET` builds what a person would have to rotate, `PUBLIC` what looks like it and is for everybody.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from random import Random
from string import ascii_letters, ascii_lowercase, digits

Builder = Callable[[Random], str]

WORD = digits + ascii_letters
HEX = digits + "abcdef"
BECH32 = "".join(x for x in digits + ascii_lowercase if x not in "1bio")
DASHES = "-" * 5
WORDS = (
    "winter",
    "dragon",
    "coffee",
    "sunset",
    "purple",
    "monkey",
    "falcon",
    "orange",
    "turtle",
    "castle",
    "marble",
    "thunder",
    "copper",
    "harbor",
    "velvet",
    "pepper",
    "bishop",
    "rocket",
    "garden",
    "silver",
    "magnet",
    "planet",
    "walnut",
    "meadow",
)


def run(alphabet: str, length: int, head: str = "", tail: str = "") -> Builder:
    """A builder of random letters between two fixed texts."""

    def build(random: Random) -> str:
        return head + "".join(random.choice(alphabet) for _ in range(length)) + tail

    return build


def encoded(length: int, magic: bytes = b"") -> Builder:
    """A builder of base64 text of random bytes that begin as their format does."""

    def build(random: Random) -> str:
        return base64.b64encode(magic + random.randbytes(length - len(magic))).decode()

    return build


def armour(label: str, body: Builder, *, spaced: bool = False) -> Builder:
    """A builder of a text between BEGIN and END lines, 64 letters a line."""

    def build(random: Random) -> str:
        text = body(random)
        lines = [text[i : i + 64] for i in range(0, len(text), 64)]
        top, bottom = f"{DASHES}BEGIN {label}{DASHES}", f"{DASHES}END {label}{DASHES}"
        return "\n".join([top, *[""] * spaced, *lines, bottom])

    return build


def _weak(random: Random) -> str:
    word = random.choice(WORDS)
    return (word if random.random() < 0.5 else word.title()) + str(random.randrange(100, 9999))


def _strong(random: Random) -> str:
    body = "".join(random.choice(WORD) for _ in range(18))
    return random.choice(ascii_letters) + body + random.choice(digits) + random.choice("kQz")


def _symbols(random: Random) -> str:
    return (
        random.choice(ascii_letters)
        + "".join(random.choice(WORD + "!#^*_+~") for _ in range(17))
        + "x7"
    )


def _phrase(random: Random, glue: str = "-") -> str:
    return glue.join([*random.sample(WORDS, 4), str(random.randrange(10, 99))])


def _spaced(random: Random) -> str:
    return _phrase(random, " ")


def _uuid(random: Random) -> str:
    return "-".join("".join(random.choice(HEX) for _ in range(n)) for n in (8, 4, 4, 4, 12))


def _part(value: Mapping[str, object]) -> str:
    text = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _jwt(random: Random) -> str:
    claims = {
        "sub": "ci",
        "iss": "https://login.acme.io",
        "iat": random.randrange(10**9, 2 * 10**9),
    }
    signature = base64.urlsafe_b64encode(random.randbytes(32)).decode().rstrip("=")
    return f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}.{signature}"


def _account_token(random: Random) -> str:
    claims = {
        "iss": "kubernetes/serviceaccount",
        "kubernetes.io/serviceaccount/namespace": "shop",
        "kubernetes.io/serviceaccount/service-account.name": "ci",
        "sub": "system:serviceaccount:shop:ci",
    }
    signature = base64.urlsafe_b64encode(random.randbytes(256)).decode().rstrip("=")
    return f"{_part({'alg': 'RS256', 'kid': 'k1'})}.{_part(claims)}.{signature}"


def _ppk(random: Random) -> str:
    lines = ["PuTTY-User-Key-" + "File-3: ssh-ed25519", "Encryption: none", "Private-Lines: 1"]
    return "\n".join([*lines, encoded(36)(random), "Private-MAC: " + run(HEX, 64)(random)])


def _zipped(random: Random) -> str:
    return base64.b64encode(gzip.compress(random.randbytes(150), mtime=0)).decode()


def _sops(random: Random) -> str:
    data, iv, tag = encoded(18)(random), encoded(32)(random), encoded(16)(random)
    return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:str]"


def _known_host(random: Random) -> str:
    return "github.com ssh-ed25519 " + _ssh_key(random)


def _ssh_key(random: Random) -> str:
    return encoded(51, b"\0\0\0\x0bssh-ed25519\0\0\0 ")(random)


def _ssh_public(random: Random) -> str:
    return f"ssh-ed25519 {_ssh_key(random)} ops@acme.io"


_DER = b"\x30\x82\x04\xa4\x02\x01\x00"
_RSA8 = armour("PRIVATE KEY", encoded(300, b"\x30\x82\x04\xbe\x02\x01\x00\x30\x0d\x06\x09"))
_CERTIFICATE = armour("CERTIFICATE", encoded(420, b"\x30\x82\x03\x0d\x30\x82\x01\xf5\xa0\x03"))

SECRET: dict[str, Builder] = {
    "weak": _weak,
    "strong": _strong,
    "long": run(WORD, 48),
    "symbols": _symbols,
    "phrase": _phrase,
    "spaced": _spaced,
    "pin": lambda random: str(random.randrange(10**9, 10**10)),
    "hex": run(HEX, 32),
    "hex40": run(HEX, 40),
    "hex64": run(HEX, 64),
    "key": encoded(32),
    "key64": encoded(64),
    "aws": run(WORD + "+/", 40),
    "django": run(ascii_lowercase + digits + "!@#^*(-_=+)", 50, "d"),
    "guid": _uuid,
    "jwt": _jwt,
    "account": _account_token,
    "rsa": armour("RSA " + "PRIVATE KEY", encoded(330, _DER)),
    "rsa8": _RSA8,
    "ec": armour("EC " + "PRIVATE KEY", encoded(121, b"\x30\x77\x02\x01\x01\x04\x20")),
    "openssh": armour("OPENSSH " + "PRIVATE KEY", encoded(190, b"openssh-key-v1\0\0\0\0\x04none")),
    "pgp": armour("PGP " + "PRIVATE KEY BLOCK", encoded(300, b"\x95\x01"), spaced=True),
    "ppk": _ppk,
    "pkcs12": encoded(260, b"\x30\x82\x09\xb1\x02\x01\x03\x30\x82"),
}
PUBLIC: dict[str, Builder] = {
    "sha1": run(HEX, 40),
    "md5": run(HEX, 32),
    "sha256": run(HEX, 64),
    "sha512": run(HEX, 128),
    "digest": run(HEX, 64, "sha256:"),
    "short": run(HEX, 7),
    "uid": _uuid,
    "number": lambda random: str(random.randrange(10**11, 10**12)),
    "nonce": encoded(16),
    "blob": encoded(180),
    "hash44": encoded(32),
    "integrity": lambda random: "sha384-" + encoded(48)(random),
    "fingerprint": lambda random: "SHA256:" + encoded(32)(random).rstrip("="),
    "png": encoded(150, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    "gz": _zipped,
    "woff": encoded(140, b"wOF2\0\x01\0\0"),
    "cert": _CERTIFICATE,
    "cert64": lambda random: base64.b64encode(_CERTIFICATE(random).encode()).decode(),
    "csr": armour("CERTIFICATE REQUEST", encoded(250, b"\x30\x82\x02\x8a\x30\x82")),
    "pub": armour("PUBLIC KEY", encoded(162, b"\x30\x81\x9f\x30\x0d\x06\x09")),
    "pub1": encoded(294, b"\x30\x82\x01\x22\x30\x0d"),
    "pgppub": armour("PGP PUBLIC KEY BLOCK", encoded(260, b"\x99\x01"), spaced=True),
    "pgpmsg": armour("PGP MESSAGE", encoded(200, b"\x85\x01"), spaced=True),
    "agefile": armour("AGE ENCRYPTED FILE", encoded(220, b"age-encryption.org/v1\n-> X25519 ")),
    "sshpub": _ssh_public,
    "sshrsa": lambda random: (
        "ssh-rsa " + encoded(200, b"\0\0\0\x07ssh-rsa\0\0\0\x03\1\0\1")(random)
    ),
    "known": _known_host,
    "age": run(BECH32, 58, "age1"),
    "enc": _sops,
    "sealed": lambda random: "AgA" + encoded(330)(random),
    "oauth": run(ascii_lowercase + digits, 32, "648123459071-", ".apps.googleusercontent.com"),
    "ulid": run("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24, "01"),
    "pk": run(WORD, 24, "pk" + "_live_"),
    "sitekey": run(WORD, 33, "6Ld" + "AAAAA"),
    "transit": lambda random: "vault:v1:" + encoded(60)(random),
    "kmsblob": encoded(184, b"\x01\x02\x02\0\x78"),
    "wg": encoded(32),
}
"""Builders by the name that a sheet writes as `$<name>`."""
