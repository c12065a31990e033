"""The register of consents: entries are added and never altered, and what holds follows from them."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from kundig.accounts.enums import Scope
from kundig.parties.actions import merge_parties
from kundig.privacy import actions
from kundig.privacy.enums import Act, Channel, How
from kundig.privacy.models import Consent, ConsentPurpose, ConsentWording
from kundig.privacy.queries import has_consent, standing, wording_on
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.erasure import erase_record
from kundig.records.ledger import change_set
from kundig.records.ledger.models import LedgerRow
from kundig.records.ledger.undoing import undo
from tests.accounts.factories import an_administrator
from tests.parties.factories import a_scoped_user, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def described():
    return registry.get("consents")


@pytest.fixture
def jana():
    return an_administrator()


@pytest.fixture
def newsletter():
    return ConsentPurpose.objects.get(key="newsletter")


def given(party, purpose, *, by, channel="mail", at=None, **values):
    with transaction.atomic(), change_set(by=by):
        at = at or timezone.now()
        return actions.create_consent(
            {"party": party, "purpose": purpose, "channel": channel, "how": "paper", "at": at} | values, by=by
        )


def check_now():
    """What the database puts off to the end of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_consent_holds_until_it_is_withdrawn_and_the_register_keeps_both(jana, newsletter):
    party = an_organisation(by=jana, name="Molkerei Steinbrück eG")
    consent = given(party, newsletter, by=jana)
    assert consent.in_force and consent.wording.version == 1 and consent.author == jana
    assert has_consent(party.pk, "mail", "newsletter")
    assert not has_consent(party.pk, "phone", "newsletter") and not has_consent(party.pk, "mail", "offers")
    withdrawal = actions.withdraw(consent, by=jana)
    assert not has_consent(party.pk, "mail", "newsletter")
    assert [each.act for each in Consent.objects.order_by("id")] == ["given", "withdrawn"]
    assert standing([party.pk]) == {(newsletter.pk, "mail"): withdrawal}
    consent.refresh_from_db()
    with pytest.raises(ValidationError, match="does not hold"):
        actions.withdraw(consent, by=jana)


def test_consent_of_an_earlier_day_does_not_outdo_a_later_withdrawal(jana, newsletter):
    party, now = an_organisation(by=jana), timezone.now()
    given(party, newsletter, by=jana, act=Act.WITHDRAWN, how="", at=now - dt.timedelta(days=3))
    earlier = given(party, newsletter, by=jana, at=now - dt.timedelta(days=5))
    assert not earlier.in_force and not has_consent(party.pk, "mail", "newsletter")
    assert given(party, newsletter, by=jana, at=now - dt.timedelta(days=1)).in_force


def test_mistaken_withdrawal_is_corrected_by_an_entry_with_a_reason(jana, newsletter):
    party = an_organisation(by=jana)
    consent = given(party, newsletter, by=jana)
    withdrawal = actions.withdraw(consent, by=jana)
    with pytest.raises(ValidationError) as refused:
        actions.correct(withdrawal, reason=" ", by=jana)
    assert refused.value.message_dict.keys() == {"evidence"}
    correction = actions.correct(withdrawal, reason="Falsche Zeile angeklickt", by=jana)
    assert has_consent(party.pk, "mail", "newsletter")
    assert (correction.act, correction.corrects, correction.evidence) == (
        "corrected", withdrawal, "Falsche Zeile angeklickt",
    )  # fmt: skip
    for entry in (withdrawal, correction):
        with pytest.raises(ValidationError, match="corrected already"):
            actions.correct(entry, reason="noch einmal", by=jana)


def test_mistaken_consent_is_corrected_and_what_held_before_holds_again(jana, newsletter):
    party = an_organisation(by=jana)
    wrong = given(party, newsletter, by=jana)
    actions.correct(wrong, reason="anderer Kunde", by=jana)
    assert not has_consent(party.pk, "mail", "newsletter") and standing([party.pk]) == {}


def test_what_customers_withdrew_themselves_nobody_corrects(jana, newsletter):
    party = an_organisation(by=jana)
    consent = given(party, newsletter, by=jana)
    own = Consent.objects.create(party=party, purpose=newsletter, channel="mail", act=Act.WITHDRAWN, how=How.WEB)
    with pytest.raises(ValidationError, match="themselves"):
        actions.correct(own, reason="ach", by=jana)
    consent.refresh_from_db()
    assert not consent.in_force


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"how": ""}, "how"),
        ({"how": "merge"}, "how"),
        ({"channel": "pigeon"}, "channel"),
        ({"purpose": None}, "purpose"),
        ({"at": timezone.now() + dt.timedelta(hours=1)}, "at"),
        ({"evidence": "a\x00b"}, "evidence"),
    ],
)
def test_entry_that_proves_nothing_is_refused_at_its_field(jana, newsletter, values, at):
    with pytest.raises(ValidationError) as refused:
        given(an_organisation(by=jana), **{"purpose": newsletter, "by": jana} | values)
    assert at in refused.value.message_dict and not Consent.objects.exists()


def test_purpose_that_is_not_asked_for_or_has_no_wording_takes_no_consent(jana, newsletter):
    newsletter.is_active = False
    newsletter.save()
    fairs = ConsentPurpose.objects.create(name="Messen", key="fairs")
    for purpose in (newsletter, fairs):
        with pytest.raises(ValidationError) as refused:
            given(an_organisation(by=jana), purpose, by=jana)
        assert refused.value.message_dict.keys() == {"purpose"}


def test_consent_takes_the_wording_of_its_day(jana, newsletter):
    today = timezone.localdate()
    second = actions.create_wording({"purpose": newsletter, "text": "Neu.", "valid_from": today}, by=jana)
    assert second.version == 2
    party = an_organisation(by=jana)
    assert given(party, newsletter, by=jana).wording == second
    assert given(party, newsletter, by=jana, at=timezone.now() - dt.timedelta(days=2)).wording.version == 1
    assert wording_on(newsletter, dt.date(1999, 1, 1)).version == 1
    with pytest.raises(ValidationError, match="new version"):
        actions.change_wording(second, {"text": "Anders."}, by=jana)
    with pytest.raises(ValidationError, match="stays as it is"):
        actions.change_purpose(newsletter, {"key": "news"}, by=jana)


def test_database_refuses_to_alter_or_delete_entries_and_wordings(jana, newsletter):
    consent = given(an_organisation(by=jana), newsletter, by=jana)
    for change in ({"at": timezone.now()}, {"channel": "phone"}, {"evidence": "x"}, {"act": "withdrawn"}):
        with pytest.raises(IntegrityError, match="stays as it was entered"), transaction.atomic():
            Consent.objects.filter(pk=consent.pk).update(**change)
    with pytest.raises(IntegrityError, match="stays in the register"), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).delete()
        check_now()
    with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
        ConsentWording.objects.filter(pk=consent.wording_id).update(text="anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(party=consent.party, purpose=newsletter, channel="mail", how="paper")


def test_generic_writes_add_only_and_ask_the_right_to_the_customer(described, jana, newsletter):
    party, stranger = an_organisation(by=jana), a_scoped_user("Fremde Person", Scope.OWN)
    values = {"party": party, "purpose": newsletter, "channel": "mail", "how": "person"}
    with pytest.raises(PermissionDenied):
        create_record(described, values, by=stranger)
    assert not Consent.objects.exists()
    consent = create_record(described, values, by=jana)
    with pytest.raises(PermissionDenied):
        actions.withdraw(consent, by=stranger)
    with pytest.raises(ValidationError, match="stays as it is"):
        change_record(described, consent, {"how": "paper"}, by=jana)
    with pytest.raises(ValidationError, match="never deleted"):
        delete_record(described, consent, by=jana)
    assert has_consent(party.pk, "mail", "newsletter")


def test_undo_cannot_take_an_entry_out_of_the_register(described, jana, newsletter):
    party = an_organisation(by=jana)
    with transaction.atomic(), change_set(by=jana) as opened:
        create_record(described, {"party": party, "purpose": newsletter, "channel": "mail", "how": "paper"}, by=jana)
    with pytest.raises(ValidationError, match="has to stay as it was entered"), transaction.atomic():
        undo(opened.id, by=jana)
    assert has_consent(party.pk, "mail", "newsletter")


def test_merging_leads_consents_on_and_undo_brings_them_back(jana, newsletter):
    into, gone = an_organisation(by=jana, name="Steinbrück eG"), an_organisation(by=jana, name="Molkerei Steinbrück")
    offers = ConsentPurpose.objects.get(key="offers")
    with transaction.atomic(), change_set(by=jana):
        kept = given(gone, offers, by=jana, channel="phone")
        withdrawn = given(into, newsletter, by=jana, act=Act.WITHDRAWN, how="")
        later = given(gone, newsletter, by=jana)
    merged = merge_parties(into, gone, by=jana)
    assert has_consent(merged.pk, "phone", "offers"), "it moved"
    assert not has_consent(merged.pk, "mail", "newsletter"), "of two the stricter one stays"
    noted = standing([merged.pk])[newsletter.pk, "mail"]
    assert noted.how == How.MERGE
    done = LedgerRow.objects.filter(record=noted.pk, op="I").get().change_set
    assert undo(done, by=jana).is_clean
    check_now()
    assert has_consent(gone.pk, "phone", "offers") and has_consent(gone.pk, "mail", "newsletter")
    assert not has_consent(into.pk, "mail", "newsletter")
    assert set(Consent.objects.values_list("pk", flat=True)) == {kept.pk, withdrawn.pk, later.pk}


def test_erasing_a_customer_takes_their_consents_and_the_memory_of_them(jana, newsletter):
    party = an_organisation(by=jana)
    consent = given(party, newsletter, by=jana, evidence="Karte von Frau Zwirner")
    withdrawal = actions.withdraw(consent, by=jana)
    actions.correct(withdrawal, reason="Versehen", by=jana)
    erase_record(registry.get("organisations"), party, by=jana)
    check_now()
    assert not Consent.objects.exists()
    kept = LedgerRow.objects.filter(record=consent.pk, op="D").values_list("before", flat=True)
    assert kept and all("Zwirner" not in str(before) for before in kept)


def test_every_channel_has_its_words():
    from kundig.privacy.objects import BY_CHANNEL

    assert set(BY_CHANNEL) == set(Channel)
