"""Known secrets, every way to spell them, and the command run so that nothing it says or writes is missed."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import unescape
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus, unquote

import yaml
from click.testing import CliRunner

from policygate.cli import cli
from policygate.reporters import FORMATS
from tests.repo import Repo
from tests.reporters.agent import decoded
from tests.secrets.fakes import FAKES, WORD, run

PACKS = sorted(each.name for each in Path("policies").resolve().iterdir() if each.is_dir())
_ON = "".join(f"  {pack}: {{enabled: true}}\n" for pack in PACKS)
SETTINGS = f"packs:\n{_ON}python_policies: ['.policygate/policies/*.py']\n"
"""Everything is on."""
PIECE = 8
"""So many characters of what is random are a part of it, and of nothing else."""


class Known(NamedTuple):
    """A secret, and its parts that nothing may show; `rolled` parts not even in pieces."""

    kind: str
    value: str
    parts: tuple[str, ...]
    rolled: tuple[str, ...]


def _all(kind: str, value: str) -> Known:
    return Known(kind, value, (value,), (value,))


def known_secrets(seed: int) -> list[Known]:
    """One secret of every kind; of other seeds, other ones."""
    random = Random(seed)
    weak = random.choice(["Sommer", "Winter"]) + str(random.randrange(1950, 2000))
    word, code, clear = (run(random, WORD, length) for length in (24, 18, 24))
    pem = FAKES["private key"](random)
    coded = base64.b64encode(clear.encode()).decode()
    odd = f'p"{run(random, WORD, 4)}\\ß% {run(random, WORD, 4)}&#'
    dsn = f"postgres://app:{code}@db.shop.svc:5432/orders"
    return [
        Known("weak", weak, (weak,), ()),
        _all("random", word),
        _all("token", FAKES["GitHub token"](random)),
        Known("pem", pem, (pem,), tuple(pem.split("\n")[1:-1])),
        Known("dsn", dsn, (dsn, code), (code,)),
        Known("base64", coded, (coded, clear), (coded, clear)),
        _all("odd", odd),
    ]


def spellings(known: Known) -> Iterator[tuple[str, str]]:
    """Yield every text that gives a secret away, with what it is called."""
    for part in known.parts:
        yield from _spelled(part)
        for line in part.split("\n"):
            if len(line) >= PIECE and not line.startswith("-----"):
                yield "line", line
    for part in known.rolled:
        yield "beginning", part[:PIECE]
        yield "end", part[-PIECE:]


def _spelled(value: str) -> Iterator[tuple[str, str]]:
    data = value.encode()
    yield "plain", value
    yield "reversed", value[::-1]
    yield "hex", data.hex()
    for escaped in (json.dumps(value), json.dumps(value, ensure_ascii=False), repr(value)):
        yield "escaped", escaped[1:-1]
    for url in (quote(value), quote(value, safe=""), quote_plus(value)):
        yield "URL", url
    for coded in (data, data + b"\n"):
        yield "base64", base64.b64encode(coded).decode()
        yield "base64", base64.b64encode(coded).decode().rstrip("=")
        yield "base64", base64.urlsafe_b64encode(coded).decode().rstrip("=")
    for name in ("md5", "sha1", "sha256"):
        for coded in (data, data + b"\n"):
            yield name, hashlib.new(name, coded).hexdigest()[:16]


def leaks(shown: str, secrets: Iterable[Known]) -> list[str]:
    """What of some secrets stands in a text: the kind, how it is spelled, and the text around it."""
    views = list(dict.fromkeys(_views(shown)))
    found = {
        f"{known.kind}: {how}: …{view[max(0, at - 60) : at + 60]}"
        for known in secrets
        for form, how in _forms(known).items()
        for view in views
        if (at := view.find(form)) >= 0
    }
    return sorted(found)


@lru_cache
def _forms(known: Known) -> dict[str, str]:
    return {"".join(text.split()): how for how, text in spellings(known)}


def _views(shown: str) -> Iterator[str]:
    """A text without blanks, and without what a reporter does to it: colours, breaks, escapes."""
    plain = "\n".join(dict.fromkeys(re.sub(r"\x1b\[[0-9;]*m", "", shown).split("\n")))
    bare = plain.replace("`", "")  # of Markdown, where words that mean something are code
    once = _without_escapes(plain)
    for text in (plain, bare, once, unquote(plain), unescape(plain), decoded(plain)):
        for view in (text, _without_escapes(text)):  # what a person is shown stands in JSON, in XML
            yield "".join(view.split())


def _without_escapes(text: str) -> str:
    return re.sub(r"\\(u[0-9a-f]{4}|.)", _unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    what = found[1]
    return chr(int(what[1:], 16)) if len(what) > 1 else {"n": "\n", "t": "\t"}.get(what, what)


class Said(NamedTuple):
    """All that one run says: what it prints, what it writes, what it raises, and the report as data."""

    text: str
    report: dict[str, Any]
    raised: type[BaseException] | None = None

    @property
    def policies(self) -> set[str]:
        """The policies that have found something."""
        return {each["policy"] for each in self.report.get("findings", ())}


def check(repo: Repo, *options: str, stdin: str | None = None) -> Said:
    """Run `policygate check` with every format there is, talkative."""
    out = repo.path.parent / "out"
    out.mkdir(exist_ok=True)
    first = "github" if "--color" in options else "text"
    others = [f"--format={each}={out / each}" for each in FORMATS if each != first]
    formats = [f"--format={first}", *others]
    done = CliRunner().invoke(cli, ["check", "-v", *formats, *options], input=stdin)
    written = {each.name: each.read_text("utf-8") for each in sorted(out.iterdir())}
    for each in out.iterdir():
        each.unlink()
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raised = "".join(traceback.format_exception(done.exception))
        return Said(done.output + raised, {}, type(done.exception))
    return Said("\n".join([done.output, *written.values()]), json.loads(written["json"]))


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as people do."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def as_yaml(*bodies: Any) -> str:
    """Documents as YAML in block style."""
    return yaml.dump_all(bodies, Dumper=_Dumper, sort_keys=False, width=10_000, allow_unicode=True)


def in_folders(by_kind: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The files of every kind of secret, each in a folder of its own."""
    return {
        f"{kind}/{name}": text for kind, files in by_kind.items() for name, text in files.items()
    }
