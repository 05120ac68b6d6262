"""Policies of a repository that quote what they judge, in every way that a policy can speak or fail."""

from __future__ import annotations

import json

FOLDER = ".policygate/policies/"
VALUE = "object.stringData.password"

_EXPRESSIONS = {
    "none": "false",
    "no-number": f"int({VALUE}) > 0",
    "no-quantity": f"quantity({VALUE}).isGreaterThan(quantity('1'))",
    "no-time": f"timestamp({VALUE}) < timestamp('2026-01-01T00:00:00Z')",
    "no-duration": f"duration({VALUE}) < duration('1s')",
    "no-url": f"url({VALUE}).getHost() == 'x'",
    "no-key": f"object.stringData[{VALUE}] == 'x'",
    "no-pattern": f"'a'.matches('(' + {VALUE})",
    "no-bool": VALUE,
    "no-field": f"dyn({VALUE}).host == 'x'",
}
_SAYINGS = (
    f"{{{{ {VALUE} }}}}",
    "{{ object }} {{ object.stringData }} {{ value }}",
    f"{{{{ base64.encode(bytes({VALUE})) }}}} {{{{ [{VALUE}] }}}} {{{{ {{{VALUE}: 1}} }}}}",
    f"{{{{ {VALUE}.reverse() }}}} {{{{ {VALUE}.split('').join(' ') }}}} {{{{ {VALUE}.substring(0, 8) }}}}",
)
_COMPUTED = (
    f"'holds ' + {VALUE}",
    f"'holds %s'.format([{VALUE}])",
    f"{VALUE}.substring(0, 8) + ' and ' + {VALUE}.substring(8)",
    f"'holds ' + base64.encode(bytes({VALUE}))",
    "object.stringData.map(k, k + object.stringData[k]).join('')",
)
_SCHEMAS: tuple[dict[str, object], ...] = (
    {"type": "integer"},
    {"enum": ["a"]},
    {"const": "a"},
    {"pattern": "^$"},
    {"maxLength": 1},
    {"not": {}},
    {"type": "object", "required": ["a"]},
)
_EXAMPLES = [
    {"name": "one", "expect": "pass", "object": {"apiVersion": "v1", "kind": "Secret"}},
    {"name": "two", "expect": "fail", "object": {"apiVersion": "v1", "kind": "Secret"}},
]


def _yaml(name: str, validations: list[dict[str, object]]) -> tuple[str, str]:
    spec = {
        "title": "Quotes what it sees",
        "level": "warning",
        "match": {"kinds": ["core/Secret"]},
        "validations": validations,
        "why": "To see whether it can.",
        "fix": "Nothing.",
        "examples": _EXAMPLES,
    }
    policy = {"apiVersion": "policygate.dev/v1", "kind": "Policy", "metadata": {"name": name}}
    return f"{FOLDER}{name}.yaml", json.dumps({**policy, "spec": spec}, indent=1)


def _python(name: str, body: str, decorated: str = 'kinds=["*"]') -> tuple[str, str]:
    text = f'''"""Quotes what it sees.

To see whether it can.

Fix:
Nothing.
"""
import base64, json
from urllib.parse import quote
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.policy.types import UnjudgedError

def values(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from values(item)
    elif isinstance(value, list):
        for item in value:
            yield from values(item)
    else:
        yield str(value)

EXAMPLES = (Example("one", "pass", {{"kind": "Secret"}}), Example("two", "fail", {{"kind": "Secret"}}))

@policy(level="warning", examples=EXAMPLES, {decorated})
def check(pair, params):
    body = pair.head.body if hasattr(pair.head, "body") else pair.head.text if hasattr(pair.head, "text") else {{}}
{body}
'''
    return f"{FOLDER}{name}.py", text


_SAYS = """
    for v in [each for each in values(body) if len(each) > 8]:
        data = v.encode()
        for how, said in enumerate((
            f"it is {v}", f"{v!r} of {body}", json.dumps(v), v[::-1], data.hex(), quote(v), quote(v, safe=""),
            base64.b64encode(data).decode(), base64.urlsafe_b64encode(data + b"\\n").decode(), base64.b64encode(b"u:" + data).decode(),
            "x" * 488 + " " + v, f"x{v}x{v}{v}",
        )):
            yield Problem(("metadata", "name"), said)
        yield Problem((), f"{v} of {json.dumps(body)}")
        yield Problem(("metadata", v), "a path")
        yield Problem((), "values", was=v, now=[{v: v}])
        yield Problem(("metadata", "name"), "an edit", edit=Edit("set", ("metadata", v), {v: [v]}))
"""
_LONG = """
    for v in values(body):
        if v.isalnum() and len(v) > 20:
            yield Problem((), f"begins with {v[:8]}"); yield Problem((), f"ends with {v[-8:]}")
            yield Problem((), f"{v[:11]} {v[11:]}"); yield Problem((), base64.b64encode(v.encode()).decode()[:12])
"""

POLICIES: dict[str, str] = dict(
    [
        *(_yaml(f"own-{name}", [{"expression": e, "message": f"it is {{{{ {VALUE} }}}}"}]) for name, e in _EXPRESSIONS.items()),
        *(_yaml(f"own-condition-{at}", [{"expression": "false", "message": text}]) for at, text in enumerate(_SAYINGS)),
        *(
            _yaml(f"own-computed-{at}", [{"expression": "false", "message": "none", "messageExpression": text}])
            for at, text in enumerate(_COMPUTED)
        ),
        *(
            _yaml(f"own-schema-{at}", [{"schema": {"properties": {"stringData": {"properties": {"password": schema}}}}, "message": "{{ error }} {{ value }}"}])
            for at, schema in enumerate(_SCHEMAS)
        ),
        _yaml("own-names", [{"schema": {"properties": {"stringData": {"additionalProperties": False, "propertyNames": {"maxLength": 1}}}}, "message": "{{ error }}"}]),
        _python("own_says", _SAYS, 'kinds=["core/Secret"]'),
        _python("own_says_pieces", _LONG),
        _python("own_says_of_files", _SAYS.replace("values(body)", "[line.partition(': ')[2] for line in body.splitlines()]"), 'scope="file"'),
        _python("own_says_of_others", "\n    for change in pair.context.changes:\n        for v in values(change.resource.body):\n            yield Problem((), f'{change.id} has {v}')\n"),
        _python("own_raises", "\n    raise ValueError(*values(body))\n    yield\n"),
        _python("own_raises_later", "\n    yield Problem((), 'first')\n    raise KeyError(body)\n"),
        _python("own_exits", "\n    raise SystemExit(str(body))\n    yield\n"),
        _python("own_cannot", "\n    raise UnjudgedError(' '.join(values(body)))\n    yield\n"),
        _python("own_cannot_file", "\n    raise UnjudgedError(str(body))\n    yield\n", 'scope="file"'),
        _python("own_yields_texts", "\n    yield from values(body)\n"),
        _python("own_yields_bytes", "\n    yield Problem((), str(body).encode())\n"),
        _python("own_yields_maps", "\n    yield Problem(body, body, was=body)\n"),
        _python("own_returns", "\n    return list(values(body))\n"),
    ]
)  # fmt: skip
"""The files of all of them."""
