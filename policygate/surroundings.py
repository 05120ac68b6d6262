"""What a policy may ask beyond its subject: the change as a whole, folders, and single files.

They are read when somebody asks, once, and folders are indexed: thousands of workloads of one folder
ask for their neighbours. Not for reading files: whoever makes one says how.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from policygate.kube.schema import FindCustom
    from policygate.model import Change, Resource
    from policygate.policy.types import Files
    from policygate.yamldoc import Parsed

    ReadFolder: TypeAlias = Callable[[str], Iterable[Resource]]
    """A folder's path -> the resources that its files hold."""

_Index: TypeAlias = "dict[tuple[str | None, str | None, str | None], list[Resource]]"


class NoFiles:
    """A state without files, for whoever has only resources."""

    def read(self, path: str) -> Parsed | None:  # noqa: ARG002
        """Nothing."""
        return None

    def resources(self, path: str) -> Sequence[Resource]:  # noqa: ARG002
        """None."""
        return ()

    def holding(self, word: str, *others: str) -> Sequence[str]:  # noqa: ARG002
        """None."""
        return ()

    def is_left_plain(self, path: str) -> bool:  # noqa: ARG002
        """No."""
        return False

    def is_built(self, path: str) -> bool:  # noqa: ARG002
        """Yes: there is no kustomization."""
        return True


NO_FILES: Final[tuple[Files, Files]] = (NoFiles(), NoFiles())


class Surroundings:
    """Implements `policygate.policy.types.Context`.

    Args:
        changes: Every change of the run.
        head: Reads a folder of the head.
        base: Reads a folder of the base.
        kubernetes: The versions of the clusters, none for the newest.
        custom: Finds the schemas of custom kinds.
        files: The files of the head, and of the base.
    """

    def __init__(
        self,
        changes: tuple[Change, ...],
        head: ReadFolder,
        base: ReadFolder,
        kubernetes: tuple[tuple[int, int], ...] = (),
        custom: FindCustom = lambda _api_version, _kind: None,
        files: tuple[Files, Files] = NO_FILES,
    ) -> None:
        self.changes = changes
        self.kubernetes = kubernetes
        self.custom_check = custom
        self._changed: dict[str, list[Change]] = {}
        self.files, of_base = files
        self.of_base = (
            self
            if base is head
            else Surroundings(changes, base, base, kubernetes, custom, (of_base, of_base))
        )
        self._read = head
        self._folders: dict[str, _Index] = {}

    def head_resources(
        self,
        scope: str,
        kind: str | None,
        *,
        namespace: str | None = None,
        name: str | None = None,
    ) -> Sequence[Resource]:
        """Resources of one kind, and of a namespace or a name, that a folder holds at the head."""
        if scope not in self._folders:
            self._folders[scope] = _indexed(self._read(scope))
        return self._folders[scope].get((kind, namespace, name), ())

    def changes_of(self, kind: str) -> Sequence[Change]:
        """Every change of this run to a resource of one kind."""
        if not self._changed:
            for change in self.changes:
                self._changed.setdefault(change.id.kind, []).append(change)
        return self._changed.get(kind, ())


def _indexed(resources: Iterable[Resource]) -> _Index:
    index: _Index = defaultdict(list)
    for resource in resources:
        ident = resource.id
        index[None, None, None].append(resource)
        for namespace in (None, ident.namespace):
            for name in (None, ident.name):
                index[ident.kind, namespace, name].append(resource)
    return index
