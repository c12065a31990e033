"""Questions about parties."""

from kundig.parties.queries.duplicates import (
    Likely,
    descriptions,
    duplicates_of,
    likely,
    pair_between,
    pairs_for,
    work_list,
)
from kundig.parties.queries.examples import example_customer
from kundig.parties.queries.letters import language_for, salutation_for
from kundig.parties.queries.merging import (
    PARTS,
    MergePreview,
    described,
    in_order,
    merge_preview,
    people_twice,
)
from kundig.parties.queries.quality import (
    MOST_COUNTED,
    Gap,
    gaps,
    may_count,
    mendable,
    quality_of_party,
    quality_rule,
    to_mend,
)
from kundig.parties.queries.relations import (
    BELOW,
    PEOPLE_ON_PAGE,
    group_of,
    members_of,
    parties_turning,
    roles_of,
    searched_along,
    seen_by,
    sees_every_person,
    visible_parties,
    visible_party,
)
from kundig.parties.queries.similar import Similar, similar_in_bulk, similar_parties
from kundig.parties.rules.places import is_postal_code_of
from kundig.parties.rules.quality import half_life

__all__ = [
    "BELOW",
    "MOST_COUNTED",
    "PARTS",
    "PEOPLE_ON_PAGE",
    "Gap",
    "Likely",
    "MergePreview",
    "Similar",
    "described",
    "descriptions",
    "duplicates_of",
    "example_customer",
    "gaps",
    "group_of",
    "half_life",
    "in_order",
    "is_postal_code_of",
    "language_for",
    "likely",
    "may_count",
    "members_of",
    "mendable",
    "merge_preview",
    "pair_between",
    "pairs_for",
    "parties_turning",
    "people_twice",
    "quality_of_party",
    "quality_rule",
    "roles_of",
    "salutation_for",
    "searched_along",
    "seen_by",
    "sees_every_person",
    "similar_in_bulk",
    "similar_parties",
    "to_mend",
    "visible_parties",
    "visible_party",
    "work_list",
]
