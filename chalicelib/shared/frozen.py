"""The dataclasses that domains are made of. None of them ever changes; `dataclasses.replace` makes another.

`dataclass` writes and compiles half a dozen methods for each class, and a function loads dozens of classes when it
starts. Those that are the same for all are written here once instead, which is a twentieth of a cold start.
"""

from dataclasses import Field, dataclass, field
from typing import Any, ClassVar, TypeVar, dataclass_transform

Made = TypeVar("Made")


class Frozen:
    """What they have in common: one equals another of its own kind with equal parts."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __eq__(self, other: object) -> bool:
        return _parts(self) == _parts(other) if isinstance(other, type(self)) else NotImplemented

    def __hash__(self) -> int:
        return hash(_parts(self))

    def __repr__(self) -> str:
        told = (f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
        return f"{type(self).__name__}({', '.join(told)})"


def _parts(made: Frozen) -> tuple[Any, ...]:
    return tuple(getattr(made, name) for name, part in made.__dataclass_fields__.items() if part.compare)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(kind: type[Made]) -> type[Made]:
    """Makes a subclass of `Frozen` a frozen dataclass with slots."""
    return dataclass(frozen=True, slots=True, eq=False, repr=False)(kind)
