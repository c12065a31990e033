import pytest

from kundig.accounts.actions import find_role, let_assistants_write
from kundig.assistants.actions import approve, decline, propose
from kundig.assistants.models import Proposal
from kundig.notices.models import Notice
from kundig.platform import jobs, outbox
from kundig.records import erasure, registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.ledger.models import ChangeSet, LedgerRow
from tests.assistants.conftest import Assistant

pytestmark = pytest.mark.django_db


def organisations():
    return registry.get("organisations")


@pytest.fixture
def firm(jana):
    return create_record(organisations(), {"name": "Alfreds Futterkiste", "city": "Berlin"}, by=jana)


@pytest.fixture
def browser(client, jana):
    jana.language = "en"
    jana.save()
    client.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    return client


def city_of(firm):
    return organisations().everything().get(pk=firm.pk).city


def test_what_an_assistant_changes_waits_until_it_is_taken_over(assistant, firm, jana, browser):
    answer = assistant.call(
        "update_organisations", id=str(firm.pk), values={"address": {"city": "Potsdam"}}, reason="New letterhead"
    )
    proposal = Proposal.objects.get()
    assert (answer["state"], answer["proposal"], answer["url"]) == (
        "proposed", str(proposal.pk), f"/proposals/{proposal.pk}/",
    )  # fmt: skip
    assert [(each["field"], each["before"], each["after"]) for each in answer["changes"]] == [
        ("address", "Berlin", "Potsdam"),
    ]  # fmt: skip
    assert city_of(firm) == "Berlin"
    assert not ChangeSet.objects.filter(via="assistant").exists()
    notice = Notice.objects.get(reader=jana)
    assert (notice.kind, notice.url) == ("proposal", "/proposals/")
    listed = browser.get("/proposals/").content.decode()
    assert ("Alfreds Futterkiste" in listed, "New letterhead" in listed) == (True, True)
    page = browser.get(f"/proposals/{proposal.pk}/").content.decode()
    assert ("<del>Berlin</del>" in page, "<ins>Potsdam</ins>" in page) == (True, True)
    done = browser.post(f"/proposals/{proposal.pk}/approval/")
    assert (done.status_code, done["Location"]) == (302, f"/organisations/{firm.pk}/")
    assert city_of(firm) == "Potsdam"
    proposal.refresh_from_db()
    made = ChangeSet.objects.get(via="assistant")
    assert (proposal.state, proposal.change_set, made.by_id, made.title) == (
        "approved", made.pk, jana.pk, "Schreibhilfe",
    )  # fmt: skip


def test_a_new_record_is_proposed_too(assistant, browser):
    answer = assistant.call("create_organisations", values={"name": "Anker", "address": {"city": "Kiel"}})
    assert answer["state"] == "proposed"
    assert not organisations().everything().exists()
    assert [each["field"] for each in answer["changes"]] == ["name", "address"], "as on the page, the name first"
    assert "<ins>Anker</ins>" in browser.get(answer["url"]).content.decode()
    browser.post(f"{answer['url']}approval/")
    assert organisations().everything().get().name == "Anker"


def test_several_are_looked_at_and_taken_over_at_once(assistant, firm, jana, svenja, browser):
    other = create_record(organisations(), {"name": "Huber AG", "city": "Wien"}, by=jana)
    gone = create_record(organisations(), {"name": "Meier KG"}, by=jana)
    for record, city in ((firm, "Potsdam"), (other, "Graz"), (gone, "Kiel")):
        assistant.call("update_organisations", id=str(record.pk), values={"address": {"city": city}})
    of_another = Assistant(svenja).call("create_organisations", values={"name": "Fremd GmbH"})["proposal"]
    delete_record(organisations(), gone, by=jana)
    ids = list(Proposal.objects.order_by("at").values_list("pk", flat=True))
    chosen = "&".join(f"id={key}" for key in (*ids, "nonsense"))
    assert browser.get("/proposals/").content.decode().count('type="checkbox" name="id"') == 3
    page = browser.get(f"/proposals/together/?{chosen}").content.decode()
    assert [f"<ins>{city}</ins>" in page for city in ("Potsdam", "Graz", "Kiel")] == [True, True, False]
    assert ("Take over 2 proposals" in page, "It cannot be taken over" in page, "Fremd" in page) == (True, True, False)
    assert page.count('type="hidden" name="id"') == 2
    done = browser.post("/proposals/together/", {"id": [*map(str, ids), of_another]}, follow=True).content.decode()
    assert ("2 proposals taken over." in done, "“Meier KG” could not be taken over" in done) == (True, True)
    assert (city_of(firm), city_of(other)) == ("Potsdam", "Graz")
    assert ChangeSet.objects.filter(via="assistant").count() == 2
    states = dict(Proposal.objects.values_list("title", "state"))
    assert states == {
        "Alfreds Futterkiste": "approved",
        "Huber AG": "approved",
        "Meier KG": "open",
        "Fremd GmbH": "open",
    }
    again = browser.post("/proposals/together/", {"id": [str(ids[0])]}, follow=True).content.decode()
    assert "taken over" not in again
    assert browser.get(f"/proposals/together/?id={ids[0]}")["Location"] == "/proposals/"


def test_what_is_declined_changes_nothing(assistant, firm, browser):
    answer = assistant.call("update_organisations", id=str(firm.pk), values={"name": "Hacked"})
    assert browser.post(f"{answer['url']}declining/")["Location"] == "/proposals/"
    assert organisations().everything().get().name == "Alfreds Futterkiste"
    assert browser.post(f"{answer['url']}approval/").status_code == 422
    assert organisations().everything().get().name == "Alfreds Futterkiste"
    assert Proposal.objects.get().state == "declined"


def test_a_trial_leaves_no_trace(assistant, firm):
    before = (LedgerRow.objects.count(), outbox.OutboxEvent.objects.count())
    assistant.call("update_organisations", id=str(firm.pk), values={"name": "Alfred"})
    after = (LedgerRow.objects.count(), outbox.OutboxEvent.objects.count())
    assert after == before


def test_what_somebody_has_changed_since_is_shown(assistant, firm, jana, browser):
    answer = assistant.call("update_organisations", id=str(firm.pk), values={"address": {"city": "Potsdam"}})
    change_record(organisations(), organisations().everything().get(), {"city": "Köln"}, by=jana)
    page = browser.get(answer["url"]).content.decode()
    assert "Somebody has changed a field since." in page
    assert ("<del>Köln</del>" in page, "when it was proposed: Berlin" in page) == (True, True)


def test_what_cannot_be_done_any_more_says_why(assistant, firm, jana, browser):
    answer = assistant.call("update_organisations", id=str(firm.pk), values={"name": "Alfred"})
    organisations().everything().get().delete()
    page = browser.get(answer["url"])
    assert "There is no such record" in page.content.decode()
    assert browser.post(f"{answer['url']}approval/").status_code == 422
    assert Proposal.objects.get().state == "open"


def test_only_the_person_in_whose_name_it_was_proposed_decides(assistant, firm, svenja, client):
    answer = assistant.call("update_organisations", id=str(firm.pk), values={"name": "Alfred"})
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    assert "Alfred" not in client.get("/proposals/?all").content.decode().split("<main")[1]
    for response in (
        client.get(answer["url"]), client.post(f"{answer['url']}approval/"), client.post(f"{answer['url']}declining/"),
    ):  # fmt: skip
        assert response.status_code == 404
    with pytest.raises(Proposal.DoesNotExist):
        approve(Proposal.objects.get(), by=svenja)
    with pytest.raises(Proposal.DoesNotExist):
        decline(Proposal.objects.get(), by=svenja)
    assert organisations().everything().get().name == "Alfreds Futterkiste"


def test_a_role_can_let_assistants_write_directly(svenja):
    let_assistants_write(find_role("sales"), True, by=None)
    answer = Assistant(svenja).call("create_organisations", values={"name": "Anker"})
    assert (answer["state"], answer["record"]["name"]) == ("done", "Anker")
    made = ChangeSet.objects.get(via="assistant")
    assert (answer["change_set"], made.by_id) == (str(made.pk), svenja.pk)
    assert not Proposal.objects.exists()
    let_assistants_write(find_role("sales"), False, by=None)
    assert Assistant(svenja).call("create_organisations", values={"name": "Bolzen"})["state"] == "proposed"


def test_an_administrator_lets_assistants_write_in_the_role(browser):
    find_role("sales")
    page = browser.get("/settings/roles/sales/").content.decode()
    assert 'name="assistants_write"' in page


@pytest.mark.django_db(transaction=True)
def test_erasing_a_record_erases_what_was_proposed_about_it(jana, firm):
    propose(organisations(), firm.pk, {"name": "Alfred"}, by=jana, assistant="Schreibhilfe")
    outbox.prepare()
    erasure.erase_record(organisations(), organisations().everything().get(), by=jana)
    while outbox.deliver():
        pass
    assert not Proposal.objects.exists()


def test_old_proposals_are_forgotten(jana, firm):
    propose(organisations(), firm.pk, {"name": "Alfred"}, by=jana, assistant="Schreibhilfe")
    assert jobs.run_now("proposal_upkeep", title="", by=None).result == {"proposals": 0}
    Proposal.objects.update(at="2026-01-01T00:00Z")
    assert jobs.run_now("proposal_upkeep", title="", by=None).result == {"proposals": 1}
