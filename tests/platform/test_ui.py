import re
from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template

from kundig.platform import ui, vite

NASTY = "\"><script x=1>'&"


class Shape(HTMLParser):
    """Tags and the names of their attributes, in order."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, sorted(name for name, _ in attrs)))


@pytest.mark.parametrize(
    ("name", "kind", "letters"),
    [
        ("Maria Anders", "person", "MA"),
        ("Dr. Katrin Ohlendorf", "person", "KO"),
        ("Anna Maria von Hagen", "person", "AH"),
        ("Molkerei Steinbrück eG", "org", "MS"),
        ("Ölmühle", "org", "ÖL"),
        ("K-0412", "org", "K-"),
        ("A.", "person", "A."),
        ("…", "person", "?"),
        ("", "person", "?"),
    ],
)
def test_initials_of_people_and_organisations(name, kind, letters):
    assert ui.initials(name, kind=kind) == letters


def test_tint_is_the_same_for_an_id_and_its_text_is_in_range():
    key = UUID("01935d5e-0000-7000-8000-000000000005")
    assert ui.tint(key) == ui.tint(UUID(str(key)))
    assert {ui.tint(f"x{number}") for number in range(60)} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize(
    "make",
    [lambda text: ui.avatar(text, text), lambda text: ui.face(text, text), lambda text: ui.toast(text, undo=text)],
)
def test_pieces_escape_what_people_write(make):
    assert Shape(make(NASTY)).found == Shape(make("abc")).found


def test_icon_points_into_the_sprite():
    assert re.fullmatch(
        r'<svg class="icon icon--sm" aria-hidden="true"><use href="/static/assets/icons-[\w-]{8}\.svg#i-phone"/></svg>',
        ui.icon("phone", "sm"),
    )


def test_toast_with_undo_rides_in_a_part_of_its_own():
    html = ui.toast("Telefon geändert.", undo="/undo/9/")
    assert html.startswith('<hx-partial hx-target="#toasts" hx-swap="innerHTML">')
    assert '<button type="button" hx-post="/undo/9/" hx-swap="none">' in html


def test_vite_tag_loads_a_script_with_its_styles_and_a_sheet_alone():
    html = Template('{% vite "src/main.ts" "styles/form.css" %}').render(Context())
    assert re.findall(
        r'<(?:link rel="stylesheet" href|script type="module" src)="/static/assets/([a-z]+)-[\w-]{8}\.(css|js)"', html
    ) == [
        ("main", "css"),
        ("form", "css"),
        ("main", "js"),
    ]


def test_vite_names_an_entry_that_is_not_there():
    with pytest.raises(ImproperlyConfigured, match=r"no 'src/board\.ts'; it has .*favicon\.svg"):
        vite.entry("src/board.ts")


def test_field_help_is_escaped_and_nothing_without_a_text():
    template = Template('{% field_help text "h-name" %}')
    assert template.render(Context({"text": "<b>"})) == '<p class="field__help" id="h-name">&lt;b&gt;</p>'
    assert template.render(Context({"text": ""})) == ""
