"""Beginning a process of Kundig that works with records."""

import gc

import django


def set_up() -> None:
    """Load the program.

    Nothing of it is ever garbage. Python would look through all of it again and again while it is loaded, and once more
    at the end of the process: together more than a third of what a short command takes.
    """
    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()
