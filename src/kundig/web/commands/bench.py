"""`kundig bench`: CPU milliseconds per request, of Python and of PostgreSQL, on the base that is there."""

import argparse
import json
import sys
from collections.abc import Iterable
from itertools import chain
from typing import Any

from kundig.platform.console import Refused
from kundig.web.commands import base

HELP = "measure what requests cost on this base"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=int, default=30, metavar="N", help="requests of each kind (default: 30)")
    parser.add_argument(
        "--user", default="", metavar="EMAIL", help="measure with this user's rights (default: all rights)"
    )
    parser.add_argument("--only", default="", metavar="WORD", help="only scenarios whose name contains this")
    parser.add_argument(
        "--browsers",
        type=int,
        default=0,
        metavar="N",
        help="measure only N open browsers while records change",
    )
    parser.add_argument(
        "--seconds", type=float, default=30.0, metavar="S", help="how long records change then (default: 30)"
    )
    parser.add_argument("--one-table", action="store_true", help="all of these browsers show the same table")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(options: argparse.Namespace) -> int:
    """Exit status 0 when every request was answered as it should be, 1 otherwise."""
    with base.opened(options):
        from kundig.web.bench.added import added_fields
        from kundig.web.bench.deals import deals
        from kundig.web.bench.histories import histories
        from kundig.web.bench.ledger import ledger_costs
        from kundig.web.bench.loads import loads
        from kundig.web.bench.orders import orders
        from kundig.web.bench.own import own_objects
        from kundig.web.bench.scenarios import Bench, base_size, somebody
        from kundig.web.bench.shapes import shapes
        from kundig.web.bench.typing import typing

        try:
            user = somebody(options.user)
        except LookupError as error:
            raise Refused(f"There is no {error.args[0]} to measure as. Make one with `kundig user add`.") from error
        if options.browsers:
            return _together(user, options)
        size = base_size()
        rows = []
        write = sys.stdout.write
        if not options.json:
            write(f"Base: {', '.join(f'{count:,} {name}' for name, count in sorted(size.items()))}\n")
            write(f"{'CPU ms per request':56}{'Python':>9}{'Postgres':>10}{'p50':>8}{'p95':>8}\n")
        bench = Bench(user, runs=options.runs, only=options.only)
        for cost in chain(
            bench.all(), typing(bench), histories(bench), added_fields(bench), own_objects(bench), shapes(bench),
            deals(bench), orders(bench),
        ):  # fmt: skip
            row = cost.row()
            rows.append(row)
            if not options.json:
                write(line(row))
                sys.stdout.flush()
        if rows and not options.json:
            paces = sorted(row["pace"] for row in rows)
            middle = paces[len(paces) // 2]
            write(f"pace: {middle:.2f} ms for a fixed piece of Python, {paces[0]:.2f} to {paces[-1]:.2f}\n")
        files = []
        for load in loads(bench):
            files.append(load.row())
            if not options.json:
                write(HEAD_OF_LOADS if len(files) == 1 else "")
                write(line_of_load(files[-1]))
                sys.stdout.flush()
        shares = [share.row() for share in ledger_costs(bench)] if _wants_ledger(options.only) else []
        if options.json:
            write(json.dumps({"base": size, "costs": rows, "files": files, "ledger": shares}, indent=1) + "\n")
        elif shares:
            write(
                f"\n{'CPU ms with the ledger and without it':56}{'without':>9}{'with':>10}{'factor':>8}{'at most':>8}\n"
            )
            for share in shares:
                write(
                    f"{share['what']:56}{share['without_ms']:>9.1f}{share['with_ms']:>10.1f}"
                    f"{share['factor']:>8.2f}{share['budget']:>8.2f}\n"
                )
    return 0


HEAD_OF_LOADS = (
    f"\n{'files, seconds of CPU; rows/s of CPU and by the clock':56}{'Python':>9}{'Postgres':>10}{'rows':>9}{'CPU':>8}"
    f"{'clock':>8}{'at least':>10}\n"
)


def line_of_load(row: dict[str, Any]) -> str:
    promised = f"{row['at_least']:>10,}" if row["at_least"] else ""
    return (
        f"{row['what']:56}{row['python_s']:>9.1f}{row['postgres_s']:>10.1f}{row['rows']:>9,}"
        f"{row['rows_per_second']:>8,}{row['by_the_clock']:>8,}{promised}\n"
    )


def _together(user: Any, options: argparse.Namespace) -> int:
    """Many open browsers; exit status 1 if one of their requests failed."""
    from kundig.web.bench.together import measure_together

    rows = []

    def note(row: dict[str, Any]) -> None:
        rows.append(row)
        if not options.json:
            sys.stdout.write(paragraph(row))
            sys.stdout.flush()

    measure_together(user, browsers=options.browsers, seconds=options.seconds, one_table=options.one_table, note=note)
    if options.json:
        sys.stdout.write(json.dumps(rows, indent=1) + "\n")
    return 1 if any(row["failed"] for row in rows) else 0


def paragraph(row: dict[str, Any]) -> str:
    """A phase of the measurement with many browsers."""
    text = (
        f"{row['what']} ({row['seconds']} s)\n"
        f"  processor: web {row['web_percent']} %, PostgreSQL {row['postgres_percent']} % of one core; "
        f"web takes {row['memory_mb']} MB\n"
        f"  told {row['told']:,} times, {row['rows']:,} rows and cards sent along; {row['requests']:,} requests"
    )
    if row["asked"]:
        text += " (" + ", ".join(f"{count:,} {what}" for what, count in row["asked"].items()) + ")"
    if row["changes"]:
        text += f"\n  each change: {row['python_ms']} ms of Python, {row['postgres_ms']} ms of PostgreSQL"
    for what, words in (
        ("heard", "change to told"),
        ("seen", "change to shown"),
        ("click", "a table opened meanwhile"),
    ):
        if row[f"{what}_p50"] is not None:
            text += f"\n  {words}: {row[f'{what}_p50']:.0f} ms, 95 of 100 within {row[f'{what}_p95']:.0f} ms"
    if row["after_ms"] is not None:
        text += f"\n  from the end of the run until the last browser had it: {row['after_ms']:,} ms"
    if row["failed"]:
        text += f"\n  failed: {row['failed']}"
    return text + "\n"


def _wants_ledger(only: str) -> bool:
    return not only or only.lower() in "ledger"


def line(row: dict[str, Any]) -> str:
    figures: Iterable[Any] = (row["python"], row["postgres"], row["p50"], row["p95"])
    widths = (9, 10, 8, 8)
    return f"{row['what']:56}" + "".join(f"{figure:>{w}.1f}" for figure, w in zip(figures, widths, strict=True)) + "\n"
