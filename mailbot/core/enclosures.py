"""Which attachments go along with a letter: as many as common servers take."""

from __future__ import annotations

from mailbot.core.attachment import Attachment

MOST_ATTACHED = 15 * 2**20
"""Octets of attachments that go along with one letter; a third more on the wire. Common servers take 20 to 25 MB."""


def attachable(attachments: tuple[Attachment, ...]) -> tuple[tuple[Attachment, ...], tuple[Attachment, ...]]:
    """Those that go along, as many as fit, the smallest first but in their order; and the others."""
    room = MOST_ATTACHED
    fitting = set()
    for place, part in sorted(enumerate(attachments), key=lambda item: item[1].size):
        room -= part.size
        if room < 0:
            break
        fitting.add(place)
    along = tuple(part for place, part in enumerate(attachments) if place in fitting)
    return along, tuple(part for place, part in enumerate(attachments) if place not in fitting)
