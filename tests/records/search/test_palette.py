import re

import pytest

from kundig.accounts.enums import Scope
from kundig.accounts.models import AccessRole
from kundig.platform import phones
from kundig.records import search
from kundig.records.search import commands
from kundig.records.search.rendering import marked
from tests.accounts.factories import a_user

pytestmark = pytest.mark.django_db

HITS = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#hits", "Accept-Language": "en"}


@pytest.fixture
def signed_in(client, administrator):
    administrator.language = "en"
    administrator.save()
    client.force_login(administrator)
    return client


@pytest.fixture
def palette(signed_in):
    """A function that types a text into the palette and answers what it shows."""

    def typed(text):
        response = signed_in.get("/search/", {"q": text}, headers=HITS)
        assert response.status_code == 200
        return response.content.decode()

    return typed


def lines(html):
    """The visible text of headings and lines, in order."""
    found = re.findall(r'<h3[^>]*>(.*?)</h3>|class="hit".*?</svg>(.*?)</(?:a|button)>', html, re.DOTALL)
    return [re.sub(r"<small>", " · ", "".join(pair)) for pair in found]


def text(line):
    return re.sub(r"<[^>]+>", "", line)


def test_hits_stand_under_their_kind_and_are_marked(northwind, palette):
    html = palette("futter berlin")
    assert '<h3 role="presentation">Courses</h3>' in html
    assert "Alfreds <mark>Futter</mark>kiste<small><mark>Berlin</mark></small>" in html
    hit = next(course for course in northwind if course.name == "Alfreds Futterkiste")
    preview = f"/search/preview/courses/{hit.pk}/"
    assert f'<a class="hit" role="option" href="/courses/{hit.pk}/" data-preview="{preview}">' in html
    assert '<hx-partial hx-target="#hits-note" hx-swap="innerHTML">1 result</hx-partial>' in html
    assert '<hx-partial hx-target="#hits-foot" hx-swap="innerHTML"></hx-partial>' in html


def test_phone_stands_at_the_right(northwind, palette):
    right = re.search(r"</small></span><span>(.*?)</span></a>", palette("030 0074321")).group(1)
    assert text(right) == phones.shown("+49300074321", home="DE")


def test_typing_error_is_named(northwind, palette):
    assert "Found despite typing error: <strong>Futterkiste</strong>" in palette("futerkiste")


def test_nothing_typed_shows_what_was_opened_then_commands(northwind, courses, administrator, palette):
    for name in ("Frankenversand", "Toms Spezialitäten"):
        search.touch(administrator, courses, next(course.pk for course in northwind if course.name == name))
    shown = [text(line) for line in lines(palette(""))]
    assert shown[:4] == ["Recently opened", "Toms Spezialitäten · Münster", "Frankenversand · München", "Do"]
    assert "Create organisation" in shown


def test_nothing_found_says_so_and_offers_to_create(northwind, palette):
    html = palette("Wilman & <Kala>")
    assert "Nothing that you may see fits “Wilman &amp; &lt;Kala&gt;”." in html
    assert 'href="/courses/new/?name=Wilman+%26+%3CKala%3E"' in html
    assert "Create course “Wilman &amp; &lt;Kala&gt;”" in html
    assert "<Kala>" not in html


def test_commands_are_found_by_their_words(courses, palette):
    assert "<mark>Cre</mark>ate <mark>course</mark>" in palette("cre course")
    assert 'hx-post="/preferences/" hx-vals="{&quot;theme&quot;: &quot;dark&quot;}"' in palette("dark")
    assert "Sign out" in palette("log off")


def test_all_that_match_can_be_seen_in_the_list(northwind, palette):
    assert 'href="/courses/?q=essen"' in palette("essen")


def test_commands_only_for_those_who_may(courses, client):
    client.force_login(a_user("Paula Roth", role="reader"))
    html = client.get("/search/", {"q": "courses"}, headers=HITS).content.decode()
    assert 'href="/courses/"' in html
    assert "/courses/new/" not in html


def test_registered_command(palette):
    commands.register_command(
        "fair", label="Badge <scan>", url=lambda user: "/fair/", icon="star", keywords="trade fair"
    )
    try:
        assert "<mark>Badge</mark> &lt;scan&gt;" in palette("badge")
        assert 'href="/fair/"' in palette("trade fa")
        with pytest.raises(ValueError, match="fair"):
            commands.register_command("fair", label="Again", url="home", icon="star")
    finally:
        commands.unregister_command("fair")
    assert "/fair/" not in palette("badge")


def test_command_whose_address_is_missing_is_left_out(palette):
    commands.register_command("moon", label="Moon", url="no:such:address", icon="star")
    try:
        assert 'class="hit" role="option" href=""' not in palette("moon")
    finally:
        commands.unregister_command("moon")


def test_page_of_its_own(northwind, signed_in):
    response = signed_in.get("/search/", {"q": "futterkiste"})
    html = response.content.decode()
    assert response.status_code == 200
    assert "Alfreds <mark>Futterkiste</mark>" in html
    assert "<h2>Courses</h2>" in html
    assert 'role="option"' not in html


def test_visitors_are_asked_to_sign_in(client, northwind):
    for address in ("/search/?q=futterkiste", f"/search/preview/courses/{northwind[0].pk}/"):
        response = client.get(address)
        assert response.status_code in (302, 401)
        assert b"Futterkiste" not in response.content


@pytest.mark.parametrize(
    "address", ["/search/?q=%00", "/search/?q=%ff%fe", "/search/?q=" + "x" * 6000, "/search/?p=1&q=a&q=b"]
)
def test_strange_addresses(signed_in, address):
    assert signed_in.get(address).status_code == 200
    assert signed_in.get(address, headers=HITS).status_code == 200
    assert signed_in.post(address).status_code == 405


def test_preview_shows_facts_and_ways(northwind, signed_in):
    hit = next(course for course in northwind if course.name == "Alfreds Futterkiste")
    html = signed_in.get(f"/search/preview/courses/{hit.pk}/").content.decode()
    assert html.startswith("<h3>Alfreds Futterkiste</h3><p>Berlin</p><dl><dt>Level</dt><dd>Basics</dd>")
    assert 'href="tel:+49300074321"' in html
    assert 'href="mailto:maria.anders@futterkiste.example"' in html
    assert f'href="/courses/{hit.pk}/"' in html


def test_preview_of_what_one_may_not_see(northwind, signed_in, client):
    assert signed_in.get(f"/search/preview/nothing/{northwind[0].pk}/").status_code == 404
    assert signed_in.get("/search/preview/courses/00000000-0000-7000-8000-000000000000/").status_code == 404
    AccessRole.objects.get(key="reader").grants.update(scope=Scope.OWN)
    client.force_login(a_user("Ute Ahrens", role="reader"))
    response = client.get(f"/search/preview/courses/{northwind[0].pk}/")
    assert response.status_code == 404
    assert b"Futterkiste" not in response.content


def test_german(northwind, client, administrator):
    client.force_login(administrator)  # whose language is German
    html = client.get("/search/", {"q": "futerkiste"}, headers=HITS).content.decode()
    assert "Gefunden trotz Tippfehler: <strong>Futterkiste</strong>" in html
    assert "1 Treffer" in html


def test_marked_escapes_everything():
    assert marked("<b>&\"'", ((1, 2),)) == "&lt;<mark>b</mark>&gt;&amp;&quot;&#x27;"
