"""What the cleaner tells of a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Removal:
    """One part of a text that left: whole lines, or a span within a line.

    ``original[slice(*removal.chars)]`` is ``removal.text``.
    """

    #: Half-open range of bytes in the original, as UTF-8.
    span: tuple[int, int]
    #: Half-open range of characters in the original ``str``.
    chars: tuple[int, int]
    #: First and last line that left, from 1; blank lines that left with them are not counted.
    lines: tuple[int, int]
    #: The kind of chrome: one of :data:`dechrome.LABELS`.
    label: str
    #: The id of the rule that decided.
    rule: str
    #: Why, in one short clause.
    reason: str
    #: What left.
    text: str

    def to_dict(self) -> dict[str, Any]:
        """The same as Arrow has it: ``span``, ``chars`` and ``lines`` are dictionaries with two numbers each."""
        return {
            "span": dict(zip(("start", "end"), self.span)),
            "chars": dict(zip(("start", "end"), self.chars)),
            "lines": dict(zip(("first", "last"), self.lines)),
            "label": self.label,
            "rule": self.rule,
            "reason": self.reason,
            "text": self.text,
        }


@dataclass(frozen=True)
class Cleaned:
    """A cleaned text, and what left it."""

    #: What is left; the very same object as the original if nothing left.
    text: str
    #: What left, in order; ranges do not overlap.
    removals: tuple[Removal, ...]
    #: What became of the text. The last three are left untouched: they would lose more than ``max_removed``, are whole
    #: pages without content, or did not come to rest.
    verdict: Literal["unchanged", "cleaned", "over-budget", "no-content", "unsettled"]
    #: What the text was taken for.
    mode: Literal["article", "page"]
