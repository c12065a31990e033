"""Units in which is sold: codes of UN/ECE Recommendation 20 and 21, as e-invoices write them."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Unit(models.TextChoices):
    PIECE = "C62", _("pc.")
    PAIR = "PR", _("pair")
    SET = "SET", _("set")
    LUMP_SUM = "LS", _("lump sum")
    MINUTE = "MIN", _("min.")
    HOUR = "HUR", _("hrs")
    DAY = "DAY", pgettext_lazy("unit", "days")
    WEEK = "WEE", pgettext_lazy("unit", "weeks")
    MONTH = "MON", pgettext_lazy("unit", "months")
    QUARTER = "QAN", pgettext_lazy("unit", "quarters")
    HALF_YEAR = "SAN", pgettext_lazy("unit", "half years")
    YEAR = "ANN", pgettext_lazy("unit", "years")
    GRAM = "GRM", "g"
    KILOGRAM = "KGM", "kg"
    TONNE = "TNE", "t"
    MILLIMETRE = "MMT", "mm"
    CENTIMETRE = "CMT", "cm"
    METRE = "MTR", "m"
    KILOMETRE = "KMT", "km"
    SQUARE_METRE = "MTK", "m²"
    CUBIC_METRE = "MTQ", "m³"
    MILLILITRE = "MLT", "ml"
    LITRE = "LTR", "l"
    KILOWATT_HOUR = "KWH", "kWh"
    PACKAGE = "XPK", _("pack.")
    BOX = "XBX", _("box")
    CARTON = "XCT", _("carton")
    BAG = "XBG", _("bag")
    BOTTLE = "XBO", _("bottle")
    ROLL = "XRO", _("roll")
    PALLET = "XPX", _("pallet")


_ONE = {
    Unit.DAY: pgettext_lazy("unit", "day"),
    Unit.WEEK: pgettext_lazy("unit", "week"),
    Unit.MONTH: pgettext_lazy("unit", "month"),
    Unit.QUARTER: pgettext_lazy("unit", "quarter"),
    Unit.HALF_YEAR: pgettext_lazy("unit", "half year"),
    Unit.YEAR: pgettext_lazy("unit", "year"),
}
_MANY = {
    Unit.PAIR: pgettext_lazy("unit", "pairs"),
    Unit.SET: pgettext_lazy("unit", "sets"),
    Unit.BOX: pgettext_lazy("unit", "boxes"),
    Unit.CARTON: pgettext_lazy("unit", "cartons"),
    Unit.BAG: pgettext_lazy("unit", "bags"),
    Unit.BOTTLE: pgettext_lazy("unit", "bottles"),
    Unit.ROLL: pgettext_lazy("unit", "rolls"),
    Unit.PALLET: pgettext_lazy("unit", "pallets"),
}


def unit_words(unit: str, quantity: Decimal) -> str:
    """The unit as it stands behind a quantity: "1 year", "2 years", "1.5 boxes"."""
    if unit not in Unit.values:
        return unit
    known = Unit(unit)
    return str((_ONE if quantity == 1 else _MANY).get(known, known.label))
