"""The pages of a history, the composer, and who may do what there."""

import datetime as dt
import re
import sys

import pytest
from django.test import Client
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.notices.models import Notice
from kundig.timeline.actions import change_touchpoint, comment_on, pin
from kundig.timeline.models import Comment, Reaction, Task, Touchpoint
from kundig.timeline.protocol import ComposerTab, composer, register_composer_tab
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user
from tests.timeline.touchpoints.test_recording import a_call


@pytest.fixture
def web(svenja):
    return signed_in(svenja)


def signed_in(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    user.language = "en"
    user.save(update_fields=["language"])
    return client


def filed(web, party, **values):
    return web.post(f"/history/{party.pk}/new/", {"kind": "call", "place": "page", **values})


def test_page_shows_composer_and_history(web, svenja, dairy, katrin):
    a_call(katrin, by=svenja, summary="Will <b>Zahlen</b>", mood=4, duration=7)
    html = web.get(f"/organisations/{dairy.pk}/").content.decode()
    assert "Call with Dr. Katrin Ohlendorf" in html
    assert "Will &lt;b&gt;Zahlen&lt;/b&gt;" in html and "<b>Zahlen</b>" not in html
    assert "7 minutes, Svenja Kroll" in html
    assert f'hx-post="/history/{dairy.pk}/new/"' in html


def test_call_is_filed_with_reactions_mood_and_people(web, dairy, katrin):
    answer = filed(
        web, dairy, body="Wegen Filter", mood="5", people=str(katrin.pk), duration="12", direction="in",
        **{"reaction-0": "objection", "objection-0": "price", "offer-0": "F8", "reaction-1": "interested"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert f"timeline:{dairy.pk}" in answer["HX-Trigger"]
    assert "Filed." in answer.content.decode() and "/undo/" in answer.content.decode()
    made = Touchpoint.objects.get()
    assert (made.kind, made.body, made.mood, made.duration, made.direction) == ("call", "Wegen Filter", 5, 12, "in")
    assert sorted(Reaction.objects.values_list("offer", "reaction", "objection")) == [
        ("F8", "objection", "price"), ("our offer", "interested", ""),
    ]  # fmt: skip


def test_call_that_reached_nobody_is_no_real_contact(web, dairy):
    filed(web, dairy, reached="no")
    assert Touchpoint.objects.get().two_way is False


def test_objection_of_another_reaction_is_left_out(web, dairy):
    filed(web, dairy, **{"reaction-0": "interested", "objection-0": "price", "offer-0": "F8"})
    assert Reaction.objects.get().objection == ""


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "note"}, "Write what was said."),
        ({"kind": "teleport", "body": "x"}, "There is no kind of contact called “teleport”"),
        ({"at": "2999-01-01T10:00"}, "This lies in the future"),
        ({"at": "gestern"}, "“gestern” is not a date with a time."),
        ({"duration": "lang"}, "Give the minutes as a number."),
        ({"people": "niemand"}, "One of those who took part"),
        ({"body": "x" * 2_000_000}, "The text has 2.0 MB; at most 1 MB fit."),
    ],
)
def test_what_is_wrong_is_said_in_the_composer(web, dairy, values, message):
    answer = filed(web, dairy, **values)
    assert answer.status_code == 422
    assert "#composer-error-page" in answer.content.decode() and message in answer.content.decode()
    assert not Touchpoint.objects.exists()


def test_follow_up_is_a_task_on_a_working_day(web, svenja, dairy):
    assert filed(web, dairy, body="Will Zahlen", follow_up="7").status_code == 200
    task = Task.objects.get()
    assert (task.title, task.party_id, task.assignee_id) == ("Will Zahlen", dairy.pk, svenja.pk)
    ahead = (task.due_on - timezone.localdate()).days
    assert 7 <= ahead <= 9 and task.due_on.weekday() < 5


@pytest.mark.parametrize("days", ["0", "-3", "x", "99999"])
def test_follow_up_that_makes_no_sense_is_none(web, dairy, days):
    assert filed(web, dairy, body="Will Zahlen", follow_up=days).status_code == 200
    assert not Task.objects.exists()


def test_form_that_is_sent_twice_files_once(web, dairy):
    for _each in range(2):
        assert filed(web, dairy, body="Einmal", key="abc-1", follow_up="7").status_code == 200
    assert Touchpoint.objects.count() == 1 and Task.objects.count() == 1


def test_older_entries_follow_page_by_page(web, svenja, dairy):
    for number in range(45):
        a_call(dairy, by=svenja, summary=f"Nr. {number}.", at=timezone.now() - dt.timedelta(hours=number + 1))
    first = web.get(f"/history/{dairy.pk}/").content.decode()
    further = re.search(r'hx-get="(/history/[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    second = web.get(further).content.decode()
    shown = [int(number) for number in re.findall(r"Nr\. (\d+)\.", first + second)]
    assert shown == sorted(shown) and len(set(shown)) == 45
    assert 'id="timeline"' in first and 'id="timeline"' not in second


def test_address_of_an_entry_reaches_down_to_it(web, svenja, dairy, monkeypatch):
    now = timezone.now()
    made = [a_call(dairy, by=svenja, at=now - dt.timedelta(days=number)) for number in range(40)]
    html = web.get(f"/organisations/{dairy.pk}/?at={made[38].pk}").content.decode()
    assert (f'id="t{made[38].pk}"' in html, f'id="t{made[37].pk}"' in html) == (True, True)
    for nonsense in ("x", made[38].party_id, ""):
        html = web.get(f"/organisations/{dairy.pk}/?at={nonsense}").content.decode()
        assert (f'id="t{made[28].pk}"' in html, f'id="t{made[38].pk}"' in html) == (True, False)
    # Too much has happened since. The package offers a function under the name of the module.
    monkeypatch.setattr(sys.modules["kundig.timeline.queries.stream"], "MOST", 35)
    html = web.get(f"/organisations/{dairy.pk}/?at={made[38].pk}").content.decode()
    assert (f'id="t{made[38].pk}"' in html, f'id="t{made[0].pk}"' in html) == (True, False)
    assert f'name="until" value="{timezone.localdate(made[38].at)}"' in html


def test_filters_narrow(web, svenja, dairy):
    a_call(dairy, by=svenja, summary="Telefonat")
    a_call(dairy, by=svenja, kind="note", summary="Vermerk")
    html = web.get(f"/history/{dairy.pk}/?kind=talks").content.decode()
    assert "Telefonat" in html and "Vermerk" not in html
    html = web.get(f"/history/{dairy.pk}/?q=vermerk").content.decode()
    assert "Vermerk" in html and "Telefonat" not in html
    assert "Nothing fits" in web.get(f"/history/{dairy.pk}/?q=nirgends").content.decode()


@pytest.mark.parametrize(
    "query", ["after=x", "after=2026-13-01 x", "person=x", "since=x&until=9999-12-31", "down_to=x"]
)
def test_nonsense_is_asked_for_nothing(web, svenja, dairy, query):
    a_call(dairy, by=svenja, summary="Da")
    assert "Da" in web.get(f"/history/{dairy.pk}/?{query}").content.decode()


def test_long_text_opens(web, svenja, dairy):
    made = a_call(dairy, by=svenja, body="Anfang\n" + "x" * 2000 + "\nEnde")
    assert "Ende" not in web.get(f"/history/{dairy.pk}/").content.decode()
    assert "Ende" in web.get(f"/history/{dairy.pk}/{made.pk}/text/").content.decode()


def test_edit_keeps_what_others_wrote_and_tells_of_both(web, svenja, dairy):
    made = a_call(dairy, by=svenja, body="Alt")
    address = f"/history/{dairy.pk}/{made.pk}/edit/"
    form = web.get(address).content.decode()
    seen = {
        name: re.search(rf'name="seen-{name}" value="([^"]*)"', form)[1] for name in ("body", "summary", "at", "mood")
    }
    posted = {**{f"seen-{name}": value for name, value in seen.items()}, **seen}
    change_touchpoint(made, {"body": "Von Jana"}, by=svenja)
    refused = web.post(address, {**posted, "body": "Von Svenja"})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "Von Svenja" in html and "Von Jana" in html and "Somebody else has changed this meanwhile" in html
    assert Touchpoint.objects.get().body == "Von Jana"
    again = web.post(address, {**posted, "body": "Beides", "seen-body": "Von Jana"})
    assert again.status_code == 200
    assert Touchpoint.objects.get().body == "Beides"


def test_edit_of_the_mood_leaves_the_text_of_others(web, svenja, dairy):
    made = a_call(dairy, by=svenja, body="Alt")
    change_touchpoint(made, {"body": "Neu"}, by=svenja)
    at = timezone.localtime(made.at).strftime("%Y-%m-%dT%H:%M")
    posted = {"body": "Alt", "summary": "Alt", "at": at, "mood": "4"}
    seen = {"seen-body": "Alt", "seen-summary": "Alt", "seen-at": at, "seen-mood": ""}
    assert web.post(f"/history/{dairy.pk}/{made.pk}/edit/", {**posted, **seen}).status_code == 200
    kept = Touchpoint.objects.get()
    assert (kept.body, kept.mood, kept.at) == ("Neu", 4, made.at)


def test_pin_comment_and_remove(web, svenja, dairy):
    jana = a_user("Jana Wirth", role="sales")
    made = a_call(dairy, by=svenja)
    address = f"/history/{dairy.pk}/{made.pk}/"
    assert web.post(f"{address}pin/").status_code == 200
    assert Touchpoint.objects.get().pinned_at is not None
    assert web.post(f"{address}pin/").status_code == 200
    assert Touchpoint.objects.get().pinned_at is None
    assert web.post(f"{address}comments/", {"text": " "}).status_code == 422
    assert web.post(f"{address}comments/", {"text": "@Jana, bitte nachfassen"}).status_code == 200
    comment = Comment.objects.get()
    notice = Notice.objects.get(reader=jana)
    assert (notice.kind, notice.url) == ("mentioned", f"/organisations/{dairy.pk}/?at={made.pk}#t{made.pk}")
    assert notice.data == {"by": str(svenja.pk)}, "what was said can be withdrawn"
    assert web.post(f"{address}comments/{comment.pk}/withdraw/").status_code == 200
    assert not Comment.objects.exists()
    removed = web.post(f"{address}remove/")
    assert not Touchpoint.objects.exists()
    undo = re.search(r'hx-post="(/undo/[^"]*)"', removed.content.decode())[1]
    assert web.post(undo).status_code == 200
    assert Touchpoint.objects.get().pk == made.pk


def test_strangers_find_nothing_and_change_nothing(svenja, dairy):
    made = a_call(dairy, by=svenja, summary="Geheim")
    comment = comment_on(made, "Geheim", by=svenja)
    stranger = signed_in(a_scoped_user("Fremd", Scope.OWN))
    address = f"/history/{dairy.pk}/"
    for path in ("", f"{made.pk}/", f"{made.pk}/acts/", f"{made.pk}/text/", f"{made.pk}/edit/"):
        assert stranger.get(address + path).status_code == 404, path
    for path in ("new/", f"{made.pk}/edit/", f"{made.pk}/pin/", f"{made.pk}/remove/", f"{made.pk}/comments/",
                 f"{made.pk}/comments/{comment.pk}/withdraw/"):  # fmt: skip
        assert stranger.post(address + path, {"body": "x", "text": "x"}).status_code == 404, path
    assert stranger.get(f"/compose/?party={dairy.pk}").content.decode().count("composer__text") == 0
    assert Touchpoint.objects.get().summary == "Geheim" and Comment.objects.count() == 1


def test_composer_from_anywhere_finds_the_customer(web, dairy):
    assert "With whom?" in web.get("/compose/").content.decode()
    assert "composer__text" in web.get(f"/compose/?party={dairy.pk}").content.decode()
    assert web.get("/compose/parties/?q=gibtsnicht").content.decode() == '<li role="presentation">Nothing found.</li>'


def test_tab_of_another_domain_is_fetched_when_opened(web, dairy, monkeypatch):
    monkeypatch.setattr(composer, "_tabs", {})
    register_composer_tab(ComposerTab("parcel", "Parcel", "box", 55, lambda request, party: f"<p>to {party.name}</p>"))
    with pytest.raises(ValueError, match="Two tabs"):
        register_composer_tab(ComposerTab("parcel", "Parcel", "box", 55, lambda request, party: ""))
    assert "Parcel" in web.get(f"/organisations/{dairy.pk}/").content.decode()
    answer = web.get(f"/history/{dairy.pk}/compose/parcel/")
    assert answer.content.decode() == f"<p>to {dairy.name}</p>"
    assert web.get(f"/history/{dairy.pk}/compose/nothing/").status_code == 404


def test_pinned_entries_stand_first(web, svenja, dairy):
    pin(a_call(dairy, by=svenja, summary="Angeheftet", at=timezone.now() - dt.timedelta(days=90)), by=svenja)
    a_call(dairy, by=svenja, summary="Neuer")
    html = web.get(f"/history/{dairy.pk}/").content.decode()
    assert html.index("Angeheftet") < html.index("Neuer")
