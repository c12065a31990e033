"""A firm that has asked, and has a plan with all its parts."""

from kundig.records import registry
from kundig.records.actions import create_record


def asked_and_planned(firm, person, text, *, by):
    """The lead and the plan of a firm, with `text` in every word of them."""

    def make(name, **values):
        return create_record(registry.get(name), values, by=by)

    lead = make("leads", party=firm.pk, interest=text)
    plan = make("account-plans", party=firm.pk, title=text, strategy=text)
    make("plan-goals", plan=plan.pk, year=2027, goal=text)
    make("plan-members", plan=plan.pk, person=person.pk, role="decider", note=text)
    make("plan-projects", plan=plan.pk, title=text, benefit=text)
    return lead, plan
