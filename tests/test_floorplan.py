"""The layout is the architecture: who may import whom, who may talk to the world."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "policygate"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "_policies" not in p.parts)

FLOORS = [
    {"adopted", "errors", "identity", "model", "globs", "place", "vetted", "view"},
    {"yamldoc", "kube", "secrets", "cel", "order"},
    {"policy", "sources", "git", "git_attributes", "pairing", "excerpt", "redaction"},
    {"faults", "fingerprints", "folding"},
    {"engine", "findings", "settings", "settings_document", "waiver_document", "waivers"},
    {
        "configuration",
        "custom_kinds",
        "endings",
        "manifests",
        "neutral",
        "surroundings",
        "weakening",
    },
    {"course", "display", "gate", "ledger", "peers", "remains", "unjudged"},
    {"artifacts", "hazards", "mending", "outlook", "owners", "undo"},
    {"api", "authoring", "rendering", "returning"},
    {"cli", "__init__", "__main__"},
]
"""A module imports from its own floor and from those below it; reporters see the model alone."""
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}


def _name(module: Path) -> str:
    parts = module.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def _imports(module: Path) -> set[str]:
    """The first-level modules of policygate that a file imports when it is loaded or later."""
    tree, found = ast.parse(module.read_text(encoding="utf-8")), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not _is_type_checking(tree, node):
            names = (
                [node.module]
                if node.module != "policygate"
                else [f"policygate.{a.name}" for a in node.names]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {n.split(".")[1] for n in names if n.startswith("policygate.")}
    return found


def _is_type_checking(tree: ast.Module, node: ast.stmt) -> bool:
    return any(
        isinstance(block, ast.If)
        and isinstance(block.test, ast.Name)
        and block.test.id == "TYPE_CHECKING"
        and node in ast.walk(block)
        for block in ast.walk(tree)
    )


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_imports_point_downwards(module: Path) -> None:
    """No module imports from a floor above its own, and reporters import the model alone."""
    name = _name(module)
    for imported in _imports(module) - {name, "__version__"}:
        if name == "reporters":
            assert imported == "model"
        else:
            below = FLOOR.get(imported, FLOOR["api"] if imported == "reporters" else -1)
            assert 0 <= below <= FLOOR[name], f"{name} imports {imported}"


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_only_git_runs_programs_and_only_the_command_line_prints(module: Path) -> None:
    """The module subprocess is for git (and the demo), print for nobody."""
    text = module.read_text(encoding="utf-8")
    if _name(module) != "git" and module.name != "demo.py":
        assert "subprocess" not in text.replace("in a subprocess", "")
    calls = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)]
    assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_every_module_says_what_it_is_for(module: Path) -> None:
    """Every module has a docstring, and none has outgrown its seam."""
    text = module.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert sum(1 for line in text.splitlines() if line.strip()) <= 400
