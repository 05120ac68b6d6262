"""Policies in Python have the power of those in YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygate.authoring.examples import judge_example
from policygate.authoring.trial import try_policy
from policygate.cli.explain import page
from policygate.errors import PolicyError
from policygate.policy.loader import load_own
from policygate.policy.params import ParamError, with_params
from policygate.policy.types import Policy

MODULE = '''"""Replicas are cut.

Fewer of them carry the same load.

Fix: scale down step by step.

References:
    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
"""

from collections.abc import Iterator

from pydantic import BaseModel, Field

from policygate.policy import Example, Pair, Problem, policy


class Params(BaseModel):
    share: float = Field(0.5, gt=0, le=1, description="what must be left")
    spared: list[str] = Field([], alias="spared-names")


def _of(replicas: int, name: str = "web") -> dict[str, object]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {"replicas": replicas}}


EXAMPLES = (
    Example("half of them", "pass", base=_of(4), head=_of(2)),
    Example("a share of one's own", "pass", base=_of(4), head=_of(1), params={"share": 0.25}),
    Example("spared", "pass", base=_of(4), head=_of(1), params={"spared-names": ["web"]}),
    Example("cut", "fail", base=_of(4), head=_of(1), path="spec.replicas", message="from 4 to 1"),
    Example("to nothing", "fail", base=_of(4), head=_of(0)),
)


@policy(level="error", kinds=["apps/Deployment"], operations=["UPDATE"], params=Params, examples=EXAMPLES)
def mine(pair: Pair, params: Params) -> Iterator[Problem]:
    """Compare the replicas; a view on what is missing reads as its default."""
    was, now = pair.base.view.spec.replicas.integer(1), pair.head.view.spec.replicas
    if pair.head.id.name in params.spared or now.integer(1) >= was * params.share:
        return
    level = "error" if now.integer(1) else "warning"
    yield Problem(now, f"replicas go from {was} to {now.integer(1)}", level=level)
'''


def _load(text: str = MODULE) -> Policy:
    (policy,) = load_own([("mine.py", text.encode())])
    return policy


def test_a_module_is_all_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check, page, parameters as a pydantic model, and examples stand in one file, and are tried."""
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(MODULE, encoding="utf-8")
    trial = try_policy(_load())
    assert not trial.failures
    assert not trial.advice
    text = "\n".join(page(_load()))
    assert "parameter  share = 0.5: what must be left" in text
    assert "parameter  spared-names = []" in text


def test_a_problem_may_have_a_level_of_its_own() -> None:
    """As a validation in YAML may."""
    policy = _load()
    levels = [judge_example(policy, e).findings[0].level for e in policy.examples[-2:]]
    assert levels == ["error", "warning"]


def test_overrides_are_held_against_the_model() -> None:
    """Types, bounds and names are those that the model says, and other values stay."""
    policy = with_params(_load(), {"spared-names": ["web"]})
    policy = with_params(policy, {"share": 1})
    assert (policy.params.share, policy.params.spared) == (1.0, ["web"])
    for overrides, words in (
        ({"share": 2}, "`share` of `mine`: input should be less than or equal to 1"),
        ({"share": "lots"}, "`share` of `mine`: input should be a valid number"),
        ({"spared": []}, "`mine` has no parameter `spared` (it has: share, spared-names)"),
    ):
        with pytest.raises(ParamError) as wrong:
            with_params(_load(), overrides)
        assert words in str(wrong.value)


@pytest.mark.parametrize("default", ["", " = 'lots'"])
def test_parameters_have_defaults(default: str) -> None:
    """A parameter without a default, or with one that is wrong, is told when the file is read."""
    field = 'share: float = Field(0.5, gt=0, le=1, description="what must be left")'
    config = f"model_config = {{'validate_default': True}}\n    share: float{default}"
    with pytest.raises(PolicyError) as wrong:
        _load(MODULE.replace(field, config))
    assert "a parameter has no default, or a wrong one" in wrong.value.message
