"""An import-linter contract: from another domain, only its open rooms may be entered."""

from typing import TYPE_CHECKING, Any

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph


class OpenRooms(Contract):
    """A domain may import, from another domain, only the rooms listed in `open_rooms`."""

    # import-linter puts plain values in the place of these declarations.
    root: Any = fields.StringField()
    open_rooms: Any = fields.ListField(subfield=fields.StringField())
    exempt_importers: Any = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    fully_open: Any = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: "ImportGraph", verbose: bool) -> ContractCheck:
        trespasses = [
            (importer, imported)
            for importer in sorted(graph.modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._trespasses(importer, imported)
        ]
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def _trespasses(self, importer: str, imported: str) -> bool:
        home, _ = self._address(importer)
        domain, room = self._address(imported)
        if not home or not domain or home == domain:
            return False
        if home in self.exempt_importers or domain in self.fully_open:
            return False
        return room not in self.open_rooms

    def _address(self, module: str) -> tuple[str, str]:
        """The domain and the room of a module, empty where it has none."""
        package, _, rest = module.partition(".")
        domain, _, rooms = rest.partition(".")
        return (domain, rooms.partition(".")[0]) if package == self.root else ("", "")

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["trespasses"]:
            output.print_error(f"{importer} enters {imported}; open rooms: {', '.join(self.open_rooms)}")
