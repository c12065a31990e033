"""A program of its own: finds the likely duplicates of a base. Started by `actions.duplicates`, with its limits.

`python -m kundig.parties.rules.matching.program FOLDER MEMORY` reads `parties.tsv` and `points.tsv` in the folder,
writes `pairs.tsv` (kind, two ids, probability, reasons) and answers a line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow  # type: ignore[import-untyped]
from splink import Linker, block_on
from splink.backends.duckdb import DuckDBAPI
from splink.internals.exceptions import EMTrainingException

from kundig.parties.rules.matching import blocking, features, model
from kundig.parties.rules.matching.phonetics import cologne

LEAST = 0.5
"""Probability from which a pair is worth somebody's look."""
MOST_TOLD = 50_000
BELIEF = 60.0
"""So many pairs' worth of experience the given weights are; what a base teaches counts more the more pairs it has."""
LEAST_TAUGHT = 1e-7
FEWEST = 200
"""Parties, or pairs, from which anything is learned."""
FEW_REFUSED = 0.05
"""Where so few of the likely pairs are vetoed, the base has no families in it, and what is vetoed are slips."""
MOST_PRIOR = 0.003
"""In a base of ten, too, two at random are seldom the same."""
SAMPLED = 1_500_000
SEED = 1969


def run(folder: Path, *, memory: int) -> dict[str, Any]:
    """Find the pairs of all kinds."""
    base = duckdb.connect()
    base.execute(f"SET memory_limit = '{memory // 1_000_000}MB'")
    base.execute("SET preserve_insertion_order = false")
    base.execute(f"SET temp_directory = '{folder / 'spill'}'")
    features.read(base, parties=str(folder / "parties.tsv"), points=str(folder / "points.tsv"))
    words = features.distinct_words(base)
    sounds = pyarrow.table({"word": words, "sound": [" ".join(map(cologne, word.split())) for word in words]})
    base.register("sounds", sounds)
    answer: dict[str, Any] = {}
    with (folder / "pairs.tsv").open("w", encoding="utf-8") as target:
        for kind in model.COMPARISONS:
            began = time.monotonic()
            rows = features.make(base, kind)
            looked_at = blocking.make(base, kind, rows) if rows > 1 else 0
            found = _find(base, kind, rows) if looked_at else []
            target.writelines("\t".join((kind, *map(str, line))) + "\n" for line in found)
            answer[kind] = {
                "parties": rows, "looked_at": looked_at, "found": len(found),
                "seconds": round(time.monotonic() - began, 1),
            }  # fmt: skip
    return answer


def _find(base: duckdb.DuckDBPyConnection, kind: str, rows: int) -> list[tuple[Any, ...]]:
    """Id, id, probability and reasons of the pairs worth a look, the surest first."""
    settings = _learned(base, kind, _settings(kind, prior=_prior(base, rows)))
    linker = _linker(base, settings)
    linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register("pairs"))
    scored = linker.inference.predict(threshold_match_probability=LEAST).physical_name
    words = ", ".join(f"{_word(each)} AS {each.name}_word" for each in model.COMPARISONS[kind])
    names = ", ".join(f"{each.name}_word" for each in model.COMPARISONS[kind])
    order = {word: place for place, word in enumerate((*model.FOR, *model.AGAINST))}
    told = f"(SELECT *, {words} FROM {scored})"  # noqa: S608
    told = f"(SELECT * FROM {told} WHERE coalesce({model.NEEDED[kind]}, false))"  # noqa: S608
    veto = model.VETO.get(kind, "false")
    refused, others = base.execute(
        f"SELECT count(*) FILTER ({veto}), count(*) FILTER (NOT ({veto})) FROM {told}"  # noqa: S608
    ).fetchall()[0]
    if refused <= FEW_REFUSED * others:
        veto = "false"
    found = base.execute(
        f"SELECT unique_id_l, unique_id_r, match_probability, [{names}] FROM {told}"  # noqa: S608
        f" WHERE NOT ({veto}) "
        f" ORDER BY match_probability DESC, unique_id_l, unique_id_r LIMIT {MOST_TOLD}"
    ).fetchall()
    return [
        (min(one, other), max(one, other), f"{probability:.6f}", " ".join(sorted(filter(None, told), key=order.get)))  # type: ignore[arg-type]
        for one, other, probability, told in found
    ]


def _word(comparison: model.Comparison) -> str:
    cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(comparison.words()) if word)
    return f"CASE gamma_{comparison.name} {cases} END" if cases else "NULL"


def _settings(kind: str, *, prior: float) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "comparisons": [each.settings() for each in model.COMPARISONS[kind]],
        "blocking_rules_to_generate_predictions": [block_on("name").get_blocking_rule("duckdb").as_dict()],
        "probability_two_random_records_match": prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
        "max_iterations": 15,
    }


def _prior(base: duckdb.DuckDBPyConnection, rows: int) -> float:
    """How likely two parties taken at random are the same: what several things in common say at once, and a little."""
    # As a filter, not as a condition: by the name alone the engine would first put all namesakes together.
    sure = base.execute(
        "SELECT count(*) FILTER (a.name = b.name AND (a.zip = b.zip AND a.street = b.street OR a.birth = b.birth"
        " OR len(list_intersect(a.phones, b.phones)) > 0 OR len(list_intersect(a.mails, b.mails)) > 0))"
        " FROM pairs JOIN features AS a ON a.unique_id = join_key_l JOIN features AS b ON b.unique_id = join_key_r"
    ).fetchall()[0][0]
    return min(MOST_PRIOR, (1.5 * sure + 0.02 * rows + 0.5) / (rows * (rows - 1) / 2))


def _learned(base: duckdb.DuckDBPyConnection, kind: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with weights learned from the base, held together with those that were given."""
    linker = _linker(base, settings)
    rows = base.execute("SELECT count(*) FROM features").fetchall()[0][0]
    if rows < FEWEST:
        return settings
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED, seed=SEED)
    for column in model.LEARNED_FROM[kind]:
        shared = base.execute(
            "SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM"  # noqa: S608
            f" (SELECT count(*) AS n FROM features WHERE {column} IS NOT NULL GROUP BY {column})"
        ).fetchall()[0][0]
        if shared < FEWEST:
            continue
        before = linker.misc.save_model_to_json()
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(column), max_pairs=SAMPLED)
        except (EMTrainingException, ValueError):
            # What shares this column never agrees in something else, which came out as impossible: Splink gives up and
            # leaves a broken model. The column teaches nothing then.
            linker = _linker(base, before)
    learned = linker.misc.save_model_to_json()
    expected = settings["probability_two_random_records_match"] * rows * (rows - 1) / 2
    return _held_together(settings, learned, weight=expected / (expected + BELIEF))


def _held_together(given: Mapping[str, Any], learned: Mapping[str, Any], *, weight: float) -> dict[str, Any]:
    """`given` with weights that are between the given and the learned ones."""
    by_name = {each["output_column_name"]: each["comparison_levels"] for each in learned["comparisons"]}
    comparisons = []
    for each in given["comparisons"]:
        levels = []
        for level, taught in zip(each["comparison_levels"], by_name[each["output_column_name"]], strict=True):
            one = dict(level)
            if "m_probability" in one:
                one["m_probability"] += weight * (
                    taught.get("m_probability", one["m_probability"]) - one["m_probability"]
                )
                # What a base never shows must not weigh without bound, and Splink refuses what is as good as zero.
                one["m_probability"] = max(LEAST_TAUGHT, one["m_probability"])
                one["u_probability"] = max(LEAST_TAUGHT, taught.get("u_probability", one["u_probability"]))
            levels.append(one)
        comparisons.append({**each, "comparison_levels": levels})
    return {**given, "comparisons": comparisons}


def _linker(base: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> Linker:
    return Linker(DuckDBAPI(base).register("features"), settings, log_level=40)


def main(folder: str, memory: str) -> int:
    limit = int(memory)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = run(Path(folder), memory=int(limit * 0.6))
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer["cpu"] = round(used.ru_utime + used.ru_stime, 1)
    answer["peak"] = used.ru_maxrss * 1024
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
