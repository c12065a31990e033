"""Leads that nobody has answered in time."""

from kundig.platform import delivery
from kundig.sales.actions.leads import remind_of_late
from kundig.sales.queries.leads import late_leads

MOST_AT_ONCE = 200


@delivery.each_minute
def tell_of_late_leads() -> int:
    """Tell owners of leads whose first answer is late, once each."""
    late = list(late_leads().select_related("owner")[:MOST_AT_ONCE])
    for lead in late:
        remind_of_late(lead)
    return len(late)
