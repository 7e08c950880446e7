"""mailbot: a support desk that works by mail.

The path of a letter
====================
::

    imap ─> inbox ─> [mail sighting cursor] ─> triage ─> [ticket message outgoing event …] ─> outbox ─> post ─> SMTP
                 commit 1                      ▲    │ commit 2                            commits 3, 4
                                               │    ▼
            core:  letter → machine → decide → turn → errands → wording → compose   (pure: no I/O, clock, randomness)

1. `imap` holds one conversation with one mailbox, in a thread of its own, and hands what it fetched to `inbox`, which
   stores the raw bytes and the cursor in **commit 1**. Only then is the server told: moved, flagged, or left alone.
2. `triage` counts its attempt first, reads the stored mail (`core.letter`), and lets `gather` put together the
   `core.facts` about it: its `core.clues`, and as `finds` what the tables hold of those. `core.belief` says what of it
   is believed, `core.decide` what the mail is: a new case, a message of one, an agent's mail to act upon, a report on a
   letter of ours, or nothing that asks for anything (`core.decision`). `apply` writes what follows in **commit 2**. A
   mail that breaks it is parked with its reason; the next one goes on. Mails on one case are decided one after another,
   each on what the last one changed (`layers`).
3. `outbox` claims what is due and commits the attempt (**commit 3**) before `post` dials. `post` holds one SMTP
   dialogue and says which of four things happened: SENT, LATER, NEVER, or DOUBT (the line broke after the final dot).
   **Commit 4** writes that down, letter by letter; `attempt` says which ends an attempt can have.
4. `daemon` starts it all and is the only place that reads the clock; APScheduler ticks and holds no business state.

inbox, triage and outbox never import each other; they meet in the `tables`. What must happen once has a unique key.
`core/` is deaf and timeless: `tests/core/test_purity.py` reads its imports.

A turn
======
What follows from a mail on a case is a `core.turn`, whoever wrote the mail: what changes, who takes part, which letters
go to whom.

- Who wrote it is `core.standing`'s to say. From is never proof; an agent needs a tag (`core.tags`) that only this agent
  was sent, in a letter or as a personal address.
- A customer's, a partner's or a stranger's mail becomes one in `core.customerturn`, a proven agent's in
  `core.agentturn`. `scenes` sets the agent's `core.scene`: all that orders may need. `core.commands` cuts orders and
  words apart, `core.actions` (with `levelactions`, `serviceactions`) enters each order on the `core.sheet`; one that is
  refused keeps the whole mail back. `core.opening` is for the case that an agent opens (#new).
- A case that opens may take a route (`core.route`): to a duty team, or to a partner, who gets it whole and what its
  customers write on it later (`core.passing`).
- Letters are `core.errands` until they are written: what is told to whom, as data (`core.customertellings`,
  `core.agenttellings`). `core.correspondence` has them written, addresses, signs and freezes them, `core.deskletters`
  those about no case. What an answer to one proves is told by `core.parties`, whom tags are made for. `core.audience`
  knows which agents hear of what.
- Automatic answers ask the `core.purse`, which knows what was spent (`budgets`) and what may be (`core.budget`); one
  that may not go is held, not lost.

`apply` enters what opens a case, `turns` a turn on one, `agentcases` what agents open, and `entries` the rows that all
of them enter; `beginnings` keeps what the customer was told of the start of work, `undo` what an agent's mail changed,
to take it back. Commit 2 holds all of it or nothing: the ticket and what changed about it, the message, participants
with the handles of their tags, events, the turn as #undo needs it, every letter with its bytes frozen (an agent's not
due before the desk's `reconsider` is over), the end of a letter that came back with the address that is spared for a
while (`returns`), and the breaker. What the clock alone brings, `digests`, `mornings`, `reminders`, `surveys` and
`monthly`, the daemon's round puts into the same outbox, each thing apart (`rounds`) and once (`marks`).

Reading, counting, writing
==========================
- `core.letter` reads a mail: `core.mime` its parts, `core.headers` and `core.mailboxes` whom it names, `core.body` its
  text, of HTML by `core.htmltext`. `core.quoting` finds the sender's new words above quotes and signatures,
  `core.forwarded` the mail that is passed on, `core.bounce` whom a delivery report is about, `core.requests` what a
  plain request asks for. `core.authenticity` reads what our mail server found out about the sender, `core.machine`
  is the table of rules by which machines are known, `core.returned` what is said of a letter of ours.
- `core.calendar` holds opening hours and `core.worktime` counts in them; `core.duty` knows who is at work, and
  `core.promise` is the start that follows from both. `core.desk` is a desk as all of them see it.
- A file named after a noun and "words" tells that noun in the languages of `core.tongue`: `core.casewords` the case in
  general, `core.errandwords` and `core.agentwords` each telling. From these facts `core.library` writes a letter by its
  template, within the bounds of `core.sandbox`; `core.richwords` keeps an agent's HTML, `core.compose` makes the bytes.
  `core.samples` are made-up facts, by which a template is tried before a customer's letter hangs on it.

Who is helped, and on what terms
================================
A desk file may name files of customers; the book of them, `core.customer`, is part of the desk. `gather` finds the
sender's customer and puts the desk on that customer's terms (`core.terms`): own targets, hours, ways to reach the desk,
language. All that counts or writes then needs to know nothing of customers.

- `core.placement` walks the desk file's rules: queue, kind, and priority, by impact and urgency too.
  `core.entitlement` says whether the desk helps with it, and why. What is not admitted is a case all the same, in state
  refused: it has a number, and no start is promised until an agent admits it (`core.serviceactions`).
- `core.route` says who else works on it from its beginning; `core.passing` gives partners the case and what its
  customers write further. `routes` tells the customers concerned when a route changes.
- `core.reminder` and `reminders` see to it that promised starts are not forgotten. A promise changes by what happens in
  the case and by nothing else: where hours or targets in the files have changed, `repromise` tells the customers at
  an admin's word.
- `core.ourcases` answers a contact who asks for the cases of the whole organisation.
- `explain` walks one mail through all of it, and changes nothing.

A survey
========
A close enters a survey's row in its own commit (`answers`, `core.survey`); a reopening stops what has not left.
`surveys` sends it when its hour has come (`core.surveytime`), to whom may be asked at that moment. Its tag is none of
the case's: a mail with it is an answer and nothing else. `core.surveyanswer` reads the score and the words,
`core.surveyturn` says what follows.

`figures` reads a desk's votes, surveys and promises of some months. `core.score` and `core.promisekept` work them out,
`core.deskfigures` cuts them by month, queue, agent and priority, `core.figurewords` and `plot` tell them: to an admin
who asks, and early each month to the desk's lead (`core.monthly`).

Chosen against the obvious, each because something was measured: mail is taken apart by `core.mime` on offsets, not by
the standard library's parser, which has no bounds; HTML is read by `core.htmltext`, for the library at hand took 15 s
over 400 KB of lists; letters are put together by `core.compose`, as `EmailMessage` encodes long References. Of several
daemons on one PostgreSQL database one triages at a time (`Database.turn`), so that no answer overtakes its question.

`imaplogin`, `imapfetch` and `stubborn` (mails that a server will not hand over) help `imap`. `rawmail` packs what
inbox stores and triage reads. `database` is SQLite or PostgreSQL, `ledger` collects the rows of one commit, `statement`
writes many at once. `caseload` reads cases out of the tables, `conversations` what was written on them, and
`opencases` a desk's whole list.

Beside the path: `config` turns mailbot.toml, and `files` turn desks, their agents and customers into checked data,
all problems at once (`files.deskfile`, `files.customerfile`; `problems` words them). `office` keeps the last good desks
and `templates` in force while their files change; `casefile` tells what has become of a mail; `held`, `welcome`,
`personaladdress`, `routes` and `optouts` do what an admin asks; `expected`, `preview` and `parsing` tell without a
database what the desk would say; `roundtrip` proves that answers arrive; `cli` is what an admin types, and `skeleton`
what `init` lays out; `demo` shows it all without a server; `crashpoint` is for the tests alone.

A capital letter with a number names what a line is for. V, S, B, M and C are facts about the five desks that come with
mailbot (README, "The five desks"). The others are rules that the project set itself, which the docstring beside them
tells: K nothing is lost or doubled, Q loops and backscatter, T trust and hostile input, Y privacy, G mail that we
write, O operation.
"""

__version__ = "0.1.0"
