"""A case told in a terminal: what it is, what was said, what happened, what became of each letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mailbot.cli.common import local, safe, safe_line
from mailbot.core.mailboxes import ascii_lower

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def tell_case(found: dict[str, Any], zone: ZoneInfo | None) -> list[str]:
    """Everything about a case, as `casefile.case_file` gives it, in lines for a terminal; times in the desk's zone."""
    who = f"{found['requester_name']} <{found['requester']}>" if found["requester_name"] else found["requester"]
    lines = [
        f"{found['number']}  {safe_line(found['subject'])}",
        f"  desk {found['desk']}, queue {found['queue'] or '-'}, priority {found['priority']}, {_state(found, zone)}",
        f"  from {safe_line(who)} ({'verified' if found['verified'] else 'not verified'})",
        *([f"  customer {found['customer']}"] if found["customer"] else []),
        *([f"  route {safe_line(found['route'])}"] if found["route"] else []),
        *_people(found),
        f"  received {local(found['received'], zone)}",
        f"  work {_start(found, zone)}",
    ]
    ranks = ", ".join(f"{name} {found[name]}" for name in ("kind", "impact", "urgency") if found[name])
    lines += [f"  {ranks}"] if ranks else []
    lines += [f"  follows {found['follows']}"] if found["follows"] else []
    if found["solution"]:
        lines += ["  solution:", *(f"    {line}" for line in safe(found["solution"]).splitlines())]
    for item in found["history"]:
        when = local(item["at"], zone)
        lines.append("")
        if item["what"] == "event":
            lines[-1] = f"{when}  * {item['kind']}: {safe_line(item['text'])}"
        elif item["what"] == "letter":
            lines[-1] = f"{when}  {safe_line(tell_letter(item, zone))}"
        else:
            lines[-1] = ""
            lines += [*_message(item, when), ""]
    return lines


def _state(found: dict[str, Any], zone: ZoneInfo | None) -> str:
    if found["merged_into"]:
        return f"merged into {found['merged_into']}"
    refused = f"not admitted ({found['entitlement']})" if found["entitlement"] else "not admitted"
    state = {"waiting": "waiting for the customer", "refused": refused}.get(found["state"], found["state"])
    closed = f" {local(found['closed'], zone)}" if found["closed"] and found["state"] != "open" else ""
    return f"{state}{closed}{', assigned to ' + found['assignee'] if found['assignee'] else ''}"


def _start(found: dict[str, Any], zone: ZoneInfo | None) -> str:
    if found["expected_start"] is None:
        return "is promised no start"
    promised = f"starts at the latest {local(found['expected_start'], zone)}"
    return f"began {local(found['started'], zone)}, promised: {promised}" if found["started"] else promised


def _people(found: dict[str, Any]) -> list[str]:
    """Those besides the requester who get the case's letters."""
    lines = []
    for role in ("customer", "partner", "agent"):
        people = [one for one in found["participants"] if one["role"] == role]
        told = [
            safe_line(one["address"]) + ("" if one["active"] else " (removed)")
            for one in people
            if one["address"] != ascii_lower(found["requester"]) or not one["active"]
        ]
        lines += [f"  {role}s: {', '.join(told)}"] if told else []
    return lines


def _message(item: dict[str, Any], when: str) -> list[str]:
    author = f"{item['author_name']} <{item['author']}>" if item["author_name"] else item["author"]
    kind = "" if item["role"] == "customer" else f" ({item['role']})"
    # What an agent or partner wrote is the desk's own unless it says whom it went to.
    kind += " [internal]" if item["internal"] else ""
    lines = [safe_line(f"{when}  From {author}{kind}: {item['subject']}")]
    lines += [f"    {line}" for line in safe(item["sent"] or item["reply"] or item["text"]).splitlines()]
    lines += [
        f"    [attachment: {safe_line(part['name'])}, {part['content_type']}, {part['size']} octets]"
        for part in item["attachments"]
    ]
    return lines


def tell_letter(row: dict[str, Any], zone: ZoneInfo | None) -> str:
    """One letter and its fate, as `casefile.letter_fate` gives it."""
    fate = {
        "waiting": f"waiting, next attempt {local(row['not_before'], zone)}",
        "attempting": "being sent",
        "sent": f"sent {local(row['ended'], zone)}",
        "failed": f"refused {local(row['ended'], zone)}",
        "doubtful": "doubtful: the line broke before the server's answer",
        "held": "held",
        "cancelled": f"cancelled {local(row['ended'], zone)}",
        "bounced": f"came back {local(row['ended'], zone)}",
    }[row["state"]]
    answer = f" ({row['answer']})" if row["answer"] and row["state"] != "sent" else ""
    tries = f", {row['attempts']} attempts" if row["attempts"] > 1 else ""
    return f"> letter {row['id']} {row['kind']} to {row['recipient']}: {fate}{tries}{answer}"
