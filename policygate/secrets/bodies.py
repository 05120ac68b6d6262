"""Credentials in a document: a walk over mappings and lists that knows how manifests name values.

Names stand in keys, in `name`/`value` pairs, in flags and their neighbours, in the last word of a JSON
pointer. What a kind is for decides whether names count: an ExternalSecret says where secrets are. Not
for Secrets (`secret_objects`), and not for reading text (`texts`, `files`).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from policygate.secrets.anywhere import (
    SHORTEST,
    Empty,
    Search,
    everywhere,
    hash_of,
    is_for_both,
    is_usable,
    password_of,
    searches_for,
    what_of,
)
from policygate.secrets.assignments import assignments_in, may_assign
from policygate.secrets.commands import commands_in
from policygate.secrets.fields import fields_of, is_file_name
from policygate.secrets.files import MOST, in_file
from policygate.secrets.found import Found, Hidden
from policygate.secrets.names import ANY_KEY, naming
from policygate.secrets.values import decoded_text, fallback_of, is_rolled, is_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policygate.model import Path

UNNAMED: Final = frozenset(
    {
        "BitwardenSecret", "CertificateRequest", "ClusterExternalSecret", "ClusterPolicy",
        "ClusterPushSecret", "ClusterRole", "ClusterRoleBinding", "ClusterSecretStore", "ConstraintTemplate",
        "CustomResourceDefinition", "DopplerSecret", "ExternalSecret", "InfisicalSecret", "MutatingWebhookConfiguration",
        "NetworkPolicy", "OnePasswordItem", "PrometheusRule", "PushSecret", "Role", "RoleBinding", "SealedSecret", "SecretProviderClass",
        "SecretStore", "SopsSecret", "ValidatingAdmissionPolicy", "ValidatingWebhookConfiguration", "VaultAuth", "VaultConnection",
        "VaultDynamicSecret", "VaultPKISecret", "VaultSecret", "VaultStaticSecret",
    }
)  # fmt: skip
"""Kinds that say where secrets are, who may read them or what they look like: a name promises nothing there."""
PLAIN: Final = {
    "": {
        "Endpoints",
        "LimitRange",
        "Namespace",
        "PersistentVolumeClaim",
        "ResourceQuota",
        "ServiceAccount",
    },
    "autoscaling": {"HorizontalPodAutoscaler"},
    "networking.k8s.io": {"NetworkPolicy"},
    "policy": {"PodDisruptionBudget"},
    "rbac.authorization.k8s.io": {"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"},
    "scheduling.k8s.io": {"PriorityClass"},
}
"""Kinds of Kubernetes whose fields hold names, numbers and selectors only: their metadata are looked at."""
_TEMPLATES: Final = (
    ("template", "data"),
    ("template", "stringData"),
    ("target", "template", "data"),
)
"""Where kinds that say where secrets are hold texts of their own, below `spec`."""
_NAMES: Final = (
    "name", "key", "k", "Name", "Key", "header", "parameter", "variable", "ParameterKey", "field", "env", "id", "type",
)  # fmt: skip
_VALUES: Final = frozenset({"ParameterValue", "Value", "default", "stringValue", "v", "val", "value"})  # fmt: skip
"""What names a value in a mapping, the surest first, and where the value stands there."""
_STRUCTURED: Final = _VALUES | {"chpasswd", "kty"}
_LISTS_OF_FILES: Final = frozenset({"envs", "files", "valueFiles", "valuesFiles"})
_FLAG: Final = re.compile(r"^--?([A-Za-z][\w.-]{0,100})(?:[=:](.{1,2048}))?$", re.DOTALL)
_VARIABLE: Final = re.compile(r"^([A-Za-z_][\w.-]{0,100})=(.{0,2048})$", re.DOTALL)
_COMPACT: Final = re.compile(r"^[A-Za-z0-9+/_=-]{24,}$")
_SETS_OTHERS: Final = frozenset({"D", "e", "env", "from-literal", "set", "set-string", "build-arg"})
"""Flags that take `name=value`."""
_SHORT_FLAGS: Final = {
    "curl": "-u", "ldapsearch": "-w", "mariadb": "-p", "mongo": "-p", "mongodump": "-p", "mongosh": "-p", "mysql": "-p",
    "mysqladmin": "-p", "mysqldump": "-p", "redis-cli": "-a", "sqlcmd": "-P", "sshpass": "-p",
}  # fmt: skip
"""Programs whose password has a flag of one letter."""
_DEEPEST: Final = 100
_DULL: Final = re.compile(
    r"[\w.-]{1,19}$|ENC\[|[a-z][a-z./-]{0,255}$|[a-z0-9.-]{1,63}/[a-z0-9./-]{1,127}:v?[0-9][0-9.]{0,30}$"
)
"""Texts with nothing inside: a short word, what SOPS has encrypted, a name or a path in small letters, an image."""
EMPTY: Final = Empty()
"""Texts of one line with nothing inside."""
_Text: TypeAlias = tuple[str, "Path", "str | int", str]
"""A text to look into when it is known what any text of the document holds: in what, its key there, its name."""


class Walk:
    """One search of a document.

    Args:
        names: Whether names promise anything in it.
        depth: How many documents it is inside of.
    """

    def __init__(self, *, names: bool = True, depth: int = 0) -> None:
        self._found: list[Found] = []
        self._texts: list[_Text] = []
        self._names = names
        self._depth = depth

    def search(self, node: Any, path: Path = (), name: str = "") -> list[Found]:
        """Return the credentials of a node and of what is below it; `name` is what it stands under."""
        self._node(node, path, name)
        self._look_inside()
        return self._found

    def _node(self, node: Any, path: Path, name: str) -> None:
        if isinstance(node, str):
            self._text(node, path, name)
        elif isinstance(node, dict):
            if len(path) < _DEEPEST:
                self._mapping(node, path, name)
        elif isinstance(node, list):
            if len(path) < _DEEPEST:
                self._list(node, path, name)
        elif isinstance(node, (int, float)) and not isinstance(node, bool):
            self._number(node, path, name)

    def _mapping(self, node: dict[str, Any], path: Path, name: str) -> None:
        paired = self._structured(node, path) if not _STRUCTURED.isdisjoint(node) else ()
        fields = fields_of(tuple(node), name, 0 if self._names else 20)
        for value, field in zip(node.values(), fields, strict=True):
            if field is None or field[0] in paired:
                continue
            key, called, least, filed = field
            # Most of a manifest are short texts whose names promise nothing: they cost little here.
            if value.__class__ is str:
                length = len(value)
                if length >= least:
                    self._text(value, (*path, key), called)
                elif (
                    length >= SHORTEST and (value not in EMPTY or filed) and not _DULL.match(value)
                ):
                    self._texts.append((value, path, key, called))
            elif value.__class__ is dict:
                if value and len(path) < _DEEPEST:
                    self._mapping(value, (*path, key), called)
            elif value.__class__ is not bool and value is not None:
                self._node(value, (*path, key), called)

    def _structured(self, node: dict[str, Any], path: Path) -> list[str]:
        """Judge what is no value under its own name; return the keys that are done with."""
        if "kty" in node:
            self._web_key(node, path)
        if "chpasswd" in node:
            self._users(node["chpasswd"], (*path, "chpasswd"))
        return self._pair(node, path)

    def _pair(self, node: dict[str, Any], path: Path) -> list[str]:
        """Judge the values of a `name`/`value` pair by its name; return their keys."""
        paired = []
        for key in sorted(_VALUES & node.keys()):
            if "op" in node and isinstance(node.get("path"), str):  # a JSON patch
                pointer = node["path"].rpartition("/")[2].replace("~1", "/").replace("~0", "~")
                named = "" if pointer == "-" or pointer.isdigit() else pointer
            else:
                named = next((node[each] for each in _NAMES if isinstance(node.get(each), str)), "")
                if not named or not isinstance(node[key], (str, int, float)):
                    continue
            self._node(node[key], (*path, key), named)
            paired.append(key)
        return paired

    def _users(self, node: Any, path: Path) -> None:
        """The list `user:password` of cloud-init, https://cloudinit.readthedocs.io/en/latest/reference/modules.html."""
        held = node.get("list") if isinstance(node, dict) else None
        lines = held.split("\n") if isinstance(held, str) else held
        for line in lines if isinstance(lines, list) else ():
            password = str(line).strip().partition(":")[2]
            random = password in {"R", "RANDOM"} or hash_of(password) is not None
            if is_usable(password) and not random:
                self._add("a password", "chpasswd", password, (*path, "list"))

    def _web_key(self, node: dict[str, Any], path: Path) -> None:
        """A JSON Web Key is private where it has `d`, and shared where it has `k`, https://www.rfc-editor.org/rfc/rfc7517."""
        for key in ("d", "k"):
            if isinstance(node.get(key), str) and len(node[key]) >= 16:
                self._add("a private key", key, node[key], (*path, key))

    def _number(self, node: float, path: Path, name: str) -> None:
        promise = naming(name) if self._names else None
        if promise is not None and promise.strong and isinstance(node, int) and abs(node) > 99:
            self._add(promise.what, name, str(node), path)

    def _list(self, node: list[Any], path: Path, name: str) -> None:
        if name in _LISTS_OF_FILES and all(isinstance(each, str) for each in node):
            return
        texts = [item for item in node if item.__class__ is str]
        if texts and any(map(_is_argument, texts)):
            self._arguments(node, path)
            return
        promised = naming(name) is not None or is_for_both(name)
        for at, item in enumerate(node):
            if item.__class__ is not str or promised:
                self._node(item, (*path, at), name)
            elif not _DULL.match(item):
                head, _, tail = item.partition(":")
                if tail and naming(head) is not None:
                    self._text(tail.strip(), (*path, at), head)
                elif len(item) >= SHORTEST:
                    self._texts.append((item, path, at, name))

    def _arguments(self, node: list[Any], path: Path) -> None:
        """A list of texts of which some are flags: each may name itself or its neighbour."""
        short = _SHORT_FLAGS.get(str(node[0]).rpartition("/")[2], "")
        waiting = ""
        for at, item in enumerate(node):
            here = (*path, at)
            if waiting and isinstance(item, (str, int)) and not str(item).startswith("--"):
                self._after_flag(str(item), here, waiting, short)
                waiting = ""
            elif isinstance(item, str):
                waiting = self._argument(item, here, short)
            else:
                self._node(item, here, "")

    def _after_flag(self, item: str, path: Path, flag: str, short: str) -> None:
        if flag == short:
            self._named(item.partition(":")[2] if flag == "-u" else item, path, "password")
        else:
            self._named(item, path, flag)
        self._inside(item, path, "")

    def _argument(self, item: str, path: Path, short: str) -> str:
        """Judge one argument; return the flag whose value comes next."""
        if short == "-p" and item[:2] == "-p" and len(item) > 2:
            self._named(item[2:], path, "password")
            return ""
        flag = _FLAG.match(item)
        if flag and flag[2] is None:
            waits = naming(flag[1]) is not None or is_for_both(flag[1])
            return short if item == short else flag[1] if waits else ""
        if item.startswith("pass:"):  # of OpenSSL, whose flags have many names
            self._named(item.partition(":")[2], path, "password")
            return ""
        pair = flag or _VARIABLE.match(item)
        if pair is not None:
            name, value = pair[1], pair[2]
            if flag and "=" in value and (name in _SETS_OTHERS or naming(name) is None):
                name, _, value = value.partition("=")
            self._named(value.strip("\"'"), path, name)
            self._inside(item, path, name)  # all of it: a format may have `=` inside, or at its end
        else:
            self._inside(item, path, "")
        return ""

    def _text(self, text: str, path: Path, name: str) -> None:
        if not self._named(text, path, name):
            self._inside(text, path, name)

    def _named(self, text: str, path: Path, name: str) -> bool:
        """Judge a text by its name."""
        promise = naming(name) if name else None
        value = text.strip()
        if value[:2] in ("{{", "${"):
            value = fallback_of(value)
        if (
            (promise is None or promise is ANY_KEY)
            and self._names
            and is_for_both(name)
            and password_of(value)
        ):
            self._add("credentials", name, value, path)
            return True
        if promise is None or (not self._names and not is_rolled(value)):
            return False
        if not value or "\n" in value or not is_secret(value, name, promise):
            return False
        hashed = hash_of(value)
        if hashed is not None:
            self._found.append(hashed._replace(name=name, path=path))
        else:
            self._add(what_of(value) or promise.what, name, value, path)
        return True

    def _add(self, what: str, name: str, value: str, path: Path) -> None:
        self._found.append(Found(what, name, Hidden(value), path=path))

    def _inside(self, text: str, path: Path, name: str) -> None:
        if len(text) >= SHORTEST and not _DULL.match(text):
            self._texts.append((text, path[:-1], path[-1] if path else "", name))

    def _look_inside(self) -> None:
        """Look into the texts for what all of them together show signs of."""
        texts, self._texts = self._texts, []
        if not texts:
            return
        short: list[_Text] = []
        for each in texts:
            text, path, key, name = each
            if "\n" in text or is_file_name(name):
                self._extend(in_file(text, name, search_deeper, self._depth), _joined(path, key))
            elif text not in EMPTY:
                short.append(each)
        if not short:
            return
        all_texts = [text for text, _, _, _ in short]
        searches, assigned = searches_for(all_texts), may_assign("\n".join(all_texts))
        for each in short:
            self._look_into(each, searches, assigned=assigned)

    def _look_into(self, each: _Text, searches: list[Search], *, assigned: bool) -> None:
        """Look into a text of one line; `assigned` is whether it may hold assignments or commands."""
        text, path, key, name = each
        place = _joined(path, key)
        empty = not assigned or (self._names and text[0] not in "{[")
        for search in searches:
            if search.needs in text:
                empty &= not self._extend(search.of(text), place)
        if assigned and (" " in text or "=" in text or "${" in text or text[0] in "{["):
            empty &= not self._extend(self._one_line(text, name), place)
        if len(text) >= 24 and " " not in text:
            empty &= not self._extend(_encoded(text), place)
        if empty:
            EMPTY.add(text)

    def _extend(self, found_all: Iterable[Found], path: Path) -> bool:
        """Add what is not known of a text; return whether anything was found in it."""
        known: list[str] | None = None
        for found in islice(found_all, MOST):
            if known is None:
                known = [str(each.value) for each in self._found if each.path == path]
            if found.line > 0 or not any(found.value in each for each in known):
                known.append(str(found.value))
                self._found.append(found._replace(path=path))
        return known is not None

    def _one_line(self, text: str, name: str) -> Iterator[Found]:
        if text[0] in "{[" and self._depth < 4:
            yield from in_file(text, name, search_deeper, self._depth)
        elif self._names and may_assign(text):
            yield from assignments_in(text)
            yield from commands_in(text)


def _is_argument(item: str) -> bool:
    """Whether a text in a list is a flag, an assignment, or words."""
    return item[:1] == "-" or "=" in item or " " in item


def _joined(path: Path, key: str | int) -> Path:
    return (*path, key) if key != "" else path


def _encoded(text: str) -> Iterator[Found]:
    """Yield what base64 hides where nobody asks for base64: only what has a form of its own."""
    encoded = text.partition(";base64,")[2] if text[:5] == "data:" else text
    inner = decoded_text(encoded) if _COMPACT.match(encoded) else None
    if inner is None or not inner.isascii():
        return
    whole = '"auths"' in inner or "kind: Config" in inner or "\n" in inner.strip()
    for found in in_file(inner, "", search_deeper) if whole else everywhere(inner):
        yield found._replace(line=-1)


def search_deeper(value: Any, depth: int) -> list[Found]:
    """Search a document that was found inside of a text."""
    return Walk(depth=depth).search(value)


def in_body(body: Any, kind: str, group: str = "") -> Iterator[Found]:
    """Yield the credentials of a document.

    Args:
        body: The document.
        kind: Its kind; empty where it has none.
        group: The group of the kind.
    """
    if kind in PLAIN.get(group, ()):
        metadata = body.get("metadata")
        yield from Walk().search(metadata, ("metadata",))
        return
    if kind not in UNNAMED:
        yield from Walk().search(body)
        return
    seen = set()
    for keys in _TEMPLATES:
        node: Any = body.get("spec") if isinstance(body, dict) else None
        for key in keys:
            node = node.get(key) if isinstance(node, dict) else None
        for found in Walk().search(node, ("spec", *keys)) if node else ():
            seen.add((found.path, found.value))
            yield found
    for found in Walk(names=False).search(body):
        if (found.path, found.value) not in seen:
            yield found
