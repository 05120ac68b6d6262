"""Job is removed at the wrong time, or never.

A Job that stands in git and removes itself is missing at the next sync: Argo CD and Flux make it again, and
it runs again, over and over. Without GitOps it is the other way round: a Job without a time to live stays
for ever, with its pods. The Jobs of a CronJob are removed by its history limits.

Fix:
With GitOps make the Job a hook (`argocd.argoproj.io/hook: Sync`), or leave `ttlSecondsAfterFinished` out;
without it set one. In a CronJob set `successfulJobsHistoryLimit` and `failedJobsHistoryLimit` instead.

References:
https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
https://fluxcd.io/flux/use-cases/running-jobs/

Peers:
kube-linter:job-ttl-seconds-after-finished
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.lifetime import is_hook
from policygate.model import Resource
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.view import View


class Params(NamedTuple):
    """Whether Argo CD or Flux applies the Jobs, and the seconds to set where none are set; 0 for none."""

    gitops: bool = True
    seconds: int = 0


TTL = "ttlSecondsAfterFinished"
POD = {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}


def _job(annotations: Any = None, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "a", "annotations": annotations}
    spec = {"template": {"spec": POD}, **spec}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def _cron_job(**spec: Any) -> dict[str, Any]:
    template = {"spec": {"template": {"spec": POD}, **spec}}
    spec = {"schedule": "@daily", "jobTemplate": template}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": spec}


HELM = {"gitops": False, "seconds": 3600}
EXAMPLES = (
    Example("it stays", "pass", _job()),
    Example("a hook may go", "pass", _job({"argocd.argoproj.io/hook": "Sync"}, ttlSecondsAfterFinished=60)),
    Example("history limits remove the Jobs of a CronJob", "pass", _cron_job()),
    Example("without GitOps it should go", "pass", _job(ttlSecondsAfterFinished=60), params=HELM),
    Example("it is made again", "fail", _job(ttlSecondsAfterFinished=60), path="spec.ttlSecondsAfterFinished",
            message="Job a removes itself after 60 seconds, is made again by the next sync, and runs again"),
    Example("it stays for ever without GitOps", "fail", _job(), params=HELM, path="spec.ttlSecondsAfterFinished",
            message="Job a is never removed"),
    Example("nobody said how long it may stay", "fail", _job(), params={"gitops": False}),
    Example("two things remove the Jobs of a CronJob", "fail", _cron_job(ttlSecondsAfterFinished=60),
            path="spec.jobTemplate.spec.ttlSecondsAfterFinished", message="before its history limits do"),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["batch/Job", "batch/CronJob"],
    params=Params,
    examples=EXAMPLES,
)
def job_ttl(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield times to live where there should be none, and Jobs that need one."""
    head: Resource = pair.head
    if head.id.kind == "CronJob":
        ttl = head.view.spec.jobTemplate.spec[TTL]
        if ttl:
            words = f"CronJob {head.id.name} removes its Jobs after {_seconds(ttl)}, before its history limits do"
            yield Problem(ttl, words)
        return
    ttl = head.view.spec[TTL]
    if is_hook(head):
        return
    if ttl and params.gitops:
        words = f"Job {head.id.name} removes itself after {_seconds(ttl)}, is made again by the next sync, and runs again"
        yield Problem(ttl, words)
    elif not ttl and not params.gitops:
        edit = Edit("set", ttl.path, params.seconds) if params.seconds else None
        yield Problem(ttl, f"Job {head.id.name} is never removed: it has no {TTL}", edit=edit)


def _seconds(ttl: View) -> str:
    return f"{ttl.integer()} seconds"
