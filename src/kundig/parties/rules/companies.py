"""Legal forms and VAT numbers."""

import re
from functools import lru_cache

from kundig.platform.sorting import sort_key

# Longer ones first: "GmbH & Co. KG" is not a KG.
_FORMS = (
    ("GmbH & Co. KGaA", r"gmbh\s*(?:&|und|\+)\s*co\.?\s*kgaa"),
    ("GmbH & Co. KG", r"(?:mbh|gmbh)\s*(?:&|und|\+)\s*co\.?\s*kg"),
    ("GmbH & Co. OHG", r"gmbh\s*(?:&|und|\+)\s*co\.?\s*ohg"),
    ("AG & Co. KG", r"ag\s*(?:&|und|\+)\s*co\.?\s*kg"),
    ("AG & Co. KGaA", r"ag\s*(?:&|und|\+)\s*co\.?\s*kgaa"),
    ("UG & Co. KG", r"ug(?:\s*\(haftungsbeschrankt\))?\s*(?:&|und|\+)\s*co\.?\s*kg"),
    ("UG (haftungsbeschränkt)", r"ug\s*\(haftungsbeschrankt\)|ug haftungsbeschrankt|ug"),
    ("PartG mbB", r"partg\s*mbb"), ("PartG", r"partg"), ("KGaA", r"kgaa"), ("gGmbH", r"ggmbh"),
    ("GmbH", r"gmbh|ges\.?\s?m\.?\s?b\.?\s?h\.?|mbh"), ("AG", r"ag"), ("SE", r"se"), ("KG", r"kg"), ("OHG", r"ohg|og"),
    ("GbR", r"gbr"), ("e. K.", r"e\.?\s?k(?:fm|fr)?\.?|e\.\s?u\."), ("eG", r"eg|e\.\s?g\."), ("e. V.", r"e\.\s?v\.|ev"),
    ("Stiftung", r"stiftung"), ("Sàrl", r"s\.?a\.?r\.?l\.?"), ("SA", r"s\.?a\.?"), ("S.p.A.", r"s\.?p\.?a\.?"),
    ("S.r.l.", r"s\.?r\.?l\.?"), ("B.V.", r"b\.?v\.?"), ("N.V.", r"n\.?v\.?"), ("Ltd", r"ltd\.?|limited|ltda\.?"),
    ("LLC", r"llc"), ("Inc.", r"inc\.?|corp\.?"), ("PLC", r"plc"), ("AB", r"ab"), ("HB", r"hb"), ("A/S", r"a/s"),
    ("ApS", r"aps"), ("Oy", r"oyj?"), ("Sp. z o.o.", r"sp\.?\s?z\s?o\.?o\.?"), ("s.r.o.", r"s\.\s?r\.\s?o\.?"),
)  # fmt: skip
# All at once: an import asks it of each company, the check while typing of thousands at one postal code.
_AT_THE_END = re.compile(rf"(?:^|[\s,])(?:{'|'.join(f'({pattern})' for _form, pattern in _FORMS)})$")
_BEHIND_A_NAME = re.compile(rf"[\s,](?:{'|'.join(pattern for _form, pattern in _FORMS)})$")
_NUMBER = re.compile(r"[^\W\d_]{0,4}[-/.#]?\d{4,}|[\W\d_]*")

_VAT_FORMS = {
    "DE": r"DE\d{9}", "AT": r"ATU\d{8}", "CH": r"CHE\d{9}(?:MWST|TVA|IVA)?", "LI": r"LI\d{5}",
    "FR": r"FR[0-9A-Z]{2}\d{9}",
    "IT": r"IT\d{11}", "NL": r"NL\d{9}B\d{2}", "BE": r"BE[01]\d{9}", "LU": r"LU\d{8}", "PL": r"PL\d{10}",
    "CZ": r"CZ\d{8,10}", "DK": r"DK\d{8}", "ES": r"ES[0-9A-Z]\d{7}[0-9A-Z]",
}  # fmt: skip


def legal_form_of(name: str) -> str:
    """The legal form at the end of a company's name in its usual writing; "" if there is none."""
    folded = sort_key(" ".join(name.split())).strip(" ,")
    found = _AT_THE_END.search(folded)
    return _FORMS[(found.lastindex or 1) - 1][0] if found else ""


def could_be_called(text: str) -> bool:
    """Whether a company that is only named may be called so: a customer's number is no name."""
    return _NUMBER.fullmatch(text.strip()) is None


@lru_cache(maxsize=20_000)
def without_legal_form(key: str) -> str:
    """The sort key of a company's name without its legal form: what two writings of one company begin with.

    Kept, because somebody who types asks for the same neighbours again with every pause.
    """
    bare = key.strip(" ,")
    found = _BEHIND_A_NAME.search(bare)
    return bare[: found.start()].rstrip(" ,") if found else bare


def tidy_vat_id(text: str) -> str:
    """ "de 811 907.980" → "DE811907980"."""
    return re.sub(r"[\s.\-/]+", "", text).upper()


def is_vat_id(vat_id: str) -> bool:
    """Whether a tidy VAT number has the form of its country; its check digit is the tax office's business."""
    form = _VAT_FORMS.get(vat_id[:2])
    return bool(re.fullmatch(form or r"[A-Z]{2}[0-9A-Z]{2,13}", vat_id))
