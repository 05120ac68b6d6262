"""How much a range of versions lets in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.version_range import EXACT, MAJORS, MINORS, PATCHES, is_commit, width


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1.2.3", EXACT), ("v1.2.3", EXACT), ("=1.2.3", EXACT), ("1.2.3-rc.1+a", EXACT), ("^0.0.3", EXACT),
        ("~1.2.3", PATCHES), ("1.2.x", PATCHES), ("1.2", PATCHES), ("1.2.*", PATCHES), ("^0.2.3", PATCHES),
        (">=1.2.3 <1.3.0", PATCHES), (">=1.2.3, <=1.2.9", PATCHES),
        ("^1.2.3", MINORS), ("1.x", MINORS), ("1", MINORS), ("~1", MINORS), (">=1.2 <2.0.0", MINORS),
        ("1.2 - 1.9", MINORS), ("^0", MINORS), (">=1.2.3 <2", MINORS),
        ("*", MAJORS), ("", MAJORS), ("x", MAJORS), (">=1.0.0", MAJORS), ("<3", MAJORS), (">0", MAJORS),
        ("1.2.3 || >=2", MAJORS), (">=1.0 <3.0.0", MAJORS), ("!=1.2.3", MAJORS),
    ],
)  # fmt: skip
def test_width(text: str, size: int) -> None:
    """A range lets in one version, every patch, every minor version, or every version."""
    found = width(text)
    assert found is not None and found.size == size


@pytest.mark.parametrize(
    "text", ["main", "release-1.2", "${VERSION}", "1.2.3.4", "a || 1.2", "~main"]
)
def test_what_is_no_range(text: str) -> None:
    """A branch or a placeholder has no width."""
    assert width(text) is None


def test_pre_releases_make_a_range_wider() -> None:
    """`>=1.0.0-0` lets in what `>=1.0.0` does not; a version alone is itself, whatever it is called."""
    wide, narrow = width(">=1.0.0-0"), width(">=1.0.0")
    assert wide is not None and narrow is not None and wide > narrow
    alone = width("1.0.0-rc.1")
    assert alone is not None and not alone.prereleases and alone.words == "one version"


def test_only_a_whole_hash_is_a_commit() -> None:
    """A short hash may be a tag or a branch."""
    assert is_commit("a" * 40) and not is_commit("abc1234") and not is_commit("1.2.3")


@given(st.text(max_size=300))
def test_any_text_is_measured(text: str) -> None:
    """Nothing makes it raise."""
    width(text)
