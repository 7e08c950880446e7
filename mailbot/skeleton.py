"""What `mailbot init` lays out: one working desk to edit, the shipped desks beside it as disabled examples."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from mailbot.core.tags import Key
from mailbot.shipped import shipped_config, shipped_templates

_SETTINGS = """\
# mailbot.toml: mailboxes to read, the server that sends, and who is told when something needs a human.
# `mailbot check` reads everything and says what is missing. Paths are counted from this folder.

database = "sqlite:///mailbot.db"      # or postgresql://USER@HOST/NAME, when several daemons share the work
admin = "{admin}"
hostname = "{hostname}"                # right side of our Message-IDs; a name of your own
keys_file = "keys"                     # signs reply tags; keep it secret and keep it: old tags depend on it
templates = "templates"                # yours win over the shipped ones, file by file

[mailboxes.{desk}]
host = "imap.{hostname}"
user = "{address}"
password_file = "secrets/imap-password"   # or password_env = "NAME"
security = "tls"                          # or "starttls"
desk = "{desk}"                           # for mail whose recipient address is no desk's
start_from = "now"                        # "all" takes the mail that is there already
after = "move"                            # what happens to a mail once it is stored: "move", "flag" or "leave"
processed_folder = "Processed"
poll_seconds = 60                         # where the server cannot tell of new mail by itself

[smtp]
host = "smtp.{hostname}"
user = "{address}"
password_file = "secrets/smtp-password"
security = "starttls"                     # or "tls"
"""

_DESK = """\
# A desk: its addresses, when it is open, what it promises. Every key is told in ../README.md.

name = "{name}"
addresses = ["{address}"]              # the first is the From of its letters
languages = ["{language}"]
prefix = "{prefix}"                    # of its case numbers
zone = "{zone}"
default_priority = "normal"
default_queue = "support"
# authserv_id = "mx.{hostname}"          # the first word of your mail server's Authentication-Results headers:
                                         # without it only signed tags prove who wrote a mail
# agents_file = "../agents/team.toml"    # agents whom several desks share, as [[agents]]
# customers_files = ["../customers/ours.csv"]   # customers and their agreements; without it everybody is helped alike
# lead = "lead@{hostname}"               # gets low scores, late starts and the report of the month

# Letters promise a start counted in these hours only.
[[hours]]
mon-fri = ["08:00-12:00", "13:00-17:00"]
# day_before_holiday = ["08:00-13:00"]   # a short day before a public holiday

[holidays]
country = "{country}"
closed = {closed}

# [exceptions]
# "2026-12-23" = ["08:00-12:00"]         # this date only; [] is closed

[priorities.normal]
name = "{normal}"
meaning = "{normal_meaning}"
target = "4h"

[priorities.high]
name = "{high}"
meaning = "{high_meaning}"
target = "1h"

[queues.support]
name = "Support"

# The first rule to name a priority or a queue sets it.
[[rules]]
name = "standstill"
words = [{words}]
priority = "high"

[[channels]]
kind = "mail"
name = "{mail}"
address = "{address}"

# What customers are asked after the close, the first question from 0 to 10; without it nothing.
# [survey]
# questions = [
#     "{headline}",
#     "{reason}",
#     "{better}",
# ]

# Each agent gets a copy of every new case and follow-up.
# [[agents]]
# name = "Anna Ek"
# addresses = ["anna@{hostname}"]
# morning_list = "07:30"                 # when the list of open cases comes

# Whom a case can be passed on to.
# [[partners]]
# name = "Partner Ltd"
# addresses = ["partner@partner.example"]
# contact = "partner@partner.example"    # as the customer is told
"""


@dataclass(frozen=True, slots=True)
class _Speech:
    """What the skeleton says in one language."""

    zone: str
    country: str
    closed: str
    normal: str
    normal_meaning: str
    high: str
    high_meaning: str
    words: str
    mail: str
    headline: str
    reason: str
    better: str


_SPEECH = {
    "sv": _Speech(
        "Europe/Stockholm", "SE", '["public", "de_facto"]   # röda dagar och helgaftnar',
        "Normal", "Allmänna frågor.", "Hög", "Arbetet står still.", '"står still", "driftstopp", "akut"', "E-post",
        "På en skala från 0 till 10, hur nöjd är du med den service du fick?",
        "Vilken är den viktigaste orsaken till ditt betyg?", "Nämn en sak som vi kan göra bättre.",
    ),
    "da": _Speech(
        "Europe/Copenhagen", "DK", '["public"]',
        "Normal", "Generelle spørgsmål.", "Høj", "Arbejdet ligger stille.",
        '"ligger stille", "nedbrud", "akut"', "E-mail",
        "På en skala fra 0 til 10, hvor tilfreds er du med den service, du fik?",
        "Hvad er den vigtigste grund til din vurdering?", "Nævn én ting, som vi kan gøre bedre.",
    ),
    "sk": _Speech(
        "Europe/Bratislava", "SK", '["public"]',
        "Bežná", "Všeobecné otázky.", "Vysoká", "Práca stojí.", '"nefunguje", "výpadok", "súrne"', "E-mail",
        "Ako ste na stupnici od 0 do 10 spokojní so službami, ktoré sme Vám poskytli?",
        "Aký je hlavný dôvod Vášho hodnotenia?", "Uveďte jednu vec, ktorú môžeme zlepšiť.",
    ),
    "en": _Speech(
        "Europe/London", "GB", '["public"]',
        "Normal", "General questions.", "High", "Work has come to a standstill.",
        '"standstill", "outage", "urgent"', "Mail",
        "On a scale from 0 to 10, how satisfied are you with the service you got?",
        "What is the main reason for your score?", "What one thing could we do better?",
    ),
}  # fmt: skip


_PARTS = ("mailbot.toml", "desks", "customers", "templates", "keys", "secrets")


def lay_out(directory: Path, *, desk: str, address: str, language: str) -> tuple[Path, ...]:
    """Make the configuration folder; the files it wrote. FileExistsError, and nothing changed, where there is one."""
    there = [name for name in _PARTS if (directory / name).exists()]
    if there:
        raise FileExistsError(f"{directory / there[0]} exists already; nothing was changed")
    domain = address.rpartition("@")[2]
    facts = {
        "desk": desk, "address": address, "language": language, "hostname": domain, "admin": f"postmaster@{domain}",
        "name": desk.replace("-", " ").replace("_", " ").title(), "prefix": _prefix(desk),
        **asdict(_SPEECH[language]),
    }  # fmt: skip
    (directory / "desks").mkdir(parents=True, exist_ok=True)
    (directory / "secrets").mkdir(mode=0o700, exist_ok=True)
    written = [directory / "mailbot.toml", directory / "desks" / f"{desk}.toml", directory / "keys"]
    for example in sorted((shipped_config() / "desks").glob("*.toml")):
        target = directory / "desks" / example.name
        if example.stem != desk:
            target.write_text(_disabled(example.read_text(encoding="utf-8")), encoding="utf-8")
            written.append(target)
    if not (directory / "README.md").exists():  # a folder under version control may have one of its own
        written.append(shutil.copyfile(shipped_config() / "README.md", directory / "README.md"))
    shutil.copytree(shipped_config() / "customers", directory / "customers")
    shutil.copytree(shipped_templates(), directory / "templates", dirs_exist_ok=True)
    written[1].write_text(_DESK.format(**facts), encoding="utf-8")
    written[2].touch(mode=0o600)
    written[2].write_text(f"# id:secret, the first one signs, all are believed\n{_fresh_key('a')}\n", encoding="ascii")
    # Last: its presence is what says that the folder is laid out.
    written[0].write_text(_SETTINGS.format(**facts), encoding="utf-8")
    return (*written, directory / "customers", directory / "templates")


def _disabled(source: str) -> str:
    """A shipped desk file as an example: read and checked, but no desk of this house."""
    return "enabled = false   # an example; remove this line to use it\n" + source


def _prefix(desk: str) -> str:
    """Two to four capital letters out of the desk's key, none that reads like a digit."""
    letters = [char for char in desk.upper() if char.isascii() and char.isalpha() and char not in "IO"]
    return "".join(letters[:4]) if len(letters) > 1 else "CASE"


def _fresh_key(key_id: str) -> str:
    key = Key(key_id, secrets.token_bytes(32))
    return f"{key.id}:{key.secret.hex()}"
