from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kundig.accounts.enums import Action, Scope
from kundig.accounts.rules import BUILTIN_ROLES, NO_ACCESS, access_from

SOMEBODY = UUID(int=1)


def access(*lines: str):
    return access_from(user_id=SOMEBODY, lines=lines, team_ids=())


def test_scope_what_no_role_names_is_not_allowed():
    assert access().scope("organisations", Action.READ) is Scope.NONE
    assert NO_ACCESS.scope("organisations", Action.READ) is Scope.NONE


def test_scope_of_an_object_overrides_every_object_within_a_role():
    mine = access("r1|*|read|3", "r1|persons|read|1")
    assert mine.scope("organisations", Action.READ) is Scope.ALL
    assert mine.scope("persons", Action.READ) is Scope.OWN


def test_scope_several_roles_the_widest_wins():
    mine = access("r1|*|read|1", "r1|persons|read|0", "r2|*|read|2")
    assert mine.scope("persons", Action.READ) is Scope.TEAM


scopes = st.sampled_from(list(Scope))


@given(st.lists(st.tuples(scopes, scopes), min_size=1, max_size=4))
def test_scope_another_role_never_takes_anything_away(roles):
    lines = [f"r{n}|*|change|{wide:d}" for n, (wide, _) in enumerate(roles)]
    lines += [f"r{n}|deals|change|{narrow:d}" for n, (_, narrow) in enumerate(roles)]
    all_roles = access(*lines).scope("deals", Action.CHANGE)
    without_first = access(*[line for line in lines if not line.startswith("r0")]).scope("deals", Action.CHANGE)
    assert all_roles >= without_first
    assert all_roles is max(narrow for _, narrow in roles)


def test_is_administrator_only_with_the_right_to_administer_everything():
    assert access("r|*|administer|3").is_administrator
    assert not access("r|*|change|3", "r|*|administer|0").is_administrator
    assert not access("r|organisations|administer|3").is_administrator


def test_builtin_roles_name_every_action():
    assert {len(scopes) for _, scopes in BUILTIN_ROLES.values()} == {len(Action)}
    assert list(BUILTIN_ROLES) == ["administrator", "sales", "service", "marketing", "reader"]
