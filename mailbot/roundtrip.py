"""Mails a desk its own answer address through the mail server and looks whether it arrives: `mailbot check --mail`.

Nothing else proves that answers will find their cases: a server may take no mail for an address with a tag in it, may
write Message-IDs of its own, or may lead an address to a mailbox that nobody reads. No case comes of such a mail: it is
from the desk's own address and marked as an automatic reply, which triage files, whatever becomes of its Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from imapclient import IMAPClient

from mailbot.config import MailboxSettings
from mailbot.core.compose import Head, compose
from mailbot.core.desk import Desk
from mailbot.core.envelope import Envelope, read_envelope
from mailbot.core.fate import Fate, Outcome
from mailbot.core.parties import reply_address
from mailbot.core.routing import desk_of
from mailbot.core.tags import Key, Party, make_handle, make_tag, tagged_message_id
from mailbot.core.wording import admin_report
from mailbot.imaplogin import MailboxError, Refusal, connected, reason_of
from mailbot.post import Freight

PATIENCE = 60.0
"""Seconds in which a mail that a mail server sends to itself arrives, but for greylisting."""
_PAUSE = 1.0
"""Seconds between two looks into the mailboxes."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One mail of a desk to itself."""

    desk: Desk
    address: str
    """Where answers to the desk's letters go: with a tag in it, where the desk has them."""
    message_id: str
    token: str
    """What only this mail's subject holds."""
    freight: Freight

    @property
    def is_tagged(self) -> bool:
        """Whether answers are known by their address, else by the Message-ID that they answer."""
        return self.address != self.desk.address


@dataclass(frozen=True, slots=True)
class Arrived:
    """What was found of a probe."""

    mailbox: str
    seconds: float
    """From when the server had taken it."""
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What a round trip says of a desk."""

    desk: str
    works: bool
    line: str
    """For an admin's eyes; names the server's words, which are others' text."""


def make_probe(desk: Desk, keys: tuple[Key, ...], hostname: str, now: datetime) -> Probe:
    """The mail for one desk, with tags as its letters have them, made for nothing that they could be used for."""
    cause = f"check:{desk.key}:{now:%Y%m%dT%H%M%S%f}"
    party = Party(cause, desk.address, "check")
    token = make_handle(party)
    tag = make_tag(keys, token, party)
    message_id = tagged_message_id(keys, tag, cause, hostname)
    address = reply_address(desk, tag)
    draft = admin_report(
        f"check {token} of {desk.address}",
        (
            "`mailbot check --mail` has sent this mail to see whether answers to the desk's letters arrive.",
            "No case comes of it; it can be deleted.",
        ),
    )
    head = Head(
        sender=desk.address, sender_name=desk.name, to=address, message_id=message_id, date=now,
        auto_submitted="auto-replied",
    )  # fmt: skip
    # The envelope sender is one that the server has to let us use for letters.
    sender = address if address != desk.address else ""
    return Probe(desk, address, message_id, token, Freight(sender, address, compose(draft, head)))


def try_round_trips(
    desks: Mapping[str, Desk],
    mailboxes: Mapping[str, MailboxSettings],
    keys: tuple[Key, ...],
    hostname: str,
    *,
    deliver: Callable[[Freight], Fate],
    now: Callable[[], datetime],
    monotonic: Callable[[], float],
    pause: Callable[[float], object],
) -> Iterator[RoundTrip]:
    """Send one mail for each desk and look for all of them for a minute at most; what came of each, as it is known.

    Looks into the folders that are read and those that the daemon moves mail to, for it may be at work meanwhile; takes
    and marks nothing. MailboxError where a mailbox cannot be looked into.
    """
    awaited: dict[str, tuple[Probe, Fate]] = {}
    for desk in desks.values():
        probe = make_probe(desk, keys, hostname, now())
        fate = deliver(probe.freight)
        if fate.outcome in {Outcome.SENT, Outcome.DOUBT}:
            awaited[desk.key] = probe, fate
        else:
            yield RoundTrip(desk.key, False, f"mail to {probe.address} is not taken by the mail server ({fate})")
    start = monotonic()
    since = now() - timedelta(days=1)
    with ExitStack() as open_ones:
        clients = {name: _enter(open_ones, settings) for name, settings in mailboxes.items()}
        while awaited and monotonic() - start < PATIENCE:
            for key, (probe, _) in list(awaited.items()):
                for name, settings in mailboxes.items():
                    envelope = _look(clients[name], settings, probe.token, since)
                    if envelope is not None:
                        yield _judge(probe, Arrived(name, monotonic() - start, envelope), desks, settings.desk)
                        del awaited[key]
                        break
            if awaited:
                pause(_PAUSE)
    for probe, fate in awaited.values():
        yield _lost(probe, fate, mailboxes)


def _enter(open_ones: ExitStack, settings: MailboxSettings) -> IMAPClient:
    try:
        return open_ones.enter_context(connected(settings))
    except Exception as exc:
        raise MailboxError(reason_of(exc, settings)) from exc


def _look(client: IMAPClient, settings: MailboxSettings, token: str, since: datetime) -> Envelope | None:
    """The envelope of the mail with this word in its subject, where it is in the mailbox by now."""
    folders = (settings.folder, *((settings.processed_folder,) if settings.after == "move" else ()))
    try:
        for folder in folders:
            if not client.folder_exists(folder):
                continue
            client.select_folder(folder, readonly=True)
            # The day spares servers without an index from looking through the mail of years.
            for uid in client.search(["SINCE", since.date(), "SUBJECT", token]):
                # Gone again where the daemon has moved it in between; then it is found there.
                with suppress(KeyError):
                    return read_envelope(client.fetch([uid], ["BODY.PEEK[HEADER]"])[uid][b"BODY[HEADER]"])
    except (Refusal, OSError) as exc:
        raise MailboxError(reason_of(exc, settings)) from exc
    return None


def _judge(probe: Probe, arrived: Arrived, desks: Mapping[str, Desk], mailboxs_own: str) -> RoundTrip:
    """Whether an answer that arrives like this would find its case, and its desk."""
    envelope = arrived.envelope
    place = f"mail to {probe.address} arrived in mailbox {arrived.mailbox} after {arrived.seconds:.0f} s"
    kept = envelope.message_id == probe.message_id
    if probe.is_tagged and probe.address not in envelope.recipients:
        fault = f"but its tag is gone: it is addressed to {_listed(envelope.recipients) or 'nobody'}"
    elif not probe.is_tagged and not kept:
        fault = (
            "but a mail server on the way has given it another Message-ID, so answers would not find their cases:"
            ' set reply_tags = "plus" or "catch-all"'
        )
    elif (found := desk_of(envelope.recipients, desks.values(), mailboxs_own)) != probe.desk.key:
        fault = f"but would be taken for desk {found}'s"
    else:
        fault = ""
    if fault:
        return RoundTrip(probe.desk.key, False, f"{place}, {fault}")
    if not probe.is_tagged:
        return RoundTrip(probe.desk.key, True, f'{place}, its Message-ID as it was sent: reply_tags = "none" works')
    message_id = "and Message-ID as they were sent" if kept else "as it was sent; another Message-ID does no harm then"
    return RoundTrip(probe.desk.key, True, f"{place}, its tag {message_id}")


def _lost(probe: Probe, fate: Fate, mailboxes: Iterable[str]) -> RoundTrip:
    line = (
        f"mail to {probe.address} did not arrive within {PATIENCE:.0f} s in {_listed(mailboxes)},"
        f" though the mail server took it ({fate})"
    )
    if probe.is_tagged:
        line += f'; as long as that is so, answers with reply_tags = "{probe.desk.reply_tags}" are lost'
    return RoundTrip(probe.desk.key, False, line)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
