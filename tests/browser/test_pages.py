"""The page of a record as people shape it: files dropped on it, and its parts arranged by an administrator."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.attachments.models import Attachment
from tests.accounts.factories import an_administrator
from tests.browser.hands import drag
from tests.browser.looks import wait_for_controller
from tests.records.test_files import HTML

DROP = """([name, type, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, {type}));
    const target = document.querySelector("main h1");
    for (const kind of ["dragover", "drop"])
        target.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: data}));
}"""


def a_pdf():
    target = io.BytesIO()
    Image.new("RGB", (400, 560), (250, 250, 245)).save(target, "PDF")
    return target.getvalue()


def a_photo(colour=(40, 110, 110)):
    target = io.BytesIO()
    Image.new("RGB", (1200, 800), colour).save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
def dairy(sign_in):
    jana = sign_in(an_administrator("Jana Brandt"))
    values = {
        "name": "Molkerei Steinbrück eG", "street": "Eversbuschring 18", "postal_code": "80999", "city": "München",
        "country": "DE", "phone": "089 99998-100", "mail": "post@steinbrueck.example", "lifecycle": "customer",
        "industry": "Milchverarbeitung", "employees": 340,
    }  # fmt: skip
    return create_record(registry.get("organisations"), values, by=jana)


def test_files_are_dropped_looked_at_renamed_and_deleted(page, dairy, look):
    page.goto(f"/organisations/{dairy.pk}/")
    panel = page.locator("#panel-files")
    expect(panel.get_by_text("Ziehen Sie welche irgendwo auf diese Seite")).to_be_visible()
    wait_for_controller(page, "files")
    page.evaluate(DROP, ["Notiz.txt", "text/plain", "Filter bestellt"])
    expect(panel.get_by_role("link", name="Notiz.txt")).to_be_visible()

    panel.locator("input[multiple]").set_input_files(
        [
            {"name": "Halle 2.jpg", "mimeType": "image/jpeg", "buffer": a_photo()},
            {"name": "Angebot Wärmerückgewinnung.pdf", "mimeType": "application/pdf", "buffer": a_pdf()},
            {"name": "Typenschild.png", "mimeType": "image/png", "buffer": HTML},
            {"name": "leer.txt", "mimeType": "text/plain", "buffer": b""},
        ]
    )
    expect(panel.get_by_text("„leer.txt“ ist leer.")).to_be_visible()
    expect(panel.get_by_text("Typenschild.png: Der Inhalt ist: Webseite.")).to_be_visible()
    expect(page.locator("#count-files")).to_have_text("4")
    assert Attachment.objects.count() == 4
    panel.scroll_into_view_if_needed()
    look("page-files")
    for row in panel.get_by_role("button", name="Schließen").all()[::-1]:
        row.click()

    panel.get_by_role("link", name="Halle 2.jpg").click()
    viewer = page.get_by_role("dialog")
    expect(viewer.get_by_role("img", name="Halle 2.jpg")).to_be_visible()
    assert viewer.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
    look("page-files-picture", widths=("desktop", "phone"))
    page.keyboard.press("ArrowLeft")
    frame = viewer.locator("iframe")
    expect(frame).to_have_attribute("title", "Angebot Wärmerückgewinnung.pdf")
    page.keyboard.press("Escape")
    expect(panel.get_by_role("link", name="Angebot Wärmerückgewinnung.pdf")).to_be_focused()

    panel.get_by_role("button", name="Mehr zu Notiz.txt").click()
    page.get_by_role("button", name="Umbenennen oder beschreiben").click()
    expect(panel.get_by_label("Name")).to_be_focused()
    panel.get_by_label("Name").fill("Besuch")
    panel.get_by_label("Beschreibung").fill("Gespräch mit Dr. Ohlendorf")
    panel.get_by_role("button", name="Speichern").click()
    expect(panel.get_by_role("link", name="Besuch.txt")).to_be_visible()

    panel.get_by_role("button", name="Mehr zu Besuch.txt").click()
    page.get_by_role("button", name="Löschen", exact=True).click()
    expect(panel.get_by_role("link", name="Besuch.txt")).to_be_hidden()
    expect(page.locator("#count-files")).to_have_text("3")
    page.get_by_role("button", name="Rückgängig").click()
    expect(panel.get_by_role("link", name="Besuch.txt")).to_be_visible()


def test_a_colleague_who_looks_sees_a_new_file(page, context, dairy):
    page.goto(f"/organisations/{dairy.pk}/")
    other = context.new_page()
    other.goto(f"/organisations/{dairy.pk}/")
    page.wait_for_timeout(500)
    wait_for_controller(other, "files")
    other.locator("#panel-files input[multiple]").set_input_files(
        [{"name": "Plan.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}]
    )
    expect(other.locator("#panel-files").get_by_role("link", name="Plan.pdf")).to_be_visible()
    page.bring_to_front()
    expect(page.locator("#panel-files").get_by_role("link", name="Plan.pdf")).to_be_visible()
    expect(page.locator("#count-files")).to_have_text("1")


def test_an_administrator_arranges_the_page(page, dairy, look):
    page.goto(f"/organisations/{dairy.pk}/")
    page.get_by_role("button", name="Mehr", exact=True).first.click()
    page.get_by_role("link", name="Diese Seite anordnen").click()
    expect(page.get_by_role("heading", name="Kopf der Seite")).to_be_visible()
    look("page-arrange")

    # By mouse: the industry goes to the head of the page.
    head = page.locator("[data-zone=header]")
    drag(
        page, page.get_by_role("button", name="Bewegen: Branche"), head.locator(".item").first, at=(8, 8), into=(40, 6)
    )
    expect(head.locator("[data-field=industry]")).to_be_visible()

    # By keyboard: the section of the company goes to the middle column.
    grip = page.get_by_role("button", name="Bewegen: Unternehmen", exact=True)
    grip.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-arrange-target=voice]")).to_contain_text("Unternehmen aufgenommen")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-arrange-target=voice]")).to_contain_text("Unternehmen: Mittlere Spalte, Platz 1 von ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("[data-zone=facts] [data-key=company]")).to_be_visible()
    expect(grip).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator("[data-zone=history] [data-key=company]")).to_be_visible()

    # A section of our own, with a condition that is mistyped at first.
    page.locator("[data-place=wide]").get_by_role("button", name="Abschnitt").click()
    page.keyboard.type("Wichtig beim Besuch")
    block = page.locator(".block", has=page.get_by_role("heading", name="Wichtig beim Besuch"))
    block.get_by_label("Nur zeigen, wenn").fill("lifecycle = customr")
    expect(block.get_by_text("„customr“ steht nicht zur Wahl.")).to_be_visible()
    page.wait_for_timeout(
        1000
    )  # what was typed is read once more when the hand rests, and the answer moves what is below
    drag(
        page,
        page.get_by_role("button", name="Bewegen: Beschäftigte"),
        block.locator("[data-zone=fields]"),
        at=(8, 8),
        into=(40, 6),
    )
    expect(block.locator("[data-field=employees]")).to_be_visible()
    page.get_by_role("button", name="Von der Seite nehmen: Herkunft").click()
    expect(page.locator("[data-zone=beside-panels] [data-key=origins]")).to_be_visible()
    page.get_by_role("button", name="Speichern").click()
    expect(block.get_by_label("Nur zeigen, wenn")).to_be_focused()
    expect(block.locator(".field__error").first).to_be_visible()
    look("page-arrange-refused", widths=("desktop", "phone"))
    block.get_by_label("Nur zeigen, wenn").fill("lifecycle = customer")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Seite angeordnet für: Alle Rollen.")).to_be_visible()

    page.get_by_role("link", name="Molkerei Steinbrück eG").click()
    expect(page.locator(".record__wide").get_by_role("heading", name="Wichtig beim Besuch")).to_be_visible()
    expect(page.locator("#head")).to_contain_text("Milchverarbeitung")
    expect(page.locator(".record__col--history").get_by_role("heading", name="Unternehmen")).to_be_visible()
    expect(page.get_by_role("heading", name="Herkunft")).to_be_hidden()
    look("page-arranged")

    # Its condition is kept up to date while one looks at the page.
    page.locator("#head dd[data-field=lifecycle]").click()
    page.locator("#head select").select_option("Interessent")
    expect(page.get_by_role("heading", name="Wichtig beim Besuch")).to_be_hidden()


def test_two_administrators_arrange_one_page(page, context, dairy, look):
    address = f"/organisations/arrange/?record={dairy.pk}"
    page.goto(address)
    other = context.new_page()
    other.goto(address)
    other.get_by_role("button", name="Von der Seite nehmen: Team").click()
    other.get_by_role("button", name="Speichern").click()
    expect(other.get_by_text("Seite angeordnet für: Alle Rollen.")).to_be_visible()

    page.bring_to_front()
    page.get_by_role("button", name="Von der Seite nehmen: Schlagworte").click()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("hat diese Seite inzwischen angeordnet")).to_be_visible()
    expect(page.get_by_text("Anderer Platz: Team.")).to_be_visible()
    look("page-arrange-conflict", widths=("desktop", "phone"))
    page.get_by_role("button", name="Mit meiner überschreiben").click()
    expect(page.get_by_text("Seite angeordnet für: Alle Rollen.")).to_be_visible()
    expect(page.locator("[data-zone=header] [data-field=team]")).to_be_visible()
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.locator("[data-zone=beside] [data-field=team]")).to_be_visible()
    expect(page.locator("[data-zone=header] [data-field=tags]")).to_be_visible()
