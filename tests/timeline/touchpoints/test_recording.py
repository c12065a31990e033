"""Noting what happened with a customer."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.platform.models import OutboxEvent
from kundig.timeline.actions import ReactionTo, change_touchpoint, record_touchpoint, remove_touchpoint
from kundig.timeline.models import FiledOnce, Involvement, Reaction, Touchpoint
from tests.parties.factories import a_person, a_scoped_user

NOW = timezone.now()


def a_call(party, *, by, **values):
    return record_touchpoint(**{"kind": "call", "party": party, "by": by, "summary": "Filter", **values})


def test_call_with_people_and_reactions(svenja, dairy, katrin):
    at = NOW - dt.timedelta(hours=2)
    made = record_touchpoint(
        kind="call", party=dairy, at=at, by=svenja, direction="out", people=[katrin], mood=4, duration=12,
        summary="Filter vorgestellt", body="Sie rechnet bis Freitag.\r\nDann Termin.",
        reactions=[ReactionTo("Feinfilter F8", "objection", "price"), ReactionTo("Wartung", "interested")],
    )  # fmt: skip
    kept = Touchpoint.objects.get(pk=made.pk)
    assert (kept.kind, kept.at, kept.direction, kept.two_way, kept.mood, kept.duration) == (
        "call",
        at,
        "out",
        True,
        4,
        12,
    )
    assert (kept.party_id, kept.organisation_id, kept.author_id) == (dairy.pk, dairy.pk, svenja.pk)
    assert (kept.summary, kept.body) == ("Filter vorgestellt", "Sie rechnet bis Freitag.\nDann Termin.")
    assert list(Involvement.objects.values_list("party_id", "touchpoint_id", "at")) == [(katrin.pk, made.pk, at)]
    assert list(Reaction.objects.order_by("offer").values_list("offer", "reaction", "objection", "party_id")) == [
        ("Feinfilter F8", "objection", "price", dairy.pk), ("Wartung", "interested", "", dairy.pk),
    ]  # fmt: skip


def test_contact_with_a_person_rolls_up_to_where_they_are_now(svenja, dairy, katrin):
    assert a_call(katrin, by=svenja).organisation_id == dairy.pk


@pytest.mark.parametrize(
    ("kind", "direction", "counts"),
    [("call", "", True), ("mail", "out", False), ("mail", "in", True), ("note", "in", False), ("letter", "both", True)],
)
def test_what_counts_as_a_real_contact(svenja, dairy, kind, direction, counts):
    made = record_touchpoint(kind=kind, party=dairy, by=svenja, direction=direction)
    assert made.two_way is counts


def test_summary_is_how_the_text_begins_or_what_it_was(svenja, dairy):
    assert a_call(dairy, by=svenja, summary="", body="\n  Ruft   zurück.\nMorgen.").summary == "Ruft zurück."
    assert a_call(dairy, by=svenja, summary="", body="x" * 300).summary == "x" * 198 + " …"
    assert a_call(dairy, by=svenja, summary="").summary == "Call"


def test_future_is_refused_and_says_where_it_belongs(svenja, dairy):
    with pytest.raises(ValidationError) as refused:
        a_call(dairy, by=svenja, at=timezone.now() + dt.timedelta(days=1))
    assert refused.value.message_dict == {
        "at": ["This lies in the future: a contact has happened already. Enter what is planned as an appointment."]
    }
    assert not Touchpoint.objects.exists()


def test_clock_that_is_ahead_by_minutes_means_now(svenja, dairy):
    made = a_call(dairy, by=svenja, at=timezone.now() + dt.timedelta(minutes=4))
    assert made.at <= timezone.now()


def test_two_megabytes_are_refused_in_words(svenja, dairy):
    with pytest.raises(ValidationError) as refused:
        a_call(dairy, by=svenja, body="ü" * 1_000_000)
    assert refused.value.message_dict == {"body": ["The text has 2.0 MB; at most 1 MB fit. Attach it as a file."]}
    assert a_call(dairy, by=svenja, body="x" * 1_000_000).body == "x" * 1_000_000


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "telepathy"}, "kind"),
        ({"direction": "up"}, "direction"),
        ({"mood": 6}, "mood"),
        ({"duration": -1}, "duration"),
        ({"body": "a\x00b"}, "body"),
        ({"summary": "a\x00b"}, "summary"),
        ({"at": dt.datetime(1202, 5, 1, tzinfo=dt.UTC)}, "at"),
        ({"reactions": [ReactionTo(" ", "interested")]}, "reactions"),
        ({"reactions": [ReactionTo("Filter", "delighted")]}, "reactions"),
        ({"reactions": [ReactionTo("Filter", "interested", "price")]}, "reactions"),
        ({"reactions": [ReactionTo("x" * 121, "interested")]}, "reactions"),
        ({"key": "k" * 81}, "key"),
    ],
)
def test_what_makes_no_sense_is_refused(svenja, dairy, values, field):
    with pytest.raises(ValidationError) as refused:
        a_call(dairy, by=svenja, **values)
    assert list(refused.value.message_dict) == [field]
    assert not Touchpoint.objects.exists()


def test_same_key_is_filed_once(svenja, dairy):
    first = a_call(dairy, by=svenja, key="phone-7:1", summary="Erstmals")
    again = a_call(dairy, by=svenja, key="phone-7:1", summary="Noch einmal")
    assert (again.pk, again.summary) == (first.pk, "Erstmals")
    assert Touchpoint.objects.count() == 1
    assert a_call(dairy, by=svenja, key="phone-7:2").pk != first.pk


def test_key_of_somebody_else_opens_nothing(svenja, dairy):
    from tests.accounts.factories import a_user

    jana = a_user("Jana Wirth", role="sales")
    assert a_call(dairy, by=svenja, key="1").pk != a_call(dairy, by=jana, key="1").pk


def test_key_of_what_was_deleted_brings_nothing_back(svenja, dairy):
    remove_touchpoint(a_call(dairy, by=svenja, key="1"), by=svenja)
    with pytest.raises(ValidationError, match="filed already"):
        a_call(dairy, by=svenja, key="1")
    assert not Touchpoint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_that_send_the_same_at_once_file_it_once(svenja, dairy):
    def send(number):
        try:
            return a_call(dairy, by=svenja, key="at-once", summary=f"Nr. {number}").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(send, range(4)))
    assert len(made) == 1
    assert Touchpoint.objects.count() == 1
    assert FiledOnce.objects.get().touchpoint == made.pop()


def test_stranger_files_nothing(svenja, dairy):
    stranger = a_scoped_user("Fremd", Scope.OWN)
    with pytest.raises(PermissionDenied):
        a_call(dairy, by=stranger)
    made = a_call(dairy, by=svenja)
    with pytest.raises(PermissionDenied):
        change_touchpoint(made, {"summary": "Anders"}, by=stranger)
    with pytest.raises(PermissionDenied):
        remove_touchpoint(made, by=stranger)
    assert Touchpoint.objects.get().summary == "Filter"


def test_people_whom_one_may_not_see_do_not_take_part(svenja):
    from tests.parties.factories import an_organisation

    only_own = a_scoped_user("Nur eigene", Scope.OWN)
    own, foreign = an_organisation(by=only_own, name="Eigene GmbH"), a_person(by=svenja)
    with pytest.raises(ValidationError) as refused:
        a_call(own, by=only_own, people=[foreign])
    assert refused.value.message_dict == {"people": ["One of those who took part is not there, or not visible to you."]}


def test_house_itself_may_note(dairy):
    assert a_call(dairy, by=None).author_id is None


def test_browsers_of_all_concerned_are_told(svenja, dairy, katrin):
    made = a_call(dairy, by=svenja, people=[katrin])
    event = OutboxEvent.objects.get(name="timeline.TouchpointRecorded")
    assert event.payload == {
        "touchpoint_id": str(made.pk), "at": made.at.isoformat(), "party_id": str(dairy.pk),
        "organisation_id": str(dairy.pk), "people": [str(katrin.pk)],
    }  # fmt: skip


def test_change_moves_what_belongs_to_it(svenja, dairy, katrin):
    other = a_person(by=svenja, family_name="Sommer")
    made = a_call(dairy, by=svenja, people=[katrin], reactions=[ReactionTo("Filter", "interested")])
    at = NOW - dt.timedelta(days=400)
    changed = change_touchpoint(made, {"at": at, "people": [other.pk], "mood": 2}, by=svenja)
    assert (changed.at, changed.mood, changed.version) == (at, 2, 2)
    assert list(Involvement.objects.values_list("party_id", "at")) == [(other.pk, at)]
    assert list(Reaction.objects.values_list("at", flat=True)) == [at]
    assert Touchpoint.objects.get(pk=made.pk).at == at


def test_change_of_the_party_moves_its_reactions(svenja, dairy, katrin):
    made = a_call(dairy, by=svenja, people=[katrin], reactions=[ReactionTo("Filter", "interested")])
    change_touchpoint(made, {"party": katrin.pk}, by=svenja)
    assert list(Reaction.objects.values_list("party_id", flat=True)) == [katrin.pk]
    assert not Involvement.objects.exists()


def test_nothing_different_changes_nothing(svenja, dairy):
    made = a_call(dairy, by=svenja)
    assert change_touchpoint(made, {"summary": "Filter", "people": []}, by=svenja).version == 1


def test_two_editors_of_different_fields_are_joined(svenja, dairy):
    made = a_call(dairy, by=svenja, body="Alt", mood=3)
    seen = {"body": "Alt", "mood": 3}
    change_touchpoint(made, {"body": "Neu", "mood": 3}, by=svenja, seen=seen)
    kept = change_touchpoint(made, {"body": "Alt", "mood": 5}, by=svenja, seen=seen)
    assert (kept.body, kept.mood) == ("Neu", 5)


def test_two_editors_of_one_field_are_told(svenja, dairy):
    made = a_call(dairy, by=svenja, body="Alt")
    change_touchpoint(made, {"body": "Neu"}, by=svenja, seen={"body": "Alt"})
    with pytest.raises(ValidationError) as refused:
        change_touchpoint(made, {"body": "Anders", "mood": 5}, by=svenja, seen={"body": "Alt", "mood": None})
    assert refused.value.error_dict["body"][0].code == "conflict"
    kept = Touchpoint.objects.get()
    assert (kept.body, kept.mood) == ("Neu", None)
