"""Which account of the books a sale belongs to: the usual ones of the charts SKR03 and SKR04, and the house's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

BANK, DISCOUNT = "bank", "discount"
SHORTEST, LONGEST = 4, 8
"""Digits of an account; those of customers and suppliers have one more."""
_SALES: Mapping[str, Mapping[str, int]] = {
    "03": {"S 19": 8400, "S 7": 8300, "Z 0": 8290, "E 0": 8100, "AE 0": 8337, "K 0": 8125, "G 0": 8120, "O 0": 8338},
    "04": {"S 19": 4400, "S 7": 4300, "Z 0": 4290, "E 0": 4100, "AE 0": 4337, "K 0": 4125, "G 0": 4120, "O 0": 4338},
}
_OTHERS: Mapping[str, Mapping[str, int]] = {
    "03": {BANK: 1200, f"{DISCOUNT} 19": 8736, f"{DISCOUNT} 7": 8731, f"{DISCOUNT} 0": 8730, "cash": 1000, "card": 1360,
           "offset": 1590, "written_off": 2400},
    "04": {BANK: 1800, f"{DISCOUNT} 19": 4736, f"{DISCOUNT} 7": 4731, f"{DISCOUNT} 0": 4730, "cash": 1600, "card": 1460,
           "offset": 1370, "written_off": 6930},
}  # fmt: skip
_LINE = re.compile(r"^\s*([A-Za-z_]{1,11})(?:\s+(\d{1,2}(?:[.,]\d{1,2})?))?\s*=\s*(\d{3,8})\s*$")


def own_accounts(text: str, length: int = SHORTEST) -> dict[str, int]:
    """Accounts that the house names: "S 20 = 8420", one in each line. One that has fewer digits than accounts have gets
    zeros at the end, as the usual ones do. Raises ValidationError for any other line, and for an account that is too
    long: it would be a customer's."""
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        read = _LINE.match(line)
        if read is None:
            raise ValidationError(
                _("Line %(number)d, “%(line)s”, is no account. Write for example “S 20 = 8420” or “bank = 1210”.")
                % {"number": number, "line": line.strip()[:40]}
            )
        if len(read[3]) > length:
            raise ValidationError(
                _("Line %(number)d: account %(account)s has more than %(length)d digits.")
                % {"number": number, "account": read[3], "length": length}
            )
        word = read[1].lower() if read[1].lower() in _KNOWN else read[1].upper()
        found[f"{word} {_plain(read[2])}" if read[2] else word] = _lengthened(int(read[3]), len(read[3]), length)
    return found


_KNOWN = frozenset(key.partition(" ")[0] for key in _OTHERS["03"])


def accounts_of_customers(length: int) -> range:
    """The accounts that are customers', where others have `length` digits: 10000 to 69999 with four. What lies above
    are suppliers'."""
    return range(10**length, 7 * 10**length)


@dataclass(frozen=True)
class Accounts:
    """The accounts of a house: a chart, what it names itself, and how many digits they have. Usual ones get zeros at
    the end until they have as many. Each raises ValidationError where nobody has named one."""

    chart: str = "03"
    own: Mapping[str, int] = field(default_factory=dict)
    length: int = SHORTEST

    def sales(self, category: str, percent: Decimal) -> int:
        return self._account(_SALES, f"{category} {_plain(percent)}")

    def discount(self, percent: Decimal) -> int:
        return self._account(_OTHERS, f"{DISCOUNT} {_plain(percent)}")

    def money(self, kind: str) -> int:
        """Where money of a kind comes to: "bank", "cash", "card", "offset", "written_off"."""
        return self._account(_OTHERS, kind)

    def _account(self, usual: Mapping[str, Mapping[str, int]], key: str) -> int:
        if key in self.own:
            return self.own[key]
        if key in usual[self.chart]:
            return _lengthened(usual[self.chart][key], SHORTEST, self.length)
        raise ValidationError(
            _("No account is known for “%(key)s”. Add a line “%(key)s = …” in the settings for invoices.")
            % {"key": key}
        )


def _lengthened(account: int, digits: int, length: int) -> int:
    """One without its leading zero has three digits and means four."""
    return account * 10 ** (length - max(digits, SHORTEST))


def _plain(percent: str | Decimal) -> str:
    try:
        number = Decimal(str(percent).replace(",", ".")).normalize()
    except InvalidOperation:
        return str(percent)
    return f"{number:f}"
