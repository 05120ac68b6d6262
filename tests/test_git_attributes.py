"""What `.gitattributes` says of git-crypt is what git says."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygate.git_attributes import GitAttributes
from tests.repo import Repo

FILES = {
    ".gitattributes": r"""# a comment
*.key filter=git-crypt diff=git-crypt
/top.txt filter=git-crypt
secrets/** filter=git-crypt diff=git-crypt
folder filter=git-crypt
below/ filter=git-crypt
deep/**/end.txt filter=git-crypt
**/any/x? filter=git-crypt-team
[abx]ra[!c].txt filter=git-crypt
esc\*ped filter=git-crypt
"a b.txt" filter=git-crypt
other.key filter=lfs
off.key -filter
unset.key !filter
!bad.key filter=lfs
[attr]hidden filter=git-crypt diff=git-crypt
*.hid hidden
both.key -filter filter=git-crypt
named.key diff
*.md working-tree-encoding=UTF-16LE
inner/*.md -working-tree-encoding
[attr]wide working-tree-encoding=UTF-32
*.wide wide filter=git-crypt
""",
    "sub/.gitattributes": "*.key !filter !diff\n*.txt filter=git-crypt\ninner/*.md filter=git-crypt\n",
    "sub/deep/.gitattributes": "kept.key filter=git-crypt\n",
}
PATHS = [
    "a.key",
    "x/y/a.key",
    "top.txt",
    "x/top.txt",
    "secrets/a",
    "secrets/a/b/c",
    "secrets",
    "folder",
    "x/folder",
    "folder/a",
    "below/a",
    "deep/end.txt",
    "deep/a/b/end.txt",
    "deepend.txt",
    "any/x1",
    "a/any/xy",
    "any/x12",
    "ara.txt",
    "arac.txt",
    "arab.txt",
    "brax.txt",
    "esc*ped",
    "escaped",
    "other.key",
    "x/off.key",
    "unset.key",
    "bad.key",
    "x.hid",
    "both.key",
    "named.key",
    "sub/a.key",
    "sub/b.txt",
    "sub/x/c.txt",
    "sub/inner/a.md",
    "sub/x/inner/a.md",
    "sub/deep/kept.key",
    "sub/deep/lost.key",
    "README.md",
    "inner/a.md",
    "a.wide",
]


def test_every_path_is_judged_as_git_judges_it(tmp_path: Path) -> None:
    """`git check-attr` is the oracle: patterns, macros, folders, the last line, and what is unset."""
    repo = Repo.init(tmp_path)
    for name, text in FILES.items():
        repo.write(name, text)
    said = repo.git("check-attr", "filter", *PATHS, "a b.txt").splitlines()
    expected = [line.rpartition(": ")[2].startswith("git-crypt") for line in said]
    ours = GitAttributes(FILES.get)
    assert [ours.is_git_crypt(path) for path in [*PATHS, "a b.txt"]] == expected
    assert any(expected)
    said = repo.git("check-attr", "working-tree-encoding", *PATHS).splitlines()
    recoded = [line.rpartition(": ")[2] not in {"unset", "unspecified"} for line in said]
    assert [ours.is_recoded(path) for path in PATHS] == recoded
    assert any(recoded)


@pytest.mark.parametrize("glob", ["*a" * 40, "[", "[]", "**/" * 50, "\\", "[[:foo:]]", "[z-a]"])
def test_hostile_patterns_neither_hang_nor_fail(glob: str) -> None:
    """Whoever writes `.gitattributes` may mean no good."""
    attributes = GitAttributes({".gitattributes": f"{glob} filter=git-crypt\n"}.get)
    assert not attributes.is_git_crypt("a" * 200 + "b")
