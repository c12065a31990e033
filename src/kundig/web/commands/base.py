"""What commands have in common: the installation they work on, with its database running and Django set up."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kundig.platform.console import Refused
from kundig.platform.datafolder import DataFolder
from kundig.web.database import OUTSIDE, environment, in_use


def folder_of(options: argparse.Namespace) -> DataFolder:
    """The data folder the command line, or the environment, names."""
    return DataFolder.locate(options.data)


@contextmanager
def opened(options: argparse.Namespace, *, migrate: bool = True) -> Iterator[DataFolder]:
    """Run the block with Django on this installation; the embedded server is started if nobody else did."""
    folder = folder_of(options)
    folder.prepare()
    with in_use(folder) as url:
        os.environ.update(environment(folder, url=url))
        from django.utils import translation

        from kundig.platform.starting import set_up

        set_up()

        from kundig.records.custom import loading
        from kundig.web import schema

        translation.activate("en")  # like everything else at the command line

        if migrate:
            schema.check_server()
            schema.bring_up_to_date()
            loading.ensure_current()
        yield folder


def database_url() -> str:
    """The address of the database, inside `opened`."""
    return os.environ[OUTSIDE]


def add_data_option(parser: argparse.ArgumentParser, **more: Any) -> None:
    parser.add_argument(
        "--data", metavar="DIR", help="the data folder (default: KUNDIG_DATA, or the user's own)", **more
    )


def refuse(error: Exception) -> Refused:
    """A validation error as the one line of a command."""
    messages = getattr(error, "message_dict", None) or {"": getattr(error, "messages", [str(error)])}
    return Refused(
        "; ".join(
            f"{name}: {' '.join(texts)}".removeprefix(": ").removeprefix("__all__: ")
            for name, texts in messages.items()
        )
    )
