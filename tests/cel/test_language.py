"""What expressions mean, in cases of our own: they stand without the corpus."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from policygate.cel import CelError, EvaluationError, ExpressionError, Lazy, compile_expression
from policygate.cel.values import Optional, Uint, type_of

POD: dict[str, Any] = {
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {
        "containers": [
            {
                "name": "app",
                "image": "ghcr.io/acme/app:1",
                "resources": {"limits": {"memory": "1Gi"}},
            },
            {"name": "log", "image": "busybox"},
        ]
    },
}


def value(text: str, **bindings: Any) -> Any:
    """The value of an expression on a pod named `object` and further variables."""
    names = {"object": POD, **bindings}
    return compile_expression(text, list(names)).evaluate(names)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # macros, optionals, two-variable comprehensions
        ("object.spec.containers.all(c, has(c.image))", True),
        ("object.spec.containers.all(c, has(c.resources))", False),
        ("object.spec.containers.exists_one(c, has(c.resources))", True),
        ("object.spec.containers.map(c, c.name)", ["app", "log"]),
        ("object.spec.containers.map(c, has(c.resources), c.name)", ["app"]),
        ("object.spec.containers.filter(c, c.name != 'app')[0].image", "busybox"),
        ("object.spec.containers.map(c, c.?resources.?limits.?memory.orValue('none'))", ["1Gi", "none"]),
        ("object.spec.?hostNetwork.hasValue()", False),
        ("object.metadata.labels[?'tier'].orValue('?')", "?"),
        ("object.metadata.?name.optMap(n, n + '!').value()", "web!"),
        ("object.spec.?x.optFlatMap(x, x.?y).hasValue()", False),
        ("[1, 2].transformList(i, v, i * 10 + v)", [1, 12]),
        ("{'a': 1}.transformMap(k, v, v + 1)", {"a": 2}),
        ("{'a': 1}.transformMapEntry(k, v, {string(v): k})", {"1": "a"}),
        ("[1, 2].existsOne(i, v, i == 1 && v == 2)", True),
        ("cel.bind(x, size(object.spec.containers), x * x)", 4),
        ("cel.bind(x, 1 / 0, true)", True),
        # absorption of errors
        ("1 / 0 > 1 || true", True),
        ("false && 1 / 0 > 1", False),
        ("[0, 1].exists(x, 1 / x == 1)", True),
        ("[0, 1].all(x, 1 / x == 2)", False),
        # types and conversions
        ("[type(1), type(1u), type(1.0), type('')] == [int, uint, double, string]", True),
        ("int('12') + int(3.9) + int(4u)", 19),
        ("1 == 1.0 && 1u == 1 && 1 < 1.5", True),
        ("{true: 'a', 1: 'b'}[true]", "a"),
        ("string(duration('90m')) + ' ' + string(timestamp('2026-01-02T03:04:05Z'))", "5400s 2026-01-02T03:04:05Z"),
        ("timestamp('2026-01-02T03:04:05Z').getHours('+02:00')", 5),
        ("bytes('é').size()", 2),
        ("-9223372036854775808", -(2**63)),
        ("-(2)", -2),
        ("--2", 2),
        ("!!true", True),
        # strings, lists, sets, math, encoders
        ("'a-b-c'.split('-').join('+')", "a+b+c"),
        ("'%s is %d of %.1f'.format(['x', 3, 2.0])", "x is 3 of 2.0"),
        ("'Hello'.lowerAscii().substring(1, 3)", "el"),
        ("'a1b22'.findAll('[0-9]+')", ["1", "22"]),
        ("'a1b22'.find('[0-9]+')", "1"),
        ("[3, 1, 2].sort().map(x, string(x)).join()", "123"),
        ("[{'n': 2}, {'n': 1}].sortBy(e, e.n)[0].n", 1),
        ("[1, 2, 3].sum() + [4, 2].max() - [4, 2].min()", 8),
        ("[1, 2, 2].isSorted() && [1, 2, 2].indexOf(2) == 1 && [1, 2, 2].lastIndexOf(2) == 2", True),
        ("[[1], [2, [3]]].flatten()", [1, 2, [3]]),
        ("[1, 1, 2].distinct().reverse()", [2, 1]),
        ("lists.range(3).slice(1, 3)", [1, 2]),
        ("[1].first().value() + [1, 2].last().value()", 3),
        ("sets.contains([1, 2], [2]) && sets.intersects([1], [1]) && sets.equivalent([1, 1], [1])", True),
        ("math.greatest(1, 2.5, 2u)", 2.5),
        ("base64.encode(b'hi') + string(base64.decode('aGk'))", "aGk=hi"),
        # Kubernetes
        ("quantity('1Gi').isGreaterThan(quantity('1000M'))", True),
        ("quantity(2).compareTo(quantity('2000m'))", 0),
        ("quantity('1.5').sub(quantity('500m')).asInteger()", 1),
        ("url('https://u:p@example.com:8443/a?b=c&b=d').getHost()", "example.com:8443"),
        ("url('https://[::1]:80/').getHostname() + url('https://[::1]:80/').getPort()", "::180"),
        ("url('https://x/a b').getEscapedPath()", "/a%20b"),
        ("url('https://x/?b=c&b=d').getQuery()", {"b": ["c", "d"]}),
        ("isURL('../a') || isURL('')", False),
        ("ip('10.0.0.1').family() == 4 && isIP('::1')", True),
        ("cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", True),
        ("format.dns1123Label().validate('Bad_Name').hasValue()", True),
        ("format.named('dns1123Label').value().validate('good').hasValue()", False),
        ("semver('v1.2', true).isLessThan(semver('1.10.0-rc.1'))", True),
    ],
)  # fmt: skip
def test_an_expression_has_its_value(text: str, wanted: Any) -> None:
    """Every family of the language gives the documented value, of the right type."""
    found = value(text)
    assert found == wanted
    assert type_of(found) == type_of(wanted)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("object.spec.containers.all(c, c.resources.limits.memory != '')", "no such key `resources` in c"),
        ("object.metadata.nmae == ''", "no such key `nmae` in object.metadata"),
        ("object.metadata.labels['x'] == ''", "no such key `x` in object.metadata.labels"),
        ("object.spec.containers[7].name == ''", "no element 7 in object.spec.containers, which has 2"),
        ("object.metadata.name.first == ''", "no field `first` in object.metadata.name: found string, expected map"),
        ("object.metadata.name + 1 == ''", "`+`: found int, expected string"),
        ("object.metadata.name > 1", "`>`: found int, expected string"),
        ("size(1) == 1", "`size`: found int, expected bytes, list, map or string"),
        ("'a'.startsWith(1)", "`startsWith`: found int, expected string"),
        ("object.metadata.name && true", "`&&`: found string, expected bool"),
        ("!object.metadata.name", "`!`: found string, expected bool"),
        ("object.metadata.all(k, k)", "found string, expected bool"),
        ("object.metadata.name.all(k, true)", "`all`: found string, expected list or map"),
        ("object.metadata.name ? 1 : 2", "`?`: found string, expected bool"),
        ("9223372036854775807 + 1 > 0", "integer overflow"),
        ("1 / 0 > 0", "division by zero"),
        ("uint(-1) > 0u", "unsigned overflow"),
        ("quantity('500MiB') == quantity('1')", "'500MiB' is not a quantity"),
        ("timestamp('yesterday') == timestamp(0)", "'yesterday' is no timestamp such as 2026-11-20T12:00:00Z"),
        ("'a'.matches('(')", "invalid pattern '('"),
        ("optional.none().value()", "`value()` of an optional that is none"),
        ("[1].exists(x, x)", "found int, expected bool"),
    ],
)  # fmt: skip
def test_an_error_says_what_and_where(text: str, words: str) -> None:
    """What has no value fails in words, at a place within the expression."""
    with pytest.raises(EvaluationError) as caught:
        value(text)
    assert words in str(caught.value)
    assert caught.value.offset is not None
    assert 0 <= caught.value.offset < len(text)
    assert "of the expression" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words", "caret"),
    [
        ("objct.spec == 1", "unknown variable `objct`: did you mean `object`?", "^"),
        ("object.spec.containers.all(c, cc.x)", "unknown variable `cc`: did you mean `c`?", "^"),
        ("object.name.startWith('a')", "unknown function `startWith`: did you mean `startsWith`?", "^"),
        ("startsWith(object.name, 'a')", "`startsWith` is a method: write `x.startsWith(…)`", "^"),
        ("object.name.startsWith()", "`startsWith` is not called with no arguments here", "^"),
        ("variables.lmit > 1", "unknown variable `variables.lmit`: did you mean `variables.limit`?", "^"),
        ("object.a = 1", "unexpected `=`: `==` compares", "^"),
        ("object.a == 1 and true", "unexpected `and`", "^"),
        ("for == 1", "`for` is a reserved word and no variable", "^"),
        ("99999999999999999999", "does not fit into 64 bits", "^"),
        ("'a\\d'", "unknown escape \\d: write \\\\ for a backslash, or r'…' for a pattern", "^"),
        ("has(object)", "`has()` takes a field such as `has(object.spec)`", "^"),
        ("[1].all(c, c, true)", "`c` is bound twice", "^"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_the_nearest_name(text: str, words: str, caret: str) -> None:
    """Compiling says what is wrong, where, and what may have been meant."""
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, ["object", "variables.limit"])
    assert words in caught.value.message
    assert caught.value.caret.splitlines()[1].strip() == caret


def test_the_caret_stands_under_the_place() -> None:
    """In an expression of several lines, line, column and caret are those of the mistake."""
    with pytest.raises(ExpressionError) as caught:
        compile_expression("object.a == 1 &&\n  objcet.b", ["object"])
    assert caught.value.place == (2, 3)
    assert caught.value.caret == "  objcet.b\n  ^"


def test_a_lazy_variable_is_computed_once_and_only_when_it_is_read() -> None:
    """A variable that nobody reads costs nothing; its error is an error where it is read."""
    calls: list[int] = []

    def compute() -> int:
        calls.append(1)
        return 41

    lazy = Lazy(compute)
    program = compile_expression("false && variables.x == 1", ["variables.x"])
    assert program.evaluate({"variables.x": lazy}) is False
    assert calls == []
    assert value("variables.x + variables.x", **{"variables.x": lazy}) == 82
    assert calls == [1]
    failing = compile_expression("object.nothing", ["object"]).lazy({"object": POD})
    assert value("variables.y == 1 || true", **{"variables.y": failing}) is True
    with pytest.raises(CelError, match="no such key `nothing`"):
        value("variables.y == 1", **{"variables.y": failing})


def test_a_program_runs_in_many_threads() -> None:
    """Evaluations do not see one another: eight threads, each with data of its own."""
    text = "x.map(a, x.map(b, a * b).sum()).sum()"
    program = compile_expression(text, ["x"])
    wrong: list[int] = []

    def work(number: int) -> None:
        items = list(range(number, number + 30))
        wanted = sum(items) ** 2
        wrong.extend(i for i in range(40) if program.evaluate({"x": items}) != wanted)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_evaluating_leaves_the_data_as_they_are() -> None:
    """Lists that an expression makes out of the data's are new ones."""
    data = {"a": [1], "b": [2]}
    assert value("x.a + x.b", x=data) == [1, 2]
    assert data == {"a": [1], "b": [2]}


def test_values_of_the_language_are_plain_objects() -> None:
    """JSON stays JSON; unsigned numbers and optionals have classes of their own."""
    assert type(value("1u + 2u")) is Uint
    assert value("object.?metadata") == Optional(POD["metadata"])
    assert repr(value("optional.none()")) == "optional.none()"
