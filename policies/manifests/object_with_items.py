"""Object is also a list.

kubectl, Argo CD and Flux take whatever has `items` for a list: they apply the items, and nothing of what stands
beside them. A reviewer, and kustomize, see the object: with `items: []` it is there for everybody but the cluster.

Fix:
Remove `items`; where a list is meant, write `kind: List` and nothing but `items`.

References:
https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/unstructured/helpers.go
https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1/unstructured#Unstructured.IsList
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.resources import disguised_lists
from policygate.place import look_up
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}}
"""
EXAMPLES = (
    Example("an object", "pass", text=DENY),
    Example("a list", "pass", text="apiVersion: v1\nkind: List\nitems: []\n"),
    Example("a typed list", "pass", text="apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: a}}]\n"),
    Example("no list", "pass", text=DENY + "items: null\n"),
    Example("values of a chart", "pass", text="items: [a, b]\n", at="values.yaml"),
    Example("an object that nobody applies", "fail", text=DENY + "items: [] # expect: object-with-items\n",
            message="NetworkPolicy deny is applied as a list: of it nothing reaches a cluster"),
    Example("inside of a list", "fail", text="kind: List\napiVersion: v1\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: a}, items: []}]\n",
            message="Pod a is applied as a list"),
)  # fmt: skip


@policy(level="error", scope="file", examples=EXAMPLES)
def object_with_items(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every object that has items of its own."""
    for document in pair.head.documents:
        for path in disguised_lists(document.value, pair.head.file):
            body = View(look_up(document.value, path[:-1])[0])
            what = f"{body.kind.raw} {body.metadata.name.string()}".rstrip()
            message = f"{what} is applied as a list: of it nothing reaches a cluster"
            yield Problem(path, message, key=what, location=document.locate(path))
