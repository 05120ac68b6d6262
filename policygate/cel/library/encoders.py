"""Base64.

Source: https://github.com/google/cel-go/blob/master/ext/encoders.go
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from policygate.cel.errors import EvaluationError
from policygate.cel.functions import Overload


def decode(text: str) -> bytes:
    """Read base64, with or without its padding.

    Raises:
        EvaluationError: For another text.
    """
    padding = "" if text.endswith("=") else "=" * (-len(text) % 4)
    try:
        return base64.b64decode(text + padding, validate=True)
    except (binascii.Error, ValueError):
        raise EvaluationError("the text is no valid base64") from None


OVERLOADS: Final = (
    Overload("base64.encode", (bytes,), lambda value: base64.b64encode(value).decode()),
    Overload("base64.decode", (str,), decode),
)
