"""Tells mail that a machine wrote, which is heard but never answered, by an ordered table of named rules."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from mailbot.core.attachment import Attachment
from mailbot.core.letter import Letter
from mailbot.core.machinewords import (
    AUTOMATIC_SUBJECT,
    AUTOMATIC_TEXT,
    AWAY_TEXT,
    COMPLAINT_SUBJECT,
    DMARC_SUBJECT,
    FORWARD_SUBJECT,
    MACHINE_LOCAL_PART,
    MACHINE_PATH,
    MARKED_SUBJECT,
    NO_REPLY_NAME,
    QUESTION,
    RECEIPT_SUBJECT,
    RECEIPT_TEXT,
)
from mailbot.core.mailboxes import ascii_lower
from mailbot.core.parameters import parse_parameters
from mailbot.core.transfer import decode_transfer

MAX_RECEIVED = 50
"""Hops after which a mail is going round in circles (Postfix's hopcount_limit; RFC 5321 section 6.3)."""
_ENDS = 2000
"""Characters of a text in which its first lines, or its last ones, are looked for."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a mail gets no automatic answer."""

    rule: str
    """The rule's name: stable, for tests and statistics."""
    text: str
    """One English phrase for agents and logs."""


@dataclass(frozen=True, slots=True)
class _Own:
    """What the desk knows of itself."""

    addresses: frozenset[str]
    list_ids: frozenset[str]


def machine_reason(
    letter: Letter, *, own_addresses: frozenset[str], own_list_ids: tuple[str, ...] = ()
) -> Reason | None:
    """The first rule that says this letter must never get an automatic answer, or None where a person wrote it.

    `own_addresses` are the desk's, without tags; a letter from one of them is our own mail coming back (Q7).
    `own_list_ids` name mail groups that are the support address itself: their List-* headers say nothing.
    """
    own = _own(own_addresses, own_list_ids)
    for rule, predicate in RULES:
        text = predicate(letter, own)
        if text:
            return Reason(rule, text)
    return None


@lru_cache(maxsize=64)
def _own(addresses: frozenset[str], list_ids: tuple[str, ...]) -> _Own:
    return _Own(
        frozenset(_comparable(address) for address in addresses),
        frozenset(list_id.strip(" <>").lower() for list_id in list_ids),
    )


def _delivery_report(letter: Letter, _own: _Own) -> str:
    """A DSN in any dialect (RFC 3464; Q17)."""
    return "a delivery report" if letter.bounce is not None else ""


def _feedback_report(letter: Letter, _own: _Own) -> str:
    """An abuse report (RFC 5965; Q20), also in the form that Outlook.com has kept, or one about DMARC (RFC 7489)."""
    by_type = _report_kinds(letter) & {"feedback-report", "message/feedback-report"}
    old = COMPLAINT_SUBJECT.fullmatch(letter.subject) is not None and any(
        part.content_type == "message/rfc822" for part in letter.attachments
    )
    if by_type or old:
        return "an abuse report"
    return "a DMARC report" if DMARC_SUBJECT.match(letter.subject) else ""


def _receipt(letter: Letter, _own: _Own) -> str:
    """A read receipt (RFC 8098; Q19), also in Microsoft's own message class and in plain words."""
    kinds = _report_kinds(letter)
    by_type = kinds & {"disposition-notification", "message/disposition-notification"}
    by_class = letter.header("x-ms-exchange-message-class").lower().startswith("report.")
    in_words = RECEIPT_SUBJECT.match(letter.subject) is not None and RECEIPT_TEXT.search(letter.text[:2000]) is not None
    return "a read receipt" if by_type or by_class or in_words else ""


def _other_report(letter: Letter, _own: _Own) -> str:
    """Any other multipart/report (RFC 6522)."""
    return "a report by a machine" if "multipart/report" in _report_kinds(letter) else ""


def _calendar_answer(letter: Letter, _own: _Own) -> str:
    """What a calendar program sends when somebody accepts or declines (RFC 5546 section 3.2.3)."""
    for part in letter.attachments:
        if part.content_type == "text/calendar" and _CALENDAR_ANSWER.search(_beginning(part)):
            return "an answer to an invitation"
    return ""


def _beginning(part: Attachment) -> bytes:
    """The first lines of a part's content; more is not decoded for them."""
    return decode_transfer(part.body[:4000], part.encoding)


def _own_address(letter: Letter, own: _Own) -> str:
    """Mail from, or to be answered to, one of our own addresses, with any tag (Q7)."""
    senders = [letter.sender] if letter.sender else []
    for mailbox in (*senders, *letter.reply_to):
        if _comparable(mailbox.address) in own.addresses:
            return f"sent from our own address {mailbox.address}"
    return ""


def _loop(letter: Letter, own: _Own) -> str:
    """Too many hops, or delivered to the same own address before (RFC 5321 section 6.3; Q9)."""
    hops = sum(1 for name, _ in letter.headers if name == "received")
    if hops > MAX_RECEIVED:
        return f"{hops} hops: the mail is going round in circles"
    delivered = [_comparable(value.strip(" <>")) for value in letter.header_all("delivered-to")]
    again = next((address for address in delivered if address in own.addresses and delivered.count(address) > 1), "")
    return f"delivered to {again} twice: the mail is going round in circles" if again else ""


def _null_path(letter: Letter, _own: _Own) -> str:
    """A null return path wants no answer (RFC 3834 section 2, RFC 5321 section 4.5.5; Q1)."""
    return "sent with a null return path" if letter.return_path == "" else ""


def _auto_submitted(letter: Letter, _own: _Own) -> str:
    """Auto-Submitted with any value but "no" (RFC 3834 section 5; Q2), comments and parameters aside."""
    for value in (*letter.header_all("auto-submitted"), *letter.header_all("x-auto-submitted")):
        word, _ = parse_parameters(_without_comments(value))
        if word and word != "no":
            return f"marked Auto-Submitted: {word[:60]}"
    return ""


def _response_suppressed(letter: Letter, _own: _Own) -> str:
    """X-Auto-Response-Suppress, a list of words ([MS-OXCMAIL]; Q5): the sender asks for no automatic answer."""
    for value in letter.header_all("x-auto-response-suppress"):
        words = {word.strip().lower() for word in re.split(r"[,;\s]+", value[:500])}
        if words & {"all", "autoreply", "oof"}:
            return f"asks for no automatic answer (X-Auto-Response-Suppress: {value.strip()[:60]})"
    return ""


def _precedence(letter: Letter, own: _Own) -> str:
    """Precedence bulk, junk, list or auto_reply in any case (RFC 3834 section 2; Q4)."""
    for value in (*letter.header_all("precedence"), *letter.header_all("x-precedence")):
        word = _without_comments(value).strip().lower()
        if word == "list" and _is_own_list(letter, own):
            continue
        if word in {"bulk", "junk", "list", "auto_reply", "auto-reply"}:
            return f"marked Precedence: {word}"
    return ""


def _mailing_list(letter: Letter, own: _Own) -> str:
    """Any header of a mailing list (RFC 2369, RFC 2919, RFC 5230 section 4.6; Q3), unless the list is our own."""
    if _is_own_list(letter, own):
        return ""
    found = next((name for name, _ in letter.headers if name in _LIST_HEADERS), "")
    return f"sent through a mailing list ({found.title()})" if found else ""


def _machine_sender(letter: Letter, _own: _Own) -> str:
    """An address under which no person reads (RFC 5230 section 4.6, RFC 3834 section 2; Q6)."""
    senders = [letter.sender.address] if letter.sender else []
    for address in senders:
        if MACHINE_LOCAL_PART.fullmatch(address.rpartition("@")[0]):
            return f"sent from {address}, an address that no person reads"
    if letter.sender and NO_REPLY_NAME.fullmatch(letter.sender.name[:100].replace(" ", "-")):
        return f'sent in the name of "{letter.sender.name[:60]}", which no person reads'
    if letter.return_path and MACHINE_PATH.fullmatch(letter.return_path.rpartition("@")[0]):
        return f"sent with the return path {letter.return_path}, a machine's"
    return ""


def _vendor_header(letter: Letter, _own: _Own) -> str:
    """Headers by which autoresponders and mass mailers mark their mail besides the standards."""
    for name, value in letter.headers:
        words = _VENDOR_HEADERS.get(name)
        if words is None:
            continue
        told = value.strip().lower()
        if told not in _NO and (not words or any(word in told for word in words)):
            return f"marked {name.title()}: {told[:60]}"
    return ""


def automatic_subject(letter: Letter) -> str:
    """The subject as a program writes it, in nine languages (Q21), but not a person's question about automatic replies.

    The phrase must open the subject. With more than a colon behind it, or nothing, something else must speak for a
    machine: it answers a mail, or its text says that somebody is away. So it must where absence is but the topic: a
    customer of a payroll program writes of little else.
    """
    found = AUTOMATIC_SUBJECT.match(letter.subject)
    certain = False
    if found is None:
        found = MARKED_SUBJECT.search(letter.subject)
        if found is None:
            return ""
    else:
        rest = letter.subject[found.end() :].strip()
        marked = found["topic"] is None and (bool(found["colon"]) or found["marked"] is not None)
        certain = marked and bool(rest) and not rest.endswith("?")
    answers = bool(letter.in_reply_to or letter.references)
    told = certain or answers or AWAY_TEXT.search(letter.text[:2000]) is not None
    return found[0].strip(" :-") if told else ""


def _automatic_subject(letter: Letter, _own: _Own) -> str:
    """A subject that programs write (Q21)."""
    phrase = automatic_subject(letter)
    return f'an automatic reply by its subject "{phrase}"' if phrase else ""


def _automatic_text(letter: Letter, _own: _Own) -> str:
    """A mail that says of itself, first or last, that a machine wrote it or that nobody reads an answer.

    Only where it asks nothing, and passes no other mail on: that one may have said so.
    """
    words = letter.own_words
    if QUESTION.search(words) or FORWARD_SUBJECT.match(letter.subject):
        return ""
    first = [line for line in words[:_ENDS].splitlines() if line.strip()][:2]
    last = [line for line in words[-_ENDS:].splitlines() if line.strip()][-2:]
    # A line that is quoted among the words is what they are about.
    own = [line for line in (*first, *last) if not line.lstrip().startswith(">")]
    found = next((line for line in own if AUTOMATIC_TEXT.search(line[:500])), "")
    return f'says of itself: "{found.strip()[:60]}"' if found else ""


def _no_sender(letter: Letter, _own: _Own) -> str:
    """No sender that all readers agree on (T8): there is nobody to answer."""
    return "no sender that could be answered" if letter.sender is None else ""


RULES: tuple[tuple[str, Callable[[Letter, _Own], str]], ...] = (
    ("delivery-report", _delivery_report),
    ("feedback-report", _feedback_report),
    ("read-receipt", _receipt),
    ("report", _other_report),
    ("calendar-answer", _calendar_answer),
    ("own-address", _own_address),
    ("loop", _loop),
    ("null-path", _null_path),
    ("auto-submitted", _auto_submitted),
    ("response-suppressed", _response_suppressed),
    ("mailing-list", _mailing_list),
    ("precedence", _precedence),
    ("machine-sender", _machine_sender),
    ("vendor-header", _vendor_header),
    ("automatic-subject", _automatic_subject),
    ("automatic-text", _automatic_text),
    ("no-sender", _no_sender),
)
"""In order: the first that matches is the reason that is stored and told."""

_LIST_HEADERS = frozenset(
    [
        "list-id", "list-post", "list-unsubscribe", "list-help", "list-owner", "list-archive", "list-subscribe",
        "mailing-list", "x-mailing-list", "x-mailinglist", "x-beenthere", "x-mailman-version", "x-listserver",
        "x-ml-name", "x-list-administrivia", "x-google-group-id",
    ]
)  # fmt: skip
_VENDOR_HEADERS: dict[str, tuple[str, ...]] = {
    # An empty tuple: any value but "no".
    "x-autoreply": (), "x-auto-reply": (), "x-autoreply-from": (), "x-auto-reply-from": (), "x-autorespond": (),
    "x-autoresponder": (), "x-autoresponse": (), "x-mail-autoreply": (), "x-autogenerated": (), "x-vacation": (),
    "x-away": (), "x-out-of-office": (), "x-fc-machinegenerated": (), "x-cron-env": (), "x-opt-out": (),
    "x-failed-recipients": (), "x-csa-complaints": (), "x-campaign": (),
    "x-campaignid": (), "x-campaign-id": (),
    "x-mailchimp-campaign": (), "x-mc-user": (), "x-otrs-loop": (), "x-servicenow-generated": (),
    "x-freescout-mail-type": ("auto",),
    "x-bulkmail": (), "x-virus-notification": (), "x-dsncontext": (), "x-wum-from": (), "x-nabble-autogenerated": (),
    "x-post-messageclass": ("autoresponder",), "x-mailer": ("autorespon", "vacation", "mailinglist"),
    "x-auto-generated": (), "x-amazon-auto-reply": (), "x-autogen": (), "x-notification": ("auto",),
    "preference": ("auto_reply",), "delivered-by": ("autorespon",), "x-loop": ("autorespon",),
    "x-priority-reply": ("auto",), "x-apple-action": ("vacation",),
    "x-ms-exchange-generated-message-source": ("mailbox rules agent", "oof", "antispam", "journal"),
    "x-message-flag": ("autorespon",),
}  # fmt: skip
# Not among them are what a person's mail gets from its provider too: Feedback-ID (Fastmail, Proton), X-Report-Abuse-To
# (filters for outgoing mail), X-MS-Exchange-Inbox-Rules-Loop (a rule that passes all mail on to the desk).
_CALENDAR_ANSWER = re.compile(rb"^METHOD:(?:REPLY|COUNTER|DECLINECOUNTER)\s*$", re.IGNORECASE | re.MULTILINE)
_NO = frozenset(("no", "false", "0", "none"))


def _report_kinds(letter: Letter) -> set[str]:
    """The content types and report types by which the letter says that it is a report.

    Parts of a report count in a report only, or with a null return path: people pass them on in mail of their own.
    """
    declared = letter.header("content-type").lower()
    if "report" not in declared and "disposition" not in declared and letter.return_path != "":
        return set()  # asked of every mail three times, and most are none
    content_type, parameters = parse_parameters(declared)
    kinds = {content_type}
    if content_type == "multipart/report":
        kinds.add(parameters.get("report-type", ""))
    if content_type == "multipart/report" or letter.return_path == "":
        kinds |= {part.content_type for part in letter.attachments if part.content_type.startswith("message/")}
    return kinds


def _is_own_list(letter: Letter, own: _Own) -> bool:
    if not own.list_ids:
        return False
    for value in letter.header_all("list-id"):
        found = re.search(r"<([^<>]{1,300})>", value)
        if (found[1] if found else value).strip().lower() in own.list_ids:
            return True
    return False


def _comparable(address: str) -> str:
    """An address without its tag, in one spelling: ASCII lower case, the domain as A-labels (T10)."""
    local, _, domain = ascii_lower(address.strip()).rpartition("@")
    domain = domain.rstrip(".")
    if not domain.isascii() and len(domain) < 254:
        with contextlib.suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii").lower()
    return local.strip('"').partition("+")[0] + "@" + domain


def _without_comments(value: str) -> str:
    """The value less its comments (RFC 5322 section 3.2.2), nested ones too."""
    out = []
    depth = 0
    for character in value[:1000]:
        if character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif not depth:
            out.append(character)
    return "".join(out)
