"""Plaintext secrets in manifests: what must never be shown, and what must never stand in a repository.

`masking` is wide on purpose and guards everything that is printed; `search` is the check itself, made
to block. Only the first is loaded with the package. Not for policies: they say what a place means.
"""

from policygate.secrets.masking import may_be_secret

__all__ = ["may_be_secret"]
