"""Deals for tests of the whole house."""

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.sales.actions import add_deal
from kundig.sales.queries import stages_of


def a_whole_deal(world, *, by, word, secret):
    """A deal of the firm with all that belongs to one; answers what stands for the parts of its addresses."""
    deal = add_deal(
        title=f"{word} {secret}", party=world.firm, person=world.person.pk, needs=secret, amount="4711.00", by=by
    )
    rival = create_record(registry.get("competitors"), {"name": "Kompressorenwerk Süd"}, by=by)
    parts = {
        "deal-members": {"user": world.administrator.pk, "role": secret},
        "buying-centre": {"person": world.person.pk, "note": secret},
        "deal-competitors": {"competitor": rival.pk, "note": secret},
        "deal-lines": {"title": f"{word} {secret}", "quantity": 2, "unit_price": 10},
    }
    made = [create_record(registry.get(n), {"deal": deal.pk, **values}, by=by) for n, values in parts.items()]
    return {
        "deal_id": deal.pk, "stage_id": stages_of(deal.pipeline_id)[1].pk, "pipeline_id": deal.pipeline_id,
        "deal_part": "products", "deal_part_id": made[-1].pk,
    }  # fmt: skip
