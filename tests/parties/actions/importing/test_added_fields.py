"""Files bring values of fields that an administrator added."""

from kundig.parties.models import Party
from kundig.records import registry
from kundig.records.custom.actions import add_field
from tests.accounts.factories import an_administrator


def fields_of_organisations():
    administrator = an_administrator()
    organisations = registry.get("organisations")
    choices = [{"de": "Norden", "en": "North"}, {"de": "Süden", "en": "South"}]
    add_field(
        organisations,
        {"label_de": "Vertriebsgebiet", "kind": "choice", "options": {"choices": choices}},
        by=administrator,
    )
    add_field(organisations, {"label_de": "Gründungstag", "label_en": "Founded", "kind": "date"}, by=administrator)
    add_field(organisations, {"label_de": "Sterne", "kind": "number", "default": "3"}, by=administrator)


def custom_of(name):
    return Party.objects.get(name=name).custom


def test_columns_called_like_added_fields_are_recognised_and_written(imported):
    fields_of_organisations()
    text = "Firma;Ort;Vertriebsgebiet;Gründungstag\nMolkerei;Kiel;Norden;03.04.1987\nBrauerei;Ulm;;\n"
    done = imported(text)
    assert done.counts == {"created": 2}
    assert custom_of("Molkerei") == {"c_vertriebsgebiet": "north", "c_gruendungstag": "1987-04-03", "c_sterne": "3"}
    assert custom_of("Brauerei") == {"c_sterne": "3"}


def test_a_second_import_completes_and_keeps_what_is_there(imported):
    fields_of_organisations()
    imported("Firma;Ort;Sterne\nMolkerei;Kiel;5\n")
    text = "Firma;Ort;Sterne;Vertriebsgebiet\nMolkerei;Kiel;1;Süden\n"
    imported(text)
    assert custom_of("Molkerei") == {"c_sterne": "5", "c_vertriebsgebiet": "south"}


def test_a_bad_value_comes_back_with_its_reason(imported):
    fields_of_organisations()
    done = imported("Firma;Ort;Vertriebsgebiet\nMolkerei;Kiel;Westen\n")
    assert "is not one of" in done.reasons[0]


def test_a_row_without_a_required_added_field_comes_back_with_the_reason(imported):
    organisations = registry.get("organisations")
    given = {"label_de": "Wagenklasse", "kind": "text", "is_required": True}
    add_field(organisations, given, by=an_administrator("Mara Tiede"))
    done = imported("Firma;Wagenklasse\nKelterei Obstweiler;A\nHartwig Stahlbau GmbH;\n")
    assert (done.reasons, done.counts) == (["“Wagenklasse” is missing."], {"created": 1, "failed": 1})
    assert done.reasons == ["“Wagenklasse” is missing."]
    assert custom_of("Kelterei Obstweiler") == {"c_wagenklasse": "A"}
    assert not Party.objects.filter(name="Hartwig Stahlbau GmbH").exists()
    again = imported("Firma;Ort\nKelterei Obstweiler;Steyr\n", file="Orte.csv")
    assert again.counts == {"updated": 1}, "what is there already is only filled"


def test_an_added_field_with_a_default_is_not_missing(imported):
    organisations = registry.get("organisations")
    given = {"label_de": "Wagenklasse", "kind": "text", "is_required": True, "default": "B"}
    add_field(organisations, given, by=an_administrator("Mara Tiede"))
    assert imported("Firma\nKelterei Obstweiler\n").counts == {"created": 1}
    assert custom_of("Kelterei Obstweiler") == {"c_wagenklasse": "B"}


def test_imported_rows_are_calculated_at_once(imported):
    organisations = registry.get("organisations")
    given = {"label_de": "Potenzial", "kind": "calculated", "formula": "employees * 100"}
    add_field(organisations, given, by=an_administrator("Mara Tiede"))
    imported("Firma;Mitarbeiter;Potenzial\nKelterei Obstweiler;12;7\n")
    assert Party.objects.get(name="Kelterei Obstweiler").calculated == {"c_potenzial": "1200"}
    assert custom_of("Kelterei Obstweiler") == {}
