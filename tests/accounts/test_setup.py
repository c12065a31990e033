from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from kundig.accounts.actions import complete_setup, make_setup_token
from kundig.accounts.models import Company, SetupLink, User
from kundig.accounts.queries import company, is_setup_token, needs_setup
from tests.accounts.factories import PASSWORD, a_user

pytestmark = pytest.mark.django_db

JANA = {
    "company_name": "Wendeler Drucklufttechnik GmbH",
    "country": "AT",
    "language": "en",
    "name": "Jana Brandt",
    "email": "jana.brandt@wendeler.example",
    "password": PASSWORD,
}


def test_make_setup_token_is_kept_by_its_hash_only():
    token = make_setup_token()
    assert len(token) >= 32
    assert token not in str(SetupLink.objects.values().get())
    assert is_setup_token(token)
    assert not is_setup_token(token[:-1])
    assert not is_setup_token("")


def test_make_setup_token_leaves_earlier_links_open_until_the_house_is_set_up():
    first, second = make_setup_token(), make_setup_token()
    assert is_setup_token(first) and is_setup_token(second)
    complete_setup(token=first, **JANA)
    assert not is_setup_token(first) and not is_setup_token(second)
    with pytest.raises(ValidationError):
        make_setup_token()


def test_complete_setup_makes_company_and_administrator():
    assert needs_setup()
    user = complete_setup(token=make_setup_token(), **JANA)
    assert not needs_setup()
    assert user.is_administrator and user.check_password(PASSWORD)
    assert (user.language, user.email) == ("en", "jana.brandt@wendeler.example")
    assert (company().name, company().country, company().currency) == ("Wendeler Drucklufttechnik GmbH", "AT", "EUR")


def test_complete_setup_says_everything_that_is_wrong_and_makes_nothing():
    token = make_setup_token()
    with pytest.raises(ValidationError) as refused:
        complete_setup(token=token, **dict.fromkeys(JANA, "") | {"country": "XX", "email": "nein"})
    expected = {"company_name", "country", "language", "name", "email", "password"}
    assert set(refused.value.message_dict) >= expected - {"language"}
    assert not User.objects.exists() and not Company.objects.exists()
    assert company().name == ""
    assert is_setup_token(token)


def test_complete_setup_with_a_used_or_foreign_link_is_refused():
    token = make_setup_token()
    complete_setup(token=token, **JANA)
    for wrong in (token, "geraten"):
        with pytest.raises(ValidationError) as refused:
            complete_setup(token=wrong, **JANA | {"email": "boese@example.org"})
        assert refused.value.code == "used"
    assert User.objects.count() == 1


def test_setup_link_opens_nothing_once_a_user_was_added_elsewhere():
    token = make_setup_token()
    a_user()
    assert not is_setup_token(token)


@pytest.mark.django_db(transaction=True)
def test_complete_setup_twice_at_the_same_moment_makes_one_administrator():
    tokens = [make_setup_token(), make_setup_token()]
    start, outcomes = Barrier(2), []

    def complete(n: int) -> None:
        start.wait()
        try:
            complete_setup(token=tokens[n], **JANA | {"email": f"person{n}@wendeler.example"})
            outcomes.append("made")
        except ValidationError as error:
            outcomes.append(error.code)
        connection.close()

    threads = [Thread(target=complete, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "used"]
    assert User.objects.count() == 1
