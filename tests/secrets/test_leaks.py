"""Nothing leaks: known secrets in every place, through every mode, format and error, are found in nothing that is said."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from policygate.cli import cli
from policygate.cli.waivers import FORMATS as WAIVERS
from policygate.model import Finding, Location, Report, Revision
from policygate.policy import loader
from policygate.reporters import FORMATS, render
from tests.repo import Repo, clean_env
from tests.secrets.hostile import POLICIES
from tests.secrets.leaks import (
    SETTINGS,
    Known,
    Said,
    as_yaml,
    check,
    in_folders,
    known_secrets,
    leaks,
    spellings,
)
from tests.secrets.places import BROKEN, CHANGES, PLACES, Files, Place, in_env, secret

THOROUGH = bool(os.environ.get("POLICYGATE_THOROUGH"))
NEW, OLD = known_secrets(1), known_secrets(2)
PACK = {policy.id for policy in loader.load_shipped() if policy.pack == "secrets"}
LOAD = cache(loader._load_file)
"""The shipped policies are the same in every run: they are read once."""
AT = Location("a", 1)
SETTING = {".policygate/config.yaml": SETTINGS}

ALWAYS = (("--base", "HEAD"), ("--base", "HEAD", "--ignore", "secrets", "--explain-neutral"))
SOMETIMES = (
    ("--staged", "--existing", "fail", "--fail-on", "note"),
    ("--all", "--color", "always"),
    ("--base", "none", "--color", "always", "--ignore", "secrets"),
    (".", "--select", "secrets"),
    tuple(known.kind for known in NEW),
)
"""One of these for each place, or all of them."""

Make = Callable[[Mapping[str, str], Mapping[str, str]], Repo]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes repositories with a base and, in the worktree and the index, a head; the last one is the current folder."""
    for name in set(os.environ) - set(clean_env()):
        monkeypatch.delenv(name)
    for name, value in clean_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(loader, "_load_file", LOAD)
    numbers = count()

    def made(base: Mapping[str, str], head: Mapping[str, str]) -> Repo:
        repo = Repo.init(tmp_path / str(next(numbers)) / "repo")
        repo.commit({**SETTING, **base})
        for name in base.keys() - head.keys() - POLICIES.keys():
            repo.remove(name)
        for name, text in head.items():
            repo.write(name, text)
        repo.git("add", "-A")
        monkeypatch.chdir(repo.path)
        return repo

    return made


def files(place: Place, secrets: list[Known]) -> dict[str, str]:
    """A place with a secret of every kind, each in a folder of its own."""
    return in_folders({known.kind: place(known.value) for known in secrets})


def modes(table: Mapping[str, object], name: str) -> list[tuple[str, ...]]:
    """How a place is judged: all modes take turns."""
    turn = sorted(table).index(name) % len(SOMETIMES)
    return [*ALWAYS, *(SOMETIMES if THOROUGH else SOMETIMES[turn : turn + 1])]


def found_in(said: Said) -> set[str]:
    """The folders in which the pack has found something."""
    return {
        each["file"].partition("/")[0] for each in said.report["findings"] if each["policy"] in PACK
    }


# The test of the test


CUT = 400
"""Characters of a message in a table of Markdown."""


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("known", NEW, ids=[known.kind for known in NEW])
def test_a_leak_would_be_seen(known: Known, form: str) -> None:
    """Whatever a format makes of a message, a secret in it is found, however it is spelled."""
    for how, text in spellings(known):
        if form == "markdown" and len(text) > CUT:
            continue  # it is cut there; its lines and its ends are looked for as well
        finding = Finding("x", "", "note", "introduced", blocks=False, message=text, location=AT)
        report = Report("block", Revision(None, ""), Revision(None, ""), (finding,))
        assert leaks(render(report, form), [known]), how
    assert leaks("nothing of it", NEW) == []


# Places


@pytest.mark.parametrize("place", sorted(PLACES))
def test_no_place_gives_it_away(place: str, make: Make) -> None:
    """Wherever a secret stands, it is found there, and shown nowhere, with the pack and without."""
    repo = make({}, files(PLACES[place], NEW))
    for mode in modes(PLACES, place):
        said = check(repo, *mode)
        assert leaks(said.text, NEW) == []
        assert said.raised is None and said.report["faults"] == []
        assert "--ignore" in mode or found_in(said) == {known.kind for known in NEW}
        assert "--ignore" not in mode or not said.policies & PACK


@pytest.mark.parametrize("place", sorted(BROKEN))
def test_no_error_gives_it_away(place: str, make: Make) -> None:
    """What is broken on its line or beside it is reported, and the secret is not."""
    repo = make({}, files(BROKEN[place], NEW))
    for mode in modes(BROKEN, place):
        said = check(repo, *mode)
        assert leaks(said.text, NEW) == []
        assert said.raised is None and said.report["faults"] == []
        assert said.report["findings"]


@pytest.mark.parametrize("place", sorted({**PLACES, **BROKEN}))
def test_standard_input_gives_nothing_away(place: str, make: Make) -> None:
    """A file that is piped in is judged as any other."""
    repo = make({}, {})
    tables = {**PLACES, **BROKEN}
    known = NEW[sorted(tables).index(place) % len(NEW)]
    for name, text in tables[place](known.value).items():
        said = check(repo, "-", "--stdin-filename", name, stdin=text)
        assert leaks(said.text, NEW) == []
        assert said.raised is None


# Changes


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_no_change_gives_it_away(change: str, make: Make) -> None:
    """What was there before is as secret as what is there now."""
    before, after = CHANGES[change]
    pairs = list(zip(OLD, NEW, strict=True))
    base = in_folders({old.kind: before(old.value, new.value) for old, new in pairs})
    head = in_folders({old.kind: after(old.value, new.value) for old, new in pairs})
    both = [(base, head)] if "changed" in change else [(base, head), (head, base)]
    for one, other in both:
        repo = make(one, other)
        for mode in (*ALWAYS, SOMETIMES[0]) if THOROUGH else ALWAYS[-len(both) :]:
            said = check(repo, *mode)
            assert leaks(said.text, [*OLD, *NEW]) == []
            assert said.raised is None and said.report["faults"] == []
            assert said.report["counts"]["files"] or said.report["findings"]


# Policies of the repository


EVERYTHING: Place = lambda v: {  # noqa: E731
    "web.yaml": as_yaml(secret(stringData={"password": v, "user": "app"}), in_env(v))
    + f"# DB_PASSWORD={v}\n".replace("\n", "\n# "),
    "values.yaml": as_yaml({"auth": {"password": v}}),
}


def test_no_policy_can_quote_it(make: Make) -> None:
    """Policies that put it into messages, paths, values and exceptions are heard, without it."""
    repo = make({**POLICIES, **files(EVERYTHING, OLD)}, files(EVERYTHING, NEW))
    for mode in (*ALWAYS, *(SOMETIMES[:3] if THOROUGH else ())):
        said = check(repo, *mode)
        assert leaks(said.text, [*OLD, *NEW]) == []
        assert said.raised is None
        heard = said.policies | {each["policy"] for each in said.report["faults"]}
        own = {Path(name).stem.replace("_", "-") for name in POLICIES}
        assert own - heard == set()


# Waivers


SHAPED = {"token", "dsn"}
"""What is known for a credential wherever it stands."""


@pytest.mark.parametrize("form", [*WAIVERS, "log"])
def test_no_list_of_waivers_gives_it_away(form: str, make: Make) -> None:
    """A reason, an owner, a ticket or a recorded value that quotes a secret of the tree is shown without it."""
    known = [each for each in NEW if each.kind in SHAPED or (each.kind != "pem" and form != "log")]
    waivers = {
        f".policygate/waivers/{each.kind}.yaml": as_yaml(
            {
                "policy": "host-network",
                "resource": "shop/Deployment/web",
                **dict.fromkeys(("reason", "owner", "ticket"), f"see {each.value}"),
                "opened": "2026-01-14",
                "expires": "2026-01-20",
                "accepted": [{"path": "spec.hostNetwork", "was": each.value, "now": [each.value]}],
            }
        )
        for each in known
    }
    make({**files(EVERYTHING, NEW), **waivers}, {**files(EVERYTHING, NEW), **waivers})
    options = ["--log"] if form == "log" else ["--format", form, "--today", "2026-01-15"]
    done = CliRunner().invoke(cli, ["waivers", *options])
    assert done.output.count("(hidden)") >= len(known)
    assert leaks(done.output, known) == []


# Whole processes


def test_a_process_gives_nothing_away(make: Make, tmp_path: Path) -> None:
    """Nor does a real process, with tracebacks asked for, nor what it remembers between runs."""
    repo = make({**POLICIES, **files(EVERYTHING, OLD)}, files(EVERYTHING, NEW))
    cache = tmp_path / "cache"
    env = clean_env(
        XDG_CACHE_HOME=str(cache),
        PYTHONPATH=str(Path(__file__).parents[2]),
        POLICYGATE_TRACEBACK="1",
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "policygate", "check", "--base", "HEAD", "-v", "--format", "json=report.json"],
        cwd=repo.path, env=env, capture_output=True, check=False,
    )  # fmt: skip
    written = [repo.path / "report.json", *(each for each in cache.rglob("*") if each.is_file())]
    texts = [done.stdout, done.stderr, *(each.read_bytes() for each in written)]
    said = "\n".join(text.decode(errors="replace") for text in texts)
    assert leaks(said, [*OLD, *NEW]) == []
    assert done.returncode == 2 and "own-cannot" in said and len(written) > 1


# Fingerprints


def _fingerprints(said: Said, *, files: bool = True) -> list[str]:
    return sorted(
        each["fingerprint"]
        for each in said.report["findings"]
        if each["policy"] in PACK and (files or each["resource"])
    )


@pytest.mark.parametrize("place", sorted(PLACES.keys() - {"names beside it"}))
def test_a_fingerprint_knows_nothing_of_the_value(place: str, make: Make) -> None:
    """Two secrets of one kind at the same place have the same fingerprints: nothing of either is in them."""
    one, other = (
        [known for known in secrets if known.kind in ("weak", "random")] for secrets in (NEW, OLD)
    )
    said = [
        check(make({}, files(PLACES[place], secrets)), ".", "--select", "secrets")
        for secrets in (one, other)
    ]
    assert _fingerprints(said[0]) == _fingerprints(said[1])
    assert _fingerprints(said[0])


def _moved(text: str) -> str:
    documents = text.removesuffix("\n").split("\n---\n")
    return "# moved\n\n" + "\n---\n# down\n".join(reversed(documents)) + "\n"


@pytest.mark.parametrize("place", sorted(PLACES))
def test_a_fingerprint_survives_moves(place: str, make: Make) -> None:
    """Other lines and another order of documents, and for a resource another file, change no fingerprint."""
    held = files(PLACES[place], [known for known in NEW if known.kind in ("token", "odd")])
    yaml = {name: text for name, text in held.items() if name.endswith("/web.yaml")}
    moved = {**held, **{name: _moved(text) for name, text in yaml.items()}}
    renamed: Files = {
        name.replace("web.yaml", "renamed.yaml"): text for name, text in moved.items()
    }
    said = [check(make({}, each), ".", "--select", "secrets") for each in (held, moved, renamed)]
    assert _fingerprints(said[0]) == _fingerprints(said[1])
    assert _fingerprints(said[0], files=False) == _fingerprints(said[2], files=False)
    assert _fingerprints(said[0])
