"""Random expressions and data for them, for the laws of the language."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXTS = ["", "a", "b", "ab", "A:1", "é", "10", "-3", "x.y"]
NUMBERS = [0, 1, 2, -1, 3, 7, 2**63 - 1, -(2**63)]
FIELDS = ["name", "count", "on", "list", "map", "items"]

_scalars = st.one_of(
    st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.booleans(), st.sampled_from([0.5, 2.0])
)
_items = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(TEXTS),
        "count": st.sampled_from(NUMBERS),
        "on": st.booleans(),
        "list": st.lists(st.sampled_from(TEXTS), max_size=3),
        "map": st.dictionaries(st.sampled_from(["k", "l"]), st.sampled_from(TEXTS), max_size=2),
    },
)
objects = st.fixed_dictionaries(
    {},
    optional={
        "name": st.one_of(st.sampled_from(TEXTS), st.just(None)),
        "count": st.one_of(st.sampled_from(NUMBERS), st.just("1")),
        "on": st.booleans(),
        "list": st.lists(_scalars, max_size=3),
        "map": st.dictionaries(st.sampled_from(["k", "l", "name"]), _scalars, max_size=3),
        "items": st.lists(_items, max_size=3),
    },
)
"""What the variable `x` is bound to."""


class Writer:
    """Writes expressions; `names` are what macros have bound, with what they hold."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.maps = ["x"]
        self.texts: list[str] = []
        self.numbers: list[str] = []
        self.count = 0

    def pick(self, options: list[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def number(self, depth: int) -> str:
        plain = [str(n) for n in NUMBERS] + self.numbers + [f"{m}.count" for m in self.maps]
        if depth <= 0 or self.pick([True, False]):
            return str(self.pick(plain))
        d = depth - 1
        match self.pick(["op", "size", "choice", "int", "opt", "neg", "sum"]):
            case "op":
                return f"({self.number(d)} {self.pick(['+', '-', '*', '/', '%'])} {self.number(d)})"
            case "size":
                return f"size({self.sequence(d)})"
            case "choice":
                return f"({self.verdict(d)} ? {self.number(d)} : {self.number(d)})"
            case "int":
                return f"int({self.text(d)})"
            case "opt":
                return f"{self.pick(self.maps)}.?count.orValue({self.number(d)})"
            case "neg":
                return f"(-{self.number(d)})"
        return f"{self.sequence(d)}.size()"

    def text(self, depth: int) -> str:
        plain = [repr(t) for t in TEXTS] + self.texts + [f"{m}.name" for m in self.maps]
        if depth <= 0 or self.pick([True, False, False]):
            return str(self.pick(plain))
        d = depth - 1
        match self.pick(["add", "choice", "string", "opt", "method", "index"]):
            case "add":
                return f"({self.text(d)} + {self.text(d)})"
            case "choice":
                return f"({self.verdict(d)} ? {self.text(d)} : {self.text(d)})"
            case "string":
                return f"string({self.number(d)})"
            case "opt":
                return f"{self.pick(self.maps)}.?name.orValue({self.text(d)})"
            case "method":
                method = self.pick(["lowerAscii()", "trim()", "substring(1)", "charAt(0)"])
                return f"{self.text(d)}.{method}"
        return f"{self.pick(self.maps)}.map[{self.text(d)}]"

    def sequence(self, depth: int) -> str:
        """A list of texts, mostly."""
        plain = [f"{m}.list" for m in self.maps] + ["['a', 'b']", "[]"]
        if depth <= 0 or self.pick([True, False]):
            return str(self.pick(plain))
        d = depth - 1
        match self.pick(["filter", "map", "add", "choice", "opt", "rows"]):
            case "filter":
                return self.macro("filter", self.sequence(d), "texts", lambda: self.verdict(d))
            case "map":
                return self.macro("map", self.sequence(d), "texts", lambda: self.text(d))
            case "add":
                return f"({self.sequence(d)} + {self.sequence(d)})"
            case "choice":
                return f"({self.verdict(d)} ? {self.sequence(d)} : {self.sequence(d)})"
            case "opt":
                return f"{self.pick(self.maps)}.?list.orValue({self.sequence(d)})"
        return self.macro("map", self.rows(d), "maps", lambda: self.text(d))

    def rows(self, depth: int) -> str:
        """A list of maps, mostly."""
        plain = ["x.items", "x.?items.orValue([])"]
        if depth <= 0 or self.pick([True, False]):
            return str(self.pick(plain))
        d = depth - 1
        match self.pick(["filter", "add", "choice"]):
            case "filter":
                return self.macro("filter", self.rows(d), "maps", lambda: self.verdict(d))
            case "add":
                return f"({self.rows(d)} + {self.rows(d)})"
        return f"({self.verdict(d)} ? {self.rows(d)} : {self.rows(d)})"

    def macro(self, name: str, target: str, kind: str, body: Any) -> str:
        variable = self.fresh()
        known = getattr(self, kind)
        known.append(variable)
        text = f"{target}.{name}({variable}, {body()})"
        known.pop()
        return text

    def verdict(self, depth: int) -> str:
        if depth <= 0:
            return str(self.pick(["true", "false", *(f"{m}.on" for m in self.maps)]))
        write = self.pick([self._plain, self._joined, self._macro, self._joined, self._macro])
        return str(write(depth - 1))

    def _plain(self, d: int) -> str:
        owner = self.pick(self.maps)
        order = self.pick(["<", "<=", ">", ">=", "==", "!="])
        test = self.pick(["startsWith", "endsWith", "contains"])
        leaf = f"{self.pick(FIELDS)}.?{self.pick(['k', 'name'])}"
        return str(
            self.pick(
                [
                    lambda: f"{self.number(d)} {order} {self.number(d)}",
                    lambda: f"{self.text(d)} {self.pick(['==', '!=', '<'])} {self.text(d)}",
                    lambda: f"has({owner}.{self.pick(FIELDS)})",
                    lambda: f"{self.text(d)} in {self.pick([self.sequence(d), f'{owner}.map'])}",
                    lambda: f"{owner}.?{leaf}.hasValue()",
                    lambda: f"{self.text(d)}.{test}({self.text(d)})",
                    lambda: f"{self.sequence(d)} == {self.sequence(d)}",
                ]
            )()
        )

    def _joined(self, d: int) -> str:
        return str(
            self.pick(
                [
                    lambda: f"({self.verdict(d)} {self.pick(['&&', '||'])} {self.verdict(d)})",
                    lambda: f"!({self.verdict(d)})",
                    lambda: f"({self.verdict(d)} ? {self.verdict(d)} : {self.verdict(d)})",
                    lambda: self.bound(d),
                ]
            )()
        )

    def _macro(self, d: int) -> str:
        name = self.pick(["all", "exists", "exists_one"])
        return str(
            self.pick(
                [
                    lambda: self.macro(name, self.rows(d), "maps", lambda: self.verdict(d)),
                    lambda: self.macro(name, self.sequence(d), "texts", lambda: self.verdict(d)),
                    lambda: self.pairs(d),
                ]
            )()
        )

    def bound(self, depth: int) -> str:
        variable, value = self.fresh(), self.text(depth)
        self.texts.append(variable)
        text = f"cel.bind({variable}, {value}, {self.verdict(depth)})"
        self.texts.pop()
        return text

    def pairs(self, depth: int) -> str:
        key, value, target = self.fresh(), self.fresh(), self.pick([f"{m}.map" for m in self.maps])
        self.texts += [key, value]
        text = f"{target}.{self.pick(['all', 'exists', 'existsOne'])}({key}, {value}, {self.verdict(depth)})"
        del self.texts[-2:]
        return text


@st.composite
def verdicts(draw: Any, depth: int = 3) -> str:
    """An expression that is a verdict on `x`, unless it fails."""
    return Writer(draw).verdict(depth)
