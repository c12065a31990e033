"""Bringing the sample into the database: staff through their actions, customers by COPY, search in bulk."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.actions import add_user, create_team, join_team
from kundig.accounts.models import Team, User
from kundig.accounts.queries import company
from kundig.catalog.actions import bring_in_products
from kundig.orders import actions as orders
from kundig.orders.actions.bringing_invoices import bring_in_invoices
from kundig.parties.models import Party
from kundig.records import registry, search
from kundig.records.calculated.formulas import all_formulas
from kundig.records.calculated.jobs import recalculate
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions import bring_in_deals, ensure_pipelines, rivals
from kundig.sales.actions.bringing_in import bring_in_leads
from kundig.sales.actions.bringing_quotes import bring_in_quotes
from kundig.sales.actions.chances import learn_chances
from kundig.sales.actions.forecasts import bring_in_snapshots
from kundig.timeline.actions import bring_in
from kundig.web.sample import words
from kundig.web.sample.added import add_fields, build_indexes
from kundig.web.sample.billed import billed
from kundig.web.sample.deals import MOST as MOST_DEALS
from kundig.web.sample.deals import PER_CUSTOMER, RIVALS, Way, deals
from kundig.web.sample.goods import Goods, goods
from kundig.web.sample.histories import histories
from kundig.web.sample.leads import leads
from kundig.web.sample.offered import offered
from kundig.web.sample.ordered import ordered
from kundig.web.sample.people import NUMBERS_FROM, portions
from kundig.web.sample.planned import planned
from kundig.web.sample.promised import promised
from kundig.web.sample.snapshots import snapshots
from kundig.web.sample.tables import Staff, Writer

FEWEST, MOST = 10, 5_000_000
CONTACTS = 12
"""How many contacts a customer has had in three years, on average."""


@dataclass(frozen=True)
class Done:
    customers: int
    seconds: float


def load(
    customers: int,
    seed: int,
    *,
    by: User | None = None,
    fields_by: User | None = None,
    contacts: int = CONTACTS,
    progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Make `customers` organisations, persons and households; the same seed makes the same ones.

    With `fields_by`, an administrator, organisations get five added fields with values; `contacts` is how many contacts
    a customer has had in the last three years, on average.

    Raises:
        ValidationError: if the number makes no sense, or customers with these numbers are there already.
    """
    if not FEWEST <= customers <= MOST:
        raise ValidationError(
            _("Between %(fewest)d and %(most)d customers can be made.") % {"fewest": FEWEST, "most": MOST}
        )
    began = time.monotonic()
    staff, done = _staff(by), 0
    added = add_fields(fields_by) if fields_by else []
    for portion in portions(customers, seed):
        guest = by if done == 0 else None
        writer = Writer(portion, staff, [field.name for field in added], guest=guest)
        if not _is_there(writer):
            _write(writer, contacts)
            if done == 0:
                _plan(writer, staff, by)
        done += portion.size
        if progress:
            progress(done, customers)
    build_indexes(added)
    _finish(customers)
    _calculate()
    return Done(done, time.monotonic() - began)


def _is_there(writer: Writer) -> bool:
    """Whether an earlier run, cut off later, brought this portion in; it comes whole or not at all.

    Raises:
        ValidationError: if other customers bear its numbers.
    """
    holder = Party.objects.filter(number=str(writer.number)).values_list("pk", flat=True).first()
    if holder is not None and holder != writer.organisations[0]:
        raise ValidationError(_("There are customers with these numbers already. The sample needs an empty base."))
    return holder is not None


def _write(writer: Writer, contacts: int) -> None:
    lines = writer.write()
    with transaction.atomic(), change_set(by=None, via=Via.SAMPLE, title=_("Sample company")):
        lines.copy()
        for name, ids in lines.ids.items():
            description = registry.get(name)
            if description is not None and description.search:
                search.refresh(description, ids)
        if contacts:
            for told in histories(writer, average=contacts, today=timezone.localdate()):
                told.copy()


def _plan(writer: Writer, staff: Staff, by: User | None) -> None:
    """What the staff, and whoever looks at the sample, have to do these days."""
    with transaction.atomic(), change_set(by=None, via=Via.SAMPLE, title=_("Sample company")):
        bring_in(**planned(writer.organisations, writer.owners, staff, by=by))
        bring_in(**promised(writer.organisations, writer.owners, staff, by=by))
        bring_in_leads(**leads(writer.organisations, writer.owners, staff, by=by))
        currency = company().currency
        sold = goods(language=company().language, currency=currency)
        is_ours = bring_in_products(**sold.rows, pictures=sold.pictures) > 0
        names = sold.names if is_ours else {}
        found = ordered(writer.organisations, writer.owners, staff, by=by, currency=currency, products=names)
        orders.bring_in(**found)
        bring_in_invoices(billed(by=by))
        _sell(writer, staff, by)
        if is_ours:
            _offer(writer, staff, sold, by)


def _sell(writer: Writer, staff: Staff, by: User | None) -> None:
    """What was sold and what was not, and what is going on."""
    pipeline = ensure_pipelines()
    rivals(RIVALS)
    count = min(MOST_DEALS, int(len(writer.organisations) * PER_CUSTOMER))
    made = deals(writer.organisations, writer.owners, staff, Way.of(pipeline), by=by, count=count)
    bring_in_deals(made.deals, made.moves, made.lines)
    bring_in_snapshots(snapshots(made, Way.of(pipeline), today=timezone.localdate()))
    learn_chances(pipeline)


def _offer(writer: Writer, staff: Staff, sold: Goods, by: User | None) -> None:
    currency = company().currency
    found = offered(writer.organisations, writer.owners, staff, sold.keys, by=by, currency=currency)
    bring_in_quotes(found.pop("offers"), **found)


def _calculate() -> None:
    """COPY goes past whatever keeps calculated fields in step, of these records and of those that sum them up."""
    for description in {formula.description for formula in all_formulas()}:
        recalculate(description, by=None)


def _staff(by: User | None) -> Staff:
    """The people who look after the sample's customers; they exist to be named and cannot sign in."""
    teams: dict[str, Team] = {}
    users: list[User] = []
    for name, team_name in words.STAFF:
        team = teams.get(team_name) or Team.objects.filter(name__iexact=team_name).first()
        teams[team_name] = team or create_team(name=team_name, by=by)
        email = f"{name.lower().replace(' ', '.')}@kundig.example".translate(str.maketrans("üöäşÖ", "uoaso"))
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = add_user(email=email, name=name, password=None, role="sales", by=by)
            join_team(teams[team_name], user=user, is_lead=False, by=by)
        users.append(user)
    return Staff([user.pk for user in users], [teams[team].pk for _name, team in words.STAFF])


def _finish(customers: int) -> None:
    """Let later customer numbers follow the sample's, and the planner know what has come."""
    highest = NUMBERS_FROM + customers
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('parties_number', GREATEST(%s, nextval('parties_number')))", [highest])
        cursor.execute("ANALYZE")
    search.count_words()
