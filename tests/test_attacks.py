"""Ways around the gate that somebody has tried: each held, or was closed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from policygate import check
from policygate.model import Report
from tests.cli.runner import run
from tests.memory import compare_trees
from tests.repo import Repo

TODAY: Final = "2026-01-15"
SETTINGS: Final = ".policygate/config.yaml"
FILE: Final = ".policygate/waivers/w.yaml"
POD: Final = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: prod}\nspec:\n  hostNetwork: %s\n  containers: [{name: web, image: 'web:1'}]\n"
WAIVER: Final = "policy: host-network\nresource: prod/Pod/web\nreason: debug\nowner: '@a'\nopened: 2026-01-14\nexpires: 2026-01-20\n"
COMMENT: Final = "  # policygate: ignore[host-network] debug until 2026-01-20 by @a"


def _check(base: dict[str, str], head: dict[str, str], today: str = TODAY) -> Report:
    return compare_trees(base, head, today=today)


def _blocking(report: Report) -> set[str]:
    return {f.policy for f in report.findings if f.blocks}


def _pods(*values: str) -> str:
    return "---\n".join(
        POD % (name, value) for name, value in zip(("web", "db"), values, strict=True)
    )


# Comments


@pytest.mark.parametrize(
    "mark", ["# trivy:ignore:AVD-KSV-0009", "# checkov:skip=CKV_K8S_19:because"]
)
def test_a_mark_of_another_resource_is_no_mark(mark: str) -> None:
    """What the base has on one resource excuses no other one, be it copied or moved."""
    base = _pods(f"true  {mark}", "false")
    for head in (_pods(f"true  {mark}", f"true  {mark}"), _pods("false", f"true  {mark}")):
        assert "host-network" in _blocking(_check({"a.yaml": base}, {"a.yaml": head}))


@pytest.mark.parametrize(
    "data",
    [
        'data: {password: "zu7Eighoh4shooX9  # policygate: ignore[secret-in-configmap] r until 2026-01-20 by @a"}\n',
        "data:\n  a.env: |\n    DB_PASSWORD=zu7Eighoh4shooX9  # policygate: ignore[secret-in-configmap] r until 2026-01-20 by @a\n",
    ],
)  # fmt: skip
def test_a_string_is_no_comment(data: str) -> None:
    """What stands in quotes or in a block of text excuses nothing."""
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n{data}"
    report = _check({}, {"a.yaml": text})
    assert "secret-in-configmap" in _blocking(report)
    assert not report.waivers


def test_a_comment_is_for_one_resource() -> None:
    """Not for what stands on the same line, nor for what an alias puts there; a copy of it is new."""
    twins = f"apiVersion: v1\nkind: List\nitems: [{_flow('web')}, {_flow('db')}]{COMMENT}\n"
    assert "host-network" in _blocking(_check({}, {"a.yaml": twins}))
    base = _pods(f"true{COMMENT}", "false")
    copied = _check({"a.yaml": base}, {"a.yaml": _pods(f"true{COMMENT}", f"true{COMMENT}")})
    assert any(each.added for each in copied.waivers)


def _flow(name: str) -> str:
    return f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: prod}}, spec: {{hostNetwork: true, containers: []}}}}"


def test_two_comments_on_a_line_are_two() -> None:
    """Neither takes the end or the owner of the other."""
    text = POD % ("web", f"true{COMMENT} # policygate: ignore[host-pid] x until 2026-01-28 by @b")
    waivers = {each.waiver.policy: each.waiver for each in _check({}, {"a.yaml": text}).waivers}
    assert (waivers["host-network"].expires, waivers["host-network"].owner) == ("2026-01-20", "@a")
    assert (waivers["host-pid"].expires, waivers["host-pid"].owner) == ("2026-01-28", "@b")


def test_a_comment_is_not_extended() -> None:
    """It does not say when it began, so its days could be counted anew for ever."""
    base, head = (
        POD % ("web", f"true{COMMENT}"),
        POD % ("web", f"true{COMMENT}".replace("01-20", "01-28")),
    )
    annotated = WAIVED_BY % "2026-01-20", WAIVED_BY % "2026-01-28"
    assert "waiver-extended" in _blocking(
        _check({"a.yaml": annotated[0]}, {"a.yaml": annotated[1]})
    )
    assert _check({"a.yaml": base}, {"a.yaml": head}).waivers[0].added


WAIVED_BY: Final = POD.replace("namespace: prod", "namespace: prod, annotations: {policygate.dev/ignore.host-network: 'x until=%s by=@a'}", 1) % (
    "web", "%s", "true"
)  # fmt: skip


# Files of waivers


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("reason: debug", "reason: ' '"),
        ("reason: debug", "reason: '\u200b'"),
        ("owner: '@a'", "owner: '\u2800'"),
        ("owner: '@a'", "owner: '...'"),
        ("opened: 2026-01-14\n", ""),
        ("resource: prod/Pod/web", 'resource: "prod/Pod/web\\0"'),
        ("expires: 2026-01-20", "expires: 2026-W04-2"),
        ("reason: debug", "accepted: [{path: spec, was: null, now: null}]\nreason: debug"),
        ("reason: debug", "accepted: [{path: spec.hostNetwork, was: true, now: true}]\nreason: debug"),
        ("resource: prod/Pod/web", "file: nowhere.yaml"),
    ],
)  # fmt: skip
def test_a_waiver_says_what_is_so(old: str, new: str) -> None:
    """Nothing invisible, no lies about values, a beginning, and something that is there."""
    waiver = WAIVER.replace(old, new)
    assert waiver != WAIVER
    report = _check(
        {"a.yaml": POD % ("web", "false")}, {"a.yaml": POD % ("web", "true"), FILE: waiver}
    )
    assert {"host-network"} < _blocking(report)
    assert not report.waived


def test_a_name_that_several_have_excuses_none() -> None:
    """Two files may hold what is called alike: which one is meant has to be said."""
    base = {"a.yaml": POD % ("web", "false"), "b/web.yaml": POD % ("web", "false")}
    head = {**base, "b/web.yaml": POD % ("web", "true")}
    other = POD.replace("apiVersion: v1", "apiVersion: evil.example.com/v1") % ("web", "true")
    bound = WAIVER + "file: a.yaml\n"
    assert "host-network" in _blocking(_check(base, {**head, FILE: bound}))
    both = {"a.yaml": POD % ("web", "true") + "---\n" + other}
    assert not _check({}, {**both, FILE: WAIVER}).waived


def test_an_edit_arms_nothing_anew() -> None:
    """A waiver without values is for the change that brings its reason: a ticket more is no reason."""
    web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: 'w:1', resources: {limits: {memory: %s}}}]}}}\n"
    waiver = WAIVER.replace("host-network", "loosened-limits").replace("Pod", "Deployment")
    settings = {SETTINGS: "policies: {loosened-limits: {level: error}}\n"}
    base = {"a.yaml": web % "1Gi", FILE: waiver, **settings}
    head = {"a.yaml": web % "64Gi", FILE: waiver + "ticket: T1\n", **settings}
    assert "loosened-limits" in _blocking(_check(base, head))
    assert _check(base, {**head, FILE: waiver.replace("debug", "another spike")}).waived


def test_a_part_of_a_waiver_is_an_extension() -> None:
    """Naming a container, or leaving it out, begins no new count of days."""
    base = {"a.yaml": POD % ("web", "true"), FILE: WAIVER}
    later = WAIVER.replace("01-20", "01-27") + "container: web\n"
    assert "waiver-extended" in _blocking(_check(base, {**base, FILE: later}))


def test_the_limit_is_that_of_the_level_here() -> None:
    """Where an override makes an error of a warning, its waiver is one of an error."""
    settings = {
        SETTINGS: "overrides: [{match: {paths: ['a.yaml']}, policies: {automount-service-account-token: {level: error}}}]\n"
    }
    waiver = WAIVER.replace("host-network", "automount-service-account-token")
    long = waiver.replace("01-20", "03-20")
    for text, excused in ((waiver, True), (long, False)):
        report = _check(settings, {**settings, "a.yaml": POD % ("web", "false"), FILE: text})
        assert ("automount-service-account-token" in {f.policy for f in report.waived}) == excused
        assert ("waiver-too-long" in _blocking(report)) == (not excused)


def test_owners_ask_for_an_owner() -> None:
    """Whoever limits who may own a waiver wants one."""
    settings = {SETTINGS: "waivers: {owners: ['@a'], require: [reason, expires]}\n"}
    head = {**settings, "a.yaml": POD % ("web", "true"), FILE: WAIVER.replace("owner: '@a'\n", "")}
    assert "waiver-incomplete" in _blocking(_check(settings, head))


# What a waiver takes along


CAPS: Final = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: prod}\nspec:\n  containers:\n    - name: web\n      image: web:1\n      securityContext: {capabilities: {drop: [%s], add: [%s]}}\n"


def test_what_else_happened_to_the_container_is_said() -> None:
    """A waiver for one capability does not hide that the others came back."""
    waiver = WAIVER.replace("host-network", "capability-dangerous-added") + "container: web\n"
    base, head = CAPS % ("ALL", ""), CAPS % ("", "NET_ADMIN")
    alone = _blocking(_check({"a.yaml": base}, {"a.yaml": CAPS % ("", "")}))
    assert "loosened-capabilities" in alone
    report = _check({"a.yaml": base}, {"a.yaml": head, FILE: waiver})
    assert "capability-dangerous-added" in {f.policy for f in report.waived}
    assert "loosened-capabilities" in _blocking(report)


def test_what_may_not_be_waived_is_not_taken_along() -> None:
    """Also at the very same place."""
    settings = {SETTINGS: "waivers: {not_waivable: [loosened]}\n"}
    base = {**settings, "a.yaml": POD % ("web", "false")}
    head = {**settings, "a.yaml": POD % ("web", "true"), FILE: WAIVER}
    assert "loosened-host-namespaces" in _blocking(_check(base, head))
    free = _check({"a.yaml": base["a.yaml"]}, {"a.yaml": head["a.yaml"], FILE: WAIVER})
    assert not {"loosened-host-namespaces", "host-network"} & _blocking(free)


ROLE: Final = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: prod}\nrules:\n  - {apiGroups: [''], resources: [%s], verbs: [%s]}\n"


def test_rules_are_recorded_as_a_whole() -> None:
    """What was accepted of a role is the role: further verbs are further."""
    base, first = {"r.yaml": ROLE % ("pods", "get")}, {"r.yaml": ROLE % ("secrets", "get")}
    (finding,) = [f for f in _check(base, first).findings if f.policy == "loosened-role"]
    assert finding.accepted is not None
    assert finding.accepted.path == "rules"


# git and the world


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with a comment that waives something."""
    repo = Repo.init(tmp_path / "repo")
    (repo.path / "a.yaml").write_text(POD % ("web", f"true{COMMENT}"))
    repo.git("add", ".")
    repo.git("commit", "-qm", "base")
    repo.git("checkout", "-qb", "pr")
    return repo


def test_attributes_hide_no_waiver(repo: Repo) -> None:
    """A file that is called binary is searched all the same."""
    (repo.path / ".gitattributes").write_text("*.yaml binary\n")
    done = run(repo, "check", "--base", "main", "--today", "2026-02-01")
    assert (done.returncode, "waiver-expired" in done.stdout) == (1, True)


def test_bytes_that_passed_as_a_waiver_are_no_settings(repo: Repo, tmp_path: Path) -> None:
    """The memory of what was validated knows what it was validated as."""
    for name in (SETTINGS, FILE):
        (repo.path / name).parent.mkdir(parents=True, exist_ok=True)
        (repo.path / name).write_text(WAIVER)
    for _ in range(2):
        report = check(repo.path, base="main", env={**repo.env, "XDG_CACHE_HOME": str(tmp_path)})
        assert report.outcome == "error"


def test_nothing_of_the_checkout_is_imported(repo: Repo) -> None:
    """`python -m policygate` does not look for its libraries in the folder that it judges."""
    for name in ("yaml.py", "click.py", "json.py"):
        (repo.path / name).write_text("raise SystemExit('imported')\n")
    done = subprocess.run(
        [sys.executable, "-m", "policygate", "check", "--base", "main", "--today", TODAY],
        cwd=repo.path, env=repo.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "imported" not in done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        ".policygate",
        ".policygate/waivers",
        ".github",
        "CODEOWNERS",
        ".pre-commit-config.yaml",
        ".policygate/adopted.json",
    ],
)
def test_nothing_is_written_through_a_link(repo: Repo, tmp_path: Path, name: str) -> None:
    """Neither by init nor by waive, be the link dangling or not: an error before anything is written."""
    outside = tmp_path / "outside"
    if "." not in Path(name).name[1:] and name != "CODEOWNERS":
        outside.mkdir()
    (repo.path / name).parent.mkdir(parents=True, exist_ok=True)
    (repo.path / name).symlink_to(outside)
    done = run(repo, "init", "--owner", "@a/b", "--adopt")
    waive = run(
        repo,
        "waive",
        "host-network",
        "--resource",
        "prod/Pod/web",
        "--reason",
        "x",
        "--until",
        "1d",
        "--owner",
        "@a",
        "--base",
        "none",
    )
    if name != ".policygate/waivers":
        assert (done.returncode, "symbolic link" in done.stderr) == (2, True)
    if name.startswith(".policygate") and "adopted" not in name:
        assert (waive.returncode, "symbolic link" in waive.stderr) == (2, True)
    assert not outside.exists() or not list(outside.iterdir())


@pytest.mark.parametrize("owner", ["@o\n* @evil", "platform", "@a b", "", "@"])
def test_an_owner_is_an_owner(repo: Repo, owner: str) -> None:
    """No other line gets into CODEOWNERS."""
    done = run(repo, "init", "--owner", owner)
    assert done.returncode == 2
    assert not (repo.path / ".github").exists()


def test_a_calendar_and_json_command_nobody(repo: Repo) -> None:
    """Folded lines and raw strings start no workflow command."""
    (repo.path / ".policygate/waivers").mkdir(parents=True)
    reason = "x" * 63 + "::add-mask::a ##[add-mask]z ##vso[task.setvariable variable=a]b"
    (repo.path / FILE).write_text(WAIVER.replace("debug", f"'{reason}'"))
    for form in ("ics", "json", "markdown", "text"):
        printed = run(repo, "waivers", "--today", TODAY, "--format", form).stdout
        assert "##[" not in printed
        assert "##vso" not in printed
        assert not [line for line in printed.splitlines() if line.strip().startswith("::")]
