"""Everything that must be true before Kundig answers; a process of its own, so that its memory is given back.

`python -m kundig.web.preparing` prints one JSON object: `{"setup": "/setup/<token>/"}` while there is no user yet.
"""

import json
import logging
import sys

from kundig.platform.console import Refused, say, tell
from kundig.platform.datafolder import DataFolder
from kundig.platform.logs import course_of, first_line


def main() -> int:
    folder = DataFolder.locate()
    try:
        tell(json.dumps({"setup": prepare()}))
    except Refused as refusal:
        say(f"kundig start: {refusal}")
        return refusal.status
    except Exception as error:
        log = folder.logs / "start.log"
        log.write_text(f"{course_of(error)}\n")
        say(f"kundig start: {first_line(error)} (details: {log})")
        return 1
    return 0


def prepare() -> str:
    """Texts, front end, schema, checks; returns the path of the first run, empty if there is a user."""
    from kundig.platform.languages import compile_catalogues
    from kundig.platform.starting import set_up

    compile_catalogues()
    set_up()
    logging.getLogger("django.db.backends").setLevel(logging.ERROR)

    from kundig.web import assets, schema

    schema.check_server()
    assets.make()
    schema.check_program()
    schema.bring_up_to_date()
    return first_run()


def first_run() -> str:
    """A fresh one-time path to set up Kundig."""
    from kundig.accounts.actions.setup import make_setup_token
    from kundig.accounts.queries import needs_setup

    return f"/setup/{make_setup_token()}/" if needs_setup() else ""


if __name__ == "__main__":
    sys.exit(main())
