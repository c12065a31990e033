"""The catalogues' tool, on a small domain of its own: what it finds, keeps, drops and complains of."""

import pytest

from tools.translations import bring_up_to_date, contradictions, problems

CODE = """
_("Looked after by")
_("%(count)s results of %(total)s") % {}
ngettext_lazy("%(n)s person", "%(n)s persons", "n")
pgettext("of a letter", "Title")
"""
PAGE = '{% translate "Sign in" %}{% blocktranslate trimmed %}\n  Hello {{ name }}\n{% endblocktranslate %}'


@pytest.fixture
def domain(tmp_path):
    folder = tmp_path / "parties"
    (folder / "templates" / "parties").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "models.py").write_text(CODE)
    (folder / "templates" / "parties" / "page.html").write_text(PAGE)
    return folder


def translate(domain, **texts):
    """Fill the catalogue by hand; `texts` are pairs of what is said and its German."""
    path = bring_up_to_date(domain, language="de")
    catalogue = path.read_text()
    for text, german in texts.items():
        assert f'msgid "{text}"\nmsgstr ""' in catalogue
        catalogue = catalogue.replace(f'msgid "{text}"\nmsgstr ""', f'msgid "{text}"\nmsgstr "{german}"')
    path.write_text(catalogue)
    return path


def all_problems(domain):
    return list(problems(domain, language="de"))


def test_code_and_templates_are_read(domain):
    catalogue = bring_up_to_date(domain, language="de").read_text()
    for line in (
        'msgid "Looked after by"', 'msgid "Sign in"', 'msgid "Hello %(name)s"', 'msgctxt "of a letter"',
        'msgid_plural "%(n)s persons"', "#: parties/templates/parties/page.html",
    ):  # fmt: skip
        assert line in catalogue
    assert len(all_problems(domain)) == 6


def test_extracting_again_changes_nothing_and_keeps_what_is_translated(domain):
    path = translate(domain, **{"Sign in": "Anmelden"})
    before = path.read_bytes()
    assert bring_up_to_date(domain, language="de").read_bytes() == before
    assert "'Sign in'" not in str(all_problems(domain))


def test_line_numbers_do_not_churn(domain):
    before = bring_up_to_date(domain, language="de").read_bytes()
    (domain / "models.py").write_text("\n\n\n" + CODE)
    assert bring_up_to_date(domain, language="de").read_bytes() == before


def test_text_that_vanished_is_a_problem_until_it_is_dropped(domain):
    translate(domain, **{"Sign in": "Anmelden"})
    (domain / "templates" / "parties" / "page.html").unlink()
    assert "parties, de: no longer said anywhere: 'Sign in'" in all_problems(domain)
    assert "Sign in" not in bring_up_to_date(domain, language="de").read_text()


def test_new_text_is_a_problem(domain):
    bring_up_to_date(domain, language="de")
    (domain / "views.py").write_text('_("Sign out")')
    assert "parties, de: not in the catalogue: 'Sign out'" in all_problems(domain)


def test_other_placeholders_are_a_problem(domain):
    translate(domain, **{"Hello %(name)s": "Hallo %(nmae)s"})
    assert "parties, de: other placeholders than %(name)s: 'Hello %(name)s'" in all_problems(domain)


def test_number_in_a_text_that_a_template_shares_is_a_problem(domain):
    page = domain / "templates" / "parties" / "page.html"
    page.write_text(
        "{% blocktranslate count n=late %}since yesterday{% plural %}for {{ n }} days{% endblocktranslate %}"
    )
    (domain / "views.py").write_text('ngettext("since yesterday", "for %(n)d days", late)')
    path = bring_up_to_date(domain, language="de")
    german = 'msgstr[0] "seit gestern"\nmsgstr[1] "seit %(n)d Tagen"'
    path.write_text(
        path.read_text().replace('"for %(n)d days"\nmsgstr[0] ""\nmsgstr[1] ""', f'"for %(n)d days"\n{german}')
    )
    assert any("write %(…)s" in each and "since yesterday" in each for each in all_problems(domain))


def test_fuzzy_is_a_problem(domain):
    path = translate(domain, **{"Sign in": "Anmelden"})
    path.write_text(path.read_text().replace('msgid "Sign in"', '#, fuzzy\nmsgid "Sign in"'))
    assert "parties, de: marked as fuzzy: 'Sign in'" in all_problems(domain)


def test_two_domains_that_contradict_are_a_problem(domain):
    other = domain.parent / "web"
    other.mkdir()
    (other / "__init__.py").touch()
    (other / "views.py").write_text('_("Sign in")')
    translate(domain, **{"Sign in": "Anmelden"})
    translate(other, **{"Sign in": "Einloggen"})
    found = list(contradictions(domain.parent, language="de"))
    assert found == ["'Sign in' is 'Anmelden' in parties and 'Einloggen' in web"]
