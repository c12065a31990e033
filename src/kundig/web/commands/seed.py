"""`kundig seed`: one coherent German sample company out of a seed number."""

import argparse
import sys

from kundig.platform.console import Refused
from kundig.web.commands import base

HELP = "fill an empty base with an invented sample company"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--customers",
        type=int,
        default=500,
        metavar="N",
        help="organisations, persons and households together, 10 to 5,000,000 (default: 500)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="the same number makes the same company (default: 1)"
    )
    parser.add_argument(
        "--fields", action="store_true", help="add five fields to organisations, with values, to measure with"
    )
    parser.add_argument(
        "--contacts", type=int, default=12, metavar="N",
        help="contacts of a customer in the last three years, on average; few have many (default: 12, 0 for none)",
    )  # fmt: skip
    for name, more in (("deals", ""), ("orders", ", with their invoices")):
        parser.add_argument(
            f"--{name}", type=int, default=0, metavar="N",
            help=f"bring in {name}{more} until there are N, to measure with (default: what belongs to the sample)",
        )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Exit status 0 when all customers are there, 1 when they could not be made."""
    with base.opened(options):
        from django.core.exceptions import ValidationError

        from kundig.accounts.models import User
        from kundig.orders.models import Order
        from kundig.sales.models import Deal
        from kundig.web.sample import fill_up, load

        def progress(done: int, total: int) -> None:
            watch("customers", done, total)

        shown = ""

        def watch(what: str, done: int, total: int) -> None:
            nonlocal shown
            sys.stderr.write(f"{'' if shown in ('', what) else chr(10)}\r{done:,} of {total:,} {what}")
            sys.stderr.flush()
            shown = what

        administrator = None
        if options.fields:
            administrator = next((user for user in User.objects.active() if user.access.is_administrator), None)
            if administrator is None:
                raise Refused("There is no administrator to add fields. Make one with `kundig user add`.")
        try:
            done = load(
                options.customers,
                abs(options.seed),
                fields_by=administrator,
                contacts=max(options.contacts, 0),
                progress=progress,
            )
            fill_up(deals=options.deals, orders=options.orders, watch=watch)
        except ValidationError as error:
            raise base.refuse(error) from error
        sys.stderr.write("\n")
        sys.stdout.write(f"made {done.customers} customers in {done.seconds:.0f} s\n")
        if options.deals or options.orders:
            sys.stdout.write(f"there are {Deal.objects.count()} deals and {Order.objects.count()} orders now\n")
        return 0
