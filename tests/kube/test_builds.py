"""Which files Flux and Argo CD take from a folder."""

from __future__ import annotations

import pytest

from policygate.kube import builds
from policygate.manifests import Manifests
from policygate.settings import Settings
from policygate.view import View
from tests.memory import MemorySnapshot, as_bytes

FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}}}
spec: {{path: {path}, sourceRef: {{kind: {kind}, name: {source}}}}}
"""


def _flux(name: str, path: str, source: str = "here", kind: str = "GitRepository") -> str:
    return FLUX.format(name=name, path=path, source=source, kind=kind)


def _state(**files: str) -> Manifests:
    """A state: `app__web` for `app/web.yaml`."""
    tree = {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return Manifests(MemorySnapshot(as_bytes(tree)), Settings())


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("./apps/web/", "apps/web"),
        ("apps", "apps"),
        ("/apps", "apps"),
        ("./", ""),
        ("", ""),
        (None, ""),
        ("../other", None),
        ("./${WHERE}", None),
        ("{{ path }}", None),
        ("apps/*", None),
    ],
)
def test_a_path_means_a_folder(path: str | None, folder: str | None) -> None:
    """However it is written; nothing where it leaves the repository or is filled in later."""
    assert builds.folder_of(View({"path": path})["path"]) == folder


def test_the_innermost_takes_a_file() -> None:
    """Several clusters may take the same folder; a folder whose name only begins alike is another one."""
    files = _state(
        a=_flux("all", "./"),
        b=_flux("apps", "./apps"),
        c=_flux("again", "apps"),
        d=_flux("later", "./${X}"),
        e=_flux("other", "./app"),
        apps__web__s="a: b",
    )
    assert [each.id.name for each in builds.flux_taking("apps/web/s.yaml", files)] == [
        "apps",
        "again",
    ]
    assert [each.id.name for each in builds.flux_taking("x.yaml", files)] == ["all"]
    assert not builds.flux_taking("apps/web/s.txt", files)


def test_kustomizations_say_what_is_taken() -> None:
    """The uppermost that there is decides, and what it names, folder by folder, round and round."""
    files = _state(
        f=_flux("apps", "./apps"),
        apps__kustomization="resources: [web, ./web, ../apps]\n",
        apps__web__kustomization="resources: [s.yaml, ../../base]\ncomponents: ['https://example.org/x']\n",
        base__kustomization="resources: [b.yaml]\n",
    )
    assert builds.flux_taking("apps/web/s.yaml", files)
    assert not builds.flux_taking("apps/web/t.yaml", files)
    assert builds.kustomize_takes("apps", "base/b.yaml", files)


def test_one_that_its_own_source_takes_reads_this_repository() -> None:
    """So does what `flux bootstrap` writes; what comes from elsewhere may be another repository."""
    files = _state(
        clusters__top=_flux("top", "./clusters"),
        clusters__mine=_flux("mine", "./apps"),
        clusters__theirs=_flux("theirs", "./apps", "team"),
        clusters__image=_flux("image", "./apps", kind="OCIRepository"),
        other__first=_flux("first", "./apps", "flux-system"),
        other__lone=_flux("lone", "./apps"),
    )
    here = {
        each.id.name: builds.reads_here(each, files) for each in builds.flux_kustomizations(files)
    }
    assert here == {
        "top": True,
        "mine": True,
        "theirs": False,
        "image": False,
        "first": True,
        "lone": False,
    }


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches: [{patch: 'decryption: {}'}]", True),
        (_flux("top", "./").replace("spec: {", "spec: {patches: [{patch: 'decryption'}], "), True),
        ("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: all}\nspec: {decryption: {}}", True),
        (_flux("top", "./").replace("spec: {", "spec: {decryption: {}, "), False),
        ("# decryption", False),
    ],
)  # fmt: skip
def test_a_patch_sets_a_field_elsewhere(patch: str, *, expected: bool) -> None:
    """In the patches of kustomize and of Flux, or as a file that has nothing else."""
    assert builds.is_patched("decryption", _state(a=patch)) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"path": "app"}, True),
        ({"path": "./app/"}, True),
        ({"path": "."}, False),
        ({"path": ".", "directory": {"recurse": True}}, True),
        ({"path": "app", "directory": {"exclude": "*"}}, False),
        ({"path": "app", "plugin": {}}, False),
        ({"path": "app", "helm": {"values": "a"}}, False),
        ({"chart": "app"}, False),
        ({"path": "chart"}, False),
        ({"path": "built"}, False),
        ({"path": "app-{{name}}"}, False),
    ],
)
def test_argo_takes_plain_folders(source: dict[str, object], *, expected: bool) -> None:
    """And what kustomize names, never charts and what a plugin makes."""
    tree = {
        "chart/Chart.yaml": "name: a",
        "built/kustomization.yaml": "resources: []",
        "chart/s.yaml": "",
    }
    files = Manifests(MemorySnapshot(as_bytes(tree)), Settings())
    folder = {"chart": "chart", "built": "built"}.get(str(source.get("path")), "app")
    assert builds.argo_takes(View(source), f"{folder}/s.yaml", files) is expected
