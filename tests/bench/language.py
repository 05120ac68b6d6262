"""The benchmark of the expression language: against Google's own binding, and against an import.

The expressions are what policies typically say about a Deployment with three containers. Not for
whether the answers are right: `tests/cel` holds both engines against each other.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tests.bench.measure import Row, Seconds, in_turns, process, ratio, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

EVERY: Final = "object.spec.template.spec.containers."
EXPRESSIONS: Final = (
    "object.spec.replicas > 1",
    "object.spec.replicas >= params.min",
    EVERY + "all(c, has(c.resources) && has(c.resources.limits) && has(c.resources.limits.memory))",
    EVERY + "all(c, c.?resources.?limits.?memory.hasValue())",
    EVERY + "all(c, c.?securityContext.?allowPrivilegeEscalation.orValue(true) == false)",
    EVERY + "all(c, !has(c.env) || c.env.all(e, !e.name.startsWith('SECRET') || !has(e.value)))",
    EVERY + "all(c, c.image.startsWith('ghcr.io/') && !c.image.endsWith(':latest'))",
    EVERY + "filter(c, has(c.securityContext.privileged) && c.securityContext.privileged).size() == 0",
    EVERY + "all(c, 'ALL' in c.securityContext.capabilities.drop)",
    EVERY + "map(c, c.name).all(n, n.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$'))",
    "!has(object.spec.template.spec.hostNetwork) || object.spec.template.spec.hostNetwork == false",
    "object.metadata.namespace in ['prod', 'staging'] ? object.spec.replicas > 1 : true",
)  # fmt: skip
_OPTIONAL: Final = "name: policies\nstdlib: {}\nextensions: [{name: optional}]\n"


def _container(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "image": f"ghcr.io/acme/{name}:1.2.3",
        "securityContext": {
            "runAsNonRoot": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {
            "limits": {"memory": "512Mi", "cpu": "500m"},
            "requests": {"memory": "256Mi", "cpu": "100m"},
        },
        "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
        "ports": [{"containerPort": 8080}],
    }


def _data() -> dict[str, Any]:
    pod = {
        "containers": [_container(name) for name in ("web", "proxy", "log")],
        "securityContext": {"runAsUser": 1000},
    }
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "prod", "labels": {"app": "web"}},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod},
        },
    }
    return {"object": deployment, "params": {"min": 2}}


def evaluating(runs: int) -> Iterator[Row]:
    """Typical expressions, compiled once and evaluated many times, in both engines."""
    from cel_expr_python import cel

    from policygate.cel import compile_expression

    data = _data()
    config = cel.NewEnvConfigFromYaml(_OPTIONAL)
    env = cel.NewEnv(config=config, variables=dict.fromkeys(data, cel.Type.DYN))
    kept = env.Activation(data)  # the data as C++ has them, for expressions without end
    ours: list[Callable[[], Any]] = []
    theirs: list[Callable[[], Any]] = []
    each: list[Callable[[], Any]] = []
    for text in EXPRESSIONS:
        program, expression = compile_expression(text, data), env.compile(text)
        if program.evaluate(data) != expression.eval(kept).value():
            raise RuntimeError(f"the engines do not agree on {text}")
        ours.append(partial(program.evaluate, data))
        theirs.append(partial(expression.eval, kept))
        each.append(partial(expression.eval, data=data))
    jobs = [_often(calls, 300) for calls in (ours, theirs)] + [_often(each, 30)]
    took = in_turns(runs, *jobs)
    a_call = [
        [seconds / times for seconds in one]
        for one, times in zip(took, (300, 300, 30), strict=True)
    ]
    what = f"time: evaluate {len(EXPRESSIONS)} typical expressions"
    us, them, converting = a_call
    yield Row(what, "cel-expr-python, data kept", ratio(us, them), 2.0, note=spread(us, them))
    yield Row(
        what, "cel-expr-python, data converted", ratio(us, converting), note=spread(us, converting)
    )


def _often(calls: list[Callable[[], Any]], times: int) -> Callable[[], None]:
    def job() -> None:
        for call in calls:
            for _ in range(times):
                call()

    return job


def importing(runs: int, folder: Path, env: Mapping[str, str]) -> Iterator[Row]:
    """What importing the engine adds to a Python that starts, against what pydantic adds."""

    def start(code: str) -> Callable[[], object]:
        return process([sys.executable, "-c", code], folder, env)

    bare, ours, theirs = in_turns(
        runs, start("pass"), start("import policygate.cel"), start("import pydantic")
    )
    us, them = _beyond(ours, bare), _beyond(theirs, bare)
    yield Row(
        "time: import policygate.cel",
        "import pydantic",
        ratio(us, them),
        0.5,
        note=spread(us, them),
    )


def _beyond(took: Seconds, bare: Seconds) -> Seconds:
    return [max(a - b, 1e-6) for a, b in zip(took, bare, strict=True)]
