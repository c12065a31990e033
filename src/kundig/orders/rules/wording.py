"""What letters about payments say, where the house has not written words of its own."""

from django.utils.translation import gettext as _


def reminder_words(level: int) -> str:
    """The body of a reminder, in the language that is active."""
    if level <= 1:
        return _(
            "Perhaps it has escaped you: the invoices below are due. Please pay the amount by the day named here. If "
            "your payment is already on its way, please regard this letter as settled."
        )
    if level == 2:
        return _(
            "To our reminder we have received neither payment nor answer. Please pay the amount below by the day named "
            "here."
        )
    return _(
        "In spite of our reminders the invoices below are still unpaid. We ask you for the last time to pay the amount "
        "by the day named here. After that we will claim it in court without further notice; you would have to bear "
        "the costs of that."
    )
