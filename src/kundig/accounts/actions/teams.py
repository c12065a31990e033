"""Teams and who is in them."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import require_administrator
from kundig.accounts.models import Membership, Team, User


def create_team(*, name: str, by: User | None) -> Team:
    require_administrator(by)
    team = Team(name=name.strip())
    _check_name(team)
    team.save()
    return team


def rename_team(team: Team, *, name: str, by: User | None) -> None:
    require_administrator(by)
    team.name = name.strip()
    _check_name(team)
    team.save(update_fields=["name", "changed_at"])


@transaction.atomic
def delete_team(team: Team, *, by: User | None) -> None:
    """Its members stay; its records keep their responsible person.

    Raises:
        ValidationError: if records still belong to the team.
    """
    require_administrator(by)
    try:
        team.delete()
    except ProtectedError as error:
        raise ValidationError(_("Customers still belong to this team. Give them to another team first.")) from error


def join_team(team: Team, *, user: User, is_lead: bool, by: User | None) -> None:
    require_administrator(by)
    Membership.objects.update_or_create(team=team, user=user, defaults={"is_lead": is_lead})


@transaction.atomic
def set_members(team: Team, *, members: Mapping[str, bool], by: User | None) -> None:
    """Exactly these people (ids) are in the team; the value says whether they lead it."""
    require_administrator(by)
    team.memberships.exclude(user__in=list(members)).delete()
    for user in User.objects.filter(pk__in=list(members)):
        join_team(team, user=user, is_lead=members[str(user.pk)], by=by)


def leave_team(team: Team, *, user: User, by: User | None) -> None:
    require_administrator(by)
    team.memberships.filter(user=user).delete()


def _check_name(team: Team) -> None:
    """Raises ValidationError by field if the name is empty or taken."""
    team.full_clean(validate_constraints=False)
    if Team.objects.exclude(pk=team.pk).filter(name__iexact=team.name).exists():
        raise ValidationError({"name": _("There is a team “%(name)s” already.") % {"name": team.name}})
