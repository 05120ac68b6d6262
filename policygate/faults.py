"""What a policy raised, as a fault and never a pass.

The text of an exception may quote the manifest: only what a policy says on purpose is repeated, and
what is known to be a secret is cut out of that. Not for what policies find (`engine`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.model import Change, Fault
from policygate.policy.types import UnjudgedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from policygate.model import ResourceId
    from policygate.policy.types import Policy


def fault_of(
    policy: Policy,
    about: Change | str,
    failed: BaseException,
    cut: Callable[[str, ResourceId | str], str],
) -> Fault:
    """Return the fault that stands for an exception.

    Args:
        policy: The policy that raised it.
        about: The change that it judged, or the path of the file.
        failed: What it raised.
        cut: Takes what is known to be a secret out of a text about a resource or a file.
    """
    change = about if isinstance(about, Change) else None
    at = change.resource.locate(()) if change else None
    if isinstance(failed, UnjudgedError):
        subject = f"{change.id}" if change else "the file"
        message = f"{policy.id} could not judge {subject}: {failed}"
    else:
        subject = f" on {change.id}" if change else ""
        message = f"policy {policy.id} crashed{subject} ({type(failed).__name__}{_line(failed)})"
    name = change.id if change else str(about)
    return Fault("policy", cut(message, name), at, policy.id)


def _line(crash: BaseException) -> str:
    trace, line = crash.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        line = f", {code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return line
