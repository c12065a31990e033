"""Lists of companies with their contact persons."""

import pytest

from kundig.accounts.enums import Scope
from kundig.parties.actions import change_party
from kundig.parties.models import Address, ContactPoint, ExternalKey, Organisation, Party, Person, Role
from kundig.records import search
from tests.accounts.factories import a_team, a_user, an_administrator
from tests.parties.factories import a_scoped_user

LIST = (
    "KdNr;Firma;Ansprechp.;Funktion;Strasse;PLZ Ort;Tel.;EMail;Umsatz25;Betreuer;KZ3\n"
    "K-0412;Hartwig Stahlbau GmbH;Dr. Ulrike Hartwig;Einkauf;Am Wehr 4;93047 Regensburg;0941/99999-30;"
    "u.hartwig@hartwig.example;12.480,50;brandt;J\n"
    "K-0413;Kelterei Obstweiler;Sommer, Tobias;Betriebsleiter;Industriestr. 112a;A-4400 Steyr;+43 7252 99999;"
    "tobias.sommer@obst.example;980,00;timm;N\n"
)


@pytest.fixture
def staff(db):
    return [a_user("Jana Brandt"), a_user("Holger Timm")]


def test_row_becomes_an_organisation_with_all_it_says(imported, company, staff):
    done = imported(LIST)
    assert done.counts == {"created": 2}
    hartwig = company("Hartwig Stahlbau GmbH")
    assert (hartwig.street, hartwig.postal_code, hartwig.city) == ("Am Wehr 4", "93047", "Regensburg")
    assert hartwig.phone == "+499419999930"
    assert hartwig.legal_form == "GmbH"
    assert str(hartwig.revenue) == "12480.50"
    assert hartwig.owner.name == "Jana Brandt"
    assert hartwig.notes == "KZ3: J"
    assert hartwig.lifecycle == "customer"
    assert hartwig.origins["*"]["via"] == "import"
    assert hartwig.origins["*"]["note"] == "Kunden.csv"
    assert list(ExternalKey.objects.filter(party=hartwig).values_list("system", "key")) == [("Kunden", "K-0412")]


def test_row_brings_its_contact_person(imported, company, staff):
    imported(LIST)
    ulrike = Person.objects.get(family_name="Hartwig")
    assert (ulrike.academic_title, ulrike.first_name, ulrike.name) == ("Dr.", "Ulrike", "Dr. Ulrike Hartwig")
    assert ulrike.mail == "u.hartwig@hartwig.example"
    assert ulrike.organisation_id == company("Hartwig Stahlbau GmbH").pk
    assert ulrike.function == "Einkauf"
    assert ulrike.owner.name == "Jana Brandt"
    role = Role.objects.get(person=ulrike)
    assert (role.party.name, role.function, role.is_main) == ("Hartwig Stahlbau GmbH", "Einkauf", True)
    assert Person.objects.get(family_name="Sommer").first_name == "Tobias"


def test_town_with_a_sign_gives_the_country(imported, company, staff):
    imported(LIST)
    obst = company("Kelterei Obstweiler")
    assert (obst.country, obst.postal_code, obst.city) == ("AT", "4400", "Steyr")
    assert obst.phone == "+43725299999"


def test_second_import_changes_nothing(imported, staff):
    imported(LIST)
    before = {model: list(model.objects.order_by("pk").values()) for model in (Party, ContactPoint, Address, Role)}
    again = imported(LIST)
    assert again.counts == {"unchanged": 2}
    assert {model: list(model.objects.order_by("pk").values()) for model in before} == before


def test_trial_says_the_same_and_changes_nothing(imported, staff):
    assert imported(LIST, dry=True).counts == {"created": 2}
    assert Party.objects.count() == 0
    imported(LIST)
    assert imported(LIST, dry=True).counts == {"unchanged": 2}


def test_what_is_empty_is_filled_and_what_differs_stays(imported, company, staff):
    imported("KdNr;Firma;Ort;Telefon\n1;Meier KG;Hamburg;\n")
    done = imported("KdNr;Firma;Ort;Telefon\n1;Meyer KG;Kiel;040 123456\n")
    assert done.counts == {"updated": 1}
    assert done.run.counts["filled"] == 1
    assert done.run.counts["differing"] == 2
    meier = company("Meier KG")
    assert (meier.city, meier.phone) == ("Hamburg", "+4940123456")
    assert meier.origins["*"]["note"] == "Kunden.csv"


def test_values_of_the_file_replace_what_is_there_on_request(imported, company, staff):
    imported("KdNr;Firma;Ort;Telefon;EMail\n1;Meier KG;Hamburg;040 123456;a@b.example\n")
    done = imported("KdNr;Firma;Ort;Telefon;EMail\n1;Meyer KG;Kiel;0431 7777;a@b.example\n", existing="overwrite")
    assert done.counts == {"updated": 1}
    meyer = company("Meyer KG")
    assert (meyer.city, meyer.phone, meyer.mail) == ("Kiel", "+494317777", "a@b.example")
    assert meyer.name_key == "meyer kg"
    assert meyer.origins["name"]["via"] == "import"
    assert ContactPoint.objects.filter(party=meyer).count() == 2
    assert search.find(an_administrator(), "meyer")[0].title == "Meyer KG"


def test_number_corrected_by_hand_does_not_come_back(imported, company, staff):
    text = "KdNr;Firma;Telefon\n1;Meier KG;040 123456\n"
    imported(text)
    change_party(company("Meier KG"), {"phone": "040 654321"}, by=staff[0])
    assert imported(text).counts == {"unchanged": 1}
    assert company("Meier KG").phone == "+4940654321"
    assert ContactPoint.objects.count() == 1


def test_rows_of_one_key_become_one_organisation_with_several_people(imported):
    text = (
        "KdNr;Firma;Ansprechpartner;Telefon\n"
        "7;Meier KG;Anna Klein;040 1111111\n"
        "7;Meier KG;Bert Groß;040 2222222\n"
        "7;Meier KG;Anna Klein;040 1111111\n"
    )
    done = imported(text)
    assert done.counts == {"created": 1, "updated": 1, "unchanged": 1}
    assert Organisation.objects.count() == 1
    assert sorted(Person.objects.values_list("name", flat=True)) == ["Anna Klein", "Bert Groß"]
    assert list(Role.objects.filter(is_main=True).values_list("person__name", flat=True)) == ["Anna Klein"]
    assert ContactPoint.objects.count() == 2
    assert imported(text).counts == {"unchanged": 3}


def test_rows_of_one_key_meet_across_portions(imported, monkeypatch):
    monkeypatch.setattr("kundig.records.imports.running.PORTION", 1)
    text = "KdNr;Firma;Telefon\n7;Meier KG;040 1111111\n8;Huber AG;\n7;Meier KG;040 2222222\n"
    assert imported(text, dry=True).counts == {"created": 2, "updated": 1}
    assert imported(text).counts == {"created": 2, "updated": 1}
    assert ContactPoint.objects.count() == 2
    assert imported(text).counts == {"unchanged": 3}


@pytest.mark.parametrize(("columns", "match"), [("Firma;Ort", "name"), ("EMail;Firma", "mail")])
def test_rows_without_numbers_are_matched_by_what_they_have(imported, columns, match):
    rows = {"name": "Meier KG;Hamburg\nMeier KG;Kiel\n", "mail": "info@meier.example;Meier KG\n"}[match]
    text = f"{columns}\n{rows}"
    first = imported(text, match=match)
    assert first.counts == {"created": rows.count("\n")}
    assert imported(text, match=match).counts == {"unchanged": rows.count("\n")}


def test_every_row_is_new_where_people_say_so(imported):
    text = "Firma;Ort\nMeier KG;Hamburg\nMeier KG;Hamburg\n"
    assert imported(text, match="none").counts == {"created": 2}


def test_two_of_one_name_at_one_place_are_not_guessed(imported, staff):
    imported("Firma;Ort\nMeier KG;Hamburg\nMeier KG;Hamburg\n", match="none")
    done = imported("Firma;Ort\nMeier KG;Hamburg\n", match="name")
    assert done.counts == {"failed": 1}
    assert "2 records are called so at this place" in done.reasons[0]


def test_customer_numbers_match_and_are_unique(imported, company):
    plan = {"columns": {"Nr": "number", "Firma": "name"}}
    assert imported("Nr;Firma\nK1;Meier KG\nK2;Huber AG\n", **plan).counts == {"created": 2}
    assert company("Meier KG").number == "K1"
    assert imported("Nr;Firma\nK1;Meier KG\n", **plan).counts == {"unchanged": 1}
    done = imported("Nr;Firma\nK1;Andere KG\n", columns=plan["columns"], match="name")
    assert done.reasons == ["The number K1 belongs to another customer."]


def test_customers_without_number_get_the_next_free_ones(imported):
    imported("Firma\nMeier KG\nHuber AG\n")
    numbers = list(Organisation.objects.values_list("number", flat=True))
    assert len(set(numbers)) == 2
    assert all(number.isdigit() for number in numbers)


def test_bad_rows_come_back_with_the_reason_and_good_rows_go_in(imported, everybody):
    text = (
        "Firma;Telefon;EMail;Land;Umsatz\n"
        "Meier KG;040 123456;info@meier.example;Deutschland;1\n"
        "Huber AG;;info huber.example;Österreich;1\n"
        ";040 1;x@y.example;;1\n"
        "Graf OHG;;;Zamunda;viel\n"
        "Zu;viele;Werte;in;dieser;Zeile\n"
        f"{'x' * 1000};;;;\n"
        ";;;;\n"
    )
    done = imported(text)
    assert done.counts == {"created": 1, "skipped": 1, "failed": 5}
    assert everybody() == ["Meier KG"]
    assert done.returned[0] == ["Firma", "Telefon", "EMail", "Land", "Umsatz", "Reason"]
    assert done.returned[1][:5] == ["Huber AG", "", "info huber.example", "Österreich", "1"]
    assert done.reasons[0].startswith("EMail: “info huber.example” is not a mail address.")
    assert done.reasons[1] == "The name is missing."
    assert "Land: “Zamunda” is not a country." in done.reasons[2]
    assert "Umsatz: “viel” is not a number." in done.reasons[2]
    assert done.returned[4][:6] == ["Zu", "viele", "Werte", "in", "dieser", done.returned[4][5]]
    assert done.returned[4][-1] == "Zeile"
    assert "1000 characters long" in done.reasons[4]


def test_corrected_rows_go_in_without_the_reason(imported, company):
    back = imported("Firma;EMail\nHuber AG;info huber.example\n").run.folder / "returned.csv"
    text = back.read_text(encoding="utf-8-sig").replace("info huber.example", "info@huber.example", 1)
    assert imported(text, file="besser.csv").counts == {"created": 1}
    assert company("Huber AG").notes == ""


def test_formulas_come_back_harmless_and_go_in_as_they_were(imported, company):
    text = "Firma;EMail;Info\n=cmd|' /C calc'!A0;kaputt;+49 30 1234\n@SUM(A1);x@y.example;-1+2\n"
    done = imported(text)
    assert done.returned[1][:3] == ["'=cmd|' /C calc'!A0", "kaputt", "+49 30 1234"]
    assert company("@SUM(A1)").notes == "-1+2"
    again = imported("Firma;EMail\n'=cmd|' /C calc'!A0;a@b.example\n", file="zurück.csv")
    assert again.counts == {"created": 1}
    assert company("=cmd|' /C calc'!A0")


def test_markup_is_only_text(imported, company):
    imported("Firma;Ort\n<script>alert(1)</script>;<b>Kiel</b>\n")
    assert company("<script>alert(1)</script>").city == "<b>Kiel</b>"


def test_null_and_the_like_are_nothing(imported, company):
    imported("Firma;Ort;Telefon;EMail;Region\nMeier KG;NULL;n/a;-;#NV\n")
    meier = company("Meier KG")
    assert (meier.city, meier.phone, meier.mail) == ("", "", "")


def test_phone_numbers_are_read_by_the_country_of_the_row(imported, company):
    imported("Firma;Land;Telefon\nA;Germany;030-0074321\nB;UK;(171) 555-7788\nC;Singapore;555-8787\n")
    assert [company(name).phone for name in "ABC"] == ["+49300074321", "+441715557788", "555-8787"]
    assert ContactPoint.objects.get(party__name="A").value == "030-0074321"


def test_several_numbers_and_addresses_are_all_kept(imported, company):
    text = (
        "Firma;Telefon;Telefon 2;Mobil;Fax;E-Mail;Strasse;PLZ;Ort;Rechnung Strasse;Rechnung PLZ;Rechnung Ort\n"
        "Meier KG;040 111111;040 222222;0170 3333333;040 111119;a@m.example;Weg 1;20095;Hamburg;Postfach 9;20099;"
        "Hamburg\n"
    )
    imported(text)
    meier = company("Meier KG")
    points = meier.contact_points.order_by("kind", "-is_main").values_list("kind", "normalised", "is_main")
    assert list(points) == [
        ("fax", "+4940111119", True),
        ("mail", "a@m.example", True),
        ("mobile", "+491703333333", True),
        ("phone", "+4940111111", True),
        ("phone", "+4940222222", False),
    ]
    kinds = meier.addresses.order_by("kind").values_list("kind", "street", "is_main")
    assert list(kinds) == [("invoice", "Postfach 9", False), ("visit", "Weg 1", True)]
    assert meier.street == "Weg 1"
    assert imported(text).counts == {"unchanged": 1}


def test_house_number_and_eaten_zero_come_back(imported, company):
    imported("Firma;Straße;Hausnummer;PLZ;Ort;Land\nMeier KG;Am Wehr;4 a;4179;Leipzig;D\n")
    meier = company("Meier KG")
    assert (meier.street, meier.postal_code, meier.country) == ("Am Wehr 4 a", "04179", "DE")


def test_links_of_access_give_their_address_and_nothing_is_lost(imported, company):
    text = (
        "Firma;homePage\n"
        "Mayumi's;Mayumi's (on the World Wide Web)#http://www.microsoft.com/mayumi.htm#\n"
        "Cajun;#CAJUN.HTM#\n"
    )
    done = imported(text)
    point = ContactPoint.objects.get(party=company("Mayumi's"))
    assert (point.value, point.label) == ("http://www.microsoft.com/mayumi.htm", "Mayumi's (on the World Wide Web)")
    assert company("Cajun").notes == "homePage: #CAJUN.HTM#"
    assert done.run.warnings == [[2, "homePage: “#CAJUN.HTM#” is no web address; it is kept in the notes."]]
    assert imported(text).counts == {"unchanged": 2}


def test_unmapped_columns_are_kept_or_left_out_as_decided(imported, company):
    text = "Firma;KZ3;Farbe\nMeier KG;J;rot\n"
    imported(text, columns={"Firma": "name", "KZ3": "note", "Farbe": "leave_out"})
    assert company("Meier KG").notes == "KZ3: J"


def test_unknown_people_fail_the_row_and_known_ones_are_found_by_any_name(imported, company, staff):
    rows = f"A;Jana Brandt\nB;Brandt, Jana\nC;J. Brandt\nD;brandt\nE;{staff[0].email}\nF;Niemand\n"
    done = imported(f"Firma;Betreuer\n{rows}")
    assert done.counts == {"created": 5, "failed": 1}
    assert {company(name).owner_id for name in "ABCDE"} == {staff[0].pk}
    assert done.reasons == ["Betreuer: Nobody here is called “Niemand”."]


def test_column_of_unknown_people_becomes_a_note(imported, company):
    imported("Firma;Betreuer\nA;Niemand\n")
    assert company("A").notes == "Betreuer: Niemand"


def test_teams_and_tags_are_read(imported, company):
    team = a_team("Nord")
    imported(f"Firma;Team;Schlagworte\nA;{team.name};VIP, Messe\n")
    assert company("A").team_id == team.pk
    assert company("A").tags == ["VIP", "Messe"]
    imported("Firma;Schlagworte\nA;Messe, Süd\n")
    assert company("A").tags == ["VIP", "Messe", "Süd"]


def test_parents_are_found_also_when_they_come_later(imported, company):
    text = (
        "KdNr;Firma;Muttergesellschaft\n1;Tochter GmbH;Holding AG\n2;Enkel KG;Tochter GmbH\n3;Holding AG;Holding AG\n"
    )
    assert imported(text).counts == {"created": 3}
    assert company("Tochter GmbH").parent.name == "Holding AG"
    assert company("Enkel KG").parent.name == "Tochter GmbH"
    assert company("Holding AG").parent is None
    assert imported(text).counts == {"unchanged": 3}


def test_parent_that_is_nowhere_is_created_or_noted(imported, company):
    imported("Firma;Konzern\nTochter GmbH;Neue Holding\n")
    assert company("Tochter GmbH").parent.name == "Neue Holding"
    imported("Firma;Konzern\nAndere GmbH;Fremde Holding\n", missing="fail")
    assert company("Andere GmbH").parent is None
    assert company("Andere GmbH").notes == "Parent company: Fremde Holding"


def test_companies_never_stand_above_themselves(imported, company):
    imported("Firma;Konzern\nA;B\nB;C\nC;A\n")
    parents = {name: company(name).parent and company(name).parent.name for name in "ABC"}
    assert sum(parent is None for parent in parents.values()) == 1


def test_contact_without_name_gives_its_mail_to_the_organisation(imported, company):
    text = "Firma;Kontakt Funktion;Kontakt Mail\nMeier KG;Einkauf;einkauf@meier.example\n"
    columns = {"Firma": "name", "Kontakt Funktion": "contact.function", "Kontakt Mail": "contact.mail"}
    imported(text, columns=columns)
    assert Person.objects.count() == 0
    assert (company("Meier KG").mail, company("Meier KG").notes) == ("einkauf@meier.example", "Einkauf")


def test_everything_imported_is_found(imported):
    imported(LIST)
    boss = an_administrator()
    for typed in ("hartwig stahl", "ulrike", "K-0412", "0941 9999930", "hartwig.example"):
        assert any("Hartwig" in hit.title for hit in search.find(boss, typed)), typed


def test_rights_reach_as_far_as_the_scope(imported, company):
    svenja, boss = a_scoped_user("Svenja Kroll", Scope.OWN), an_administrator()
    imported("KdNr;Firma;Ort\n1;Meier KG;\n", by=boss)
    done = imported("KdNr;Firma;Ort\n1;Meier KG;Kiel\n2;Huber AG;Wien\n", by=svenja)
    assert done.counts == {"created": 1, "skipped": 1}
    assert company("Meier KG").city == ""
    assert done.reasons == ["This is there already, and you may not change it."]
    assert company("Huber AG").owner == svenja
    assert company("Meier KG").owner is None


def test_who_sees_everything_does_not_become_responsible_for_everything(imported, company):
    imported("Firma\nMeier KG\n", by=an_administrator())
    assert company("Meier KG").owner is None


def test_decisions_about_twins_hold(imported, company):
    imported("Firma;Ort;Telefon\nAlfreds Futterkiste;Berlin;030 0074321\n")
    known = company("Alfreds Futterkiste")
    text = "KdNr;Firma;Ort;EMail\n9;Alfreds Futterkisten;Berlin;info@alfreds.example\n10;Neu KG;Kiel;\n"
    left = imported(text, decisions={"1": "skip"})
    assert left.counts == {"created": 1, "skipped": 1}
    assert left.returned[1][1] == "Alfreds Futterkisten"
    done = imported(text, decisions={"1": str(known.pk)})
    assert done.counts == {"updated": 1, "unchanged": 1}
    known.refresh_from_db()
    assert (known.name, known.mail) == ("Alfreds Futterkiste", "info@alfreds.example")
    assert imported(text).counts == {"unchanged": 2}


def test_an_organisation_never_completes_a_person(imported, everybody):
    imported("Name;Telefon\nAnna Klein;040 123456\n", name="persons")
    anna = Party.objects.get()
    imported("Firma;Telefon\nKlein KG;040 123456\n", decisions={"1": str(anna.pk)})
    assert everybody() == ["Anna Klein", "Klein KG"]
