import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from kundig.privacy.actions import end_purpose, state_purpose
from kundig.privacy.enums import LegalBasis
from kundig.privacy.models import Purpose
from kundig.privacy.queries import active_purposes, entry, forget_purposes, purpose_infos, register
from kundig.privacy.rules import BUILTIN, missing
from kundig.records import purposes
from tests.accounts.factories import a_user, an_administrator

pytestmark = pytest.mark.django_db

STATED = {
    "legal_basis": "consent",
    "wording": "Wir nutzen Ihren Geburtstag nur, um Ihnen zu gratulieren.",
    "retention": "bis zum Widerruf",
}
ALWAYS = {"customer_care", "business_contacts"}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    forget_purposes()
    yield
    forget_purposes()


def state(key="greeting", *, by, **changes):
    with transaction.atomic():
        purpose = state_purpose(key, **STATED | changes, by=by)
    forget_purposes()  # tests roll back, so nothing is ever told to have been committed
    return purpose


def test_register_comes_with_what_customers_need_and_with_the_prepared_purposes_off():
    assert active_purposes() == ALWAYS
    assert {line.key for line in register() if not line.is_active} == set(BUILTIN) - ALWAYS
    assert not Purpose.objects.exists()


def test_register_of_prepared_purposes_has_no_legal_basis_until_stated():
    for line in register():
        assert (line.basis is not None) == line.is_active
        if line.is_active:
            assert line.wording and line.retention
            assert line.weighing or line.basis != LegalBasis.LEGITIMATE_INTEREST


def test_state_purpose_switches_it_on_with_who_and_when():
    jana = an_administrator()
    state(by=jana)
    assert active_purposes() == ALWAYS | {"greeting"}
    found = entry("greeting")
    assert (found.basis, found.stated_by, found.wording) == (LegalBasis.CONSENT, "Jana Brandt", STATED["wording"])
    assert found.stated_at is not None
    assert purposes.is_active("greeting")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"wording": "  "}, "wording"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"legal_basis": "contract"}, "legal_basis"),
        ({"legal_basis": "erfunden"}, "legal_basis"),
        ({"retention": ""}, "retention"),
        ({"legal_basis": "legitimate_interest"}, "weighing"),
        ({"wording": "x" * 601}, "wording"),
        ({"retention": "x" * 301}, "retention"),
    ],
)
def test_state_purpose_says_what_is_missing_and_stays_off(changes, field):
    with pytest.raises(ValidationError) as refused:
        state(by=an_administrator(), **changes)
    assert list(refused.value.message_dict) == [field]
    assert active_purposes() == ALWAYS
    assert not Purpose.objects.exists()


def test_state_purpose_private_life_needs_consent():
    jana = an_administrator()
    for key in ("personal_interests", "family"):
        with pytest.raises(ValidationError):
            state(key, by=jana, legal_basis="legitimate_interest", weighing="Uns interessiert das sehr.")
        state(key, by=jana)
    assert active_purposes() == ALWAYS | {"personal_interests", "family"}


def test_state_purpose_by_colleague_or_unknown_key_is_refused():
    colleague = a_user()
    with pytest.raises(PermissionDenied):
        state(by=colleague)
    with pytest.raises(ValidationError):
        state("erfunden", by=an_administrator())
    assert not Purpose.objects.exists()


def test_end_purpose_switches_off_and_keeps_what_was_stated():
    jana = an_administrator()
    state(by=jana)
    with pytest.raises(PermissionDenied):
        end_purpose("greeting", by=a_user())
    end_purpose("greeting", by=jana)
    forget_purposes()
    assert active_purposes() == ALWAYS
    assert entry("greeting").wording == STATED["wording"]


def test_end_purpose_without_which_there_are_no_customers_is_refused():
    for key in ALWAYS:
        with pytest.raises(ValidationError):
            end_purpose(key, by=an_administrator())
    assert active_purposes() == ALWAYS


def test_state_purpose_may_reword_what_came_along():
    jana = an_administrator()
    state("customer_care", by=jana, legal_basis="contract", wording="Wir betreuen Sie.", retention="zehn Jahre")
    assert entry("customer_care").wording == "Wir betreuen Sie."
    assert active_purposes() == ALWAYS


def test_database_refuses_an_active_purpose_that_says_too_little():
    for values in (
        {"legal_basis": "consent", "wording": "", "retention": "x"},
        {"legal_basis": "", "wording": "x", "retention": "x"},
        {"legal_basis": "legitimate_interest", "wording": "x", "retention": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Purpose.objects.create(key="greeting", is_active=True, **values)


def test_purpose_infos_are_asked_of_the_database_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(50):
            purposes.is_active("greeting")
            purpose_infos()


def test_purpose_infos_speak_the_readers_language():
    with translation.override("de"):
        assert purpose_infos()["greeting"].name == "Glückwunsch zum Geburtstag"
        assert purpose_infos()["customer_care"].legal_basis == "Vertrag, Art. 6 Abs. 1 b DSGVO"
    with translation.override("en"):
        assert purpose_infos()["greeting"].name == "Birthday greetings"


def test_missing_nothing_for_what_comes_along():
    for builtin in BUILTIN.values():
        if builtin.basis:
            stated = {name: str(getattr(builtin, name)) for name in ("wording", "retention", "weighing")}
            assert missing(basis=builtin.basis, builtin=builtin, **stated) == {}
