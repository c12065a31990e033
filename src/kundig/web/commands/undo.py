"""Take back a change: an import, a bulk change, whatever has a change set. Its id stands on the page “Changes”.

What has been changed since stays as it is, and is counted; with --overwrite it goes back, too. --dry-run only says
what would happen. --record and --field, which can be given several times, take back only a part.
"""

import argparse
from typing import Any
from uuid import UUID

from kundig.platform.console import Refused, tell
from kundig.web.commands import base

HELP = "take back a change"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="of the change set")
    parser.add_argument("--user", default="", metavar="EMAIL", help="with whose rights (default: an administrator's)")
    parser.add_argument("--overwrite", action="store_true", help="also what has been changed since")
    parser.add_argument("--record", action="append", default=[], metavar="ID", help="only of this record")
    parser.add_argument("--field", action="append", default=[], metavar="NAME", help="only this field")
    parser.add_argument("--dry-run", "--try", action="store_true", dest="only_try", help="only say what would happen")


def run(options: argparse.Namespace) -> int:
    """Exit status 0 when all went back, 3 when something stayed as it is, 1 when nothing could be done."""
    with base.opened(options):
        from django.core.exceptions import ValidationError

        from kundig.records.ledger.models import ChangeSet
        from kundig.records.ledger.undoing import try_undo, undo

        by = _user(options.user)
        try:
            do = try_undo if options.only_try else undo
            result = do(
                _id(options.id, "a change set"), by=by, overwrite=options.overwrite, fields=_known(options.field),
                records=[_id(text, "a record") for text in options.record] or None,
            )  # fmt: skip
        except ChangeSet.DoesNotExist as error:
            raise Refused(f"there is no change set {options.id}") from error
        except ValidationError as error:
            raise base.refuse(error) from error
        counts = result.counts
        tell(
            f"{'would be ' if options.only_try else ''}put back: {counts['changed']} changed, "
            f"{counts['restored']} restored, {counts['removed']} removed; "
            f"as they are: {counts['unchanged']} that were so already, {counts['conflicts']} touched since, "
            f"{counts['obstacles']} that cannot go back"
        )
        if result.change_set and not options.only_try:
            tell(str(result.change_set))
    return 0 if result.is_clean else 3


def _id(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Refused(f"{text} is no id of {what}; it looks like 01a20146-86dc-7d2e-8c56-…") from error


def _known(names: list[str]) -> list[str]:
    from kundig.records import registry

    known = {name for description in registry.descriptions() for name in description.fields}
    for name in names:
        if name not in known:
            raise Refused(f"there is no field {name}")
    return names


def _user(email: str) -> Any:
    from kundig.accounts.models import User

    if email:
        found = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if found is None:
            raise Refused(f"there is no active user with the address {email}")
        return found
    for each in User.objects.active():
        if each.is_administrator:
            return each
    raise Refused("there is no administrator; name a user with --user")
