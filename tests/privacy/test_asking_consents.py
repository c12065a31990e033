"""`consent(channel, purpose)` in conditions: text, SQL and Python, reasons, rights, the picker, REST, its index."""

import re
from html import unescape
from itertools import product
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation
from hypothesis import given as example
from hypothesis import settings
from hypothesis import strategies as st

from kundig.accounts.enums import FieldRight
from kundig.parties.models import Organisation
from kundig.privacy.models import Consent, ConsentPurpose
from kundig.records import conditions, registry
from kundig.records.conditions import ConditionError, tree
from kundig.records.filters import trees
from tests.accounts.factories import an_administrator
from tests.parties.factories import a_person, an_organisation
from tests.privacy.test_consents import given

pytestmark = pytest.mark.django_db
BACKEND = "kundig.accounts.backends.AccessBackend"
CHANNELS, PURPOSES = ("mail", "phone"), ("newsletter", "offers")
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#fp-x"}


@pytest.fixture
def jana():
    jana = an_administrator()
    jana.language = "en"
    jana.save()
    return jana


@pytest.fixture
def organisations():
    return registry.get("organisations")


@pytest.fixture
def firms(jana):
    """Twelve firms with a person each; what they have agreed to differs, and so does what they have withdrawn."""
    purposes = {key: ConsentPurpose.objects.get(key=key) for key in PURPOSES}
    made = []
    for n in range(12):
        firm = an_organisation(by=jana, name=f"Firma {n}", city="München" if n % 3 else "")
        person = a_person(by=jana, family_name=f"Müller {n}", organisation=firm.pk)
        for bit, (channel, key) in enumerate(product(CHANNELS, PURPOSES)):
            for party, number in ((firm, n), (person, n * 5)):
                if number >> bit & 1:
                    given(party, purposes[key], by=jana, channel=channel)
                    if (number + bit) % 3 == 0:
                        given(party, purposes[key], by=jana, channel=channel, act="withdrawn", how="")
        made.append(firm)
    return made


_asked = st.builds(
    lambda channel, key: tree.Call("consent", (tree.Name((channel,)), tree.Name((key,)))),
    st.sampled_from([*CHANNELS, "post"]), st.sampled_from(PURPOSES),
)  # fmt: skip
_clauses = st.recursive(
    _asked | st.just(tree.Empty(tree.Name(("city",)))),
    lambda inner: st.one_of(
        st.builds(tree.Not, inner),
        st.builds(tree.Logic, st.sampled_from(["and", "or"]), st.tuples(inner, inner)),
        st.builds(tree.Quantity, st.just(tree.Name(("persons",))), st.sampled_from(["any", "all", "none"]), _asked),
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None, database=None)
@example(node=_clauses)
def test_sql_finds_what_python_says_and_text_says_the_same(organisations, firms, node):
    read = conditions.parse(conditions.write(node))
    written = conditions.write(read)
    assert conditions.parse(written) == read and conditions.from_plain(conditions.to_plain(read)) == read
    condition = conditions.read(written, organisations, None)
    found = set(Organisation.objects.filter(condition.q()).values_list("pk", flat=True))
    assert found == {firm.pk for firm in firms if condition.holds(firm)}, written
    own, sift = condition.apart()
    if sift is not None:
        assert set(sift.of_few(Organisation.objects.filter(own)).values_list("pk", flat=True)) == found
    others = conditions.read(f"not ({written})", organisations, None)
    assert (
        set(Organisation.objects.filter(others.q()).values_list("pk", flat=True)) == {firm.pk for firm in firms} - found
    )


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("consent(mial, newsletter)", "mial", "Channel: “mial” is not known. Did you mean “mail”?"),
        ("consent(mail, newsleter)", "newsleter", "Purpose: “newsleter” is not known. Did you mean “newsletter”?"),
        ('consent(mail, "xyz")', '"xyz"', "Possible are: offers, newsletter, surveys."),
        ("consent(mail)", "consent(mail)", "takes 2 words in brackets: Channel, Purpose."),
        ("consent(newsletter, mail)", "newsletter", "Possible are: mail, phone, sms, messenger, post."),
        ("consent(mail, newsletter) = 3", "consent", "There is no function “consent”"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place_with_what_is_right(jana, organisations, text, place, message):
    with translation.override("en"), pytest.raises(ConditionError) as caught:
        conditions.read(text, organisations, jana)
    problem = caught.value.problems[0]
    assert message in problem.message
    assert text[problem.start : problem.end] == place


def test_labels_in_quotes_mean_the_same(jana, organisations, firms):
    with translation.override("de"):
        named = conditions.read('consent("Telefon", "Angebote")', organisations, jana)
    keyed = conditions.read("consent(phone, offers)", organisations, jana)
    assert [named.holds(firm) for firm in firms] == [keyed.holds(firm) for firm in firms]


def test_sentence_and_reason_in_both_languages(jana, organisations):
    firm = an_organisation(by=jana)
    newsletter = ConsentPurpose.objects.get(key="newsletter")
    given(firm, newsletter, by=jana)
    condition = conditions.read("consent(mail, newsletter) and not consent(phone, offers)", organisations, jana)
    with translation.override("de"):
        assert condition.sentence() == (
            "hat in Newsletter per E-Mail eingewilligt und hat nicht in Angebote per Telefon eingewilligt"
        )
    with translation.override("en"):
        assert condition.sentence() == "has agreed to Newsletter by mail and has not agreed to Angebote by telephone"
        mail, phone = condition.explain(firm).parts
        assert (mail.holds, phone.holds) == (True, True)
        assert mail.found.startswith("given, ") and phone.found == "nothing in the register"
        given(firm, newsletter, by=jana, act="withdrawn", how="")
        mail, _phone = condition.explain(firm).parts
        assert not mail.holds and mail.found.startswith("withdrawn, ")


def test_only_customers_are_asked_for_consents_and_only_by_those_who_may_read_them(jana, organisations, monkeypatch):
    for name in ("consents", "rests"):
        with pytest.raises(ConditionError):
            conditions.read("consent(mail, newsletter)", registry.get(name), jana)
    kept_back = {"in_force": FieldRight.HIDDEN}
    monkeypatch.setattr(
        "kundig.records.rights.field_right",
        lambda description, user, name: (
            kept_back.get(name, FieldRight.WRITE) if description.name == "consents" else FieldRight.WRITE
        ),
    )
    with pytest.raises(ConditionError, match="no function"), translation.override("en"):
        conditions.read("consent(mail, newsletter)", organisations, jana)


def test_list_filters_by_consent_with_a_chip_and_a_picker(client, jana, firms):
    client.force_login(jana, backend=BACKEND)

    def page(query, **headers):
        answer = client.get(f"/organisations/?{query}", headers=headers)
        assert answer.status_code == 200, answer.content
        return unescape(answer.content.decode())

    listed = page("filter=consent(mail,+newsletter)")
    assert "Has agreed to Newsletter by mail" in listed
    held = Consent.objects.holding("mail", "newsletter").filter(party__kind="org")
    assert set(re.findall(r"Firma \d+", listed)) == {entry.party.name for entry in held.select_related("party")}
    assert "f.call=consent" in page(f"f.at={quote(trees.AND)}", **PARTIAL)
    shown = page("filter=not+consent(phone,+offers)&f.at=0", **PARTIAL)
    assert 'name="f.call" value="consent"' in shown
    assert re.findall(r'<option value="(\w*)" selected>', shown) == ["not", "phone", "offers"]
    put = {"f.do": "put", "f.at": trees.AND, "f.call": "consent", "f.op": "not", "f.value": ["phone", "offers"]}
    answer = client.get("/organisations/", put)
    assert "filter=not+consent%28phone%2C+offers%29" in answer.headers["Location"]
    refused = client.get("/organisations/", put | {"f.value": ["phone", "nothing"]})
    assert refused.status_code == 400
    found = client.get("/api/v1/organisations", {"filter": "consent(mail, newsletter)"})
    assert found.json()["count"] == {"value": held.count(), "exact": True}
    wrong = client.get("/api/v1/organisations", {"filter": "consent(mail, nothing)"})
    assert wrong.status_code == 400 and "nothing" in str(wrong.json()["errors"])


def test_list_by_consent_is_one_question_by_an_index(jana, organisations):
    """At 3,000 entries of the register: their rows are never read one customer after the other without an index."""
    newsletter = ConsentPurpose.objects.get(key="newsletter")
    wording = newsletter.wordings.get()
    parties = [an_organisation(by=jana, name=f"Firma {n}").pk for n in range(150)]
    Consent.objects.bulk_create(
        Consent(party_id=party, purpose=newsletter, channel=channel, how="paper", wording=wording, at=timezone.now())
        for party in parties
        for channel in ("mail", "phone", "sms", "post")
        for _again in range(5)
    )
    assert Consent.objects.filter(in_force=True).count() == 600
    condition = conditions.read("consent(mail, newsletter)", organisations, jana)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ANALYZE privacy_consent; ANALYZE parties_party")
        plan = organisations.visible_to(jana).filter(condition.q()).order_by().explain()
    assert "consent_in_force" in plan and "Seq Scan on privacy_consent " not in plan, plan
