"""What YAML makes of an expression that is not quoted, said to whoever fell for it.

Not for reading YAML (`yamldoc`): this only words hints at mistakes that were found.
"""

from __future__ import annotations

import re
from typing import Final

BLOCK: Final = "put the text on the next line, indented, below `>-`"
_VALUE: Final = re.compile(r"\s*(?:- +)?(expression|message|messageExpression): +(\S.*)")
_READ_AS: Final = {
    "'": "a quoted text that ends at the second quote",
    '"': "a quoted text that ends at the second quote",
    "[": "a list",
    "{": "a mapping",
    "*": "an alias",
    "&": "an anchor",
    "!": "a tag",
    "|": "a block",
    ">": "a block",
    "%": "a directive",
    "@": "a reserved sign",
    "`": "a reserved sign",
}
BOOLEAN: Final = "YAML reads on, off, yes, no, true and false as booleans: put it in quotes."


FLOW: Final = "Put the text in quotes, or write the mapping out with one key a line."


def hint(lines: list[str], number: int, said: str = "") -> str:
    """The hint at a line of a policy file that YAML cannot read, or reads as something else.

    Args:
        lines: The lines of the file.
        number: The line that is wrong, from 1.
        said: What the YAML reader says of it.

    Returns:
        A sentence, or nothing when no trap is known there.
    """
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces: YAML takes no tabs there."
    if "inside {} or []" in said:
        return FLOW
    found = _VALUE.match(line)
    if found is None:
        return ""
    key, value = found.groups()
    if value[0] in _READ_AS:
        return f"YAML reads the leading {value[0]} of `{key}` as {_READ_AS[value[0]]}: {BLOCK}."
    if ": " in value or value.endswith(":"):
        return f"A colon with a space ends a plain YAML value: {BLOCK}."
    return ""
