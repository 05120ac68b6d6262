"""What is decided before anything is judged, and what nobody reads, is told."""

from __future__ import annotations

from tests.authoring.policies import advised, tried, validation

CREATE = {"kinds": ["Pod"], "operations": ["CREATE"]}
ALWAYS = "this condition is always true Leave it out."
NEVER = "this condition is never true: the policy judges nothing"


def _about(words: str, **spec: object) -> list[str]:
    return [each for each in advised(**spec) if words in each]


def test_conditions_that_match_has_decided() -> None:
    """With CREATE alone there is no old object, and the operation is known."""
    said = _about("condition", match=CREATE, matchConditions=[{"expression": "oldObject == null"}])
    assert ALWAYS in said
    conditions = [{"expression": "request.operation == 'UPDATE' && oldContainer != null"}]
    assert NEVER in _about("condition", match=CREATE, matchConditions=conditions)
    for expression in ("oldObject == null", "request.operation == 'UPDATE'", "has(container.tty)"):
        said = _about("condition", matchConditions=[{"expression": expression}])
        assert ALWAYS not in said and NEVER not in said


def test_validations_that_find_nothing() -> None:
    """A validation that is true whatever is judged is told; one that is always false may be meant."""
    said = "this validation is always true: it can find nothing"
    assert said in advised(validations=validation("container.tty || 1 == 1"))
    assert said not in advised(validations=validation("container.tty || 1 == 2"))
    assert said not in advised(validations=validation("false"))


def test_a_validation_that_is_there_twice() -> None:
    """However it is laid out, the second is told."""
    twice = [*validation("container.tty == true"), *validation("container.tty  ==\n true")]
    assert "this is validation 1 again: both find the same" in advised(validations=twice)


def test_names_that_nobody_reads() -> None:
    """Variables and parameters are for expressions and messages; params as a whole read them all."""
    variables = [{"name": name, "expression": "container.name"} for name in ("a", "b", "c")]
    params = {name: {"type": "string", "default": "x"} for name in ("p", "q")}
    found = validation("variables.a != params.p", "{{ variables.b }}")
    said = _about("nothing reads", variables=variables, params=params, validations=found)
    assert sorted(said) == [
        "nothing reads `params.q`",
        "nothing reads `variables.c` Leave it out.",
    ]
    whole = validation("container.name in params.map(k, k)")
    assert not _about("nothing reads", params=params, validations=whole)
    index = validation("params['p'] != ''")
    assert _about("nothing reads", params=params, validations=index) == ["nothing reads `params.q`"]


def test_kinds_that_do_not_fit() -> None:
    """A misspelt kind is told, a custom one is not; a kind without pods has no containers."""
    assert _about("kind", match={"kinds": ["Deployments"]}) == [
        "Kubernetes has no kind `Deployments` Did you mean `Deployment`?"
    ]
    custom = ["argoproj.io/Rollout", "Widget", "workload", "serving.knative.dev/Service", "*"]
    assert not _about("kind", match={"kinds": custom})
    assert not _about("group", match={"kinds": [*custom, "networking.istio.io/NetworkPolicy"]})
    wrong = ["apps/Deploymnet", "app/Deployment", "core/Deployment", "apps/v1/Deployment"]
    assert {
        "Kubernetes has no kind `Deploymnet` Did you mean `Deployment`?",
        "Kubernetes has no group `app` Did you mean `apps`?",
        "core has no kind `Deployment` Write `apps/Deployment`.",
        "`apps/v1/Deployment` names a version Write `apps/Deployment`.",
    } <= set(advised(match={"kinds": wrong}))
    said = "a Service has no container: nothing of it is judged"
    assert said in advised(match={"kinds": ["Service"]})


def test_advice_stands_at_its_line() -> None:
    """Every piece of advice on the text of a policy has the line of what it is about."""
    trial = tried(match=CREATE, matchConditions=[{"expression": "oldObject == null"}])
    assert [each.line for each in trial.advice if "condition" in each.message][:1] != [0]
