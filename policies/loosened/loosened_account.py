"""ServiceAccount gives its pods more, or something else.

The token of an account is the key to its rights, for whoever gets into a pod. The identity that it has in a cloud is
often worth more than all of its rights in the cluster; which of two has more only the cloud knows.

Fix:
Restore `automountServiceAccountToken: false`; say in the pull request what the other identity may do.

References:
https://kubernetes.io/docs/concepts/security/service-accounts/
https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.accounts import ACCOUNT
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _account(role: str = "", **fields: Any) -> dict[str, Any]:
    annotations = {"a": "b", **({"eks.amazonaws.com/role-arn": role} if role else {})}
    metadata = {"name": "web", "annotations": annotations}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, **fields}


EXAMPLES = (
    Example("not mounted from now on", "pass", base=_account(), head=_account(automountServiceAccountToken=False)),
    Example("the default is written", "pass", base=_account(), head=_account(automountServiceAccountToken=True)),
    Example("mounted", "fail", base=_account(automountServiceAccountToken=False), head=_account(), path="automountServiceAccountToken",
            message="pods of ServiceAccount web get its token now"),
    Example("somebody else", "fail", base=_account("arn:a"), head=_account("arn:b"), message="ServiceAccount web is arn:b in the cloud now"),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["core/ServiceAccount"],
    operations=["UPDATE"],
    refines=["serviceaccount-default-automount"],
    examples=EXAMPLES,
)
def loosened_account(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, ACCOUNT)
