"""Reading fields and elements: `a.b`, `a.?b`, `a[k]`, `a[?k]` and `has(a.b)`.

What follows a `.?` or `[?]` is optional as a whole, so a chain is read without making an `Optional`
for each link: `probe` gives the bare value or `MISSING`. Not for names (`compiler`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from policygate.cel.errors import EvaluationError
from policygate.cel.syntax import Index, Node, Select, Span
from policygate.cel.values import INT_MAX, MISSING, NONE, Optional, Uint, kind_of, look_up, some

if TYPE_CHECKING:
    from policygate.cel.compiler import Compiler, Frame, Run


class Access(NamedTuple):
    """How to read a place: `run` gives the value of the expression, `probe` the bare value."""

    run: Run
    probe: Run

    @property
    def optional(self) -> bool:
        """Whether the expression's value is an optional."""
        return self.run is not self.probe


class _Link(NamedTuple):
    """One field of a chain, with the text of what it is read from."""

    field: str
    owner: str
    at: int


def compile_select(compiler: Compiler, node: Select) -> Access:
    """The closures of a chain of fields."""
    base, links, first = _unroll(compiler, node)
    access = compiler.access(base)
    if access is not None:
        first = 0
    plain, optional = tuple(links[:first]), tuple(links[first:])
    read = access.probe if access is not None else compiler.compile(base)
    if node.test:
        return _test(read, links, first)
    if not optional:
        run = _plain(read, plain)
        return Access(run, run)
    probe = _optional(_plain(read, plain) if plain else read, optional)
    return Access(lambda frame: some(probe(frame)), probe)


def _unroll(compiler: Compiler, node: Select) -> tuple[Node, list[_Link], int]:
    """What a chain starts at, its links, and the number of those before the first optional one."""
    chain: list[Select] = [node]
    below = node.operand
    while isinstance(below, Select) and not below.test and compiler.constant(below) is None:
        chain.append(below)
        below = below.operand
    chain.reverse()
    links = [_Link(one.field, compiler.source(one.operand.span), one.span.at) for one in chain]
    first = next((i for i, one in enumerate(chain) if one.optional), len(chain))
    return below, links, first


def _plain(read: Run, links: tuple[_Link, ...]) -> Run:
    fields = tuple(link.field for link in links)
    if len(fields) == 1:
        return _one_field(read, links)

    def run(frame: Frame) -> Any:
        value = start = read(frame)
        for field in fields:
            if type(value) is not dict:
                return _walk(start, links)
            try:
                value = value[field]
            except KeyError:
                return _walk(start, links)
        return value

    return run


def _one_field(read: Run, links: tuple[_Link, ...]) -> Run:
    ((field, _, _),) = links

    def run(frame: Frame) -> Any:
        value = read(frame)
        if type(value) is dict and field in value:
            return value[field]
        return _walk(value, links)

    return run


def _walk(value: Any, links: tuple[_Link, ...]) -> Any:
    """Read a chain with care: through optionals, and with words for what is wrong."""
    for link in links:
        if type(value) is Optional:
            value = some(_get(value.value, link))
            continue
        found = _get(value, link)
        if found is MISSING:
            raise EvaluationError(f"no such key `{link.field}` in {link.owner}", link.at)
        value = found
    return value


def _get(value: Any, link: _Link) -> Any:
    if type(value) is dict:
        return value.get(link.field, MISSING)
    if value is MISSING:
        return MISSING
    kind = kind_of(value)
    message = f"no field `{link.field}` in {link.owner}: found {kind}, expected map"
    raise EvaluationError(message, link.at)


def _optional(read: Run, links: tuple[_Link, ...]) -> Run:
    fields = tuple(link.field for link in links)

    def probe(frame: Frame) -> Any:
        value = start = read(frame)
        for field in fields:
            if type(value) is not dict:
                return _walk_optional(start, links)
            value = value.get(field, MISSING)
        return value

    return probe


def _walk_optional(value: Any, links: tuple[_Link, ...]) -> Any:
    for link in links:
        value = _get(value.value if type(value) is Optional else value, link)
    return value


def _test(read: Run, links: list[_Link], first: int) -> Access:
    """`has(chain)`: whether the last link is there; the ones before it must be, unless optional."""
    *owner, last = links
    plain, optional = tuple(owner[:first]), tuple(owner[first:])
    if plain:
        read = _plain(read, plain)
    if optional:
        read = _optional(read, optional)

    def run(frame: Frame) -> bool:
        value = read(frame)
        if type(value) is dict:
            return last.field in value
        if type(value) is Optional:
            value = value.value
        return _get(value, last) is not MISSING

    return Access(run, run)


def compile_index(compiler: Compiler, node: Index) -> Access:
    """The closures of `operand[key]` and `operand[?key]`."""
    access = compiler.access(node.operand)
    read = access.probe if access is not None else compiler.compile(node.operand)
    key = compiler.compile(node.key)
    span, owner = node.span, compiler.source(node.operand.span)
    if access is None and not node.optional:
        run = _element(read, key, span, owner)
        return Access(run, run)

    def probe(frame: Frame) -> Any:
        value = read(frame)
        if type(value) is Optional:
            value = value.value
        return MISSING if value is MISSING else element(value, key(frame), span.at, owner)

    return Access(lambda frame: some(probe(frame)), probe)


def _element(read: Run, key: Run, span: Span, owner: str) -> Run:
    at = span.at

    def run(frame: Frame) -> Any:
        value, wanted = read(frame), key(frame)
        if type(value) is dict and type(wanted) is str:
            found = value.get(wanted, MISSING)
        elif type(value) is Optional:
            inside = value.value
            return NONE if value is NONE else some(element(inside, wanted, at, owner))
        else:
            found = element(value, wanted, at, owner)
        if found is MISSING:
            discreet = f"no such key or element in {owner}"
            raise EvaluationError(_absent(value, wanted, owner), at, discreet=discreet)
        return found

    return run


def _absent(value: Any, key: Any, owner: str) -> str:
    if type(value) is list:
        return f"no element {key} in {owner}, which has {len(value)}"
    shown = f"`{key}`" if isinstance(key, (str, int, float)) else "of that value"
    return f"no such key {shown} in {owner}"


def element(value: Any, key: Any, at: int, owner: str) -> Any:
    """The element of a list or the value of a map, or `MISSING`.

    Raises:
        EvaluationError: For a value that has no elements, or a key of a wrong type.
    """
    if type(value) is dict:
        return look_up(value, key)
    if type(value) is not list:
        kind = kind_of(value)
        raise EvaluationError(f"no elements in {owner}: found {kind}, expected list or map", at)
    whole = type(key) is int or type(key) is Uint
    if not whole and not (type(key) is float and key.is_integer()):
        kind = kind_of(key)
        raise EvaluationError(f"an index of {owner}: found {kind}, expected int", at)
    place = int(key)
    return value[place] if 0 <= place < min(len(value), INT_MAX) else MISSING
