"""The command as people call it: what is printed where, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from policygate.policy.loader import load_shipped
from policygate.reporters import FORMATS

POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: %s
      containers:
        - {name: web, image: 'web:1', resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}}
"""
ENV = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "GITHUB_", "PRE_COMMIT", "CI_")) and k not in ("NO_COLOR", "FORCE_COLOR")} | {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
}  # fmt: skip


def run(
    cwd: Path, *arguments: str, stdin: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a process."""
    command = [sys.executable, "-m", "policygate", *arguments]
    return subprocess.run(
        command, cwd=cwd, input=stdin, capture_output=True, text=True, env=ENV | env, check=False
    )


def git(cwd: Path, *arguments: str) -> None:
    """Run git."""
    subprocess.run(["git", *arguments], cwd=cwd, env=ENV, check=True, capture_output=True)


def opened(tmp_path: Path) -> Path:
    """A repository whose branch `pr` switches hostNetwork on, with `main` as the base."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "pod.yaml").write_text(POD % "false")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "base")
    git(tmp_path, "checkout", "-qb", "pr")
    (tmp_path / "pod.yaml").write_text(POD % "true")
    git(tmp_path, "commit", "-qam", "head")
    return tmp_path


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """See `opened`."""
    return opened(tmp_path)


def test_a_loosening_blocks(repo: Path) -> None:
    """The loosened line is named with both values, the verdict stands last, the exit code is 1."""
    done = run(repo, "check", "--base", "main")
    assert done.returncode == 1
    assert "error[host-network]" in done.stdout
    assert "pod.yaml:9:7" in done.stdout
    assert "false → true" in done.stdout
    assert done.stdout.splitlines()[-2].startswith("Blocked: 1 error new since")
    assert done.stderr == ""


def test_undoing_it_passes(repo: Path) -> None:
    """The worktree counts, also before it is committed."""
    (repo / "pod.yaml").write_text(POD % "false")
    done = run(repo, "check", "--base", "main")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Passed" in done.stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--base", "main", "--head", "pr"], 1),
        (["--base", "main", "--head", "main"], 0),
        (["--base", "pr"], 0),
        (["--base", "none"], 1),
        (["--all"], 1),
        (["pod.yaml"], 1),
        (["."], 1),
        (["--staged", "--base", "main"], 1),
        (["--base", "main", "--ignore", "host-network", "--ignore", "loosened"], 0),
        (["--base", "main", "--ignore", "pod-security", "--ignore", "loosened"], 0),
        (["--base", "main", "--select", "pod-security"], 1),
        (["--base", "main", "--select", "privileged-container"], 0),
        (["--base", "main", "--fail-on", "never"], 0),
        (["--base", "main", "--fail-on", "note"], 1),
        (["--base", "pr", "--existing", "fail"], 0),
    ],
)
def test_options_are_sources_of_one_pipeline(repo: Path, options: list[str], code: int) -> None:
    """Each source and each bar gives its exit code."""
    done = run(repo, "check", *options)
    assert done.returncode == code, done.stdout + done.stderr


def test_existing_debt_warns_or_fails_as_asked(repo: Path) -> None:
    """What the base had does not block, unless --existing fail says so."""
    with (repo / "pod.yaml").open("a") as file:
        file.write("      terminationGracePeriodSeconds: 5\n")
    assert run(repo, "check", "--base", "pr").returncode == 0
    assert run(repo, "check", "--base", "pr", "--existing", "fail").returncode == 1


def test_standard_input(tmp_path: Path) -> None:
    """`-` judges one file from standard input, under the name that is given."""
    done = run(tmp_path, "check", "-", "--stdin-filename", "apps/web.yaml", stdin=POD % "true")
    assert done.returncode == 1
    assert "apps/web.yaml:9:7" in done.stdout
    assert run(tmp_path, "check", "-", stdin=POD % "false").returncode == 0


def test_an_input_without_a_manifest_is_said(tmp_path: Path) -> None:
    """What comes out of a pipe whose first command failed passes, but not in silence."""
    for stdin in ("", "hello\n"):
        assert "info: no manifest in stdin" in run(tmp_path, "check", "-", stdin=stdin).stdout
    assert "no manifest" not in run(tmp_path, "check", "-", stdin=POD % "false").stdout
    assert "no manifest" not in run(tmp_path, "check", "-", stdin="a: [\n").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--select", "host-netwrok"], "Did you mean `host-network`?"),
        (["check", "--ignore", "nothing-like-it"], "no policy or pack `nothing-like-it`"),
        (["check", "nope.yaml"], "nope.yaml does not exist"),
        (["check", "--base", "nope"], "nope"),
        (["check", "--format", "xml"], f"Formats: {', '.join(sorted(FORMATS))}."),
        (["check", "--format", "text", "--format", "json"], "two formats want standard output"),
        (["check", "--format", "sarif", "--format", "rdjson"], "two formats want standard output"),
        (["check", "--format", "json=a", "--format", "sarif=./a"], "two formats want the file a"),
        (["check", "--format", "json=/no/such/folder/x"], "cannot write"),
        (["check", "--format", "text", "--format", "json=/no/such/folder/x"], "cannot write"),
        (["check", "--selct", "x"], "--select"),
        (["chek"], "Did you mean `check`?"),
        (["explain", "host-netwrok"], "Did you mean `host-network`?"),
    ],
)
def test_wrong_usage_is_exit_2_with_a_way_out(repo: Path, arguments: list[str], words: str) -> None:
    """A wrong word exits 2, prints no report and no traceback, and says what would be right."""
    done = run(repo, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_no_repository_is_said(tmp_path: Path) -> None:
    """Outside of git, without paths, the command says what to do."""
    done = run(tmp_path, "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert "policygate check PATH" in done.stderr


def test_several_formats_at_once(repo: Path) -> None:
    """Standard output carries one report, files the others, and all say the same."""
    done = run(
        repo,
        "check",
        "--base",
        "main",
        "--format",
        "json",
        "--format",
        "text=out.txt",
        "--format",
        "github=out.gh",
    )
    report = json.loads(done.stdout)
    assert report["outcome"] == "block"
    assert "error[host-network]" in (repo / "out.txt").read_text()
    assert (repo / "out.gh").read_text().startswith("::error file=pod.yaml,line=9,col=7")


def test_every_format_has_the_same_exit_code_and_its_file(repo: Path) -> None:
    """All formats in one run: the verdict is one, and no half-written file stays behind."""
    formats = [f"--format={name}=out/{name}" for name in FORMATS]
    (repo / "out").mkdir()
    done = run(repo, "check", "--base", "main", *formats)
    assert (done.returncode, done.stdout) == (1, "")
    assert {path.name for path in (repo / "out").iterdir()} == set(FORMATS)
    assert all("host-network" in path.read_text() for path in (repo / "out").iterdir())


def test_a_report_replaces_what_stands_there(repo: Path) -> None:
    """A link leads nowhere, for it may be the author's; a run that cannot judge says so in its place."""
    (repo / "precious").write_text("precious")
    (repo / "out.json").symlink_to("precious")
    assert run(repo, "check", "--base", "main", "--format", "json=out.json").returncode == 1
    assert (repo / "precious").read_text() == "precious"
    assert json.loads((repo / "out.json").read_text())["outcome"] == "block"
    assert run(repo, "check", "--base", "nope", "--format", "json=out.json").returncode == 2
    assert json.loads((repo / "out.json").read_text())["outcome"] == "error"


def test_a_report_into_a_stream(repo: Path) -> None:
    """What is no file is written into."""
    done = run(repo, "check", "--base", "main", "--format", "json=/dev/stderr", "--format=concise")
    assert json.loads(done.stderr)["outcome"] == "block"
    assert done.stdout.startswith("pod.yaml:9:7: error[host-network] ")


ON_GITHUB = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b"}


def test_sarif_has_the_manual(repo: Path) -> None:
    """The page of a shipped policy is in its rule, the address of the repository from the runner."""
    sha = subprocess.run(
        ["git", "rev-parse", "pr"], cwd=repo, env=ENV, check=True, capture_output=True, text=True
    ).stdout.strip()
    options = ["--base", "main", "--head", "pr", "--format", "sarif"]
    (log,) = json.loads(run(repo, "check", *options, **ON_GITHUB).stdout)["runs"]
    (rule,) = [each for each in log["tool"]["driver"]["rules"] if each["id"] == "host-network"]
    policy = next(each for each in load_shipped() if each.id == "host-network")
    assert rule["fullDescription"]["text"] == " ".join(policy.why.split())
    assert rule["helpUri"] == policy.references[0]
    assert rule["properties"]["security-severity"] == "8.0"
    assert rule["properties"]["tags"][:3] == ["security", "kubernetes", "pod-security"]
    (provenance,) = log["versionControlProvenance"]
    assert provenance["repositoryUri"] == "https://github.com/a/b"
    assert provenance["revisionId"] == sha


def test_annotations_are_relative_to_the_workspace(repo: Path) -> None:
    """A repository checked out into a folder of the workspace is annotated under that folder."""
    for workspace, path in ((repo.parent, f"{repo.name}/pod.yaml"), (repo, "pod.yaml")):
        done = run(
            repo, "check", "--base", "main", "--format", "github", GITHUB_WORKSPACE=str(workspace)
        )
        assert done.stdout.startswith(f"::error file={path},line=9")


def test_colour_is_asked_for(repo: Path) -> None:
    """Piped output has no escape codes unless FORCE_COLOR or --color always; NO_COLOR wins over both variables."""
    assert "\x1b" not in run(repo, "check", "--base", "main").stdout
    assert "\x1b" in run(repo, "check", "--base", "main", "--color", "always").stdout
    assert "\x1b" in run(repo, "check", "--base", "main", FORCE_COLOR="1").stdout
    assert "\x1b" not in run(repo, "check", "--base", "main", FORCE_COLOR="1", NO_COLOR="1").stdout


def test_settings_come_from_the_base(repo: Path) -> None:
    """A pull request that switches its policy off is judged by the base's settings all the same."""
    (repo / ".policygate").mkdir()
    (repo / ".policygate" / "config.yaml").write_text(
        "policies: {host-network: {enabled: false}}\n"
    )
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "switch it off")
    done = run(repo, "check", "--base", "main")
    assert done.returncode == 1
    assert ".policygate/config.yaml" in done.stdout
    git(repo, "checkout", "-q", "main")
    git(repo, "merge", "-q", "--no-ff", "pr")
    git(repo, "checkout", "-qb", "next")
    assert run(repo, "check", "--all").returncode == 0


def test_broken_settings_are_named(repo: Path) -> None:
    """A misspelt key exits 2 with file, line, column and the nearest key."""
    (repo / ".policygate").mkdir()
    (repo / ".policygate" / "config.yaml").write_text("gate:\n  failon: error\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "settings")
    done = run(repo, "check", "--base", "HEAD")
    assert done.returncode == 2
    assert ".policygate/config.yaml:2:3" in done.stderr
    assert "Did you mean `fail_on`?" in done.stderr


OWN = """\
apiVersion: policygate.dev/v1
kind: Policy
metadata: {name: no-web}
spec:
  title: Deployment is called web
  level: error
  match: {kinds: [apps/Deployment]}
  validations:
    - schema: {properties: {metadata: {properties: {name: {not: {const: web}}}}}}
  why: Nobody may be called web.
  fix: Call it something else.
  examples:
    - {name: other, expect: pass, object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: db}}}
    - {name: web, expect: fail, object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}}
"""


def test_a_policy_of_ones_own(repo: Path) -> None:
    """A policy in the base's folder judges; one that only the head has does not yet."""
    folder = repo / ".policygate" / "policies"
    folder.mkdir(parents=True)
    (folder / "no-web.yaml").write_text(OWN)
    assert run(repo, "test", str(folder)).returncode == 0
    assert "no-web" in run(repo, "explain", "no-web").stdout
    assert "[no-web]" in run(repo, "check", "--all").stdout
    assert "[no-web]" not in run(repo, "check", "--base", "main").stdout


def test_explain_shows_the_page_of_every_policy(tmp_path: Path) -> None:
    """Every page holds title, why, fix, and an example that passes and one that fails."""
    for policy in load_shipped()[:3]:
        page = run(tmp_path, "explain", policy.id).stdout
        for piece in (policy.title, "Why", "Fix", "Passes: ", "Fails: ", policy.references[0]):
            assert piece in page


def test_policies_lists_every_id(tmp_path: Path) -> None:
    """The list names each policy once, as text and as JSON."""
    ids = [policy.id for policy in load_shipped()]
    lines = run(tmp_path, "policies").stdout.splitlines()
    assert sorted(line.split()[0] for line in lines if line.startswith("  ")) == ids
    rows = json.loads(run(tmp_path, "policies", "--format", "json").stdout)
    assert sorted(row["id"] for row in rows) == ids
    rows = json.loads(run(tmp_path, "policies", "rbac", "--format", "json").stdout)
    assert {row["pack"] for row in rows} == {"rbac"}
    assert "Packs: api-versions," in run(tmp_path, "policies", "rback").stderr


def test_explain_knows_the_names_of_other_tools(tmp_path: Path) -> None:
    """Whoever comes from another tool finds a check by the name that it has there."""
    for name in ("checkov:CKV_K8S_19", "ckv_k8s_19"):
        page = run(tmp_path, "explain", name).stdout
        assert page.startswith(f"{name} is here:")
        assert "host-network: " in page
    assert "is several policies here:" in run(tmp_path, "explain", "CKV_K8S_39").stdout
    assert "there is no policy" in run(tmp_path, "explain", "CKV_K8S_9999").stderr
    assert (
        "is gone since" in run(tmp_path, "explain", "control-plane-apiserver-insecure-port").stderr
    )


def test_demo_blocks(tmp_path: Path) -> None:
    """The demo shows what was loosened and what is only old, and leaves nothing behind."""
    done = run(tmp_path, "demo")
    assert done.returncode == 0, done.stderr
    for piece in (
        "privileged-container",
        "loosened-root-user",
        "loosened-limits",
        "image-tag-mutable",
        "exits with 1",
    ):
        assert piece in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_version_and_help(tmp_path: Path) -> None:
    """One line of version; help that names every command and the exit codes."""
    assert run(tmp_path, "--version").stdout.startswith("policygate 0.")
    text = run(tmp_path, "--help").stdout
    for word in (
        "check",
        "explain",
        "policies",
        "demo",
        "schema",
        "test",
        "Exit codes",
        "\n  Start with:\n",
    ):
        assert word in text


def test_help_lists_every_format(tmp_path: Path) -> None:
    """What can be asked for stands where people look."""
    *most, last = sorted(FORMATS)
    text = " ".join(run(tmp_path, "check", "--help").stdout.split())
    assert f"{', '.join(most)} or {last}; to FILE" in text


def test_a_closed_pipe_is_quiet(repo: Path) -> None:
    """`policygate check | head -1` prints no traceback."""
    shell = f"{sys.executable} -m policygate check --base main --format json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", shell], cwd=repo, env=ENV, capture_output=True, text=True, check=False
    )
    assert done.stdout == "{"
    assert done.stderr == ""
