"""Laws of the search for secrets: for every format and every place, for what is none, for other ways to write."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from random import Random
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policygate import secrets
from policygate.kube.resources import resources_of
from policygate.place import look_up
from policygate.secrets import names
from policygate.secrets.anywhere import Empty, everywhere
from policygate.secrets.assignments import assignments_in
from policygate.secrets.bodies import search_deeper
from policygate.secrets.commands import commands_in
from policygate.secrets.files import in_file
from policygate.secrets.formats import FORMATS
from policygate.secrets.names import naming
from policygate.secrets.search import forget, secrets_beside, secrets_of
from policygate.secrets.values import is_made_up
from policygate.yamldoc import DEFAULT_LIMITS, parse, parse_plain
from tests.kube.bodies import resource
from tests.secrets.fakes import BASE64, FAKES, HEX, WORD, run
from tests.secrets.labelled import Case, cases
from tests.secrets.patterns import Cost, cost_of, patterns_of
from tests.secrets.structures import STRUCTURES, Structure, errors, findings

THOROUGH: Final = bool(os.environ.get("POLICYGATE_THOROUGH"))
MANY: Final = 4000 if THOROUGH else 250
SEEDS: Final = st.integers(0, 2**32)
IDENTIFIERS: Final = {each.name for each in FORMATS if each.identifier}
each_structure = pytest.mark.parametrize("structure", STRUCTURES, ids=lambda each: each.name)


# Every format, at every place


def _fake(name: str, random: Random) -> str:
    """A fake that spells no placeholder by chance: there `test_chance_spells_few_placeholders` has its say."""
    fake = FAKES[name](random)
    return _fake(name, random) if is_made_up(fake) else fake


@each_structure
@settings(max_examples=40 if THOROUGH else 1)
@given(SEEDS)
def test_a_credential_is_found_wherever_it_stands(structure: Structure, seed: int) -> None:
    """Of every format, under a name that says nothing, whatever ends a line; at its line or its key's."""
    random, placed, missed, astray = Random(f"{structure.name} {seed}"), 0, [], []
    for name in sorted(FAKES.keys() - IDENTIFIERS):
        around = structure.around(_fake(name, random))
        if around is None:
            continue
        text, lines = around
        found = errors(text.replace("\n", random.choice(["\n", "\r\n"])), structure.file)
        placed += 1
        missed += [] if found else [name]
        if found and lines.isdisjoint(each.location.line for each in found):
            astray.append(name)
    assert (missed, astray) == ([], [])
    assert placed >= 80


@each_structure
@given(st.sampled_from(sorted(IDENTIFIERS)), SEEDS)
def test_an_identifier_alone_is_no_error(structure: Structure, name: str, seed: int) -> None:
    """The id of a key opens nothing; but what stands where a URL has its password is one."""
    around = structure.around(FAKES[name](Random(seed)))
    if around is not None:
        assert bool(errors(around[0], structure.file)) == (structure.name == "a URL")


@settings(max_examples=10)
@given(SEEDS)
def test_chance_spells_few_placeholders(seed: int) -> None:
    """Of tokens that a machine rolled, not one in 300 is taken for one that somebody made up."""
    random = Random(seed)
    rolled = [FAKES[name](random) for name in FAKES.keys() - {"private key"} for _ in range(20)]
    assert sum(map(is_made_up, rolled)) * 300 < len(rolled)


# What is none

Named = Callable[[str, str], tuple[str, str]]


def _quoted(head: str, file: str = "apps/web.yaml") -> Named:
    return lambda name, value: (head % (json.dumps(name), json.dumps(value)), file)


def _line(head: str) -> Named:
    return lambda name, value: (CONFIG + head % (name, value), "apps/web.yaml")


CONFIG: Final = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n"
POD: Final = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  automountServiceAccountToken: false\n  containers:\n  - name: web\n    image: web:1\n"
CUSTOM: Final = "apiVersion: acme.example/v1\nkind: Feed\nmetadata: {name: web}\nspec:\n"
PLACES: Final[dict[str, Named]] = {
    "variable": _quoted(POD + "    env:\n    - name: %s\n      value: %s\n"),
    "flag": lambda name, value: (POD + f"    args: [{json.dumps(f'--{name}={value}')}]\n", "a.yaml"),
    "flag and neighbour": lambda name, value: (POD + f'    args: [--log, "--{name}", {json.dumps(value)}]\n', "a.yaml"),
    "key of a ConfigMap": _quoted(CONFIG + "  %s: %s\n"),
    "dotenv file": _line("  .env: |\n    PORT=80\n    %s=%s\n"),
    "INI file": _line("  app.ini: |\n    [main]\n    %s = %s\n"),
    "YAML file": _quoted(CONFIG + "  app.yaml: |\n    main:\n      %s: %s\n"),
    "JSON file": _quoted(CONFIG + '  app.json: |\n    {"main": {%s: %s}}\n'),
    "custom field": _quoted(CUSTOM + "  main:\n    %s: %s\n"),
    "values of a chart": _quoted("main:\n  %s: %s\n", "charts/web/values.yaml"),
    "JSON patch": lambda name, value: (
        f"- op: add\n  path: /spec/{name}\n  value: {json.dumps(value)}\n", "a.yaml"),
    "annotation": _quoted("apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {%s: %s}}\n"),
}  # fmt: skip
"""A name and a value, in a file."""

STRONG: Final = (
    "PASSWORD",
    "DB_PASSWORD",
    "db-password",
    "dbPassword",
    "mail.passwd",
    "REDIS_PASS",
)
MID: Final = ("API_TOKEN", "token", "clientSecret", "client-secret", "SESSION_SECRET", "auth.token")
KEYS: Final = ("API_KEY", "api-key", "signingKey", "secret_key", "encryption.key", "cloudKey")
WORDS: Final = (
    "web",
    "orders",
    "billing",
    "shop",
    "mailer",
    "search",
    "catalog",
    "admin",
    "team",
    "edge",
)

_words = st.sampled_from(WORDS)
_upper = st.lists(_words, min_size=1, max_size=3).map(lambda found: "_".join(found).upper())
_dotted = st.lists(_words, min_size=1, max_size=3).map(".".join)
_slashed = st.lists(_words, min_size=2, max_size=4).map("/".join)
_rolled = st.builds(lambda seed: run(Random(seed), WORD, 24), SEEDS)
_sealed = st.builds(lambda seed: run(Random(seed), BASE64, 24), SEEDS)

REFERENCES: Final = st.one_of(
    _upper.map("$({})".format),
    _upper.map("${{{}}}".format),
    _dotted.map("{{{{ .Values.{} }}}}".format),
    _dotted.map("{{{{ .Values.{} | quote }}}}".format),
    st.builds("<path:{}#{}>".format, _slashed, _words),
    st.builds("vault:{}#{}".format, _slashed, _words),
    _slashed.map("op://{}".format),
    _slashed.map("ref+vault://{}".format),
    st.builds("arn:aws:secretsmanager:eu-west-1:123456789012:secret:{}".format, _words),
    st.builds("projects/{}/secrets/{}/versions/latest".format, _words, _words),
    _slashed.map("$__file{{/{}}}".format),
    st.builds("ENC[AES256_GCM,data:{0}==,iv:{0}==,tag:{0}==,type:str]".format, _sealed),
)
PLACEHOLDERS: Final = st.one_of(
    st.sampled_from(
        ["changeme", "change-me", "change_me", "changeit", "<password>", "<your token>", "your-password-here", "replace-me",
         "xxxxxxxx", "********", "todo", "fixme", "redacted", "placeholder", "dummy", "to-be-replaced", "set-me", "...", "tbd"]
    ).flatmap(lambda word: st.sampled_from([word, word.upper(), word.title()])),
    _upper.map("REPLACE_WITH_{}".format),
    _words.map("your-{}-here".format),
)  # fmt: skip
PATHS: Final = st.one_of(
    _slashed.map("/run/secrets/{}".format),
    _slashed.map("/etc/{}".format),
    _slashed.map("./{}".format),
    _slashed.map("/{}.pem".format),
)
URLS: Final = st.builds(
    "{}://{}.acme.example{}/{}".format,
    st.sampled_from(["https", "http", "postgres", "redis", "amqp"]), _words, st.sampled_from(["", ":8443"]), _slashed,
)  # fmt: skip
UUIDS: Final = st.uuids().map(str)
DIGESTS: Final = st.builds(
    lambda seed, size, head: head + run(Random(seed), HEX, size),
    SEEDS, st.sampled_from([32, 40, 64]), st.sampled_from(["", "sha256:"]),
)  # fmt: skip
OBJECTS: Final = st.builds(
    "{}-{}".format,
    _words,
    st.sampled_from(["secret", "token", "credentials", "tls", "auth", "admin", "shop-secret"]),
)
SETTINGS: Final = st.sampled_from(
    ["", "true", "false", "null", "none", "auto", "disabled", "required"]
)
BLOBS: Final = st.one_of(_rolled, _sealed, DIGESTS, UUIDS)

INNOCENT: Final = [
    ("references", (*STRONG, *MID, *KEYS), REFERENCES),
    ("placeholders", (*STRONG, *MID, *KEYS), PLACEHOLDERS),
    ("paths", (*STRONG, *MID, *KEYS), PATHS),
    ("addresses", (*STRONG, *MID, *KEYS), URLS),
    ("settings", (*STRONG, *MID, *KEYS), SETTINGS),
    ("names of objects", (*MID, *KEYS, "existingSecret", "secretName", "tls-secret"), OBJECTS),
    ("files of secrets", ("PASSWORD_FILE", "TOKEN_PATH", "secretFile", "token-file"), st.one_of(_words, PATHS)),
    ("ids", ("id", "clientId", "TENANT_ID", "token-id", "uid"), UUIDS),
    ("digests", ("checksum/config", "checksum/secret", "secret-hash", "TOKEN_SHA256", "passwordDigest"), DIGESTS),
    ("blobs under names that promise nothing", ("vendor", "REVISION", "build", "shard", "publicKey"), BLOBS),
    ("lives of secrets", ("TOKEN_TTL", "passwordPolicy", "tokenType", "PASSWORD_LENGTH", "max-token"), st.sampled_from(["15m", "strict", "Bearer", "32"])),
]  # fmt: skip
"""What it is, the names that it may stand under, its values."""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("names", "values"), [each[1:] for each in INNOCENT], ids=[each[0] for each in INNOCENT]
)
@settings(max_examples=500 if THOROUGH else 12)
@given(st.data())
def test_what_is_none_is_no_error(
    place: str, names: tuple[str, ...], values: st.SearchStrategy[str], data: st.DataObject
) -> None:
    """References, placeholders, paths, settings, digests: however loudly a name promises a secret."""
    name = data.draw(st.sampled_from(names))
    if place == "annotation":
        name = name.replace(".", "-")
    if place == "JSON patch":
        name = name.replace("/", "~1")
    text, file = PLACES[place](name, data.draw(values))
    assert [each.message for each in errors(text, file)] == []


@pytest.mark.parametrize("place", PLACES)
@given(st.sampled_from((*STRONG, *MID, *KEYS)), SEEDS)
def test_what_was_rolled_is_an_error_there(place: str, name: str, seed: int) -> None:
    """Under the same names, at the same places: so that none of the laws above holds for want of eyes."""
    value = run(Random(seed), WORD, 24)
    text, file = PLACES[place](name.replace(".", "-") if place == "annotation" else name, value)
    assert errors(text, file) or is_made_up(value)


@given(st.dictionaries(st.sampled_from((*STRONG, *MID, *KEYS)), SEEDS, min_size=1, max_size=4))
def test_what_is_sealed_is_no_error(held: dict[str, int]) -> None:
    """Whatever letters a cipher has, under whatever names."""
    data = {name: run(Random(seed), BASE64, 400) + "==" for name, seed in held.items()}
    body = {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": "web"},
        "spec": {"encryptedData": data, "template": {"metadata": {"name": "web"}}},
    }
    assert errors(json.dumps(body), "web.json") == []


# Other ways to write the same

_secrets = st.builds(lambda seed: "s" + run(Random(seed), WORD, 22) + "7", SEEDS)
_tokens = st.builds(
    lambda name, seed: _fake(name, Random(seed)),
    st.sampled_from(["GitHub token", "GitLab token", "Slack token", "Stripe key", "npm token"]),
    SEEDS,
)
_urls = st.builds("postgres://app:{}@db.acme.example/shop".format, _secrets)
_values = st.one_of(
    _secrets,
    _tokens,
    _urls,
    REFERENCES,
    PLACEHOLDERS,
    PATHS,
    URLS,
    OBJECTS,
    SETTINGS,
    _words,
    UUIDS,
)
_names = st.sampled_from((*STRONG, *MID, *KEYS, "vendor", "LOG_LEVEL", "host", "PASSWORD_FILE"))
_entries = st.dictionaries(_names, _values, max_size=5)
_metadata = st.fixed_dictionaries(
    {"name": st.just("web"), "annotations": st.dictionaries(_words, _values, max_size=2)}
)
_env = _entries.map(
    lambda held: [{"name": name.replace(".", "_"), "value": held[name]} for name in held]
)
_neutral = st.sampled_from(
    ["vendor", "feed", "source", "colour", "x", "alpha", "level2", "Zone", "é"]
)
_trees = st.recursive(
    _values,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_names | _neutral, inner, max_size=3)
    ),
    max_leaves=8,
)
_BODIES: Final = st.one_of(
    st.fixed_dictionaries({"kind": st.just("ConfigMap"), "apiVersion": st.just("v1"), "metadata": _metadata, "data": _entries}),
    st.fixed_dictionaries({"kind": st.just("Secret"), "apiVersion": st.just("v1"), "metadata": _metadata, "stringData": _entries}),
    st.fixed_dictionaries({"kind": st.just("Feed"), "apiVersion": st.just("acme.example/v1"), "metadata": _metadata, "spec": _trees.map(lambda held: {"source": held})}),
    st.fixed_dictionaries({"kind": st.just("Pod"), "apiVersion": st.just("v1"), "metadata": _metadata, "spec": st.fixed_dictionaries(
        {"automountServiceAccountToken": st.sampled_from([False]), "containers": st.tuples(st.fixed_dictionaries({"name": st.just("web"), "image": st.just("web:1"), "env": _env})).map(list)})}),
)  # fmt: skip
"""Resources with secrets in them, and with what is none."""
Verdict = Counter[tuple[str, str, str]]


def _verdict(text: str, file: str = "apps/web.yaml") -> Verdict:
    """What is said of a file, but for where in it."""
    return Counter((each.policy, each.level, each.message) for each in findings(text, file))


def _shuffled(value: Any, random: Random, under: str = "") -> Any:
    """The same in another order: of all keys, and of variables."""
    if isinstance(value, dict):
        keys = random.sample(sorted(value), len(value))
        return {key: _shuffled(value[key], random, key) for key in keys}
    if isinstance(value, list):
        items = random.sample(value, len(value)) if under == "env" else value
        return [_shuffled(item, random) for item in items]
    return value


def _styled(
    body: Any, random: Random, styles: tuple[str | None, ...] = (None, "'", '"', "|", ">")
) -> str:
    """A document in which every scalar and every collection has a style of its own."""

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def scalar(dumper: Dumper, text: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, random.choice(styles))

    def mapping(dumper: Dumper, held: dict[str, Any]) -> yaml.MappingNode:
        flow = len(styles) > 3 and random.random() < 0.2
        return dumper.represent_mapping("tag:yaml.org,2002:map", held, flow)

    Dumper.add_representer(str, scalar)
    Dumper.add_representer(dict, mapping)
    text: str = yaml.dump(body, Dumper=Dumper, sort_keys=False, width=10**6, allow_unicode=True)
    return text


@settings(max_examples=MANY)
@given(_BODIES, SEEDS)
def test_the_order_of_keys_and_variables_changes_nothing(body: dict[str, Any], seed: int) -> None:
    """A mapping has no order, nor have the variables of a container."""
    other = _shuffled(body, Random(seed))
    assert _verdict(json.dumps(body)) == _verdict(json.dumps(other))


@settings(max_examples=MANY)
@given(_BODIES, SEEDS)
def test_the_style_changes_nothing(body: dict[str, Any], seed: int) -> None:
    """Plain, quoted, literal, folded, in braces, or JSON: the same values, the same verdict."""
    assert _verdict(_styled(body, Random(seed))) == _verdict(json.dumps(body))


COMMENTS: Final = (
    "# nothing to see",
    "#",
    "# the password is kept in a vault",
    "# TODO: tidy up",
    "# key: value",
)


@settings(max_examples=MANY)
@given(_BODIES, SEEDS)
def test_comments_change_nothing(body: dict[str, Any], seed: int) -> None:
    """Between lines and behind them, of whatever depth."""
    random, lines = Random(seed), []
    for line in _styled(body, random, (None, "'", '"')).splitlines():
        if random.random() < 0.3:
            lines.append(" " * random.randrange(6) + random.choice(COMMENTS))
        lines.append(line + random.choice(["", "", "  " + random.choice(COMMENTS)]))
    assert _verdict("\n".join(lines) + "\n") == _verdict(json.dumps(body))


INNOCENTS: Final = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {ports: [{port: 80}]}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {LOG_LEVEL: debug, app.yaml: 'a: {b: 1}'}\n",
    "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: other}\nspec: {data: [{secretKey: password, remoteRef: {key: db}}]}\n",
    "apiVersion: acme.example/v1\nkind: Feed\nmetadata: {name: other}\nspec: {passwordSecretRef: {name: web, key: password}}\n",
    "",
)  # fmt: skip


@settings(max_examples=MANY)
@given(_BODIES, st.lists(st.sampled_from(INNOCENTS), max_size=3), st.integers(0, 3), SEEDS)
def test_other_documents_change_nothing(
    body: dict[str, Any], others: list[str], place: int, seed: int
) -> None:
    """Wherever in its file a document stands, and whatever stands beside it; alone, or in a List."""
    alone = _verdict(json.dumps(body))
    documents = [*others[:place], _styled(body, Random(seed)), *others[place:]]
    assert _verdict("---\n".join(documents)) == alone
    assert _verdict(json.dumps({"apiVersion": "v1", "kind": "List", "items": [body]})) == alone


@settings(max_examples=MANY)
@given(
    _trees,
    _neutral,
    _neutral,
    st.sampled_from(["Feed", "ConfigMap", "Pod", "ExternalSecret", "Secret"]),
)
def test_a_name_that_promises_nothing_changes_nothing(
    tree: Any, one: str, other: str, kind: str
) -> None:
    """What is a credential by its form is one under any key."""
    found = [
        secrets_of(resource({"spec": {name: {"a": tree}}}, kind=kind)) for name in (one, other)
    ]
    seen = [[(each.what, each.value, each.path[2:]) for each in every] for every in found]
    assert seen[0] == seen[1]


# Anything

_characters = st.characters(exclude_categories=())  # lone surrogates and NUL among them
_pieces = st.sampled_from(
    ["password", "token", "API_KEY", "apiVersion: v1\nkind: Secret\n", "data:", "name: ", "value: ", "=", ":", ": ", "\n", "\n  ", "- ", '"', "'", "`",
     "{", "}", "[", "]", "{{", "}}", "${", "$(", "<", "</", ">", "://", "@", "-----BEGIN RSA ", "PRIVATE KEY-----", "eyJhbGciOiJIUzI1NiJ9", ".", "\\n", "\\",
     "# ", "---\n", "|\n", "&a ", "*a", "!!binary ", "Basic ", "Bearer ", "curl -u ", "mysql -p", "--", "\0", "\ud800", "\r\n", "\t", "é", "aGVsbG8gd29ybGQ=",
     "name=", "<name>", "<value>", "define('", "VALUES ('", "chpasswd", "echo ", " | ", "0", "a", "b" * 30, "Zq7" * 9]
)  # fmt: skip
_texts = st.one_of(
    st.text(_characters, max_size=60), st.lists(_pieces | st.text(_characters, max_size=3), max_size=25).map("".join)
)  # fmt: skip
_files = st.sampled_from(
    [
        "",
        "app.yaml",
        "app.json",
        ".env",
        "a.ini",
        "web.xml",
        "run.sh",
        "job.py",
        ".pgpass",
        "userlist.txt",
        "README.md",
        "a.properties",
    ]
)
_keys = st.one_of(
    st.sampled_from(
        ["name", "value", "key", "default", "data", "stringData", "binaryData", "metadata", "annotations", "spec", "template", "target", "containers", "env",
         "args", "command", "password", "token", "apiKey", "auths", "auth", "kty", "d", "k", "op", "path", "chpasswd", "list", "files", "type", "sops", "kind"]
    ),
    st.text(_characters, max_size=8),
)  # fmt: skip
_bodies = st.recursive(
    st.one_of(_texts, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=5),
    max_leaves=20,
)
_KINDS: Final = (
    "Secret",
    "ConfigMap",
    "Deployment",
    "ExternalSecret",
    "SealedSecret",
    "CustomResourceDefinition",
    "Role",
    "Namespace",
    "Feed",
    "",
)


@settings(max_examples=MANY)
@given(
    st.dictionaries(_keys, _bodies, max_size=6),
    st.sampled_from(_KINDS),
    st.sampled_from(["", "acme.example", "apps"]),
)
def test_any_body_is_searched(body: dict[str, Any], kind: str, group: str) -> None:
    """Whatever a document holds, a search of it ends, and each find stands at a place that is there."""
    for found in secrets_of(resource(body, group, kind)):
        assert found.value
        assert look_up(body, found.path)[1], found.path


@pytest.mark.parametrize("depth", [90, 99, 100, 101, DEFAULT_LIMITS.depth])
@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("form", ["lists", "mappings", "texts"])
def test_any_depth_is_searched(kind: str, depth: int, form: str) -> None:
    """As deep as documents may be, and texts in texts in texts: what stands above is found all the same."""
    value: Any = {"password": "correct-horse"}
    for _ in range(depth):
        value = [value] if form == "lists" else {"a": value}
    if form == "texts":
        for _ in range(8):
            value = {"a.json": json.dumps({"b": value})}
    token = FAKES["GitHub token"](Random(depth))
    body = {"metadata": {"annotations": {"a": token}}, "spec": {"b": value}}
    assert token in {found.value for found in secrets_of(resource(body, kind=kind))}


@pytest.mark.parametrize("kind", _KINDS)
def test_what_is_deeper_than_any_document_is_no_danger(kind: str) -> None:
    """The stack is not what ends a search."""
    value: Any = []
    for _ in range(5000):
        value = {"a": [value]}
    assert secrets_of(resource({"spec": value}, kind=kind)) == ()


@settings(max_examples=MANY)
@given(_texts, _files)
def test_any_text_is_searched(text: str, file: str) -> None:
    """Each search ends, and what it finds stands in a line of the text that is there."""
    last = text.count("\n")
    for found in (*everywhere(text), *assignments_in(text, lines=True), *commands_in(text)):
        assert found.value
        assert 0 <= found.line <= last
    for found in in_file(text, file, search_deeper):
        assert found.line <= last


@settings(max_examples=MANY)
@given(
    _texts.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=80), _files
)
def test_any_file_is_searched(data: bytes, file: str) -> None:
    """YAML, JSON, templates, garbage: a search of what is no resource ends, on a line of the file."""
    for parsed in (parse(data, file or "a"), parse_plain(data, file or "a")):
        for placed in secrets_beside(parsed):
            assert placed.location.file == parsed.file
            assert 1 <= placed.location.line <= parsed.text.count("\n") + 1


# No pattern is worse than linear

MODULES: Final = tuple(
    import_module(f"policygate.secrets.{each.name}") for each in iter_modules(secrets.__path__)
)
WAYS: Final = 16_384
"""In so many ways, at most, may a pattern match from one place: two repeats of a hundred each, and what they hold."""
UNBOUNDED: Final = {
    ("bodies", "_COMPACT"): "anchored, and nothing stands behind it that it takes",
    ("masking", "_OPAQUE_RUN"): "the whole pattern: nothing is tried twice",
    ("masking", "_SECRET_VALUE"): "behind a literal or the start, and up to a letter that they do not take",
    ("names", "_WORD"): "each run gives back one letter at most; what is longer than 200 has no name",
    ("values", "_BASE64"): "anchored, and up to a sign that it does not take",
    ("values", "_MATERIAL"): "anchored, and up to a sign that they do not take",
    ("values", "_PARTS"): "the whole pattern: nothing is tried twice",
    ("values", "_PLACEHOLDER"): "at the end of an alternative, or anchored and of words that end apart",
    ("values", "_PUBLIC"): "anchored, at the end of an alternative or up to a sign that it does not take",
}  # fmt: skip
"""The repeats without a bound, and why they cost no more than the length of a text."""
NESTED: Final = {("values", "_PLACEHOLDER"): "`bar` and `baz` start alike; both have three letters"}


def _patterns() -> dict[str, tuple[str, str, int]]:
    """The text of each pattern: its module, its name, its flags."""
    found: dict[str, tuple[str, str, int]] = {}
    for module in MODULES:
        for name, text, flags in patterns_of(module):
            found.setdefault(text, (module.__name__.rpartition(".")[2], name, flags))
    return found


def test_no_pattern_is_worse_than_linear() -> None:
    """Repeats have bounds, and share little with what is beside or inside of them; those without are listed."""
    patterns = _patterns()
    costs = {(each[0], each[1]): cost_of(text, each[2]) for text, each in patterns.items()}
    assert len(costs) > 200
    assert {place for place, each in costs.items() if each.unbounded} == UNBOUNDED.keys()
    assert {place for place, each in costs.items() if each.nested} == NESTED.keys()
    assert {place: each.ways for place, each in costs.items() if each.ways > WAYS} == {}


@pytest.mark.parametrize(
    ("pattern", "cost"),
    [
        ("a{1,9}b", Cost(1)),
        ("a{0,9}ab", Cost(10)),
        ("[a-z]{0,9}[a-z0-9]{1,5}!", Cost(10)),
        (r"\w{1,100}\w{1,100}\w{1,100}!", Cost(100 * 100)),
        (r"\w{1,100}+\w{1,100}!", Cost(1)),
        ("(?:x|ab|ac)d", Cost(3)),
        ("(?:,[a-z]{1,9}){1,5};", Cost(1)),
        ("(?:[a-z]{1,9}){1,5};", Cost(9, nested=True)),
        ("(a+)+$", Cost(4096, unbounded=True, nested=True)),
        ("a{1,3}(?=b)", Cost(3)),
        ("a{1,3}$", Cost(1)),
    ],
)
def test_the_measure_of_patterns(pattern: str, cost: Cost) -> None:
    """What a repeat leaves to the next one is tried again and again: it multiplies."""
    assert cost_of(pattern) == cost


# What is remembered


def _found_in(case: Case) -> list[tuple[str, str, int]]:
    parsed = [parse(text.encode("utf-8"), name) for name, text in case.files.items()]
    return [
        *(
            (found.what, str(found.value), found.line)
            for each in parsed
            for document in each.documents
            if document.readable
            for body in resources_of(document.value, document, each.file)
            for found in secrets_of(body)
        ),
        *(
            (placed.found.what, str(placed.found.value), placed.location.line)
            for each in parsed
            for placed in secrets_beside(each)
        ),
    ]


def test_what_was_searched_before_changes_nothing() -> None:
    """Texts, lines and files that were seen before are searched as if they were new."""
    fresh = []
    for case in cases():
        forget()
        fresh.append(_found_in(case))
    for _ in range(2):
        assert [_found_in(case) for case in cases()] == fresh
    assert [_found_in(case) for case in reversed(cases())] == fresh[::-1]


def test_little_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither many texts nor long ones are kept."""
    monkeypatch.setattr("policygate.secrets.anywhere._REMEMBERED", 100)
    empty = Empty()
    for number in range(1000):
        empty.add(str(number))
        empty.add("x" * 501 + str(number))
        assert len(empty) <= 100
        assert str(number) in empty


@pytest.mark.parametrize("name", [*names._LAST, *(end for end, _ in names._ENDINGS), *names._WHOLE])
def test_every_name_that_promises_has_a_root(name: str) -> None:
    """The quick look at a name lets none of the tables through its net."""
    assert naming(name) is not None
    assert naming(name.upper()) is not None or not name.isascii()
