"""What somebody should know, kept as data and told in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to be told: of a mail, why a case is sent to somebody, or what became of an order."""

    kind: str
    """A key of `notewords.NOTES`, or of `receiptwords.RECEIPTS` where it is a line of a receipt."""
    about: tuple[str, ...] = ()
    """What fills the `{0}`, `{1}` of its sentence; data, whatever it holds."""
