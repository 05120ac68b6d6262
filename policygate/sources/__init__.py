"""Where manifests come from: two states of a repository, and which files differ between them."""

from policygate.sources.comparison import Comparison, Request, compare
from policygate.sources.differences import FileChange
from policygate.sources.snapshots import Snapshot

__all__ = ["Comparison", "FileChange", "Request", "Snapshot", "compare"]
