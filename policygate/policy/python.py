"""Policies written in Python: a module whose docstring is the manual page, and one decorated check.

Not for finding the files (`loader`) and not for running checks (`engine`).
"""

from __future__ import annotations

import contextlib
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from policygate.errors import PolicyError
from policygate.model import LEVELS
from policygate.policy.types import OPERATIONS, SCOPES, Check, Example, Match, Policy, Scope

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Sequence

    from policygate.model import Class, Level, Operation

_VETTED: Final[dict[str, tuple[str, ...]]] = {
    "level": LEVELS,
    "scope": SCOPES,
    "kinds": (),
    "operations": OPERATIONS,
    "refines": (),
}
"""Words of the decorator, and the values that each may have; none for any text."""
_SECTION = re.compile(r"^(Fix|References|Standards|Peers):[ \t]*\n?", re.MULTILINE)


def policy(  # noqa: PLR0913 (one keyword a key of the format)
    *,
    level: Level,
    kinds: Sequence[str] = (),
    scope: Scope = "object",
    operations: Sequence[Operation] = ("CREATE", "UPDATE"),
    params: Callable[[], Any] | None = None,
    examples: Sequence[Example] = (),
    waivable: bool = True,
    secret: bool = False,
    enabled: bool = True,
    refines: Sequence[str] = (),
    class_: Class | None = None,
) -> Callable[[Check], Policy]:
    """Turn a generator function into a `Policy`; nothing is registered anywhere.

    Args:
        level: What a finding is worth: `error` blocks.
        kinds: `workload` (everything that carries a pod spec), `Kind`, `group/Kind` or `*`; empty
            is everything. The core group is written `core/Kind`.
        scope: What `pair.base` and `pair.head` are: the resource, its pod specs or its containers.
        operations: `CREATE`, `UPDATE`, `DELETE`; a policy that compares wants `UPDATE` alone.
        params: A `NamedTuple` or a pydantic model whose fields all have defaults; settings may
            override them. A model can say more of what is allowed, and costs its import.
        examples: At least one that passes and one that fails.
        waivable: Whether an exception may be recorded.
        secret: Whether the values it points at must never be shown.
        enabled: Whether it judges where settings do not say so.
        refines: Coarser policies, which say nothing at a place where this one has found something.
        class_: What is lost when something gets looser: `security`, `reliability` or `recovery`.

    Returns:
        A decorator. Its result is a `Policy` whose id is the file's stem with `-` for `_`, and
        whose manual page is the module's docstring: the first line is the title, the paragraphs after
        it say why, and then come the sections `Fix:`, `References:` (one a line), `Standards:` (such as
        `CIS 5.2.2; CWE-250`) and `Peers:` (such as `checkov:CKV_K8S_16, trivy:KSV-0017`).
    """

    def decorate(check: Check) -> Policy:
        module = getattr(check, "__globals__", {})
        file = str(module.get("__file__", "<policy>"))
        _vet(file, level=level, scope=scope, kinds=kinds, operations=operations, refines=refines)
        given: Any = examples
        if isinstance(given, Example) or not all(isinstance(each, Example) for each in given):
            raise PolicyError(
                f"{file}:1:1: `examples` is no sequence of `Example`",
                "One example alone needs a comma behind it: `EXAMPLES = (Example(…),)`.",
            )
        page = _manual(module.get("__doc__") or "", file)
        try:
            defaults = params() if params else None
        except (TypeError, ValueError):
            raise PolicyError(f"{file}:1:1: a parameter has no default, or a wrong one") from None
        return Policy(
            id=PurePath(file).stem.replace("_", "-"),
            level=level,
            check=check,
            scope=scope,
            match=Match(kinds=tuple(kinds), operations=tuple(operations)),
            params=defaults,
            **page,
            examples=tuple(examples),
            waivable=waivable,
            secret=secret,
            enabled=enabled,
            refines=tuple(refines),
            class_=class_,
        )

    return decorate


def parsed(data: bytes, file: str) -> ast.Module:
    """Parse a module.

    Raises:
        PolicyError: With file, line and column, where it is no Python.
    """
    import ast

    try:
        return ast.parse(data, file)
    except SyntaxError as broken:
        line, column = broken.lineno or 1, broken.offset or 1
        raise PolicyError(f"{file}:{line}:{column}: {broken.msg}") from None
    except (ValueError, RecursionError, MemoryError):
        raise PolicyError(f"{file}:1:1: not a Python module") from None


def outline(data: bytes, file: str) -> Policy:
    """Read what a policy in Python says of itself, without running it.

    Args:
        data: The bytes of its file.
        file: Its path, for messages; its stem is the policy's id.

    Returns:
        A policy that judges nothing and has neither parameters nor examples.

    Raises:
        PolicyError: With file, line and column: it is no Python, or has no manual page.
    """
    import ast

    tree = parsed(data, file)
    page = _manual(ast.get_docstring(tree) or "", file)
    said: dict[str, Any] = {}
    calls = (d for f in tree.body if isinstance(f, ast.FunctionDef) for d in f.decorator_list)
    for call in calls:
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            with contextlib.suppress(ValueError):  # computed: only running it would tell
                said[str(keyword.arg)] = ast.literal_eval(keyword.value)
        line = call.lineno
        _vet(file, line, **{key: said[key] for key in _VETTED if key in said})
    return Policy(
        id=PurePath(file).stem.replace("_", "-"),
        level=said.get("level", "error"),
        check=lambda _pair, _params: (),
        scope=said.get("scope", "object"),
        match=Match(tuple(said.get("kinds", ())), tuple(said.get("operations", OPERATIONS[:2]))),
        **page,
        enabled=bool(said.get("enabled", True)),
    )


def _vet(file: str, line: int = 1, **said: Any) -> None:
    """Hold the words of a decorator against those that there are."""
    for key, value in said.items():
        allowed = _VETTED[key]
        many = key not in {"level", "scope"}
        values = [value] if not many else [] if isinstance(value, str) else list(value)
        if many and isinstance(value, str):
            raise PolicyError(
                f"{file}:{line}:1: `{key}` is a list of texts", f"Write `{key}=[{value!r}]`."
            )
        for each in values:
            if not isinstance(each, str) or (allowed and each not in allowed):
                words = ", ".join(f"`{word}`" for word in allowed)
                raise PolicyError(
                    f"{file}:{line}:1: `{key}` is {each!r}", f"Valid are {words}." if words else ""
                )


def _manual(docstring: str, file: str) -> dict[str, Any]:
    """Split a module's docstring into the fields of a manual page."""
    import inspect

    title, _, rest = inspect.cleandoc(docstring).partition("\n")
    pieces = _SECTION.split(rest)
    sections = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    why, fix = pieces[0].strip(), sections.get("Fix", "").strip()
    if not (title and why and fix):
        raise PolicyError(
            f"{file}:1:1: the module's docstring is the manual page and lacks a part",
            "Write a first line (the title), a paragraph that says why, and a section `Fix:`.",
        )
    return {
        "title": title.removesuffix("."),
        "why": _flowed(why),
        "fix": _flowed(fix),
        "references": tuple(sections.get("References", "").split()),
        "standards": _listed(sections.get("Standards", ""), ";"),
        "peers": _listed(sections.get("Peers", ""), ","),
    }


def _listed(text: str, separator: str) -> tuple[str, ...]:
    return tuple(filter(None, (" ".join(each.split()) for each in text.split(separator))))


def _flowed(text: str) -> str:
    """One line a paragraph: where the source breaks its lines means nothing."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
