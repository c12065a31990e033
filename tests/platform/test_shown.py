"""Parts of pages that are rendered once for all who are shown the same."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, pgettext_lazy

from kundig.platform import shown
from kundig.platform.shown import filled, frozen, nested, rendered


@dataclass
class Chip:
    label: str
    chosen: bool


class Changing:
    """Says nothing about itself."""


@pytest.fixture(autouse=True)
def _nothing_kept():
    shown._kept.clear()
    shown._filled.clear()
    yield
    shown._kept.clear()
    shown._filled.clear()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([Chip("a", True)], [Chip("a", False)]),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ([1, [2]], [1, 2]),
        ("1", 1),
        (None, ""),
        (True, 1),
        (Decimal("1.0"), Decimal("1.00")),
        (mark_safe("<b>"), "<b>"),
    ],
)
def test_different_values_are_kept_apart(one, other):
    assert frozen(one) == frozen(one)
    assert frozen(one) != frozen(other)


def test_a_text_of_the_program_reads_as_the_language_has_it(tmp_path, settings):
    (tmp_path / "part.html").write_text("{{ label }}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    monday, sunday = gettext_lazy("Monday"), gettext_lazy("Sunday")
    for language, name in (("en", "Monday"), ("de", "Montag"), ("en", "Monday")):
        with translation.override(language):
            assert rendered("part.html", {"label": monday}) == name
            assert rendered("part.html", {"label": sunday}) != name
    assert frozen(monday) == frozen(gettext_lazy("Monday")) != frozen(pgettext_lazy("day", "Monday"))


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(TypeError, match="Changing cannot be compared by what it shows"):
        frozen({"a": [Changing()]})


def test_dotted_names_become_what_a_template_reads():
    assert nested({"view.pk": 1, "view.name": "a", "q": ""}) == {"view": {"pk": 1, "name": "a"}, "q": ""}


def test_a_part_is_rendered_once_for_equal_values_and_anew_for_others(tmp_path, settings):
    (tmp_path / "part.html").write_text("{{ view.name }}/{{ view.secret }}/")
    engine = settings.TEMPLATES
    settings.TEMPLATES = [{**engine[0], "DIRS": [tmp_path]}]
    once = Template("{% once 'part.html' 'view.name missing' %}")
    view = {"name": "<Mine>", "secret": "never shown"}
    with translation.override("en"):
        first = once.render(Context({"view": view}))
        assert first == "&lt;Mine&gt;//"
        assert len(shown._kept) == 1
        assert once.render(Context({"view": {**view, "secret": "another"}})) == first
        assert len(shown._kept) == 1
        assert once.render(Context({"view": {"name": "Yours"}})) == "Yours//"
    assert len(shown._kept) == 2


@pytest.fixture
def part(tmp_path, settings):
    """Write the template `part.html`."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    with translation.override("de"):  # whatever another test has left
        yield (tmp_path / "part.html").write_text


def test_places_are_filled_each_time_and_the_rest_is_rendered_once(part):
    part("<b>{{ record.pk }}</b>{% if may_change %}{{ name }}{% endif %}{{ label }}{{ record.pk }}")
    values, fixed = {"may_change": True}, {"label": "Fixed"}
    for pk, name, shown_as in (
        (17, "<a>", "<b>17</b>&lt;a&gt;Fixed17"),
        (18, mark_safe("<a>"), "<b>18</b><a>Fixed18"),
        ("", "\x00record.pk\x00", "<b></b>\x00record.pk\x00Fixed"),
    ):
        assert filled("part.html", values, {"record.pk": pk, "name": name}, constants=fixed) == shown_as
    assert len(shown._filled) == 1
    places = {"record.pk": 17, "name": "a"}
    assert filled("part.html", {"may_change": False}, places, constants=fixed) == "<b>17</b>Fixed17"
    with translation.override("en"):
        filled("part.html", values, places)
    assert len(shown._filled) == 3


@pytest.mark.parametrize("text", ["{% if name %}a{% endif %}", "{{ name|capfirst }}", "{{ name|default:1 }}"])
def test_no_tag_looks_at_what_is_put_in_later(part, text):
    part(text)
    with pytest.raises(TypeError, match="name.* is put in later"):
        filled("part.html", {}, {"name": "a"})
