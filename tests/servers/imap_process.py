"""Takes what a mailbox holds, for a process that a test can kill."""

from __future__ import annotations

from datetime import UTC, datetime

from mailbot.config import MailboxSettings
from mailbot.database import Database
from mailbot.imap import Mailbox


def take(url: str, settings: MailboxSettings) -> None:
    """One pass over the mailbox of these settings, into that database."""
    Mailbox(
        settings.user, settings, Database(url), route=lambda _recipients, desk: desk, now=lambda: datetime.now(UTC),
        jitter=lambda: 0.0,
    ).pass_once()  # fmt: skip
