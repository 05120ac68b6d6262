"""Image references are taken apart as kubelet and container runtimes do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.image import Image, holds, parse_image

DIGEST = "sha256:" + "0123456789abcdef" * 4
components = st.from_regex(r"[a-z0-9]{1,4}([._-][a-z0-9]{1,4})?", fullmatch=True)
repositories = st.lists(components, min_size=1, max_size=3).map("/".join)
registries = st.sampled_from(["", "docker.io", "ghcr.io", "localhost", "localhost:5000", "r:5000", "r.example.com:443", "[::1]:5000", "Host"])  # fmt: skip
tags = st.one_of(st.just(""), st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}", fullmatch=True))
images = st.builds(Image, registries, repositories, tags, st.sampled_from(["", DIGEST]))


def written(image: Image) -> str:
    """The reference as people write it."""
    registry = f"{image.registry}/" if image.registry else ""
    tag = f":{image.tag}" if image.tag else ""
    return f"{registry}{image.repository}{tag}" + (f"@{image.digest}" if image.digest else "")


@given(images)
def test_what_is_put_together_is_taken_apart(image: Image) -> None:
    """Parsing gives back the parts a reference was made of, whatever the parts."""
    first = image.repository.split("/", maxsplit=1)[0]
    if image.registry == "" and "/" in image.repository and ("." in first or first == "localhost"):
        image = Image(first, image.repository.partition("/")[2], image.tag, image.digest)
    assert parse_image(written(image)) == image


@given(images)
def test_a_full_name_parses_to_itself(image: Image) -> None:
    """The normalised name is a reference of the same image."""
    parsed = parse_image(written(image))
    assert parsed is not None
    again = parse_image(parsed.name)
    assert again is not None
    assert again.name == parsed.name


@given(st.text(max_size=40) | st.text("ab:/@.-_[]0A", max_size=20))
def test_no_text_raises(text: str) -> None:
    """Any text is parsed to parts that give the text again, or to None."""
    image = parse_image(text)
    assert image is None or written(image) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nginx", "docker.io/library/nginx"),
        ("nginx:1.27", "docker.io/library/nginx"),
        ("docker.io/nginx", "docker.io/library/nginx"),
        ("index.docker.io/library/nginx", "docker.io/library/nginx"),
        ("bitnami/nginx", "docker.io/bitnami/nginx"),
        ("localhost/nginx", "localhost/nginx"),
        ("registry:5000/nginx", "registry:5000/nginx"),
        ("registry.k8s.io/pause", "registry.k8s.io/pause"),
    ],
)
def test_docker_hub_is_implied(text: str, name: str) -> None:
    """A reference without a registry is Docker Hub's, and one component alone its library's."""
    image = parse_image(text)
    assert image is not None
    assert image.name == name


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("web", "latest"), ("web:latest", "latest"), ("web:1", "1"), (f"web@{DIGEST}", ""),
        (f"web:latest@{DIGEST}", "latest"), ("registry:5000/web", "latest"),
    ],
)  # fmt: skip
def test_latest_is_implied(text: str, tag: str) -> None:
    """No tag is `latest`, unless a digest is written; a registry's port is no tag."""
    image = parse_image(text)
    assert image is not None
    assert image.effective_tag == tag


@pytest.mark.parametrize(
    "text",
    ["", " web", "web ", "Web", "${IMAGE}", "{{ image }}", "web:", "web@", "web@sha256:12", ":1", "/web",
     "web//x", "http://r.io/web", "r.io/Web", "web:1:2", "a" * 300, "a" * 9999, "0123456789abcdef" * 4,
     f"web:{'1' * 129}", "web\n", "wéb"],
)  # fmt: skip
def test_what_no_runtime_pulls_is_none(text: str) -> None:
    """A text that is no reference has no parts."""
    assert parse_image(text) is None


@pytest.mark.parametrize(
    ("place", "name", "held"),
    [
        ("ghcr.io/team", "ghcr.io/team/web", True),
        ("ghcr.io/team/", "ghcr.io/team/web", True),
        ("ghcr.io/team/web", "ghcr.io/team/web", True),
        ("ghcr.io", "ghcr.io/team/web", True),
        ("ghcr.io/te", "ghcr.io/team/web", False),
        ("r.example:5000", "r.example:50001/web", False),
        ("", "docker.io/library/web", False),
        ("/", "docker.io/library/web", False),
    ],
)
def test_a_place_holds_what_stands_below_it(place: str, name: str, *, held: bool) -> None:
    """Whole parts of a name count; an empty place holds nothing."""
    assert holds(place, name) == held
