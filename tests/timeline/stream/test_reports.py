"""What reports begin with."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kundig.timeline.actions import set_report_templates
from kundig.timeline.models import ReportTemplate
from tests.accounts.factories import an_administrator
from tests.timeline.stream.test_views import signed_in

VISIT = ("Standardbesuch", "visit", "Anlass\nErgebnis\nNächster Schritt")


def test_templates_are_kept_in_their_order(db):
    jana = an_administrator()
    set_report_templates([VISIT, ("", "visit", ""), ("Telefonat", "call", "Thema")], by=jana)
    assert list(ReportTemplate.objects.values_list("name", "kind", "text")) == [VISIT, ("Telefonat", "call", "Thema")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("", "visit", "Text"), "Give both a name and a text."),
        (("standardbesuch", "visit", "Text"), "There are two of the name “standardbesuch”."),
        (("x" * 61, "visit", "Text"), "This is 61 characters long; at most 60 fit."),
        (("Lang", "visit", "x" * 4001), "This is 4001 characters long; at most 4000 fit."),
        (("Datei", "file", "Text"), "Choose the kind of contact that the template is for."),
    ],
)
def test_what_is_wrong_changes_nothing(db, line, message):
    jana = an_administrator()
    with pytest.raises(ValidationError) as refused:
        set_report_templates([VISIT, line], by=jana)
    assert refused.value.message_dict == {"1": [message]}
    assert not ReportTemplate.objects.exists()


def test_only_administrators_write_them(svenja):
    with pytest.raises(PermissionDenied):
        set_report_templates([VISIT], by=svenja)
    assert signed_in(svenja).get("/settings/reports/").status_code == 403
    assert not ReportTemplate.objects.exists()


def test_page_keeps_them_and_the_composer_offers_them(svenja, dairy):
    web = signed_in(an_administrator())
    posted = {"name": [VISIT[0], ""], "kind": [VISIT[1], "visit"], "text": [VISIT[2], ""]}
    assert web.post("/settings/reports/", posted).status_code == 302
    assert "Standardbesuch" in web.get("/settings/reports/").content.decode()
    html = signed_in(svenja).get(f"/organisations/{dairy.pk}/").content.decode()
    assert 'data-text="Anlass\nErgebnis\nNächster Schritt"' in html
    refused = web.post("/settings/reports/", {"name": "", "kind": "visit", "text": "Nur Text"})
    assert refused.status_code == 422 and "Give both a name and a text." in refused.content.decode()
