"""Random concerns and requests by seed, put to the compiled form and to stock Casbin.

`python -m tests.oracle.differential --seed 7` runs it at any size and with any seed.
Slow by nature, since stock Casbin walks every row.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from random import Random
from typing import Any
from unittest.mock import patch

from casbin.core_enforcer import CoreEnforcer

from ringwall.policy.compiler import compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import ANY
from ringwall.policy.folder import read_concern
from ringwall.policy.reference import ReferenceConcern
from ringwall.policy.rows import Rule
from ringwall.policy.value_types import (
    FlagType,
    IdType,
    InstantType,
    NumberType,
    SetType,
    ValueType,
    WordType,
    value_from_data,
)
from tests.oracle.random_concerns import IDS, INSTANTS, random_concern

__all__ = [
    "Tally",
    "compare_random",
    "compare_shipped",
    "parsing_once",
    "requests_for",
]

POLICIES = FilePath(__file__).parents[2] / "policies"
SHIPPED = tuple(sorted(path.parent.name for path in POLICIES.glob("*/model.conf")))
# Requests to a shipped concern: Casbin walks every row for each, so long tables get
# few, but each row is aimed at so often at least.
_FEWEST_A_ROW = 4
_MOST = 4_000

_NEAR = (0, 6, 7, 8, 69, 70, 99, 100, 101, 2500, 2501, 10**25, 10**25 + 1)


@dataclass(slots=True)
class Tally:
    """What was asked so far, and where the two engines differed."""

    concerns: int = 0
    requests: int = 0
    permits: int = 0
    disagreements: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.concerns += other.concerns
        self.requests += other.requests
        self.permits += other.permits
        self.disagreements += other.disagreements


def compare_random(seed: int, concerns: int, requests: int) -> Tally:
    """Return how both engines answer `requests` requests to each random concern."""
    tally = Tally()
    for number in range(concerns):
        random = Random(f"{seed}-{number}")
        concern = random_concern(random)
        tally.add(_compare(concern, random, requests, f"seed {seed}-{number}"))
    return tally


def compare_shipped(seed: int, walks: int) -> dict[str, Tally]:
    """Return how both answer requests to each shipped concern.

    Args:
        seed: of what is asked.
        walks: about how many rows Casbin may walk for a concern.
    """
    tallies = {}
    for name in SHIPPED if walks else ():
        concern = read_concern(POLICIES / name)
        random, requests = Random(f"{seed}-{name}"), requests_for(concern, walks)
        tallies[name] = _compare(concern, random, requests, f"seed {seed}-{name}")
    return tallies


def requests_for(concern: Concern, walks: int) -> int:
    """Return how many requests make Casbin walk about so many rows."""
    rows = len(concern.rules)
    return max(_FEWEST_A_ROW * rows, min(_MOST, walks // rows))


@contextmanager
def parsing_once() -> Iterator[None]:
    """Let Casbin keep the matchers that it has parsed.

    It parses the same text anew for each request, which takes half of its time if the
    table is short. A parsed matcher is never changed, and looks up its functions anew.
    """
    stock = CoreEnforcer._get_expression
    # An enforcer has one map of functions; it is kept, or another could take its place.
    kept: dict[tuple[str, int], tuple[object, object]] = {}

    def parsed(text: str, functions: Mapping[str, object]) -> object:
        key = text, id(functions)
        if key not in kept:
            kept[key] = functions, stock(text, functions)
        return kept[key][1]

    with patch.object(CoreEnforcer, "_get_expression", staticmethod(parsed)):
        yield


def _compare(concern: Concern, random: Random, requests: int, name: str) -> Tally:
    compiled, reference = compile_concern(concern), ReferenceConcern(concern)
    wishes = {rule.id: _wishes(concern, rule) for rule in concern.rules}
    tally = Tally(concerns=1)
    for number in range(requests):
        wish = wishes[concern.rules[number % len(concern.rules)].id]
        asked = concern.schema.request_from(_request(random, concern, wish))
        outcome, other = compiled.decide(asked), reference.decide(asked)
        tally.requests += 1
        tally.permits += outcome.permitted
        if outcome.permitted != other.permitted or outcome.error:
            tally.disagreements.append(
                f"{name}, request {number}: compiled {outcome}, Casbin {other}"
            )
    return tally


def _request(
    random: Random, concern: Concern, wish: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Return a complete request in plain data, mostly near to what a row asks for."""
    data: dict[str, Any] = {}
    for attribute in concern.schema.attributes:
        wanted = wish[attribute.path]
        far = not wanted or random.random() < 0.15
        value = _any_value(random, attribute.type) if far else random.choice(wanted)
        if isinstance(attribute.type, SetType) and not far:
            value = [value, *random.sample(_words(attribute.type), random.randrange(2))]
            value = list(dict.fromkeys(value))
        if attribute.name:
            data.setdefault(attribute.subject, {})[attribute.name] = value
        else:
            data[attribute.subject] = value
    return data


def _wishes(concern: Concern, rule: Rule) -> dict[str, list[str]]:
    paths = [attribute.path for attribute in concern.schema.attributes]
    return {path: _wanted(concern, rule, path) for path in paths}


def _wanted(concern: Concern, rule: Rule, path: str) -> list[str]:
    """Return what a row says of an attribute, in the columns compared with it."""
    found = []
    for condition in concern.conditions:
        if path in condition.paths:
            fields = [
                rule.text[concern.schema.column_index(name)]
                for name in condition.columns
            ]
            found += [text for text in fields if _suits(concern, path, text)]
    return found


def _suits(concern: Concern, path: str, text: str) -> bool:
    kind = concern.schema.attribute(path).type
    try:
        value_from_data(kind, [text] if isinstance(kind, SetType) else text)
    except ValueError:
        return False
    return text != ANY and not isinstance(kind, FlagType)


def _words(kind: SetType) -> Sequence[str]:
    element = kind.element
    return element.vocabulary.values if isinstance(element, WordType) else IDS


def _any_value(random: Random, kind: ValueType) -> Any:  # noqa: ANN401 - plain data of any type
    match kind:
        case SetType():
            words = _words(kind)
            return random.sample(words, random.randint(0, min(3, len(words))))
        case WordType(vocabulary):
            return random.choice(vocabulary.values)
        case IdType():
            return random.choice(IDS)
        case FlagType():
            return random.random() < 0.5
        case NumberType():
            return random.choice(_NEAR)
        case InstantType():
            return random.choice(INSTANTS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print the tally; exit code 1 on a disagreement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--concerns", type=int, default=2000)
    parser.add_argument("--requests", type=int, default=100, help="for each concern")
    parser.add_argument(
        "--shipped", type=int, default=0, help="rows to walk in each shipped one"
    )
    chosen = parser.parse_args(arguments)
    tally = compare_random(chosen.seed, chosen.concerns, chosen.requests)
    for other in compare_shipped(chosen.seed, chosen.shipped).values():
        tally.add(other)
    for text in tally.disagreements[:20]:
        sys.stdout.write(f"{text}\n")
    sys.stdout.write(
        f"{tally.requests:,} requests to {tally.concerns:,} concerns, "
        f"{tally.permits:,} permitted, {len(tally.disagreements):,} disagreements\n"
    )
    return 1 if tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
