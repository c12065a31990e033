"""Everything that changes people, teams, roles and keys; `by=None` is the house itself: command line and first run."""

from kundig.accounts.actions.answers import (
    await_answer,
    fetch_answer,
    forget_answers,
    keep_answer,
    spend_assertion,
    spend_request,
)
from kundig.accounts.actions.company import PRINTED, change_company, change_letterhead, follow_clock
from kundig.accounts.actions.deputies import end_deputyship, give_role, name_deputy, take_role
from kundig.accounts.actions.entering import change_rules, make_entry_link
from kundig.accounts.actions.factors import (
    add_passkey,
    add_totp,
    new_totp_secret,
    remove_passkey,
    remove_totp,
    rename_passkey,
    renew_codes,
    reset_factors,
    use_code,
)
from kundig.accounts.actions.house_keys import house_keys, renew_house_key
from kundig.accounts.actions.preferences import change_preferences
from kundig.accounts.actions.providers import new_provider, remove_provider, renew_facts, save_provider, welcome
from kundig.accounts.actions.roles import (
    add_role,
    assign_role,
    delete_role,
    drop_grants,
    ensure_roles,
    find_role,
    let_assistants_write,
    rename_role,
    set_field_rights,
    set_grants,
)
from kundig.accounts.actions.security import record
from kundig.accounts.actions.sessions import (
    end_all_sessions,
    end_other_sessions,
    end_session,
    end_sessions_there,
    note_sign_in,
)
from kundig.accounts.actions.setup import complete_setup, make_setup_token
from kundig.accounts.actions.teams import create_team, delete_team, join_team, leave_team, rename_team, set_members
from kundig.accounts.actions.tokens import create_token, note_token_use, revoke_token
from kundig.accounts.actions.users import (
    activate_user,
    add_user,
    change_profile,
    change_user,
    deactivate_user,
    make_password_link,
)

__all__ = [
    "PRINTED",
    "activate_user",
    "add_passkey",
    "add_role",
    "add_totp",
    "add_user",
    "assign_role",
    "await_answer",
    "change_company",
    "change_letterhead",
    "change_preferences",
    "change_profile",
    "change_rules",
    "change_user",
    "complete_setup",
    "create_team",
    "create_token",
    "deactivate_user",
    "delete_role",
    "delete_team",
    "drop_grants",
    "end_all_sessions",
    "end_deputyship",
    "end_other_sessions",
    "end_session",
    "end_sessions_there",
    "ensure_roles",
    "fetch_answer",
    "find_role",
    "follow_clock",
    "forget_answers",
    "give_role",
    "house_keys",
    "join_team",
    "keep_answer",
    "leave_team",
    "let_assistants_write",
    "make_entry_link",
    "make_password_link",
    "make_setup_token",
    "name_deputy",
    "new_provider",
    "new_totp_secret",
    "note_sign_in",
    "note_token_use",
    "record",
    "remove_passkey",
    "remove_provider",
    "remove_totp",
    "rename_passkey",
    "rename_role",
    "rename_team",
    "renew_codes",
    "renew_facts",
    "renew_house_key",
    "reset_factors",
    "revoke_token",
    "save_provider",
    "set_field_rights",
    "set_grants",
    "set_members",
    "spend_assertion",
    "spend_request",
    "take_role",
    "use_code",
    "welcome",
]
