"""Add a user, whose password is read from standard input; or make a link that lets somebody in once.

echo "$PASSWORD" | kundig user add anna.berg@example.com --role sales --name "Anna Berg"
kundig user link anna.berg@example.com --without-second-factor
"""

import argparse
import getpass
import sys

from kundig.platform.console import Refused, tell
from kundig.platform.datafolder import DataFolder
from kundig.web.commands import base

HELP = "add a user, or make a link that lets somebody in"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="add|link")
    add = verbs.add_parser("add", help="add a user", description=__doc__, formatter_class=parser.formatter_class)
    add.add_argument("email", metavar="EMAIL", help="the address to sign in with")
    add.add_argument("--role", required=True, metavar="R", help="administrator, sales, service, marketing or reader")
    add.add_argument("--name", default="", metavar="N", help="how others see the user (default: from the address)")
    link = verbs.add_parser("link", help="make a link that lets somebody in once, when nothing else does")
    link.add_argument("email", metavar="EMAIL", help="whom it lets in")
    link.add_argument(
        "--without-second-factor", action="store_true", help="also remove second factor and passkeys that are lost"
    )
    # What the outer parser has read must not be replaced by a default of the inner one.
    for verb in (add, link):
        base.add_data_option(verb, default=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Exit status 0 when it is done, 1 with the reason when not."""
    return _link(options) if options.verb == "link" else _add(options)


def _add(options: argparse.Namespace) -> int:
    password = _password()
    with base.opened(options):
        from django.core.exceptions import ValidationError

        from kundig.accounts.actions import add_user

        name = options.name or _name_from(options.email)
        try:
            user = add_user(email=options.email, name=name, password=password, role=options.role, by=None)
        except ValidationError as error:
            raise base.refuse(error) from error
        tell(f"added {user.email}")
    return 0


def _link(options: argparse.Namespace) -> int:
    with base.opened(options) as folder:
        from kundig.accounts.actions import make_entry_link, reset_factors
        from kundig.accounts.models import User

        user = User.objects.filter(email=options.email.strip().lower(), is_active=True).first()
        if user is None:
            raise Refused(f"there is no active user with the address {options.email}")
        if options.without_second_factor:
            reset_factors(user, by=None)
        tell(f"{_address(folder)}{make_entry_link(user, by=None)}")
    return 0


def _address(folder: DataFolder) -> str:
    """Where Kundig answers, if it runs; otherwise only the path is told."""
    return str((folder.instance() or {}).get("url", ""))


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Refused("the password is read from standard input, and there is none")
    return password


def _name_from(email: str) -> str:
    """`anna.berg@example.com` → `Anna Berg`."""
    return " ".join(part.capitalize() for part in email.partition("@")[0].replace("_", ".").split(".") if part)
