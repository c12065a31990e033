"""What pages and the server ask about proposals."""

from __future__ import annotations

from django.db.models import QuerySet

from kundig.accounts.models import User
from kundig.assistants.models import Proposal


def proposals_of(user: User) -> QuerySet[Proposal]:
    """What assistants propose in the name of `user`: nobody else sees or decides it."""
    return Proposal.objects.filter(user=user).order_by("-at", "-id")


def may_write_directly(user: User) -> bool:
    """Whether a role of `user` lets assistants change records without asking."""
    return user.roles.filter(assistants_write=True).exists()
