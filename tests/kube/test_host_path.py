"""A path on a node is what it resolves to, however it is written."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.host_path import normalised, reached

paths = st.lists(st.sampled_from(["a", "b", "etc", ".", "..", ""]), max_size=6).map("/".join)


@given(paths)
def test_it_is_what_posix_says(path: str) -> None:
    """Every way to write a path leads to the one that the system resolves."""
    assert normalised(path) == posixpath.normpath("/" + path.lstrip("/"))
    assert normalised(normalised(path)) == normalised(path)


@pytest.mark.parametrize(
    ("path", "targets", "found"),
    [
        ("/var/run", ["/run/docker.sock"], "/run/docker.sock"),
        ("//var/run/docker.sock", ["/run/docker.sock"], "/run/docker.sock"),
        ("/run/../run/", ["/var/run/docker.sock"], "/var/run/docker.sock"),
        ("/", ["/etc"], "/etc"),
        ("C:\\", ["/etc"], "/etc"),
        (r"c:\etc\kubernetes", ["/etc"], ""),
        (r"\var\lib", ["/var/lib/kubelet"], "/var/lib/kubelet"),
        ("/srv/${NODE}", ["/etc"], ""),
        ("/etc/", ["/etc"], "/etc"),
        ("/etcd", ["/etc"], ""),
        ("/run/docker.sock.d", ["/run/docker.sock"], ""),
        ("", ["/etc"], "/etc"),
    ],
)
def test_parents_reach_what_is_below_them(path: str, targets: list[str], found: str) -> None:
    """A mounted folder holds everything below it, and nothing that only begins like it."""
    assert reached(path, targets) == found
