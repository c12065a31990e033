"""Believable people of a small firm."""

from itertools import count

from kundig.accounts.actions import add_user, create_team, ensure_roles, join_team
from kundig.accounts.models import Team, User

PASSWORD = "Kesselhaus-Nordwind-7"
_numbers = count(1)


def a_user(name: str = "Svenja Kroll", *, role: str = "sales", team: Team | None = None, email: str = "") -> User:
    address = email or f"{name.lower().replace(' ', '.')}.{next(_numbers)}@wendeler.example"
    user = add_user(email=address, name=name, password=PASSWORD, role=role, by=None)
    if team:
        join_team(team, user=user, is_lead=False, by=None)
    return user


def an_administrator(name: str = "Jana Brandt", *, email: str = "") -> User:
    return a_user(name, role="administrator", email=email)


def a_team(name: str = "Süd") -> Team:
    ensure_roles()
    return create_team(name=f"{name} {next(_numbers)}", by=None)
