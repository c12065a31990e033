"""The order of the domains, read from the import contract, so that it is written down once."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def heights():
    """How high each domain stands; the lowest is 0, neighbours on one layer share a number."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["containers"] == ["kundig"])
    return {
        domain.strip(" ()"): height
        for height, layer in enumerate(reversed(layers))
        for domain in layer.split("|")
    }  # fmt: skip
