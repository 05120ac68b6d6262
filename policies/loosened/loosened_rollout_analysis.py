"""Analysis of a release stops less than before.

The metrics of an AnalysisTemplate decide whether a new version goes on or back. One that is gone, that may
fail any number of times or that is only tried (`dryRun`) lets a bad version through in silence.

Fix:
Restore the metric and its limit, or mend the query where it was wrong.

References:
https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#dry-run-mode
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View


def _template(*metrics: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "AnalysisTemplate", "metadata": {"name": "errors"},
            "spec": {"args": [{"name": "service"}], "metrics": list(metrics), **spec}}  # fmt: skip


RATE = {"name": "rate", "failureLimit": 2, "successCondition": "result[0] < 0.01"}
TIME = {"name": "time"}
EXAMPLES = (
    Example("one more", "pass", base=_template(RATE), head=_template(RATE, TIME)),
    Example("stricter", "pass", base=_template(RATE), head=_template({**RATE, "failureLimit": 0})),
    Example("any number written out", "pass", base=_template({**RATE, "failureLimit": -1}), head=_template({**RATE, "failureLimit": "{{args.limit}}"})),
    Example("a new template", "pass", _template(RATE)),
    Example("a metric less", "fail", base=_template(RATE, TIME), head=_template(TIME), path="spec.metrics", message="errors no longer measures rate"),
    Example("it may fail more often", "fail", base=_template(RATE), head=_template({**RATE, "failureLimit": 5}), path="metrics[rate].failureLimit",
            message="rate may fail 5 times, and 2 before"),
    Example("it may always fail", "fail", base=_template(TIME), head=_template({**TIME, "failureLimit": -1}), message="any number of times, and 0 before"),
    Example("it is only tried", "fail", base=_template(RATE), head=_template(RATE, dryRun=[{"metricName": ".*"}]), path="spec.dryRun[0]",
            message="errors only tries .*"),
    Example("it asks for nothing", "fail", base=_template(RATE), head=_template({"name": "rate", "failureLimit": 2}),
            path="metrics[rate].successCondition", message="rate asks for nothing"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["argoproj.io/AnalysisTemplate", "argoproj.io/ClusterAnalysisTemplate"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_rollout_analysis(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield metrics that are gone or stop less, and those that are only tried now."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head, name = pair.base.view.spec, pair.head.view.spec, pair.head.id.name
    now = {metric["name"].string(): metric for metric in head.metrics}
    for old in base.metrics:
        called = old["name"].string()
        if called not in now:
            yield Problem(head.metrics, f"{name} no longer measures {called}", key=called)
        else:
            yield from _of_metric(old, now[called], called)
    before = {item.metricName.raw for item in base.dryRun if isinstance(item.metricName.raw, str)}
    for item in head.dryRun:
        if item.metricName.string() and item.metricName.raw not in before:
            yield Problem(item, f"{name} only tries {item.metricName.string()}")


def _of_metric(old: View, new: View, called: str) -> Iterator[Problem]:
    was, now = old.failureLimit.integer(), new.failureLimit.integer()
    if (now > was >= 0) or (now < 0 <= was):
        times = f"{now}" if now >= 0 else "any number of"
        yield Problem(new.failureLimit, f"{called} may fail {times} times, and {was} before")
    for field in ("successCondition", "failureCondition"):
        if old[field].string() and not new.successCondition and not new.failureCondition:
            yield Problem(new[field], f"{called} asks for nothing any more")
            return
