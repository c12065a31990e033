"""Every address and every resource, walked by owner, colleague and stranger with the ids of real records.

What must hold needs no list: a stranger is told nothing of a record and changes nothing, a colleague who may only look
changes nothing. So an address that comes tomorrow is judged too; where it has a part in its pattern that is not known
here, the test fails and asks what to put there.
"""

import re
import uuid
from functools import cache, cached_property

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils import timezone

from kundig.accounts.actions import name_deputy, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.parties.models import ContactPoint
from kundig.privacy.actions import create_consent
from kundig.privacy.models import ConsentPurpose
from kundig.records import registry, search
from kundig.records.actions import create_record
from kundig.records.attachments.models import Attachment
from kundig.records.bulk.models import BulkRun
from kundig.records.custom.actions import add_field
from kundig.records.objects.actions import add_object
from kundig.records.rest import limits
from kundig.sales.models import QuoteTemplate
from kundig.timeline.actions import (
    give_task,
    make_promise,
    record_touchpoint,
    rest,
    set_attendees,
    set_own_rhythms,
    set_parties,
)
from kundig.timeline.enums import Unit
from kundig.timeline.models import Handover, PromiseProposal
from kundig.timeline.rules.rhythm import Rhythm
from tests.accounts.factories import a_team, an_administrator
from tests.orders.invoices.world import charged
from tests.orders.orders.factories import DEEDS, ordered
from tests.parties.factories import a_household, a_scoped_user, ohlendorf, steinbrueck
from tests.sales.factories import a_whole_deal
from tests.sales.plans.factories import asked_and_planned
from tests.sales.quotes.factories import offered

WORD, SECRET = "Vertraulich", "Geheimnis4711"
"""Both stand in every text of the records; the word is what one searches by, and so told back."""
WRITES, NOT_THERE = ("post", "put", "patch", "delete"), uuid.UUID(int=7)
SENT = {
    "name": "Hacked", "value": "Hacked", "city": "Hacked", "notes": "Hacked", "family_name": "Hacked",
    "function": "Hacked", "address.city": "Hacked", "field": "city", "deputy": "", "role": "reader",
    "lifecycle": "former", "ids": "", "title": "Hacked",
}  # fmt: skip
# Ask a password, a mail or a key of their own, or end the walk: tested where they live.
NOT_WALKED = re.compile(r"^/(sign-out|sign-in|password|setup|health|settings/(password|security|tokens|profile))/")
# A stranger is told that there is such a page, but nothing of a record: lists, forms for what is one's own, searches.
EVERYBODYS = re.compile(
    r"^/($|confirm/$|changes/$|duplicates/|merge/$|mend/$|handovers/$|coverage/$|search/$|notices/([a-z]+/)?$"
    r"|preferences/|settings/|invoice/read/$|bank/$|dunning/$|bookings/$|api/|compose/|undo/|live/|proposals/$"
    r"|mcp/?$|calendar/$|(push/)?worker\.js$|manifest\.webmanifest$|tours/$|field/$|forms/|forecast/|inquiries/|worth/$"
    rf"|({'|'.join(each.name for each in registry.descriptions())}|own-maschinen)"
    r"/(([a-z-]+/)*|(options|board|bulk|views)/.*)$)"
)


def shared_with(described):
    """The description whose rights a part shares; its own where it is none."""
    column = described.parent and described.model._meta.get_field(described.parent)
    return (registry.for_model(column.related_model) if column else None) or described


COMMON = {each.name for each in registry.descriptions() if each.common or shared_with(each).common}
# The owner is told 404 although the record is theirs.
NOT_FOR_OWNERS = frozenset({
    "/<slug:name>/<uuid:record_id>/erase/: 403",  # erasing for privacy is for administrators
    "/<slug:name>/<uuid:record_id>/files/<uuid:file_id>/small/: 404",  # a text has no small picture
})  # fmt: skip


@pytest.fixture
def walk(db, settings, tmp_path):
    settings.DATA = tmp_path
    limits.requests._buckets.clear()
    limits.failures._buckets.clear()
    return World()


class World:
    """A house in which every kind of record exists, with three people around it."""

    def __init__(self):
        team = a_team()
        self.owner = a_scoped_user("Svenja Kroll", Scope.OWN, team=team)
        self.colleague = a_scoped_user("Paula Roth", Scope.TEAM, team=team)
        self.stranger = a_scoped_user("Max Horn", Scope.OWN)
        looking = self.colleague.roles.get()
        writing = (Action.CREATE, Action.CHANGE, Action.DELETE, Action.BULK)
        set_grants(looking, scopes={("*", action): Scope.NONE for action in writing}, by=None)
        self.administrator = an_administrator()
        by = User.objects.with_access(self.owner.pk)
        self.firm = steinbrueck(by=by, name=f"{WORD} {SECRET} Molkerei", city=f"{SECRET}stadt", notes=SECRET)
        self.twin = steinbrueck(by=by, name=f"{WORD} {SECRET} Molkerei")
        self.person = ohlendorf(
            by=by, family_name=f"{WORD} {SECRET}", organisation=self.firm.pk, function=f"{SECRET}funktion"
        )
        self.household = a_household(by=by, name=f"Familie {WORD} {SECRET}")
        set_own_rhythms(self.firm, [Rhythm("", 1, Unit.WEEK)], by=by)
        rest(self.firm, until=None, reason=f"{WORD} {SECRET}", by=by)
        agreed = {"party": self.firm, "purpose": ConsentPurpose.objects.first(), "channel": "mail", "how": "paper"}
        self.consent = create_consent({**agreed, "evidence": f"{WORD} {SECRET}"}, by=by)
        self.touchpoint = record_touchpoint(
            kind="visit", party=self.firm, by=by, people=[self.person], summary=SECRET, body=f"{WORD} {SECRET}"
        )
        self.promise = make_promise(self.firm, text=f"{WORD} {SECRET}", side="we", by=by)
        self.proposal = PromiseProposal.objects.create(
            touchpoint=self.touchpoint.pk, party=self.firm, side="we", text=SECRET, noted_at=self.touchpoint.at
        )
        self.handover = Handover.objects.create(
            party=self.firm, giver=self.owner, taker=self.administrator, reason="owner", batch=uuid.uuid4(),
            begins_on=today(), sentence=SECRET,
        )  # fmt: skip
        self.task, self.appointment = self._planned(by)
        self.lead, self.plan = asked_and_planned(self.firm, self.person, f"{WORD} {SECRET}", by=by)
        self.line = offered(self.firm, f"{WORD} {SECRET}", by=by, template_by=self.administrator)
        self.invoice = charged(self.firm, f"{WORD} {SECRET}", by=by, bank=self.administrator)
        self.ids_of_deal = a_whole_deal(self, by=by, word=WORD, secret=SECRET)
        self.machine = self._own_object()
        self._catalog()
        self.documents = ordered(self.firm, f"{WORD} {SECRET}", by=by, tasks=self.task, appointments=self.appointment)
        for description in registry.descriptions():
            search.refresh(description, list(description.everything().values_list("pk", flat=True)))
        self.browsers = {who: browser(getattr(self, who)) for who in ("owner", "colleague", "stranger")}
        self.attachment = self._attached()
        self.run = self._import()
        bulk = {"object": "organisations", "action": "change", "title": SECRET, "via": "bulk", "total": 0}
        self.bulk = BulkRun.objects.create(**bulk, created_by=self.owner)
        days = {"starts_on": today(), "ends_on": today()}
        self.deputyship = name_deputy(self.owner, deputy=self.administrator, **days, by=None)

    def _planned(self, by):
        """A task and an appointment with further customers, and somebody who comes along."""
        task = give_task(title=f"{WORD} {SECRET}", party=self.firm, parties=[self.twin], due_on=today(), by=by)
        values = {"title": f"{WORD} {SECRET}", "party": self.firm.pk, "starts_at": timezone.now()}
        appointment = create_record(registry.get("appointments"), values, by=by)
        set_parties(appointment, [self.twin], by=by)
        set_attendees(appointment, [self.administrator], by=by)
        return task, appointment

    def _own_object(self):
        """A record of an object that the administrator has made; it points at the firm."""
        by = User.objects.with_access(self.administrator.pk)
        called = {"label_de": "Maschine", "plural_de": "Maschinen", "icon": "box"}
        machines = registry.get(add_object(called, by=by).name)
        field = {"label_de": "Kunde", "kind": "reference", "options": {"target": "organisations"}}
        add_field(machines, field, by=by)
        owner = User.objects.with_access(self.owner.pk)
        made = [
            create_record(machines, {"name": f"{WORD} {SECRET} Fräse{again}", "c_kunde": self.firm.pk}, by=owner)
            for again in ("", " 2")
        ]
        self.ids_of_machines = {"name": machines.name, "one": made[0].pk, "other": made[1].pk}
        return made[0]

    def _catalog(self):
        """Products, prices and pipelines are the house's, so the administrator makes them; a deal is its owner's."""
        by = User.objects.with_access(self.administrator.pk)

        def made(resource, **values):
            return create_record(registry.get(resource), values, by=by).pk

        pump, box = made("products", name="Pump"), made("products", name="Set", kind="bundle")
        made("stages", pipeline=made("pipelines", name="New business"), name="Enquiry")
        made("closing-reasons", name="Too expensive", outcome="lost")
        made("competitors", name="Kompressorenwerk Süd")
        own, text = User.objects.with_access(self.owner.pk), f"{WORD} {SECRET}"
        create_record(registry.get("deals"), {"title": text, "party": self.firm.pk}, by=own)
        made("product-categories", name="Pumps")
        made("product-texts", product=pump, language="en", name="Pump")
        made("bundle-parts", bundle=box, product=pump)
        made("product-relations", product=pump, other=box, kind="up")
        made("prices", price_list=made("price-lists", name="Dealers", currency="EUR"), product=pump, amount=9)

    def _attached(self):
        file = SimpleUploadedFile(f"{SECRET}.txt", SECRET.encode(), content_type="text/plain")
        self.browsers["owner"].post(f"/organisations/{self.firm.pk}/files/", {"file": file, "files": file})
        found = Attachment.objects.first()
        assert found is not None, "the owner puts a file to the record"
        return found

    def _import(self):
        table = SimpleUploadedFile(f"{SECRET}.csv", f"Firma;Ort\n{SECRET} GmbH;Bonn\n".encode())
        address = self.browsers["owner"].post("/organisations/import/", {"file": table})["Location"]
        return address.strip("/").split("/")[-1]

    @cached_property
    def ids_of_people(self):
        return {
            "part_id": ContactPoint.objects.get(party=self.firm, kind="phone").pk,
            "deputyship_id": self.deputyship.pk, "user_id": self.owner.pk,
            "holding_id": self.owner.holdings.get().pk, "team_id": self.owner.teams.get().pk,
        }  # fmt: skip

    def ids(self, route):
        return self.ids_of_people | self.ids_of_deal | {
            "name": "organisations", "object": "organisations", "object_name": "organisations",
            "record_id": self.documents.get(route.split("/")[1], self.firm).pk,
            "subscription_id": NOT_THERE, "party_id": self.firm.pk, "part": "contact-points", "line_id": self.line.pk,
            "deed": DEEDS.get(route.split("/")[1], "confirm"), "field": "city", "quote_id": self.line.quote_id,
            "file_id": self.attachment.pk if "/files/<uuid:file_id>" in route and "record_id" in route else
            self.attachment.file_id, "proposal_id": self.proposal.pk if "promise" in route else "x",
            "run_id": self.run if "import" in route else self.bulk.pk, "appointment_id": self.appointment.pk,
            "key": "contact-points", "number": 1, "state": "kept", "handover_id": self.handover.pk,
            "token": "x", "token_id": uuid.uuid4(), "address": "nowhere", "one": self.firm.pk, "other": self.twin.pk,
            "consent_id": self.consent.pk,
            "touchpoint_id": self.touchpoint.pk, "lead_id": self.lead.pk, "promise_id": self.promise.pk,
            "invoice_id": self.invoice.pk, "plan_id": self.plan.pk, "form": "pdf", "batch": self.handover.batch,
            "deal_id": NOT_THERE, "mailbox_id": NOT_THERE, "template_id": QuoteTemplate.objects.get().pk,
            **(self.ids_of_machines if route.startswith("/<slug:name>/merge/") else {}),
            **dict.fromkeys("batch_id entry_id reminder_id form_id comment_id provider_id field_id".split(), NOT_THERE),
        }  # fmt: skip

    @cached_property
    def addresses(self):
        """The pattern behind each path."""
        found = {}
        for route in routes():
            ids = self.ids(route)
            unknown = [name for name in parts_of(route) if name not in ids and name not in ANY_WORD]
            assert not unknown, f"{route}: say in World.ids what stands for {unknown}"
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m, ids=ids: str(ids.get(m[1], "x")), route)
            found[path] = route
        for described in registry.descriptions():
            record = described.everything().first()
            if record is not None:
                found[f"/{described.name}/"] = found[f"/{described.name}/{record.pk}/"] = "described"
                found[f"/{described.name}/{record.pk}/edit/"] = found[f"/{described.name}/?q={WORD}"] = "described"
                found[f"/search/preview/{described.name}/{record.pk}/"] = "described"
        return {path: route for path, route in found.items() if not NOT_WALKED.match(path)}


# Parts of patterns for which any word does: keys of things that are kept in the session, links that are used once.
ANY_WORD = frozenset(
    "mark kind view_id column slug link uidb36 board step page client_id provider passkey_id day year month layout_id "
    "panel notice_id change_set_id set_id rule_id webhook_id delivery_id value_id choice_id version".split()
)


def today():
    return timezone.localdate()


def browser(user):
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


@cache
def routes():
    """Every pattern, with its parts as `<kind:name>`."""
    return list(dict.fromkeys(re.sub(r"/+", "/", f"/{route}") for route in _routes(get_resolver())))


def _routes(resolver, before=""):
    for pattern in resolver.url_patterns:
        text = str(pattern.pattern)
        if not hasattr(pattern.pattern, "_route"):
            text = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", text).strip("^$").replace("\\Z", "").replace("\\", "")
            text = text.replace("/?", "")
        path = before + text
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, path)
        else:
            yield path


def parts_of(route):
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def state():
    """What has happened to records and rights so far: the ledger has a row for every change of a described table, and
    for rights and files of records their own tables are counted and summed up."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        return dict(cursor.fetchall())


_STATE = "SELECT 'records', count(*)::text FROM records_ledger" + "".join(
    f" UNION ALL SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t"
    for table in (
        "accounts_grant", "accounts_fieldgrant", "accounts_roleholding", "accounts_deputyship", "accounts_membership",
        "accounts_accessrole", Attachment._meta.db_table,
    )
)  # fmt: skip


def content_of(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def walked(world, who, method):
    """Every address, asked by this person: path, answer, and what is different then."""
    client = world.browsers[who]
    before = state() if method != "get" else {}
    form = "&".join(f"{name}={value}" for name, value in SENT.items())
    for path in world.addresses:
        sent = {"data": form, "content_type": "application/x-www-form-urlencoded"} if method in ("put", "patch") else {}
        answer = getattr(client, method)(path, **({"data": SENT} if method == "post" else sent))
        after = state() if method != "get" else {}
        yield path, answer, sorted(name for name in after if after[name] != before[name])
        before = after


def test_a_stranger_is_told_nothing(walk):
    told, open_to_strangers = [], []
    for path, answer, _changed in walked(walk, "stranger", "get"):
        if SECRET in content_of(answer):
            told.append(path)
        is_open = COMMON & set(path.split("/")) or EVERYBODYS.match(path.partition("?")[0])
        if answer.status_code == 200 and not is_open:
            open_to_strangers.append(path)
    assert told == []
    assert open_to_strangers == []


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_who_may_not_change_changes_nothing(walk, who):
    changed = [
        f"{method} {path}: {', '.join(tables)}"
        for method in WRITES
        for path, _answer, tables in walked(walk, who, method)
        if tables and not _is_ones_own(path, who)
    ]
    assert changed == []


def _is_ones_own(path, who):
    """What somebody may make: a stranger's own records, the comments of who may look at a customer."""
    if who == "colleague" and path.startswith("/history/") and path.endswith("/comments/"):
        return True
    return who == "stranger" and (path.endswith(("/new/", "/import/")) or path.startswith("/competitors/"))


def test_a_colleague_reads_what_is_the_teams(walk):
    firm = walk.firm.pk
    for path in (f"/organisations/{firm}/", f"/organisations/{firm}/row/", "/organisations/"):
        assert SECRET in content_of(walk.browsers["colleague"].get(path)), path
    for path in (f"/organisations/{firm}/edit/", f"/organisations/{firm}/fields/city/"):
        assert walk.browsers["colleague"].get(path).status_code == 403, path


def test_the_owner_passes_where_others_are_stopped(walk):
    """So that the silence of the others says something: the same questions are answered for whoever owns the record."""
    stopped, told = [], []
    for path, answer, _changed in walked(walk, "owner", "get"):
        if SECRET in content_of(answer):
            told.append(path)
        if answer.status_code in (403, 404) and "<uuid:record_id>" in walk.addresses[path]:
            stopped.append(f"{walk.addresses[path]}: {answer.status_code}")
    assert len(told) >= 15, told
    assert sorted(set(stopped) - NOT_FOR_OWNERS) == []


def test_the_owners_writes_do_change_something(walk):
    changed = {table for _path, _answer, tables in walked(walk, "owner", "put") for table in tables}
    assert "records" in changed
