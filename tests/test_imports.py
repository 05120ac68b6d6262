"""What start-up loads: people run this on every commit."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "pydantic",
    "jsonschema",
    "kubernetes_validate",
    "asyncio",
    "unittest",
    "http",
    "ssl",
    "email",
    "importlib.metadata",
}


def _loaded(code: str) -> set[str]:
    script = f"import sys\ntry:\n  {code}\nexcept SystemExit: pass\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "code",
    [
        "import policygate",
        "import sys; sys.argv[1:] = ['--version']; from policygate.cli import main; main()",
        "import sys; sys.argv[1:] = ['--help']; from policygate.cli import main; main()",
    ],
)
def test_start_up_is_light(code: str) -> None:
    """Importing the package, --version and --help load none of the heavy modules."""
    assert not _loaded(code) & HEAVY


def test_importing_the_package_loads_nothing_of_it() -> None:
    """`import policygate` loads no module of its own beyond itself."""
    assert {m for m in _loaded("import policygate") if m.startswith("policygate.")} == set()


def test_a_whole_check_needs_no_validator() -> None:
    """Judging manifests with the shipped policies loads none of the heavy modules."""
    code = "import policygate.api as a; import policygate.reporters as r; r.render(a.check('.', stdin=b'kind: Pod\\napiVersion: v1\\nmetadata: {name: a}\\nspec: {hostNetwork: true}\\n'), 'text')"
    assert not _loaded(code) & (HEAVY - {"email"})


def test_public_names_exist_and_are_lazy() -> None:
    """Every name of __all__ resolves, and an unknown one is an AttributeError."""
    import policygate

    for name in policygate.__all__:
        assert getattr(policygate, name) is not None
    with pytest.raises(AttributeError):
        _ = policygate.nothing_like_it
