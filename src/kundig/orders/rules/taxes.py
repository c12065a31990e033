"""Why no tax is charged, in the words that the law wants on an invoice (§ 14a UStG, Art. 226 of 2006/112/EC)."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.catalog.enums import TaxCategory


def reason_for(category: str, language: str) -> str:
    """The sentence for a category, in the language of the document; "" for those that bear tax."""
    with override(language):
        return {
            TaxCategory.EXEMPT: _("Exempt from tax."),
            TaxCategory.REVERSE: _("Reverse charge: the recipient owes the tax."),
            TaxCategory.WITHIN_EU: _("Tax-exempt intra-Community supply."),
            TaxCategory.EXPORT: _("Tax-exempt export delivery."),
            TaxCategory.OUTSIDE: _("Not taxable in our country."),
        }.get(TaxCategory(category), "")
