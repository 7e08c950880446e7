"""mailbot: a support desk that works by mail.

The path of a letter
====================
::

    imap ─> inbox ─> [mail sighting cursor] ─> triage ─> [ticket message outgoing event] ─> outbox ─> post ─> SMTP
                 commit 1                      ▲    │ commit 2                          commits 3, 4
                                               │    ▼
                core:  letter → machine → decide → wording → compose     (pure: no I/O, clock, randomness)

1. `imap` holds one conversation with one mailbox, in a thread of its own, and hands what it fetched to `inbox`, which
   stores the raw bytes and the cursor in **commit 1**. Only then is the server told: moved, flagged, or left alone.
2. `triage` counts its attempt first, reads the stored mail (`core.letter`), lets `gather` find what is known about it,
   `core.decide` say what should happen and `apply` write that in **commit 2**: ticket, message, events and the outgoing
   letters, their bytes frozen. A mail that breaks it is parked with its reason; the next one goes on.
3. `outbox` claims what is due and commits the attempt (**commit 3**) before `post` dials. `post` holds one SMTP
   dialogue and says which of four things happened: SENT, LATER, NEVER, or DOUBT (the line broke after the final dot).
   **Commit 4** writes that down, letter by letter.
4. `daemon` starts it all and is the only place that reads the clock; APScheduler ticks and holds no business state.

inbox, triage and outbox never import each other; they meet in the `tables`. What must happen once has a unique key.
`core/` is deaf and timeless: `tests/core/test_purity.py` reads its imports.

Chosen against the obvious, each because something was measured: mail is taken apart by `core.mime` on offsets, not by
the standard library's parser, which has no bounds; HTML is read by `core.htmltext`, for the library at hand took 15 s
over 400 KB of lists; letters are put together by `core.compose`, as `EmailMessage` encodes long References. Of several
daemons on one PostgreSQL database one triages at a time (`Database.turn`), so that no answer overtakes its question.

Helpers of one user each: `imaplogin`, `imapfetch` and `stubborn` (mails that a server will not hand over) of `imap`;
`ledger` (the rows of one commit) and `returns` (letters that come back or are refused) of triage and the daemon.
`rawmail` packs what inbox stores and triage reads.

Beside the path: `config` and `deskfile` (with `deskform`, `deskcheck`, `calendars`) turn TOML into checked data;
`office` keeps the last good desks and `templates` in force while their files change; `casefile` tells what has become
of a mail; `cli` is what an admin types; `demo` shows it all without a server; `crashpoint` is for the tests alone.
"""

__version__ = "0.1.0"
