r"""Values as JSON text that every parser accepts and no runner obeys.

Plain ASCII: everything else is `\uXXXX`, so that control and bidirectional characters do nothing to
whoever prints it, and no line of it is a workflow command. Not for what stands in it.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from policygate.reporters.safe import encodable

_BITS_OF_DECIMALS: Final = 10_000
"""Python refuses to write longer integers as decimals (sys.set_int_max_str_digits)."""


def as_text(value: Any) -> str:
    """JSON of which no line is a workflow command, indented by two."""
    return _without_commands(json.dumps(_plain(value), indent=2)) + "\n"


def as_line(value: Any) -> str:
    """The same in one line."""
    return _without_commands(json.dumps(_plain(value))) + "\n"


def _without_commands(text: str) -> str:
    # A `#` stands only inside strings, where its escape means the same (the runner reads `##[`).
    return re.sub(r"#(?=#)|\x7f", lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(value: Any) -> Any:
    """Whatever a policy may have put into `was` and `now`, as JSON that every parser accepts."""
    if isinstance(value, dict):
        return {encodable(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() < _BITS_OF_DECIMALS else hex(value)
    is_number = isinstance(value, float) and math.isfinite(value)
    return value if is_number else encodable(str(value))
