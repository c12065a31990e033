"""What a command says to the person at the terminal: results on stdout, progress and refusals on stderr."""

import sys


class Refused(Exception):
    """Stops a command with one line that says what is wrong and what would be right."""

    def __init__(self, message: str, *, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def say(text: str) -> None:
    """Progress; on stderr, so that the output of `token` and the like stays clean."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def tell(text: str) -> None:
    """A result somebody may read by program."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
