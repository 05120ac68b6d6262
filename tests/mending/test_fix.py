"""`policygate fix`: what the base shows is put back, line by line; everything else stays, and is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policygate import check
from policygate.errors import UsageError
from policygate.returning import Returned, take_back
from tests.cli.runner import run
from tests.mending.repository import HARMLESS, LOOSER, WEB, loosened, written
from tests.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path


def back(repo: Repo, **options: object) -> Returned:
    """What can be put back in a repository, by the library."""
    return take_back(repo.path, base="main", env=repo.env, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_only_what_was_loosened_goes_back(tmp_path: Path, end: str, mark: bytes) -> None:
    """The file is the base but for what is harmless: comments, quotes, line ends and the byte order mark stay."""
    repo = loosened(tmp_path, end=end, mark=mark)
    done = back(repo)
    assert {path: new for path, (_, new) in done.files.items()} == {
        "web.yaml": written(WEB.replace(*HARMLESS), end, mark)
    }
    assert [each.finding.location.file for each in done.left] == ["a deny.yaml"]
    base = repo.rev("main")[:12]
    assert done.left[0].why == f"restore it: git checkout {base} -- 'a deny.yaml'"


def test_the_command(tmp_path: Path) -> None:
    """--diff writes nothing and exits 1; fix writes, keeps the mode, and settles what check said; twice is once."""
    repo = loosened(tmp_path)
    file = repo.path / "web.yaml"
    file.chmod(0o755)
    before = file.read_bytes()
    shown = run(repo, "fix", "--base", "main", "--diff")
    assert (shown.returncode, file.read_bytes()) == (1, before)
    assert "-            privileged: true\n" in shown.stdout
    assert "would be put back in 1 file, 1 left." in shown.stderr
    done = run(repo, "fix", "--base", "main")
    assert (done.returncode, done.stderr) == (1, "")  # the file that was deleted is left
    assert file.read_text() == WEB.replace(*HARMLESS)
    assert file.stat().st_mode & 0o777 == 0o755
    repo.git("checkout", "main", "--", "a deny.yaml")
    assert check(repo.path, base="main", env=repo.env).outcome == "pass"
    again = run(repo, "fix", "--base", "main", "--diff")
    assert (again.returncode, again.stdout) == (0, "")
    assert sorted(p.name for p in repo.path.iterdir()) == [".git", "a deny.yaml", "web.yaml"]


def test_check_says_how_many(tmp_path: Path) -> None:
    """The number that check gives is the number that fix puts back; where nothing can be, nothing is said."""
    repo = loosened(tmp_path)
    report = check(repo.path, base="main", mending=True, env=repo.env)
    assert report.mendable == len(back(repo).mended) > 5
    assert check(repo.path, base="main", head="HEAD", mending=True, env=repo.env).mendable == 0
    repo.write("web.yaml", WEB)
    assert check(repo.path, base="main", mending=True, env=repo.env).mendable == 0


def test_paths_and_policies_narrow_it(tmp_path: Path) -> None:
    """With --select only what those policies find goes back, with PATHs only what stands there."""
    repo = loosened(tmp_path)
    (_, new) = back(repo, select=["host-network"]).files["web.yaml"]
    assert new.decode().count("hostNetwork: false   # never") == 1
    assert b"privileged: true" in new
    assert back(repo, paths=["elsewhere"]).files == {}
    with pytest.raises(UsageError, match="no policy or pack"):
        back(repo, select=["NOPE"])


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A manifest that became a link is not judged, and so not written: what it leads to stays."""
    repo = loosened(tmp_path / "repo")
    outside = tmp_path / "outside.yaml"
    outside.write_bytes((repo.path / "web.yaml").read_bytes())
    (repo.path / "web.yaml").unlink()
    (repo.path / "web.yaml").symlink_to(outside)
    before = outside.read_bytes()
    assert run(repo, "fix", "--base", "main").returncode == 1
    assert outside.read_bytes() == before


def test_what_is_new_is_named_and_left(tmp_path: Path) -> None:
    """A field without a counterpart at the base, and a secret, are left as they are, with the reason, and exit 1."""
    repo = Repo.init(tmp_path)
    repo.commit({"a.yaml": WEB})
    repo.switch("pr", "main")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, containers: [{name: a, image: 'a:1'}]}\n"
    repo.write("new.yaml", pod)
    done = run(repo, "fix", "--base", "main")
    assert done.returncode == 1
    assert "error[host-network]" in done.stdout
    assert "it is new, so the base has nothing to put back" in done.stdout
    assert (repo.path / "new.yaml").read_text() == pod


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.sampled_from(LOOSER), min_size=1), st.booleans())
def test_any_loosening_goes_back(
    tmp_path_factory: pytest.TempPathFactory,
    chosen: set[tuple[str, str]],
    harmless: bool,  # noqa: FBT001
) -> None:
    """Whatever of it the change did, the fix is the base there and the change elsewhere; fixed once is fixed."""
    base = WEB.replace(*HARMLESS) if harmless else WEB
    head = base
    for was, now in chosen:
        head = head.replace(was, now)
    repo = Repo.init(tmp_path_factory.mktemp("repo"))
    repo.commit({"web.yaml": WEB})
    repo.switch("pr", "main")
    repo.write("web.yaml", head)
    done = back(repo)
    assert done.files["web.yaml"][1].decode() == base
    repo.write("web.yaml", base)
    assert back(repo).files == {}
