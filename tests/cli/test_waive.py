"""An incident at night: `waive`, and what `waivers` says of it until it is cleaned up."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from policygate.cli.schema import schema_of
from policygate.yamldoc import parse
from tests.cli.runner import run
from tests.repo import Repo
from tests.test_waivers import WEB

TODAY = ("--today", "2026-01-15")
WHAT = ("--resource", "prod/Deployment/web", "--base", "main", *TODAY)
WAIVERS = ".policygate/waivers"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository on a branch that opens the network and raises a limit."""
    repo = Repo.init(tmp_path / "repo")
    (repo.path / "web.yaml").write_text(WEB)
    repo.git("add", ".")
    repo.git("commit", "-qm", "base")
    repo.git("config", "user.email", "night@example.com")
    repo.git("checkout", "-qb", "fix")
    (repo.path / "web.yaml").write_text(
        WEB.replace("hostNetwork: false", "hostNetwork: true").replace("512Mi", "4Gi")
    )
    return repo


def _waive(repo: Repo, *arguments: str) -> dict[str, object]:
    done = run(repo, "waive", *arguments)
    assert done.returncode == 0, done.stderr
    (line,) = [each for each in done.stdout.splitlines() if each.startswith("  git add ")]
    path = repo.path / line.removeprefix("  git add ")
    (document,) = parse(path.read_bytes(), path.name).documents
    found: dict[str, object] = document.value
    jsonschema.validate(found, schema_of("waiver"))
    return found


def test_an_emergency_goes_through(repo: Repo) -> None:
    """One command, filled with what the finding says; then the check passes, and counts the days."""
    assert run(repo, "check", "--base", "main", *TODAY).returncode == 1
    said = _waive(
        repo,
        "host-network",
        *WHAT,
        "--reason",
        "debug the CNI",
        "--until",
        "7d",
        "--ticket",
        "OPS-1",
    )
    assert said == {
        "policy": "host-network", "resource": "prod/Deployment/web", "file": "web.yaml", "reason": "debug the CNI", "owner": "night@example.com",
        "ticket": "OPS-1", "opened": "2026-01-15", "expires": "2026-01-22",
        "accepted": [{"path": "spec.template.spec.hostNetwork", "was": False, "now": True}],
    }  # fmt: skip
    done = run(repo, "check", "--base", "main", *TODAY)
    assert done.returncode == 0
    assert "until 2026-01-22, 7 days left" in done.stdout


def test_it_is_extended_with_a_new_reason(repo: Repo) -> None:
    """It began when it began, and what was before the emergency stays: also when it is at the base by now."""
    _waive(
        repo,
        "host-network",
        *WHAT,
        "--reason",
        "debug the CNI",
        "--until",
        "2026-01-20",
        "--owner",
        "@a",
        "--ticket",
        "OPS-1",
    )
    repo.git("add", ".")
    repo.git("commit", "-qm", "fix")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "fix")
    said = _waive(
        repo, "host-network", "--resource", "prod/Deployment/web", "--today", "2026-01-18", "--reason", "with the vendor", "--until", "1w"
    )  # fmt: skip
    assert (said["opened"], said["expires"], said["reason"]) == (
        "2026-01-15",
        "2026-01-25",
        "with the vendor",
    )
    assert (said["owner"], said["ticket"]) == ("@a", "OPS-1")
    assert said["accepted"] == [
        {"path": "spec.template.spec.hostNetwork", "was": False, "now": True}
    ]
    assert len(list((repo.path / WAIVERS).iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("host-pid", *WHAT, "--reason", "x", "--until", "7d"), ("finds nothing there", "What is found there:", "host-network")),
        (("host-network", "--resource", "prod/Deployment/wbe", "--base", "main", "--reason", "x", "--until", "7d"), ("What host-network finds is in: prod/Deployment/web",)),
        (("host-netwrok", *WHAT, "--reason", "x", "--until", "7d"), ("there is no policy `host-netwrok`", "`host-network`")),
        (("host-network", *WHAT, "--reason", "x", "--until", "15d"), ("the gate would refuse it", "14 are allowed")),
        (("gate-weakened", "--file", "a.yaml", "--base", "main", "--reason", "x", "--until", "1d"), ("finds nothing there",)),
        (("host-network", *WHAT, "--reason", "x", "--until", "soon"), ("--until", "7d")),
        (("host-network", *WHAT, "--reason", "x", "--until", "2026-01-14"), ("has passed",)),
        (("host-network", *WHAT, "--reason", " ", "--until", "7d"), ("--reason is empty",)),
        (("host-network", "--reason", "x", "--until", "7d"), ("--resource NAMESPACE/KIND/NAME",)),
        (("loosened-limits", "--resource", "prod/Deployment/web", "--reason", "x", "--until", "7d"), ("--base REV",)),
    ],
)  # fmt: skip
def test_a_mistake_says_what_would_be_right(
    repo: Repo, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    """Nothing is written, and the error names what there is."""
    done = run(repo, "waive", *arguments)
    assert done.returncode == 2
    assert all(word in done.stderr for word in words), done.stderr
    assert not (repo.path / WAIVERS).exists()


def test_two_files_with_one_resource_are_told_apart(repo: Repo) -> None:
    """Overlays hold the same names: which one is meant has to be said."""
    (repo.path / "dev").mkdir()
    (repo.path / "dev/web.yaml").write_bytes((repo.path / "web.yaml").read_bytes())
    done = run(repo, "waive", "host-network", *WHAT, "--reason", "x", "--until", "7d")
    assert done.returncode == 2
    assert "dev/web.yaml, web.yaml" in done.stderr
    _waive(repo, "host-network", *WHAT, "--reason", "x", "--until", "7d", "--file", "web.yaml")
    report = json.loads(run(repo, "check", "--base", "main", *TODAY, "--format", "json").stdout)
    assert [each["file"] for each in report["waived"]] == ["web.yaml"]


def test_the_spelling_of_the_report_is_understood(repo: Repo) -> None:
    """`Deployment prod/web`, as findings say it, is the resource as well."""
    said = _waive(
        repo,
        "host-network",
        "--resource",
        "Deployment prod/web",
        "--base",
        "main",
        *TODAY,
        "--reason",
        "x",
        "--until",
        "7d",
    )
    assert said["resource"] == "prod/Deployment/web"


def test_a_secret_is_not_written_down(repo: Repo) -> None:
    """A waiver for a credential names the place alone."""
    value = "zu7Eighoh4shoo"
    (repo.path / "s.yaml").write_text(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, namespace: prod}}\ndata: {{DB_PASSWORD: {value}}}\n"
    )
    said = _waive(
        repo, "secret-in-configmap", "--resource", "prod/ConfigMap/c", "--base", "main", *TODAY, "--reason", "x", "--until", "7d"
    )  # fmt: skip
    assert said["accepted"] == [{"path": "data.DB_PASSWORD"}]
    assert (
        value not in (repo.path / WAIVERS / "secret-in-configmap-prod-configmap-c.yaml").read_text()
    )


# The list


@pytest.fixture
def waived(repo: Repo) -> Repo:
    """The repository with two waivers, committed."""
    _waive(repo, "host-network", *WHAT, "--reason", "debug | the CNI", "--until", "7d")
    _waive(
        repo,
        "loosened-limits",
        *WHAT,
        "--container",
        "web",
        "--reason",
        "a spike",
        "--until",
        "2w",
        "--owner",
        "@sre",
    )
    repo.git("add", ".")
    repo.git("commit", "-qm", "fix")
    return repo


def test_what_is_open_is_listed(waived: Repo) -> None:
    """By whom, why, since when, until when, for which value; exit 1 when something has expired."""
    done = run(waived, "waivers", *TODAY)
    assert done.returncode == 0, done.stderr
    for word in (
        "in force",
        "night@example.com",
        "debug | the CNI",
        "since 2026-01-15",
        "until 2026-01-22, 7 days left",
        "false → true",
        "2 waivers",
    ):
        assert word in done.stdout
    assert run(waived, "waivers", "--today", "2026-01-22").returncode == 0
    late = run(waived, "waivers", "--today", "2026-01-23")
    assert late.returncode == 1
    assert "expired: host-network" in late.stdout


def test_lists_for_tools_and_people(waived: Repo) -> None:
    """JSON as in the report, a table whose cells nothing leaves, a calendar with the last days."""
    listed = json.loads(run(waived, "waivers", *TODAY, "--format", "json").stdout)
    schema = schema_of("report")
    each_waiver = {"$defs": schema["$defs"], "$ref": "#/$defs/waiver"}
    for each in listed["waivers"]:
        jsonschema.validate(each, each_waiver)
    assert [each["policy"] for each in listed["waivers"]] == ["host-network", "loosened-limits"]
    table = run(waived, "waivers", *TODAY, "--format", "markdown").stdout.splitlines()
    assert all(line.replace("\\|", "").count("|") == 7 for line in table)
    calendar = run(waived, "waivers", *TODAY, "--format", "ics").stdout
    assert calendar.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20260122" in calendar
    assert all(len(line.encode()) <= 75 for line in calendar.splitlines())


def test_git_remembers(waived: Repo) -> None:
    """Opened, extended, settled: by which commit and author, and how long each emergency lived."""
    path = waived.path / WAIVERS / "host-network-prod-deployment-web.yaml"
    path.write_text(path.read_text().replace("01-22", "01-24"))
    waived.git("commit", "-qam", "longer")
    waived.git("rm", "-q", str(path))
    waived.git("commit", "-qm", "mended")
    rows = json.loads(run(waived, "waivers", "--log", "--format", "json").stdout)["events"]
    assert [(row["what"], row["policy"]) for row in rows] == [
        ("opened", "host-network"), ("opened", "loosened-limits"), ("extended", "host-network"), ("removed", "host-network"),
    ]  # fmt: skip
    assert rows[-1]["lived_days"] == 0
    said = run(waived, "waivers", "--log").stdout
    assert "removed host-network of prod/Deployment/web after 0 days" in said
