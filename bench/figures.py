"""One measured figure, how it is printed, and statistics that noise spoils least."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement; `ratio` compares it with the floor measured in the same run (0 where there is none)."""

    name: str
    value: float
    unit: str
    ratio: float = 0.0

    def line(self) -> str:
        """`name value unit ratio-to-floor`."""
        ratio = f"{self.ratio:.2f}" if self.ratio else "-"
        return f"{self.name} {self.value:g} {self.unit} {ratio}"


def low(samples: Sequence[float]) -> float:
    """The tenth percentile: what the work costs when nothing else disturbs it."""
    return sorted(samples)[len(samples) // 10]


def write(figures: Iterable[Figure], path: Path) -> None:
    """Writes the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n")
