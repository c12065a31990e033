"""A filtered list to Excel, a column changed there, and back; the log of what left the house."""

import io

import pytest
import xlsxwriter
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from kundig.parties.actions import change_party
from kundig.parties.models import Organisation
from kundig.records.exports.models import ExportEntry
from tests.accounts.factories import a_user
from tests.browser.test_bulk import customers
from tests.browser.test_click_budget import Work
from tests.records.roundtrips.spreadsheet import Workbook


@pytest.fixture
def user(sign_in):
    return sign_in(a_user("Jana Brandt", role="administrator"))


def with_column(content, name, value):
    """The workbook with every cell of a column changed, as somebody would in Excel."""
    given = CalamineWorkbook.from_filelike(io.BytesIO(content))
    header, *rows = given.get_sheet_by_index(0).to_python()
    place = header.index(name)
    changed = io.BytesIO()
    with xlsxwriter.Workbook(changed) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([header, *([*row[:place], value, *row[place + 1 :]] for row in rows)]):
            sheet.write_row(number, 0, row)
        book.add_worksheet(given.sheet_names[1]).write_row(0, 0, ["Filter"])
    return changed.getvalue()


def test_a_filtered_list_goes_to_excel_and_comes_back(page, user, worker, look):
    customers(12, by=user)
    Organisation.objects.filter(name__lt="Kunde 002").update(city="Köln")
    Organisation.objects.update(industry="Handel")
    page.goto("/organisations/?city=Halle")
    work = Work(page)
    work.click(page.get_by_role("button", name="Exportieren"))
    look("export-menu", widths=("desktop", "tablet"))
    with page.expect_download() as download:
        work.click(page.get_by_role("link", name="Excel (XLSX)", exact=True))
    content = download.value.path().read_bytes()
    assert ExportEntry.objects.get().rows == 10
    work.views = 0  # a download leads nowhere
    work.click(page.get_by_role("link", name="Importieren"))
    changed = with_column(content, "Branche", "Maschinenbau")
    file = {"name": "Organisationen.xlsx", "mimeType": "application/octet-stream", "buffer": changed}
    page.locator("input[type=file]").set_input_files(file)
    work.clicks += 1
    preview = page.locator(".import__side")
    expect(preview.locator("div[data-kind=fill]")).to_contain_text("10")
    look("export-back")
    work.click(page.get_by_role("button", name="10 Zeilen übernehmen"))
    expect(page.get_by_role("link", name="Organisationen zeigen")).to_be_visible(timeout=60_000)
    assert work.clicks <= 6 and work.views <= 2
    assert Organisation.objects.count() == 12
    assert Organisation.objects.filter(city="Halle", industry="Maschinenbau").count() == 10


def test_a_table_is_edited_in_a_spreadsheet_and_brought_back(page, user, worker, look):
    customers(12, by=user)
    Organisation.objects.update(industry="Handel")
    page.goto("/organisations/")
    page.get_by_role("button", name="Exportieren").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel zum Bearbeiten und Zurückbringen").click()
    names = list(Organisation.objects.order_by("name_key").values_list("name", flat=True))
    book = Workbook(download.value.path().read_bytes())
    for name in names[:3]:
        book.set(name, "Branche", "Maschinenbau")
    book.set(names[3], "Branche", "Bau")
    book.set(names[4], "Status", "Bester Kunde")
    book.remove(names[5])
    book.add(Name="Neuland GmbH", Ort="Jena")
    change_party(Organisation.objects.get(name=names[3]), {"industry": "Holz"}, by=user)
    page.goto("/organisations/")
    page.get_by_role("link", name="Importieren").click()
    file = {"name": "Organisationen.xlsx", "mimeType": "application/octet-stream", "buffer": book.saved()}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "1 Zeile hat sich auch in Kundig geändert: Bitte entscheiden Sie"
    )
    conflict = page.get_by_role("group", name=f"{names[3]}, Branche")
    expect(conflict).to_contain_text("beim Export war es „Handel“")
    expect(page.locator(".roundtrip__row", has_text=names[4])).to_contain_text("„Bester Kunde“ steht nicht zur Wahl")
    look("roundtrip")
    go = page.locator(".import__go [type=submit]").first
    expect(go).to_contain_text("4 Datensätze ändern")
    conflict.get_by_role("radio", name="Bau").check()
    expect(go).to_contain_text("5 Datensätze ändern")
    page.get_by_role("checkbox", name="Auch diesen Datensatz löschen").check()
    expect(go).to_contain_text("5 Datensätze ändern, 1 löschen")
    go.click()
    expect(page.get_by_role("link", name="Organisationen zeigen")).to_be_visible(timeout=60_000)
    look("roundtrip-done", widths=("desktop", "phone"))
    assert Organisation.objects.filter(industry="Maschinenbau").count() == 3
    assert Organisation.objects.get(name=names[3]).industry == "Bau"
    assert Organisation.objects.get(name="Neuland GmbH").city == "Jena"
    assert not Organisation.objects.filter(name=names[5]).exists()
    page.get_by_role("button", name="Diesen Import zurücknehmen").click()
    expect(page.get_by_text("Dieser Import wurde zurückgenommen.")).to_be_visible()
    assert sorted(Organisation.objects.values_list("name", flat=True)) == sorted(names)
    assert Organisation.objects.get(name=names[3]).industry == "Holz"


def test_the_log_tells_who_took_what(page, user, look):
    customers(3, by=user)
    page.goto("/organisations/?city=Halle")
    page.get_by_role("button", name="Exportieren").click()
    with page.expect_download():
        page.get_by_role("link", name="CSV mit Semikolon, alle Felder").click()
    page.goto("/settings/exports/")
    expect(page.locator(".lines li").first).to_contain_text("3 Zeilen")
    look("export-log")
    page.goto("/settings/runs/")
    expect(page.get_by_role("heading", name="Meine Vorgänge")).to_be_visible()
    look("runs")
