"""Fields that an expression or a schema names and that the Kubernetes API does not have.

An expression is followed from its variables through selections, macros and the functions that hand
on what they get; whatever else happens to a value makes it unknown. What is unknown, or only partly
known (a custom kind), is advised against only where a name is nearly one that exists. Not for values: the API's own validation is no business of a policy's author.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from policygate.authoring.advice import Advice, meant, shown
from policygate.cel.syntax import (
    Bind,
    Call,
    Chain,
    Choice,
    Index,
    ListOf,
    Literal,
    Macro,
    MapOf,
    Name,
    Node,
    Select,
    children,
)
from policygate.kube.openapi import (
    ANYTHING,
    Field,
    common_fields,
    container_fields,
    fields_of,
    pod_spec,
)
from policygate.kube.places import BUILT_IN
from policygate.policy.subject import REQUEST

if TYPE_CHECKING:
    from policygate.cel.syntax import Span
    from policygate.model import Path

Shape: TypeAlias = tuple[Field, ...]
"""What a value may be, one of several; `ANYTHING` among them says that these are not all. Empty is
what holds nothing (`[]`, `{}`, a constant)."""

UNKNOWN: Final[Shape] = (ANYTHING,)
_SAME: Final = frozenset(
    {"value", "or", "orValue", "reverse", "sort", "distinct", "slice", "optional.of",
     "optional.ofNonZeroValue"}
)  # fmt: skip
"""Functions whose result has the fields of what they are called on; `or` and `orValue` add a second."""
_ITEM: Final = frozenset({"first", "last", "min", "max"})
_TYPES: Final[Mapping[type, frozenset[str]]] = {
    bool: frozenset({"boolean"}),
    str: frozenset({"string"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"integer", "number"}),
}
_NAMES: Final = {str: "string", bool: "boolean"}
_WORDS: Final = {
    "boolean": "a boolean", "string": "a text", "integer": "an integer", "number": "a number",
    "array": "a list", "object": "an object",
}  # fmt: skip


def shapes_of(spec: Mapping[str, Any]) -> dict[str, Shape]:
    """The shapes of the variables that the expressions of a policy begin with.

    Args:
        spec: The `spec` of a policy file.
    """
    kinds = spec.get("match", {}).get("kinds") or ["*"]
    of_object = _merged(_kind(kind) for kind in kinds)
    pod, container = (pod_spec(),), container_fields()
    params = Field("params", {"properties": dict(spec.get("params", {}))})
    roots = {"object": of_object, "pod": pod, "container": container}
    old = {f"old{name.capitalize()}": shape for name, shape in roots.items()}
    request = Field("request", _like(REQUEST))
    more = {"params": (params,), "request": (request,)}
    return {**roots, **old, **more, "namespaceObject": fields_of("core/Namespace")}


def _like(value: Any) -> dict[str, Any]:
    """A schema for values like this one; an empty mapping or list is open."""
    if isinstance(value, Mapping):
        return {"properties": {key: _like(item) for key, item in value.items()}} if value else {}
    return {} if isinstance(value, list) else {"type": _NAMES[type(value)]}


def _kind(kind: str) -> Shape:
    if kind == "workload":
        builtin = (f"{group or 'core'}/{name}" for group, name in BUILT_IN)
        return (*_merged(fields_of(each) for each in builtin), ANYTHING)
    return fields_of(kind) or (common_fields(), ANYTHING)


class _Wrong(NamedTuple):
    message: str
    hint: str = ""


def advice_on_expression(
    text: str, tree: Node, shapes: Mapping[str, Shape], place: Path
) -> tuple[Shape, list[Advice]]:
    """Follow an expression through the API.

    Args:
        text: The expression.
        tree: Its syntax tree.
        shapes: What its variables are; those that are not named are unknown.
        place: Where it stands in the policy file.

    Returns:
        The shape of its value, and what is wrong with the fields that it names.
    """
    walk = _Walk(shapes)
    shape = walk.shape(tree)
    return shape, [
        Advice(place, f"{message} (in `{shown(text, span)}`)", hint)
        for message, hint, span in dict.fromkeys(walk.wrong)
    ]


class _Walk:
    """One expression: the names that are bound at a node, and what was found wrong so far."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.bound = dict(shapes)
        self.wrong: list[tuple[str, str, Span]] = []

    def shape(self, node: Node) -> Shape:
        method = self._METHODS.get(type(node))
        if method is not None:
            return method(self, node)
        for child in children(node):
            self.shape(child)
        return ()

    def _name(self, node: Name) -> Shape:
        return self.bound.get(node.name, UNKNOWN)

    def _select(self, node: Select) -> Shape:
        if isinstance(node.operand, Name):
            variable = f"{node.operand.name}.{node.field}"
            if variable in self.bound:
                return self.bound[variable]
        shape = self._member(self.shape(node.operand), node.field, node)
        return () if node.test else shape

    def _index(self, node: Index) -> Shape:
        operand = self.shape(node.operand)
        self.shape(node.key)
        if isinstance(node.key, Literal) and isinstance(node.key.value, str):
            return self._member(operand, node.key.value, node)
        return _items(operand)

    def _member(self, operand: Shape, key: str, node: Node) -> Shape:
        shape, wrong = _member(operand, key)
        if wrong is not None:
            self.wrong.append((*wrong, node.span))
        return shape

    def _call(self, node: Call) -> Shape:
        target = () if node.target is None else self.shape(node.target)
        args = [self.shape(arg) for arg in node.args]
        if node.target is None and len(args) == 2:
            left, right = zip(node.args, args, strict=True)
            return self._operator(node.function, left, right, node)
        if node.function in _SAME:
            return _merged([target, *args[: 1 if node.function != "slice" else 0]])
        if node.function in _ITEM and node.target is not None:
            return _items(target)
        if node.function == "flatten":
            return _flat(target)
        return UNKNOWN

    def _chain(self, node: Chain) -> Shape:
        before, shape = node.first, self.shape(node.first)
        for sign, operand, _ in node.steps:
            shape = self._operator(sign, (before, shape), (operand, self.shape(operand)), node)
            before = operand
        return shape

    def _operator(
        self, sign: str, left: tuple[Node, Shape], right: tuple[Node, Shape], node: Node
    ) -> Shape:
        if sign in {"==", "!="}:
            self._compare(left[1], right[0], node)
            self._compare(right[1], left[0], node)
        return _merged([left[1], right[1]]) if sign == "+" else UNKNOWN

    def _compare(self, shape: Shape, other: Node, node: Node) -> None:
        """Find a field compared with a constant that it can never be equal to."""
        types = {field.type for field in shape}
        if not isinstance(other, Literal) or not shape or "" in types:
            return
        fits = _TYPES.get(type(other.value))
        if fits is not None and not types & fits:
            words = " or ".join(sorted(_WORDS[each] for each in types))
            value = f"`{other.value}`" if not isinstance(other.value, str) else "a text"
            message = f"`{shape[0].name}` is {words}, never equal to {value}"
            self.wrong.append((message, "", node.span))

    def _choice(self, node: Choice) -> Shape:
        for condition, _ in node.branches:
            self.shape(condition)
        values = [*(value for _, value in node.branches), node.otherwise]
        return _merged(self.shape(value) for value in values)

    def _list(self, node: ListOf) -> Shape:
        items = [self.shape(item) for item in node.items]
        return (_list_of(_merged(items)),) if node.items else ()

    def _map(self, node: MapOf) -> Shape:
        for key, value in node.entries:
            self.shape(key)
            self.shape(value)
        return UNKNOWN if node.entries else ()

    def _macro(self, node: Macro) -> Shape:
        target = self.shape(node.target)
        item = _items(target)
        keys = _keyed(target)
        one = UNKNOWN if keys is None else () if keys else item
        names = dict(zip(node.names, [one] if len(node.names) == 1 else [(), item], strict=True))
        body = self._within(names, node.body, node.where)
        if node.macro in {"filter", "sort_by"}:
            return target
        if node.macro in {"map", "transform_list"}:
            return (_list_of(body),)
        return () if node.macro in {"all", "exists", "exists_one"} else UNKNOWN

    def _bind(self, node: Bind) -> Shape:
        return self._within({node.name: self.shape(node.value)}, node.body, None)

    def _within(self, names: Mapping[str, Shape], body: Node, where: Node | None) -> Shape:
        """The shape of a body in which names are bound, and hide variables that begin like them."""
        outer = self.bound
        hidden = tuple(f"{name}." for name in names)
        self.bound = {k: v for k, v in outer.items() if not k.startswith(hidden)} | {**names}
        if where is not None:
            self.shape(where)
        shape = self.shape(body)
        self.bound = outer
        return shape

    _METHODS: Final[Mapping[type, Callable[[Any, Any], Shape]]] = {
        Bind: _bind,
        Call: _call,
        Chain: _chain,
        Choice: _choice,
        Index: _index,
        ListOf: _list,
        Macro: _macro,
        MapOf: _map,
        Name: _name,
        Select: _select,
    }


def _member(shape: Shape, key: str) -> tuple[Shape, _Wrong | None]:
    """What stands under a key, and what is wrong with asking for it."""
    known = [field for field in shape if field is not ANYTHING]
    found = _merged([[child] for field in known if (child := field.child(key)) is not None])
    if found:
        return _merged([found, shape[len(known) :] and UNKNOWN]), None
    named = next((field for field in known if field.names), None)
    hint = meant(key, (name for field in known for name in field.names))
    if not known or (len(known) < len(shape) and not hint):
        return UNKNOWN, None
    if named is not None:
        noun = "parameter" if named.name == "params" else "field"
        return UNKNOWN, _Wrong(f"{named.name} has no {noun} `{key}`", hint)
    kind = _WORDS.get(known[0].type, "no object")
    return UNKNOWN, _Wrong(f"`{known[0].name}` is {kind}: it has no fields")


def _merged(shapes: Iterable[Iterable[Field]]) -> Shape:
    """One shape of several; what is not known of them comes last."""
    kept: list[Field] = []
    found = [field for shape in shapes for field in shape]
    for field in found:
        if field is not ANYTHING and not any(field.schema is other.schema for other in kept):
            kept.append(field)
    return (*kept, *UNKNOWN) if any(field is ANYTHING for field in found) else tuple(kept)


class _List(dict[str, Any]):
    """The schema of a list that an expression makes; its items are a shape, not a schema."""


def _list_of(items: Shape) -> Field:
    schema = _List(type="array")
    schema["shape"] = items
    return Field("the list", schema)


def _items(shape: Shape) -> Shape:
    """The items of a list, or the values of a mapping."""
    found: list[Iterable[Field]] = []
    for field in shape:
        if isinstance(field.schema, _List):
            found.append(field.schema["shape"])
        elif "items" in field.schema:
            found.append([field.item()])
        elif field is not ANYTHING and not field.names:
            found.append([field.child("*") or ANYTHING])
        else:
            found.append(UNKNOWN)
    return _merged(found)


def _is_list(field: Field) -> bool:
    return "items" in field.schema or isinstance(field.schema, _List)


def _keyed(shape: Shape) -> bool | None:
    """Whether a macro with one name runs over keys; None when that is not known."""
    kinds = {_is_list(field) for field in shape}
    return None if ANYTHING in shape or len(kinds) > 1 else kinds == {False}


def _flat(shape: Shape) -> Shape:
    items = _items(shape)
    lists = items and all(_is_list(field) for field in items)
    return (_list_of(_items(items)),) if lists else shape


def advice_on_path(path: Path, shape: Shape, place: Path) -> Iterator[Advice]:
    """Follow a path, as `path:` of a validation has it."""
    for part in map(str, path):
        shape, wrong = (_items(shape), None) if part.isdigit() else _member(shape, part)
        if wrong is not None:
            yield Advice(place, wrong.message, wrong.hint)


_BESIDE: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_INSIDE: Final = ("not", "if", "then", "else")


def advice_on_schema(schema: Any, shape: Shape, place: Path) -> Iterator[Advice]:
    """Follow a JSON Schema for a subject."""
    if not isinstance(schema, Mapping):
        return
    properties = schema.get("properties", {})
    for key in dict.fromkeys([*properties, *schema.get("required", ())]):
        inside, wrong = _member(shape, key)
        below = (*place, "properties", key) if key in properties else (*place, "required")
        if wrong is not None:
            yield Advice(below, wrong.message, wrong.hint)
        yield from advice_on_schema(properties.get(key), inside, below)
    for key in ("items", "contains", "additionalProperties"):
        yield from advice_on_schema(schema.get(key), _items(shape), (*place, key))
    for key in _INSIDE:
        yield from advice_on_schema(schema.get(key), shape, (*place, key))
    for key in _BESIDE:
        inside = _items(shape) if key == "prefixItems" else shape
        for index, each in enumerate(schema.get(key, ())):
            yield from advice_on_schema(each, inside, (*place, key, index))
