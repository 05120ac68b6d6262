"""From tokens to a syntax tree, macros included.

A parser by recursive descent over the grammar of
https://github.com/google/cel-spec/blob/master/doc/langdef.md with the optional syntax of cel-go
(`.?`, `[?]`, `{?}`). Not for what names mean (`compiler`).
"""

from __future__ import annotations

from typing import Final, NoReturn

from policygate.cel.errors import ExpressionError
from policygate.cel.hints import otherwise
from policygate.cel.lexer import RESERVED, Token, read_tokens
from policygate.cel.macros import expand
from policygate.cel.syntax import (
    Call,
    Chain,
    Choice,
    Index,
    ListOf,
    Literal,
    Logic,
    MapOf,
    Name,
    Node,
    Not,
    Select,
    Span,
    depth,
)
from policygate.cel.values import INT_MAX

MAX_DEPTH: Final = 100
"""How deep the nodes of an expression may stand in one another."""

_PRECEDENCE: Final = (
    frozenset({"||"}),
    frozenset({"&&"}),
    frozenset({"<", "<=", ">", ">=", "==", "!=", "in"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)
"""The operators with two operands; the first ones bind least."""
_OPERATORS: Final = frozenset().union(*_PRECEDENCE)
_LOGIC, _RELATION = 1, 2
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: With the place of what is wrong.
    """
    parser = _Parser(text)
    node = parser.expression()
    if parser.token.kind != "end":
        parser.fail()
    if depth(node) > MAX_DEPTH:
        raise ExpressionError(f"the expression nests deeper than {MAX_DEPTH} levels", 0, text)
    return node


def _grouped(operands: list[Node], signs: list[Token], level: int) -> Node:
    """The tree of operands and the signs between them, from one precedence on."""
    if not signs:
        return operands[0]
    places = [place for place, sign in enumerate(signs) if sign.kind in _PRECEDENCE[level]]
    if not places:
        return _grouped(operands, signs, level + 1)
    parts, begin = [], 0
    for end in (*places, len(signs)):
        parts.append(_grouped(operands[begin : end + 1], signs[begin:end], level + 1))
        begin = end + 1
    return _joined(parts, [signs[place] for place in places], level)


def _joined(parts: list[Node], signs: list[Token], level: int) -> Node:
    """Operands of one precedence, joined from left to right."""
    first, start = parts[0], parts[0].span.start
    whole = Span(start, parts[-1].span.end, start)
    if level <= _LOGIC:
        return Logic(signs[0].kind, tuple(parts), whole)
    pairs = list(zip(signs, parts[1:], strict=True))
    if level == _RELATION:
        for sign, right in pairs:
            span = Span(start, right.span.end, sign.start)
            first = Call(sign.kind, None, (first, right), span)
        return first
    steps = [(s.kind, right, Span(s.start, right.span.end, s.start)) for s, right in pairs]
    return Chain(first, tuple(steps), whole)


class _Parser:
    """One pass over the tokens; every method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = read_tokens(text)
        self.at = 0
        self.token = self.tokens[0]
        self.nesting = 0

    def fail(self, wanted: str = "") -> NoReturn:
        found = self.token
        shown = found.text if found.kind == "end" else f"`{found.text}`"
        message = f"unexpected {shown}" + (f", expected {wanted}" if wanted else "")
        hint = "" if found.kind == "string" else otherwise(found.text)
        if found.text in RESERVED:
            message = f"`{found.text}` is a reserved word and no variable{hint}"
        elif hint:
            message += hint
        elif "?." in self.text and wanted == "`:`":
            message += ": an optional field is written `a.?b`"
        elif found.text == "=":
            message += ": `==` compares"
        raise ExpressionError(message, found.start, self.text)

    def next(self) -> Token:
        token = self.token
        self.at += 1
        self.token = self.tokens[min(self.at, len(self.tokens) - 1)]
        return token

    def take(self, kind: str) -> bool:
        if self.token.kind != kind:
            return False
        self.next()
        return True

    def want(self, kind: str) -> Token:
        if self.token.kind != kind:
            self.fail(f"`{kind}`" if kind != "name" else "a name")
        return self.next()

    def span(self, start: int, at: int | None = None) -> Span:
        return Span(start, self.tokens[self.at - 1].end, start if at is None else at)

    def expression(self) -> Node:
        self.nesting += 1
        if self.nesting > MAX_DEPTH:
            message = f"the expression nests deeper than {MAX_DEPTH} levels"
            raise ExpressionError(message, self.token.start, self.text)
        start = self.token.start
        branches, node = [], self.operation()
        while self.take("?"):
            value = self.operation()
            if self.token.kind == "?":
                self.fail("`:`; put a choice inside of a choice into parentheses")
            self.want(":")
            branches.append((node, value))
            node = self.operation()
        self.nesting -= 1
        return Choice(tuple(branches), node, self.span(start)) if branches else node

    def operation(self) -> Node:
        """Operands and operators in a row; one method for all precedences keeps the stack low."""
        operands, signs = [self.unary()], []
        while self.token.kind in _OPERATORS:
            signs.append(self.next())
            operands.append(self.unary())
        return _grouped(operands, signs, 0)

    def unary(self) -> Node:
        start = self.token.start
        if self.token.kind == "!":
            times = self._count("!")
            return Not(self.member(), times, self.span(start))
        if self.token.kind != "-":
            return self.member()
        times = self._count("-")
        number = self.token.value if self.token.kind == "literal" else None
        if (
            times > 1 and number == 2**63
        ):  # only one minus makes the least integer: two make nothing
            number = None
        if type(number) is int or type(number) is float:  # the minus belongs to the literal
            node: Node = self.member(negative=True)
            times -= 1
        else:
            node = self.member()
        for _ in range(2 - times % 2 if times else 0):
            node = Call("-", None, (node,), self.span(start))
        return node

    def _count(self, sign: str) -> int:
        times = 0
        while self.take(sign):
            times += 1
        return times

    def member(self, *, negative: bool = False) -> Node:
        start = self.token.start
        node = self.primary(negative=negative)
        while True:
            if self.token.kind in {".", ".?"}:
                node = self.field(node, start)
            elif self.token.kind in {"[", "[?"}:
                opening = self.next()
                key = self.expression()
                self.want("]")
                span = self.span(start, opening.start)
                node = Index(node, key, opening.kind == "[?", span)
            else:
                return node

    def field(self, operand: Node, start: int) -> Node:
        optional = self.next().kind == ".?"
        name = self.token
        if name.kind not in {"name", "quoted"}:
            self.fail("the name of a field")
        self.next()
        if self.token.kind == "(" and name.kind == "name" and not optional:
            return self.call(name, operand, start)
        return Select(operand, name.value, self.span(start, name.start), optional)

    def call(self, name: Token, target: Node | None, start: int) -> Node:
        self.want("(")
        args = self.listed(")")
        span = self.span(start, name.start)
        return expand(Call(name.value, target, tuple(args), span), self.text)

    def listed(self, closing: str) -> list[Node]:
        args: list[Node] = []
        while self.token.kind != closing:
            args.append(self.expression())
            if self.token.kind != closing:
                if self.token.kind != ",":
                    self.fail(f"`,` or `{closing}`")
                self.next()
                if self.token.kind == closing and closing == ")":
                    self.fail("an argument")
        self.next()
        return args

    def primary(self, *, negative: bool) -> Node:
        token = self.token
        start = token.start
        if token.kind == "literal":
            return self.literal(negative=negative)
        if token.kind in _CONSTANTS:
            self.next()
            return Literal(_CONSTANTS[token.kind], self.span(start))
        if token.kind == "(":
            self.next()
            node = self.expression()
            self.want(")")
            return node
        if token.kind in {"[", "[?"}:
            return self.list()
        if token.kind in {"{", "{?"}:
            return self.map()
        return self.name()

    def literal(self, *, negative: bool) -> Node:
        token = self.next()
        value = -token.value if negative else token.value
        if type(value) is int and value > INT_MAX:
            raise ExpressionError(f"{token.text} does not fit into 64 bits", token.start, self.text)
        return Literal(value, self.span(token.start))

    def name(self) -> Node:
        start = self.token.start
        absolute = self.take(".")
        if self.token.kind != "name" or self.token.text in RESERVED:
            self.fail("" if self.token.text in RESERVED else "a value")
        token = self.next()
        if self.token.kind == "(":
            return self.call(token, None, start)
        if self.token.kind in {"{", "{?"}:
            self.fail("an operator: messages of protocol buffers cannot be made here")
        return Name(token.text, absolute, self.span(start))

    def list(self) -> Node:
        opening = self.next()
        first = opening.kind == "[?"
        items, optional = [], []
        while self.token.kind != "]":
            optional.append(first or self.take("?"))
            first = False
            items.append(self.expression())
            if self.token.kind != "]":
                self.want(",")
        self.next()
        return ListOf(tuple(items), tuple(optional), self.span(opening.start))

    def map(self) -> Node:
        opening = self.next()
        first = opening.kind == "{?"
        entries, optional = [], []
        while self.token.kind != "}":
            optional.append(first or self.take("?"))
            first = False
            key = self.expression()
            self.want(":")
            entries.append((key, self.expression()))
            if self.token.kind != "}":
                self.want(",")
        self.next()
        return MapOf(tuple(entries), tuple(optional), self.span(opening.start))
