"""Mail addresses by their form."""

import pytest
from django.core.exceptions import ValidationError

from kundig.platform.mails import check_mail, comparable
from tests.people import english  # noqa: F401 - fixtures


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("maria.anders@futterkiste.de", "maria.anders@futterkiste.de"),
        (" Maria.Anders@Futterkiste.DE ", "Maria.Anders@futterkiste.de"),
        ("Maria Anders <m.anders@futterkiste.de>", "m.anders@futterkiste.de"),
        ("mailto:m.anders@futterkiste.de", "m.anders@futterkiste.de"),
        ("post@steinbrueck.example", "post@steinbrueck.example"),
        ("info@firma.local", "info@firma.local"),
        ("käthe@müller.de", "käthe@müller.de"),
    ],
)
def test_check_mail_gives_the_canonical_form(typed, kept):
    assert check_mail(typed) == kept


@pytest.mark.parametrize("typed", ["", "x", "a@b", "a..b@c.de", "a b@c.de", "a@c..de", "a@-c.de", "a@b.de, c@d.de"])
def test_check_mail_refuses_what_is_no_address(typed):
    with pytest.raises(ValidationError, match="is not a mail address"):
        check_mail(typed)


def test_comparable_knows_no_case():
    assert comparable("Post@Firma.DE") == comparable("post@firma.de ")
