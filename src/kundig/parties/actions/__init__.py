"""Everything that changes a party or its parts."""

from kundig.parties.actions.addresses import add_address, change_address, confirm_address, delete_address
from kundig.parties.actions.contact_points import (
    add_contact_point,
    change_contact_point,
    confirm_contact_point,
    delete_contact_point,
)
from kundig.parties.actions.contacts import ContactDays, NewParty, keep_contacts, when_new
from kundig.parties.actions.derive import anonymous_name
from kundig.parties.actions.duplicates import decide, find_duplicates, may_search, pair_of
from kundig.parties.actions.joining import before_merged, when_merged
from kundig.parties.actions.many import change_parties
from kundig.parties.actions.merging import merge_parties
from kundig.parties.actions.numbers import reserve_numbers
from kundig.parties.actions.parties import (
    change_party,
    confirm_party,
    confirm_value,
    create_household,
    create_organisation,
    create_person,
    delete_party,
    set_parent,
)
from kundig.parties.actions.quality import doubt_value, reckon_quality, set_quality_rule, tell_doubt
from kundig.parties.actions.roles import add_role, change_role, delete_role, end_role
from kundig.parties.actions.stand_ins import refuse_stand_in, stand_in_for
from kundig.parties.actions.summaries import refresh_summaries
from kundig.parties.actions.undoing import parties_brought_back, parts_brought_back

__all__ = [
    "ContactDays",
    "NewParty",
    "add_address",
    "add_contact_point",
    "add_role",
    "anonymous_name",
    "before_merged",
    "change_address",
    "change_contact_point",
    "change_parties",
    "change_party",
    "change_role",
    "confirm_address",
    "confirm_contact_point",
    "confirm_party",
    "confirm_value",
    "create_household",
    "create_organisation",
    "create_person",
    "decide",
    "delete_address",
    "delete_contact_point",
    "delete_party",
    "delete_role",
    "doubt_value",
    "end_role",
    "find_duplicates",
    "keep_contacts",
    "may_search",
    "merge_parties",
    "pair_of",
    "parties_brought_back",
    "parts_brought_back",
    "reckon_quality",
    "refresh_summaries",
    "refuse_stand_in",
    "reserve_numbers",
    "set_parent",
    "set_quality_rule",
    "stand_in_for",
    "tell_doubt",
    "when_merged",
    "when_new",
]
