"""Errors that know their exit code and how to mend what went wrong.

Not for what is wrong with a manifest (a finding) or with judging it (a fault): these end the run.
"""


class PolicygateError(Exception):
    """The gate could not do its job.

    Attributes:
        message: What went wrong and where, one sentence; whoever prints it makes it safe (`reporters.safe`).
        hint: How to mend it; empty when there is nothing to say.
        excerpt: The line it is about, up to the end of what is wrong, with marks below; mostly empty.
        exit_code: The process's exit code, 2 unless a subclass says otherwise.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "", excerpt: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.excerpt = excerpt


class UsageError(PolicygateError):
    """The caller asked for something that does not exist or does not fit together."""


class BaseError(PolicygateError):
    """The base to compare with cannot be found or read."""


class GitError(PolicygateError):
    """A git command failed, or there is no repository."""


class SettingsError(PolicygateError):
    """A settings file is not what it should be; the message starts with `file:line:column`."""


class PolicyError(PolicygateError):
    """A policy file is not what it should be; the message starts with `file:line:column`."""
