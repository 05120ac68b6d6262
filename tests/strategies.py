"""Hypothesis strategies for manifests: plausible ones, and bodies no schema would let through."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

words = st.sampled_from(["web", "db", "api", "x", "a-b", "shop"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 70000),
    st.sampled_from(
        ["", "0", "1Gi", "ALL", "*", "web:latest", "\x1b[31m", "::error::x", "é\u202e"]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
)
junk = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "image",
                    "containers",
                    "spec",
                    "securityContext",
                    "x y",
                    "verbs",
                    "privileged",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly the real thing, sometimes anything."""
    return st.one_of(strategy, strategy, strategy, strategy, junk)


security = st.fixed_dictionaries(
    {},
    optional={
        "privileged": _maybe(st.booleans()),
        "runAsUser": _maybe(st.sampled_from([0, 1000])),
        "runAsNonRoot": _maybe(st.booleans()),
        "allowPrivilegeEscalation": _maybe(st.booleans()),
        "procMount": _maybe(st.sampled_from(["Default", "Unmasked"])),
        "capabilities": _maybe(
            st.fixed_dictionaries(
                {},
                optional={
                    "add": _maybe(
                        st.lists(st.sampled_from(["SYS_ADMIN", "CHOWN", "ALL"]), max_size=2)
                    )
                },
            )
        ),
    },
)
amounts = st.fixed_dictionaries(
    {},
    optional={
        "memory": _maybe(st.sampled_from(["512Mi", "1Gi", 0, "1e9", "nonsense"])),
        "cpu": _maybe(st.sampled_from(["100m", 1])),
    },
)
containers = st.fixed_dictionaries(
    {
        "name": _maybe(words),
        "image": _maybe(
            st.sampled_from(["web", "web:latest", "web:1", "r.io:5000/web@sha256:" + "0" * 64])
        ),
    },
    optional={
        "securityContext": _maybe(security),
        "resources": _maybe(
            st.fixed_dictionaries(
                {}, optional={"limits": _maybe(amounts), "requests": _maybe(amounts)}
            )
        ),
        "env": _maybe(
            st.lists(
                st.fixed_dictionaries(
                    {"name": st.sampled_from(["DB_PASSWORD", "LEVEL"]), "value": _maybe(words)}
                ),
                max_size=2,
            )
        ),
        "restartPolicy": st.just("Always"),
    },
)
pods = st.fixed_dictionaries(
    {"containers": _maybe(st.lists(containers, min_size=1, max_size=3))},
    optional={
        "initContainers": _maybe(st.lists(containers, max_size=2)),
        "hostNetwork": _maybe(st.booleans()),
        "hostPID": _maybe(st.booleans()),
        "securityContext": _maybe(security),
        "volumes": _maybe(
            st.lists(
                st.fixed_dictionaries(
                    {"name": words}, optional={"gitRepo": junk, "emptyDir": st.just({})}
                ),
                max_size=2,
            )
        ),
    },
)
metadata = st.fixed_dictionaries(
    {"name": _maybe(words)},
    optional={
        "namespace": _maybe(words),
        "labels": _maybe(st.dictionaries(words, scalars, max_size=2)),
    },
)


def _manifest(
    version: str, kind: str, **fields: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "apiVersion": st.just(version),
            "kind": st.just(kind),
            "metadata": _maybe(metadata),
            **fields,
        }
    )


templates = st.fixed_dictionaries({"spec": _maybe(pods)})
rules = st.fixed_dictionaries(
    {},
    optional={
        k: _maybe(st.lists(st.sampled_from(["*", "get", "pods", "apps"]), max_size=2))
        for k in ("apiGroups", "resources", "verbs")
    },
)
manifests = st.one_of(
    _manifest("v1", "Pod", spec=_maybe(pods)),
    _manifest(
        "apps/v1",
        "Deployment",
        spec=_maybe(
            st.fixed_dictionaries({"selector": st.just({}), "template": _maybe(templates)})
        ),
    ),
    _manifest(
        "batch/v1",
        "CronJob",
        spec=_maybe(
            st.fixed_dictionaries(
                {
                    "jobTemplate": _maybe(
                        st.fixed_dictionaries(
                            {"spec": st.fixed_dictionaries({"template": _maybe(templates)})}
                        )
                    )
                }
            )
        ),
    ),
    _manifest("rbac.authorization.k8s.io/v1", "Role", rules=_maybe(st.lists(rules, max_size=3))),
    _manifest(
        "v1",
        "Service",
        spec=_maybe(
            st.fixed_dictionaries({}, optional={"externalIPs": _maybe(st.lists(words, max_size=2))})
        ),
    ),
    _manifest(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        spec=_maybe(st.fixed_dictionaries({"podSelector": _maybe(st.just({}))})),
    ),
    _manifest("v1", "Namespace"),
    _manifest("example.com/v1", "Thing", spec=junk),
)


def as_text(documents: list[Any]) -> str:
    """A YAML stream of documents; JSON is YAML once a document marker stands before it."""
    return "".join(f"---\n{json.dumps(document, indent=1)}\n" for document in documents)


names = st.sampled_from(["a.yaml", "b.yml", "apps/c.yaml", "apps/d.yaml"])
trees = st.dictionaries(names, st.lists(manifests, max_size=3), max_size=3)
