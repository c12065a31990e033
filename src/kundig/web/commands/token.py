"""Make a token, with which a program speaks to the REST API in the name of a user. Prints the token alone.

kundig token anna.berg@example.com --scope read --scope write:persons --expires 90d
"""

import argparse
import re
from datetime import date, timedelta

from kundig.platform.console import Refused, tell
from kundig.web.commands import base

HELP = "make a token for the REST API"
USUAL_SCOPES = ("write",)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL", help="whose rights it has")
    parser.add_argument("--name", default="command line", metavar="N", help="what it is for (default: %(default)s)")
    parser.add_argument(
        "--scope", action="append", metavar="S",
        help="what it may do: read, write, administer, read:persons, write:persons; may be given several times"
        " (default: write, which reads too)",
    )  # fmt: skip
    parser.add_argument(
        "--expires", metavar="DAY", help="its last day: a date (2027-06-30) or a number of days (90d); default: a year"
    )


def run(options: argparse.Namespace) -> int:
    """Exit status 0 with the token on stdout, 1 if there is no such user, scope or day."""
    with base.opened(options):
        from django.core.exceptions import ValidationError
        from django.utils import timezone

        from kundig.accounts.actions import create_token
        from kundig.accounts.models import User

        user = User.objects.filter(email=options.email.strip().lower(), is_active=True).first()
        if user is None:
            raise Refused(f"there is no active user with the address {options.email}")
        scopes = [part for given in options.scope or USUAL_SCOPES for part in re.split(r"[,\s]+", given) if part]
        _check_objects(scopes)
        ends = _last_day(options.expires, today=timezone.localdate()) if options.expires else None
        try:
            tell(create_token(user, name=options.name, by=None, scopes=scopes, expires_on=ends))
        except ValidationError as error:
            raise base.refuse(error) from error
    return 0


def _check_objects(scopes: list[str]) -> None:
    from kundig.records import registry

    known = [d.name for d in registry.descriptions() if not d.parent]
    for scope in scopes:
        name = scope.partition(":")[2]
        if name and name not in known:
            raise Refused(f"{scope}: there are no “{name}”; known are {', '.join(sorted(known))}")


def _last_day(text: str, *, today: date) -> date:
    """`2027-06-30`, or `90d` from today."""
    days = re.fullmatch(r"(\d{1,5})d?", text.strip())
    if days:
        return today + timedelta(days=int(days[1]))
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused(
            f"--expires {text}: a date such as 2027-06-30 or a number of days such as 90d is expected"
        ) from error
