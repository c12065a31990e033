"""What people set for themselves: how Kundig looks, which language it speaks, whether others see where they are."""

from django.core.exceptions import ValidationError

from kundig.accounts.models import User
from kundig.platform import live

PREFERENCES = ("language", "theme", "density", "is_shown")


def change_preferences(user: User, *, values: dict[str, str]) -> None:
    """Set the named preferences of `user`.

    Raises:
        ValidationError: if a value is none of the choices.
    """
    names = [name for name in PREFERENCES if name in values]
    was_shown = user.is_shown
    for name in names:
        setattr(user, name, values[name])
    problems = _problems(user, names)
    if problems:
        raise ValidationError(problems)
    if names:
        user.save(update_fields=[*names, "changed_at"])
    if user.is_shown != was_shown:
        live.announce(f"{live.PEOPLE}:{user.pk}")


def _problems(user: User, names: list[str]) -> dict[str, list[str]]:
    try:
        user.clean_fields(exclude={field.name for field in User._meta.fields} - set(names))
    except ValidationError as error:
        return error.message_dict
    return {}
