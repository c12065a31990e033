"""Customer lists: rows of a file become organisations and persons, with everything that belongs to them."""

from kundig.parties.actions.importing.importers import OrganisationImporter, PersonImporter

__all__ = ["OrganisationImporter", "PersonImporter"]
