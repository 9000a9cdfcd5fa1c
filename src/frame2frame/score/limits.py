"""What an encoder that was calibrated asks of a picture, by the sort of picture that it is.

The embedded encoder sees less of a photograph than of a drawn scene: nothing of another view, and nothing of
the things in it.
"""

from __future__ import annotations

from dataclasses import dataclass

DRAWING, PHOTOGRAPH = "a drawing", "a photograph"
"""The sorts, by the text that fits such a picture best."""

ANY = -1.0
"""The least similarity that there is: where it is asked, nothing is judged by similarity."""


@dataclass(frozen=True)
class Limits:
    """From where on a picture of some sort shows what a text says."""

    threshold: float
    """The cosine from which an edit counts as complete."""
    of_view: float
    """The same of a wish for another view."""
    by_name: bool = False
    """Whether the encoder was taught names, so that a thing's presence goes by them and not by contrast."""
    least_name: float | None = None
    """The cosine with its name from which a thing is there; None where names say nothing."""
    name_deviation: float = 1.0
    """The standard deviation of that cosine, of things that are there."""
    names: frozenset[str] | None = None
    """The words of the names that it was taught; None where all count. Of another word, such as one that a
    person has for what they see, nothing is known, so a thing that is called so is not said to be absent."""

    def tells(self, name: str | None) -> bool:
        """Whether such a name was taught."""
        return name is not None and (self.names is None or self.names.issuperset(name.split()))

    def presence(self, named: float | None) -> float | None:
        """By how many standard deviations a name's cosine lies above the least, as far as names say it."""
        if named is None or self.least_name is None:
            return None
        return (named - self.least_name) / self.name_deviation
