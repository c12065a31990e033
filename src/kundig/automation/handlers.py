"""What happens elsewhere sets rules off."""

from uuid import UUID

from kundig.automation.actions import SETS_NOTHING_OFF, forget_records, pause_by_itself, react
from kundig.automation.enums import State
from kundig.automation.models import Rule
from kundig.automation.queries import active_rules, misfit
from kundig.platform import outbox
from kundig.records import registry
from kundig.records.events import FieldsChanged, ObjectsChanged, RecordsChanged, Via


@outbox.handler(RecordsChanged)
def run_rules(event: RecordsChanged) -> None:
    """Whoever changes a record by hand, import, API or rule sets off the rules that look at it. Undoing does not."""
    if event.via == Via.ERASURE:
        forget_records(event.object, [UUID(each) for each in event.ids])
    description = registry.get(event.object)
    if description is None or not event.change_set or event.via in SETS_NOTHING_OFF:
        return
    if active_rules(event.object):
        react(description, UUID(event.change_set), [UUID(each) for each in event.ids])


@outbox.handler(FieldsChanged)
def pause_what_fits_no_more(event: FieldsChanged) -> None:
    """A rule that needs a field which was retired is paused at once, and not when it would have run."""
    for rule in Rule.objects.filter(object=event.object, state=State.ACTIVE):
        if why := misfit(rule):
            pause_by_itself(rule, why)


@outbox.handler(ObjectsChanged)
def pause_what_lost_its_object(event: ObjectsChanged) -> None:
    """Rules of an object that was retired are paused, and those of others that look at its records."""
    for rule in Rule.objects.filter(state=State.ACTIVE):
        if why := misfit(rule):
            pause_by_itself(rule, why)
