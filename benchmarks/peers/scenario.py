"""One policy and one population at several sizes, the same for every engine.

A row lets a role do something to an asset; besides, the subject's level must reach
the asset's, one of the subject's labels must be the asset's, and nobody suspended
gets anything. A fifth of the roles includes another one.
"""

from dataclasses import dataclass
from random import Random

__all__ = ["ACTIONS", "LEVELS", "SIZES", "Asset", "Question", "Scenario", "Subject"]

ACTIONS = ("read", "infer", "copy", "export", "delete", "publish")
LEVELS = ("L0", "L1", "L2", "L3", "L4")
LABELS = ("amber", "beryl", "coral", "ebony", "flint", "garnet")
# By number of rows, how many roles, assets and subjects there are.
SIZES = {
    100: (10, 40, 200),
    10_000: (400, 8_000, 2_000),
    100_000: (4_000, 20_000, 2_000),
}
ASKED = 400


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks."""

    id: str
    role: str
    level: int
    labels: frozenset[str]
    suspended: bool


@dataclass(frozen=True, slots=True)
class Asset:
    """What is asked for."""

    id: str
    level: int
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    subject: str
    action: str
    asset: str


class Scenario:
    """Everything an engine is loaded with, and what it is asked.

    Args:
        size: number of rows, one of `SIZES`.
    """

    def __init__(self, size: int) -> None:
        random = Random(f"ringwall-{size}")
        roles, assets, subjects = SIZES[size]
        self.size = size
        self.roles = [f"role-{number}" for number in range(roles)]
        self.links = [
            (self.roles[number], self.roles[number + 1])
            for number in range(0, roles - 1, 5)
        ]
        self.assets = {
            name: Asset(name, random.randrange(5), random.choice(LABELS))
            for name in (f"asset-{number}" for number in range(assets))
        }
        self.subjects = {
            name: Subject(
                name,
                random.choice(self.roles),
                random.randrange(5),
                frozenset(random.sample(LABELS, 3)),
                random.random() < 0.1,
            )
            for name in (f"person-{number}" for number in range(subjects))
        }
        names = list(self.assets)
        rows: dict[tuple[str, str, str], None] = {}
        while len(rows) < size:
            asset = names[len(rows) % assets]
            rows[random.choice(self.roles), asset, random.choice(ACTIONS)] = None
        self.rows = list(rows)
        random.shuffle(self.rows)
        self._random = random
        self.permits: list[Question] = []
        self.unreached: list[Question] = []
        """Denied although a row speaks of it: the level or a label is missing."""
        self.uncovered: list[Question] = []
        """Denied since no row speaks of it."""
        self._draw_questions()

    def includes(self, role: str) -> tuple[str, ...]:
        """Return a role and the one it includes, if any."""
        return (role, *(junior for senior, junior in self.links if senior == role))

    def truth(self, question: Question) -> bool:
        """Return the right answer, worked out without any engine."""
        subject = self.subjects[question.subject]
        asset = self.assets[question.asset]
        return self._covered(question) and (
            subject.level >= asset.level
            and asset.label in subject.labels
            and not subject.suspended
        )

    def _covered(self, question: Question) -> bool:
        subject = self.subjects[question.subject]
        wanted = (question.asset, question.action)
        return any((role, *wanted) in self._rows for role in self._held[subject.role])

    def _draw_questions(self) -> None:
        self._rows = frozenset(self.rows)
        above = dict(self.links)
        self._held = {
            role: (role, above[role]) if role in above else (role,)
            for role in self.roles
        }
        by_role: dict[str, list[tuple[str, str]]] = {}
        for role, asset, action in self.rows:
            by_role.setdefault(role, []).append((asset, action))
        people, assets = list(self.subjects.values()), list(self.assets)
        while min(map(len, (self.permits, self.unreached, self.uncovered))) < ASKED:
            subject = self._random.choice(people)
            role = self._random.choice(self._held[subject.role])
            asset, action = self._random.choice(by_role.get(role, [("", "")]))
            if not asset or self._random.random() < 0.3:
                asset, action = (
                    self._random.choice(assets),
                    self._random.choice(ACTIONS),
                )
            question = Question(subject.id, action, asset)
            if self.truth(question):
                kind = self.permits
            else:
                covered = self._covered(question)
                kind = self.unreached if covered else self.uncovered
            if len(kind) < ASKED:
                kind.append(question)
