"""Recognises delivery reports and says which recipients failed, and why (RFC 3464 and what servers send instead)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailbot.core.bouncefields import Recipient, from_enclosed, from_parts, report_type, status_in
from mailbot.core.bounceprose import Report, server_lines
from mailbot.core.lines import Line
from mailbot.core.mime import Part

__all__ = ["Bounce", "Recipient", "read_bounce"]


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says."""

    recipients: tuple[Recipient, ...]


def read_bounce(fields: tuple[tuple[str, bytes], ...], raw: bytes, root: Part, text: Sequence[Line]) -> Bounce | None:
    """The delivery report in a mail, or None for any other mail.

    A report by its content type is believed from anybody. Fields outside of one and prose are only read where the
    mail comes from a mail server: a customer who quotes or passes on a report writes ordinary mail. Bounded by
    MAX_REPORT and MAX_RECIPIENTS.
    """
    parts = root.walk()
    if _has(parts, "feedback-report"):
        return None
    found = from_parts(parts)
    if found and report_type(root):
        return Bounce(_completed(found, text))
    report = Report(fields, parts, text)
    if _has(parts, "disposition-notification") and not report.server:
        # A read receipt; that a filter in a mailbox refused a mail is told so too (RFC 5429), in the server's name.
        return None
    if report.by_server or report.machine:
        # Letters of ours are no reports: one that is attached is the report itself, which a filter wrapped.
        told = _completed(found, text) or from_enclosed(parts)
        if told:
            return Bounce(told)
    if not report.by_server:
        return None
    told = report.recipients(raw)
    return Bounce(told) if told or report.certain else None


def _has(parts: Sequence[Part], kind: str) -> bool:
    """Whether it is a report of that kind, by its own type or by its part's (RFC 6522)."""
    return any(part.content_type == f"message/{kind}" or report_type(part) == kind for part in parts)


def _completed(found: list[Recipient], text: Sequence[Line]) -> tuple[Recipient, ...]:
    """Recipients whose block tells no status get the one that the report's prose tells."""
    if all(recipient.status for recipient in found):
        return tuple(found)
    told = status_in(server_lines(text))
    return tuple(r if r.status else replace(r, status=told) for r in found)
