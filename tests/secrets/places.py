"""Where secrets stand: files of a repository around a value, whole ones and broken ones."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from tests.secrets.leaks import as_yaml

Files = dict[str, str]
Place = Callable[[str], Files]


def coded(value: str) -> str:
    """A value as the data of a Secret hold it."""
    return base64.b64encode(value.encode()).decode()


def indented(text: str, by: int, mark: str = "") -> str:
    """A text of several lines, moved to the right."""
    return "\n".join(" " * by + mark + line for line in text.split("\n"))


def obj(kind: str, version: str = "v1", name: str = "web", **fields: Any) -> dict[str, Any]:
    """A resource."""
    metadata = {"name": name, "namespace": "shop", **fields.pop("metadata", {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def deployment(container: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """A Deployment of one container."""
    return obj(
        "Deployment",
        "apps/v1",
        spec={
            "replicas": 1,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "web:1", **container}], **spec},
            },
        },
    )


def in_env(value: Any, **container: Any) -> dict[str, Any]:
    """A Deployment that has a value as its password."""
    return deployment({"env": [{"name": "DB_PASSWORD", "value": value}], **container})


def secret(**fields: Any) -> dict[str, Any]:
    """A Secret."""
    return obj("Secret", **{"type": "Opaque", **fields})


def _one(*bodies: Any) -> Files:
    return {"web.yaml": as_yaml(*bodies)}


SOPS = {
    "mac": "ENC[AES256_GCM,data:bWFj,iv:aXY=,tag:dGFn,type:str]",
    "lastmodified": "2026-01-01T00:00:00Z",
    "version": "3.9.0",
    "age": [{"recipient": "age1" + "q" * 58, "enc": "-----BEGIN AGE ENCRYPTED FILE-----\n"}],
}
ENCRYPTED = "ENC[AES256_GCM,data:c2VjcmV0,iv:aXY=,tag:dGFn,type:str]"


PLACES: dict[str, Place] = {
    "secret data": lambda v: _one(secret(data={"password": coded(v), "token": coded(v + "\n")})),
    "secret string data": lambda v: _one(secret(stringData={"password": v, "url": f"x://u:{v}@h"})),
    "secret of docker": lambda v: _one(
        secret(
            type="kubernetes.io/dockerconfigjson",
            data={
                ".dockerconfigjson": coded(
                    json.dumps({"auths": {"r.io": {"auth": coded(f"u:{v}"), "password": v}}})
                )
            },
        )
    ),
    "env": lambda v: _one(in_env(v)),
    "env, twice": lambda v: _one(
        deployment(
            {
                "env": [
                    {"name": name, "value": v} for name in ("DB_PASSWORD", "DB_PASSWORD", "OTHER")
                ]
            }
        )
    ),
    "args": lambda v: _one(deployment({"args": [f"--password={v}", "--token", v]})),
    "command": lambda v: _one(
        deployment({"command": ["sh", "-c", f"export DB_PASSWORD={v}\nmysql -p{v} shop"]})
    ),
    "probe": lambda v: _one(
        deployment(
            {
                "livenessProbe": {
                    "httpGet": {
                        "port": 80,
                        "httpHeaders": [{"name": "Authorization", "value": f"Bearer {v}"}],
                    }
                },
                "env": [{"name": "DB_PASSWORD", "value": v}],
            }
        )
    ),
    "file of a config map": lambda v: _one(
        obj(
            "ConfigMap",
            data={
                "app.properties": f"a=b\ndb.password={v}\n",
                "conf.yaml": as_yaml({"password": v}),
            },
        )
    ),
    "entry of a config map": lambda v: _one(obj("ConfigMap", data={"DB_PASSWORD": v})),
    "binary of a config map": lambda v: _one(
        obj("ConfigMap", binaryData={"app.env": coded(f"DB_PASSWORD={v}\n")})
    ),
    "annotation": lambda v: _one(
        obj("Service", metadata={"annotations": {"db-password": v}}, spec={"ports": [{"port": 80}]})
    ),
    "label": lambda v: _one(
        obj("Service", metadata={"labels": {"password": v}}, spec={"ports": [{"port": 80}]})
    ),
    "label of a template": lambda v: _one(
        {
            **(d := in_env(v)),
            "spec": {
                **d["spec"],
                "selector": {"matchLabels": {"password": v}},
                "template": {**d["spec"]["template"], "metadata": {"labels": {"password": v}}},
            },
        }
    ),
    "custom resource": lambda v: _one(
        obj(
            "Database",
            "example.org/v1",
            spec={"auth": {"password": v, "adminPw": v}, "users": [{"name": "app", "password": v}]},
        )
    ),
    "values of a chart": lambda v: {
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "values.yaml": as_yaml({"auth": {"user": "app", "password": v}, "env": {"DB_PASSWORD": v}}),
    },
    "values of a release": lambda v: _one(
        obj(
            "HelmRelease",
            "helm.toolkit.fluxcd.io/v2",
            spec={
                "interval": "1h",
                "chart": {"spec": {"chart": "web"}},
                "values": {"auth": {"password": v}},
            },
        ),
        obj(
            "Application",
            "argoproj.io/v1alpha1",
            spec={
                "project": "default",
                "source": {
                    "repoURL": "https://r.io",
                    "chart": "web",
                    "targetRevision": "1.0.0",
                    "helm": {"parameters": [{"name": "auth.password", "value": v}]},
                },
            },
        ),
    ),
    "literal of kustomize": lambda v: {
        "kustomization.yaml": as_yaml(
            {
                "apiVersion": "kustomize.config.k8s.io/v1beta1",
                "kind": "Kustomization",
                "secretGenerator": [{"name": "db", "literals": [f"password={v}", "user=app"]}],
                "configMapGenerator": [{"name": "app", "literals": [f"DB_PASSWORD={v}"]}],
            }
        )
    },
    "file of a generator": lambda v: {
        "kustomization.yaml": as_yaml({"secretGenerator": [{"name": "db", "envs": ["db.env"]}]}),
        "db.env": f"USER=app\nDB_PASSWORD={v}\n",
    },
    "patch of kustomize": lambda v: {
        "kustomization.yaml": as_yaml(
            {
                "patches": [
                    {
                        "target": {"kind": "Deployment"},
                        "patch": as_yaml(
                            [
                                {
                                    "op": "add",
                                    "path": "/spec/template/spec/containers/0/env",
                                    "value": [{"name": "DB_PASSWORD", "value": v}],
                                }
                            ]
                        ),
                    }
                ]
            }
        ),
        "patch.yaml": as_yaml(
            [{"op": "add", "path": "/a", "value": {"name": "DB_PASSWORD", "value": v}}]
        ),
    },
    "partly encrypted": lambda v: _one(
        {
            **secret(stringData={"user": ENCRYPTED, "password": v}),
            "sops": {**SOPS, "encrypted_regex": "^(user)$"},
        }
    ),
    "list": lambda v: _one(
        {
            "apiVersion": "v1",
            "kind": "List",
            "items": [secret(stringData={"password": v}), in_env(v)],
        }
    ),
    "comment": lambda v: {
        "web.yaml": as_yaml(in_env("$(FROM_VAULT)")) + indented(f"DB_PASSWORD: {v}\n", 0, "# "),
    },
    "template": lambda v: {
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "templates/web.yaml": "{{- if .Values.on }}\n"
        + as_yaml(secret(stringData={"password": v}))
        + "{{- end }}\n",
    },
    "JSON": lambda v: {
        "web.json": json.dumps(secret(stringData={"password": v}), indent=1),
        "other.json": json.dumps({"db": {"password": v}}),
    },
    "names beside it": lambda v: _one(
        deployment(
            {
                "name": v,
                "env": [{"name": "DB_PASSWORD", "value": v}, {"name": v, "value": "1"}],
                "securityContext": {"privileged": True},
                "volumeMounts": [{"name": v, "mountPath": f"/{v}"}],
                "ports": [{"name": v, "containerPort": 80, "hostPort": 80}],
            },
            volumes=[{"name": v, "hostPath": {"path": f"/{v}"}}],
            serviceAccountName=v,
        ),
        secret(stringData={"password": v, v: "1"}),
    ),
    "image and hosts beside it": lambda v: _one(
        in_env(v, image=f"r.io/{v}:latest", command=[v]),
        obj(
            "Ingress",
            "networking.k8s.io/v1",
            metadata={
                "annotations": {
                    "db-password": v,
                    "nginx.ingress.kubernetes.io/configuration-snippet": f"set $a {v};",
                }
            },
            spec={"rules": [{"host": v}]},
        ),
    ),
    "security context beside it": lambda v: _one(
        in_env(
            v,
            securityContext={
                "privileged": v,
                "runAsUser": v,
                "capabilities": {"add": [v]},
                "seccompProfile": {"type": v},
            },
        )
    ),
}
"""Whole files with a value in one place."""

_HEAD = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n"


def _raw(text: str) -> Place:
    """A file with the value written into it as it is, `@` for it."""
    return lambda v: {"web.yaml": text.replace("@", v)}


BROKEN: dict[str, Place] = {
    "quote is not closed": _raw(_HEAD + 'stringData:\n  password: "@\n  user: app\n'),
    "two colons": _raw(_HEAD + "stringData:\n  password: @: x: y\n"),
    "broken beside it": _raw(_HEAD + "stringData:\n  password: @\n  other: [\n"),
    "broken before it": _raw(_HEAD + "other: {a\nstringData:\n  password: @\n"),
    "broken inside of it": _raw(_HEAD + "stringData:\n  password: '@' @\n"),
    "tab": _raw(_HEAD + "stringData:\n\tpassword: @\n"),
    "control character": _raw(_HEAD + "stringData:\n  password: @\x07\n"),
    "tag that does not fit": _raw(_HEAD + "stringData:\n  password: !!int '@'\n  token: !!binary '@'\n"),
    "it is a tag": _raw(_HEAD + "stringData:\n  password: !@ x\n  token: !!@ y\n  # password=@\n"),
    "it is an anchor": _raw(_HEAD + "stringData:\n  password: *@\n  # DB_PASSWORD: @\n"),
    "anchors": _raw(_HEAD + "x: &a '@'\nstringData:\n  password: *a\n  token: *b\n"),
    "merge of it": _raw(_HEAD + "stringData:\n  <<: '@'\n  password: '@'\n"),
    "twice": _raw(_HEAD + "stringData:\n  password: '@'\n  password: '@'\n  token: x\n"),
    "key twice": _raw(_HEAD + "stringData:\n  password: '@'\n  '@': x\n  '@': y\n"),
    "key twice, long": _raw(_HEAD + "stringData:\n  password: '@'\n  'a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a @': x\n  'a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a @': y\n"),
    "key is a list": _raw(_HEAD + "stringData:\n  password: '@'\n  ? ['@']\n  : x\n"),
    "too deep": lambda v: {"web.yaml": _HEAD + "stringData: {password: '" + v + "'}\nx: " + "[" * 250 + "'" + v + "'" + "]" * 250 + "\n"},
    "too deep JSON": lambda v: {"web.json": json.dumps(secret(stringData={"password": v}))[:-1] + ', "x": ' + "[" * 250 + json.dumps(v) + "]" * 250 + "}"},
    "too many duplicates": _raw(_HEAD + "stringData:\n" + "  password: '@'\n" * 150),
    "JSON that ends": lambda v: {"web.json": json.dumps(secret(stringData={"password": v}))[:-1]},
    "JSON with two commas": lambda v: {"web.json": json.dumps(secret(stringData={"password": v})).replace(", ", ",, ", 1)},
    "JSON with it bare": lambda v: {"web.json": '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web"}, "stringData": {"password": ' + v + "}}"},
    "base64 that is none": lambda v: {"web.yaml": as_yaml(secret(data={"password": v, "token": coded(v)[:-1] + "!"}))},
    "data of wrong types": lambda v: {"web.yaml": as_yaml(secret(data=[v]), secret(data=v), secret(stringData={"password": [v], "token": {"a": v}}))},
    "wrong types": lambda v: {
        "web.yaml": as_yaml(
            in_env(v, **dict.fromkeys(("image", "ports", "resources", "stdin", "livenessProbe", "volumeMounts", "unknownField"), v)),
            in_env(v, **{key: [v] for key in ("imagePullPolicy", "restartPolicy", "securityContext", "lifecycle")}),
        )
    },
    "wrong amounts": lambda v: {
        "web.yaml": as_yaml(
            in_env(v, resources={"limits": {"memory": v, "cpu": f"{v}m"}, "requests": {v: v}}, ports=[{"containerPort": v, "protocol": v}]),
            {**(d := in_env(v)), "spec": {**d["spec"], "replicas": v, "strategy": {"type": v}, v: v, "minReadySeconds": [v]}},
            {**d, "apiVersion": v},
            {**d, "kind": v},
            {**d, "metadata": {"name": "web", "labels": [v], "annotations": {"a": {"password": v}}, "ownerReferences": v}},
            obj("CronJob", "batch/v1", spec={"schedule": v, "timeZone": v, "jobTemplate": {"spec": {"template": {"spec": d["spec"]["template"]["spec"]}}}}),
        )
    },
    "env of a wrong shape": lambda v: {
        "web.yaml": as_yaml(
            deployment({"env": {"DB_PASSWORD": v}}), deployment({"env": [f"DB_PASSWORD={v}"]}), deployment({"env": [{"DB_PASSWORD": v}]}),
            in_env({"secret": v}), in_env([v]),
        )
    },
    "fields of others": lambda v: {
        "web.yaml": as_yaml(
            obj("RoleBinding", "rbac.authorization.k8s.io/v1", roleRef={"kind": v, "name": v, "apiGroup": v}, subjects=[{"kind": "User", "name": v}], password=v),
            obj("NetworkPolicy", "networking.k8s.io/v1", spec={"podSelector": {}, "policyTypes": [v], "ingress": [{"from": [{"ipBlock": {"cidr": v}}]}], "password": v}),
            obj("Service", spec={"type": v, "ports": [{"port": v}], "externalIPs": [v], "password": v}),
            obj("PersistentVolumeClaim", spec={"accessModes": [v], "resources": {"requests": {"storage": v}}, "password": v}),
            obj("HorizontalPodAutoscaler", "autoscaling/v2", spec={"minReplicas": v, "maxReplicas": 1, "scaleTargetRef": {"kind": v, "name": v}, "password": v}),
        )
    },
}  # fmt: skip
"""Files that something is wrong with, on the line of a value or beside it."""

Change = tuple[Callable[[str, str], Files], Callable[[str, str], Files]]
"""The files at the base and at the head, of an old value and a new one."""


def _to(before: Place, after: Place) -> Change:
    return (lambda old, _: before(old)), (lambda old, _: after(old))


def _of(place: Place) -> Change:
    return (lambda old, _: place(old)), (lambda _, new: place(new))


_SECRET: Place = lambda v: _one(secret(stringData={"password": v}))  # noqa: E731
_SEALED = obj("SealedSecret", "bitnami.com/v1alpha1", spec={"encryptedData": {"password": "AgBy3i4OJSWK"}})  # fmt: skip
_SOPS: Place = lambda v: _one({**secret(stringData={"password": ENCRYPTED}), "sops": SOPS})  # noqa: E731

CHANGES: dict[str, Change] = {
    "added": _to(lambda _: _one(obj("Service", spec={"ports": [{"port": 80}]})), lambda v: _one(obj("Service", spec={"ports": [{"port": 80}]}), in_env(v), secret(stringData={"password": v}))),
    "to another file": _to(_SECRET, lambda v: {"other.yaml": _SECRET(v)["web.yaml"]}),
    "to another field": _to(_SECRET, lambda v: _one(secret(data={"password": coded(v)}))),
    "to another kind": _to(_SECRET, lambda v: _one(obj("ConfigMap", data={"password": v}))),
    "to a container": _to(lambda v: _one(secret(stringData={"password": v}), deployment({})), lambda v: _one(in_env(v))),
    "to the values of a chart": _to(lambda v: _one(in_env(v)), PLACES["values of a chart"]),
    "to a comment": _to(lambda v: _one(in_env(v)), PLACES["comment"]),
    "decrypted": _to(_SOPS, _SECRET),
    "decrypted in part": _to(_SOPS, PLACES["partly encrypted"]),
    "out of a sealed one": _to(lambda _: _one(_SEALED), _SECRET),
    "immutable": _of(lambda v: _one({**secret(stringData={"password": v}), "immutable": True})),
    "an immutable field": _of(lambda v: _one(
        {**(d := in_env(v)), "spec": {**d["spec"], "selector": {"matchLabels": {"password": v}}}},
        obj("Job", "batch/v1", spec={"template": d["spec"]["template"], "completionMode": v}),
        obj("StatefulSet", "apps/v1", spec={**d["spec"], "serviceName": v}),
        obj("RoleBinding", "rbac.authorization.k8s.io/v1", roleRef={"kind": "Role", "name": v, "apiGroup": "rbac.authorization.k8s.io"}),
    )),
    "of what is called as it": _of(lambda v: _one(
        {**obj("Database", "example.org/v1", name="web", spec={"password": v}), "kind": v},
        obj("Database", "example.org/v1", name=v, spec={"password": v}),
    )),
    "of one thing that is called as it": (
        lambda old, new: _one(obj("Database", "example.org/v1", name=new, spec={"password": old, "size": 1})),
        lambda old, new: _one(obj("Database", "example.org/v1", name=new, spec={"password": new, "size": 2})),
    ),
    "broken": _to(_SECRET, BROKEN["broken beside it"]),
    "no order": _of(lambda v: _one(
        obj("ConfigMap", data={"a": v, "DB_PASSWORD": v}),
        obj("Database", "example.org/v1", spec={"adminPw": v, "login": {"pin": v}, "password": v}),
        in_env(v, image=f"web:{v}", workingDir=f"/{v}", args=[v]),
    )),
    **{f"changed in {name}": _of(PLACES[name]) for name in sorted(PLACES)},
}  # fmt: skip
"""What may happen to a secret; each also backwards."""
