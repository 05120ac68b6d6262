"""Built and installed: the policies are found from a checkout, an editable install and a wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = "from policygate.policy.loader import load_shipped, shipped_root; print(shipped_root(), len(load_shipped()))"


def _run(*command: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist as a release would be."""
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out))
    (built,) = out.glob("*.whl")
    return built


def _environment(folder: Path, *arguments: str) -> Path:
    """A virtual environment that sees this one's dependencies, with the project installed."""
    _run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    python = folder / "bin" / "python"
    site = next(path for path in sys.path if path.endswith("site-packages"))
    (next(folder.glob("lib/python*/site-packages")) / "dependencies.pth").write_text(site)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    _run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "--force-reinstall", *arguments)
    return python


def test_wheel_holds_the_policies_and_nothing_else(wheel: Path) -> None:
    """The wheel ships package and policies, typed, licensed, without tests or caches."""
    names = zipfile.ZipFile(wheel).namelist()
    assert "policygate/py.typed" in names
    assert "policygate/_policies/pod-security/privileged-container.yaml" in names
    assert any(name.endswith("LICENSE") for name in names)
    assert not [
        n
        for n in names
        if not n.startswith(("policygate/", "gitops_policygate-")) or "__pycache__" in n
    ]
    pages = {f"policygate/manual/{p.name}" for p in (ROOT / "policygate" / "manual").iterdir()}
    assert "policygate/manual/trust.md" in pages and pages <= {*names}
    shipped = [p for p in (ROOT / "policies").rglob("*") if p.suffix not in ("", ".pyc")]
    assert len([n for n in names if n.startswith("policygate/_policies/")]) == len(shipped)


def test_checkout(tmp_path: Path) -> None:
    """From a checkout on the path the policies beside the package are used."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {LIST}"
    root, count = _run(sys.executable, "-c", code, cwd=tmp_path).rsplit(" ", 1)
    assert Path(root) == ROOT / "policies"
    assert int(count) >= 15


def test_wheel_install(wheel: Path, tmp_path: Path) -> None:
    """From an installed wheel the policies inside the package are used, and the command works."""
    python = _environment(tmp_path / "venv", str(wheel))
    root, count = _run(str(python), "-c", LIST, cwd=tmp_path).rsplit(" ", 1)
    assert root.endswith("policygate/_policies")
    assert str(tmp_path) in root
    assert int(count) >= 15
    assert _run(str(python.parent / "policygate"), "--version", cwd=tmp_path) == "policygate 0.1.0"
    page = _run(str(python.parent / "policygate"), "explain", "trust", cwd=tmp_path)
    assert page == (ROOT / "policygate/manual/trust.md").read_text(encoding="utf-8").strip()


def test_editable_install(tmp_path: Path) -> None:
    """From an editable install the policies of the repository are used."""
    python = _environment(tmp_path / "venv", "--editable", str(ROOT))
    root, count = _run(str(python), "-c", LIST, cwd=tmp_path).rsplit(" ", 1)
    assert Path(root) == ROOT / "policies"
    assert int(count) >= 15
