"""What the API server takes for a name, a label key and a label value."""

from __future__ import annotations

import pytest

from policygate.kube.names import is_placeholder, wrong_label_key, wrong_label_value, wrong_name

RBAC = "rbac.authorization.k8s.io"


@pytest.mark.parametrize(
    ("name", "group", "kind"),
    [
        ("web.example.com", "", "ConfigMap"), ("a" * 253, "", "Secret"), ("system:node", RBAC, "ClusterRole"),
        ("1-web", "", "Service"), ("a" * 52, "batch", "CronJob"), ("web.v1", "apps", "Deployment"),
    ],
)  # fmt: skip
def test_names_that_are_taken(name: str, group: str, kind: str) -> None:
    """Most names are domains, some one label of it, some nearly anything."""
    assert wrong_name(name, group, kind) == ""


@pytest.mark.parametrize(
    ("name", "group", "kind"),
    [
        ("Web", "", "ConfigMap"), ("a" * 254, "", "Secret"), ("a/b", RBAC, "Role"), ("..", RBAC, "Role"),
        ("web.v1", "", "Namespace"), ("a" * 64, "", "Service"), ("a" * 53, "batch", "CronJob"), ("a_b", "", "Pod"),
        ("-a", "", "Pod"), ("a..b", "", "Pod"), ("", "", "Pod"), ("a" * 64, "batch", "Job"),
    ],
)  # fmt: skip
def test_names_that_are_refused(name: str, group: str, kind: str) -> None:
    """Capitals, underscores, what is too long, and dots where one label is asked for."""
    assert wrong_name(name, group, kind)


def test_labels() -> None:
    """A value may be empty and has 63 characters at most; a key may have a domain before it."""
    assert not wrong_label_value("") and not wrong_label_value("v1.2_a-b")
    assert wrong_label_value("a b") and wrong_label_value("a" * 64) and wrong_label_value("-a")
    assert not wrong_label_key("app.kubernetes.io/name") and not wrong_label_key("App")
    assert (
        wrong_label_key("a_b/c")
        and wrong_label_key("a/b/c")
        and wrong_label_key("a/")
        and wrong_label_key("a" * 64)
    )


@pytest.mark.parametrize(
    "text",
    ["_", "($namespace)", "${APP}-web", "{{ name }}", "<name>", "web-HOSTNAME", "$(APP)", "@name@"],
)
def test_what_is_filled_in_later(text: str) -> None:
    """Such a name is none yet."""
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["web", "Web", "WebAPI", "a_b", "", "a(b"])
def test_what_is_a_name_already(text: str) -> None:
    """Also where it is a wrong one."""
    assert not is_placeholder(text)
