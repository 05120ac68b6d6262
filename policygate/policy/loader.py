"""Where policies come from: the packs that ship with policygate, and a repository's own folder.

Not for choosing among them (`settings`, `api`) and not for running them (`engine`).
"""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
import types
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from policygate.errors import PolicyError
from policygate.policy.index import outlines, sizes
from policygate.policy.python import outline, parsed
from policygate.policy.types import Policy
from policygate.policy.yaml_format import read_policy
from policygate.vetted import NOTHING, Vetted

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

OWN_PACK = "repository"
"""The pack of a repository's own policies."""


def shipped_root() -> Path:
    """The folder of the shipped packs: inside an installed wheel, else beside the package."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_policies"
    return installed if installed.is_dir() else package.parent / "policies"


def load_shipped(*, whole: bool = True) -> tuple[Policy, ...]:
    """Load every policy that ships with policygate, sorted by id.

    Args:
        whole: Without it, what the index knows is left to be `completed` when it is needed.

    Raises:
        PolicyError: When the folder is missing or a file in it is broken.
    """
    root = shipped_root()
    load = partial(_load_shipped, root)
    policies = [*(map(load, sizes(root)) if whole else outlines(root, load))]
    if not policies:
        raise PolicyError(f"no shipped policies found in {root}", "Reinstall gitops-policygate.")
    return sorted_unique(policies)


def load_manual(ids: Container[str]) -> tuple[Policy, ...]:
    """Load those of the shipped policies that have these ids, from their files: pages and all.

    Raises:
        PolicyError: When the folder is missing or a file in it is broken.
    """
    root, known = shipped_root(), load_shipped(whole=False)
    return tuple(_load_shipped(root, each.file) for each in known if each.id in ids)


def _load_shipped(root: Path, name: str) -> Policy:
    file = root / name
    return dataclasses.replace(_load_file(file, name), pack=file.parent.name, file=name)


def _load_file(file: Path, name: str) -> Policy:
    if file.suffix == ".yaml":
        return read_policy(file.read_bytes(), name, None)
    module_name = f"policygate._policies.{file.parent.name}.{file.stem}"
    loader = SourceFileLoader(module_name, str(file))
    spec = importlib.util.spec_from_file_location(module_name, file, loader=loader)
    if spec is None:
        raise PolicyError(f"{name}:1:1: not a Python module")
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its own module up while it is made, so it must be findable.
    sys.modules[module_name] = module
    loader.exec_module(module)
    return policy_of(vars(module), name)


def is_policy_file(path: str) -> bool:
    """Whether a file in the folder of policies is one, by its name."""
    return path.endswith((".yaml", ".yml", ".py"))


def load_own(
    files: Iterable[tuple[str, bytes]], vetted: Vetted = NOTHING, *, run: bool = True
) -> tuple[Policy, ...]:
    """Load a repository's own policies from the bytes of their files.

    Args:
        files: Path in the repository and content.
        vetted: Which files have passed the format before.
        run: Whether files in Python run: say so only for those that the base's settings name.
            Otherwise their policies are an `outline` of what can be read.

    Raises:
        PolicyError: With file, line and column, for the first file that is broken.
    """
    policies = []
    for name, data in files:
        if not name.endswith(".py"):
            policy = read_policy(data, name, vetted)
        else:
            policy = _exec_policy(data, name) if run else outline(data, name)
        policies.append(dataclasses.replace(policy, pack=OWN_PACK, file=name))
    return sorted_unique(policies)


def _exec_policy(data: bytes, name: str) -> Policy:
    tree = parsed(data, name)
    module = types.ModuleType("policygate_own_" + PurePosixPath(name).stem)
    module.__file__ = name
    sys.modules[module.__name__] = module
    try:
        exec(compile(tree, name, "exec"), vars(module))  # noqa: S102 (the base names it)
    except PolicyError:
        raise
    except (Exception, SystemExit) as crash:
        from traceback import extract_tb

        trace = reversed(extract_tb(crash.__traceback__))
        line = next((frame.lineno for frame in trace if frame.filename == name), 1)
        what = f"importing it raised {type(crash).__name__}: {crash}"
        raise PolicyError(f"{name}:{line}:1: {what}") from crash
    policy = policy_of(vars(module), name)
    for wanted in ("pass", "fail"):
        if not any(example.expect == wanted for example in policy.examples):
            raise PolicyError(f"{name}:1:1: a policy needs an example that expects `{wanted}`")
    return policy


def policy_of(namespace: dict[str, Any], name: str) -> Policy:
    """The one policy that a Python module defines."""
    found = [value for value in namespace.values() if isinstance(value, Policy)]
    if len(found) != 1:
        raise PolicyError(
            f"{name}:1:1: a policy module defines exactly one policy, this one {len(found)}",
            "Decorate one generator function with `@policy(...)`.",
        )
    return found[0]


def sorted_unique(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Sort policies by id.

    Raises:
        PolicyError: When two have the same id; the message names both files.
    """
    by_id: dict[str, Policy] = {}
    for policy in policies:
        other = by_id.setdefault(policy.id, policy)
        if other is not policy:
            raise PolicyError(
                f"{policy.file}:1:1: the id `{policy.id}` is taken by {other.file}",
                "Ids are unique across all packs: rename one of the files.",
            )
    return tuple(by_id[key] for key in sorted(by_id))
