"""Statements of banks: ISO 20022 camt.053, in the versions .02 and .08 that German banks send (others read alike)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from stdnum import iban

from kundig.orders.rules.einvoice.parsing import LARGEST_AMOUNT, Reader, Unreadable, day_of, parse

LARGEST_STATEMENT = 50 * 1024 * 1024
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053."
_BOOKED = frozenset(("BOOK", ""))


@dataclass(frozen=True)
class Entry:
    """One movement on the account. `amount` is negative where money has left it."""

    key: str
    """The same for the same movement, in whatever file it comes."""
    booked_on: dt.date
    value_on: dt.date
    amount: Decimal
    currency: str
    name: str = ""
    iban: str = ""
    text: str = ""
    reference: str = ""
    """What the payer has named it from end to end."""
    is_returned: bool = False
    """A payment that came back."""


@dataclass(frozen=True)
class Statement:
    """One statement of one account; `opening` and `closing` are what the bank says, None where it does not."""

    number: str
    iban: str
    currency: str
    entries: tuple[Entry, ...]
    opening: Decimal | None = None
    closing: Decimal | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None

    @property
    def adds_up(self) -> bool:
        """Whether the entries lead from the one balance to the other."""
        if self.opening is None or self.closing is None:
            return True
        return self.opening + sum((entry.amount for entry in self.entries), Decimal(0)) == self.closing


def read_statements(raw: bytes) -> list[Statement]:
    """The statements in a file.

    Raises:
        Unreadable: if it is none of camt.053, damaged, or says something that cannot be.
    """
    root = parse(raw, largest=LARGEST_STATEMENT)
    space, _closed, local = str(root.tag).removeprefix("{").partition("}")
    if local != "Document" or not space.startswith(SPACE):
        raise Unreadable(
            _("This is no bank statement in CAMT.053: it begins with “%(tag)s”.") % {"tag": str(root.tag)[:80]}
        )
    read = Reader(root, {"c": space})
    found = [_statement(one) for one in read.all("c:BkToCstmrStmt/c:Stmt")]
    if not found:
        raise Unreadable(_("The file holds no statement."))
    return found


def _statement(read: Reader) -> Statement:
    account = read.text("c:Acct/c:Id/c:IBAN") or read.text("c:Acct/c:Id/c:Othr/c:Id")
    balances = {one.text("c:Tp/c:CdOrPrtry/c:Cd"): _signed(one) for one in read.all("c:Bal")}
    seen: Counter[str] = Counter()
    entries = tuple(
        entry for one in read.all("c:Ntry") if _status(one) in _BOOKED for entry in _entries(one, account, seen)
    )
    return Statement(
        number=read.text("c:ElctrncSeqNb") or read.text("c:LglSeqNb") or read.text("c:Id"),
        iban=iban.compact(account),
        currency=read.text("c:Acct/c:Ccy") or (entries[0].currency if entries else ""),
        entries=entries,
        opening=balances.get("OPBD", balances.get("PRCD")),
        closing=balances.get("CLBD"),
        from_on=_day(read, "c:FrToDt/c:FrDtTm"),
        until_on=_day(read, "c:FrToDt/c:ToDtTm"),
    )


def _status(read: Reader) -> str:
    """Up to version .03 the code stands in the element itself, later below it."""
    return read.text("c:Sts/c:Cd") or read.text("c:Sts")


def _signed(read: Reader) -> Decimal:
    amount = read.number("c:Amt")
    return -amount if read.text("c:CdtDbtInd") == "DBIT" else amount


def _day(read: Reader, path: str) -> dt.date | None:
    text = read.text(path)
    return day_of(text, where=path.rpartition(":")[2]) if text else None


def _entries(read: Reader, account: str, seen: Counter[str]) -> Iterator[Entry]:
    """Those of one booking: a collective one has several, if the bank tells them apart and they add up."""
    total, currency = _signed(read), read.attribute("c:Amt", "Ccy")
    booked = _day(read, "c:BookgDt/c:Dt") or _day(read, "c:BookgDt/c:DtTm")
    if booked is None:
        raise Unreadable(_("An entry of the statement has no day on which it was booked."))
    valued = _day(read, "c:ValDt/c:Dt") or _day(read, "c:ValDt/c:DtTm") or booked
    details = read.all("c:NtryDtls/c:TxDtls")
    amounts = [_part_amount(one, total) for one in details]
    parts: list[tuple[Reader | None, Decimal]]
    if len(details) == 1:
        parts = [(details[0], total)]
    elif details and all(amount is not None for amount in amounts) and sum(a for a in amounts if a) == total:
        parts = [(one, amount) for one, amount in zip(details, amounts, strict=True) if amount is not None]
    else:
        parts = [(None, total)]
    number = read.text("c:AcctSvcrRef")
    for position, (detail, amount) in enumerate(parts):
        name, other, text, reference = _told(detail, is_in=amount > 0) if detail else ("", "", "", "")
        text = text or read.text("c:AddtlNtryInf")
        if abs(amount) >= LARGEST_AMOUNT:
            raise Unreadable(_("An amount of the statement is too large to be true."))
        said = (number, position) if number and number != "NONREF" else (valued, name, other, text, reference)
        basis = "|".join(map(str, (account, booked, amount, currency, *said)))
        seen[basis] += 1
        # Two alike on one day are two: the second one has a number of its own.
        key = hashlib.sha256(f"{basis}|{seen[basis]}".encode()).hexdigest()
        yield Entry(
            key, booked, valued, amount, currency, name[:140], other, text[:1000], reference[:80],
            is_returned=read.text("c:RvslInd") == "true" or bool(detail and detail.one("c:RtrInf")),
        )  # fmt: skip


def _part_amount(read: Reader, total: Decimal) -> Decimal | None:
    """The amount of a part of a booking, with its sign; None where the bank does not tell it."""
    path = next((each for each in ("c:Amt", "c:AmtDtls/c:TxAmt/c:Amt") if read.text(each)), "")
    if not path:
        return None
    side = read.text("c:CdtDbtInd") or ("DBIT" if total < 0 else "CRDT")
    return -read.number(path) if side == "DBIT" else read.number(path)


def _told(read: Reader, *, is_in: bool) -> tuple[str, str, str, str]:
    """Name and account of the other side, what it is for, and its reference."""
    side, account = ("Dbtr", "DbtrAcct") if is_in else ("Cdtr", "CdtrAcct")
    name = read.text(f"c:RltdPties/c:{side}/c:Pty/c:Nm") or read.text(f"c:RltdPties/c:{side}/c:Nm")
    other = read.text(f"c:RltdPties/c:{account}/c:Id/c:IBAN")
    lines = [one.text() for one in read.all("c:RmtInf/c:Ustrd")]
    lines += [one.text() for one in read.all("c:RmtInf/c:Strd/c:CdtrRefInf/c:Ref")]
    reference = read.text("c:Refs/c:EndToEndId")
    return name, iban.compact(other), " ".join(lines), "" if reference == "NOTPROVIDED" else reference
