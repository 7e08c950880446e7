"""Prints the processor time that an acknowledgement takes: `python -m tests.bench.letters`."""

from __future__ import annotations

import time
import timeit

from mailbot.core.compose import Head, compose
from mailbot.core.samples import BEFORE_EASTER, sample_case
from mailbot.core.wording import acknowledgement
from mailbot.files.deskfile import load_desks
from mailbot.shipped import shipped_config
from mailbot.templates import TemplateStore

ROUNDS = 500


def main() -> None:
    """Measure each shipped desk: rendering, composing, and both, in milliseconds a letter."""
    desks = load_desks(shipped_config() / "desks")
    store = TemplateStore()
    first = timeit.timeit(lambda: store.refresh(desks), number=1)
    again = timeit.timeit(lambda: store.refresh(desks), number=100) / 100
    print(f"templates read and tried: {first * 1000:.0f} ms; seen to be unchanged: {again * 1000:.3f} ms")
    library = store.library
    for desk in desks:
        case = sample_case(desk)
        draft = acknowledgement(library, desk, case, BEFORE_EASTER).draft
        head = Head(
            sender=desk.address,
            sender_name=desk.name,
            to=case.requester_address,
            message_id="a" * 38 + ".b@mail.example",
            date=BEFORE_EASTER,
            in_reply_to="question.1@customer.example",
            references=("question.0@customer.example",),
            auto_submitted="auto-replied",
            content_languages=draft.languages,
        )

        def both(desk=desk, case=case, head=head) -> None:  # type: ignore[no-untyped-def]
            compose(acknowledgement(library, desk, case, BEFORE_EASTER).draft, head)

        render = _milliseconds(lambda desk=desk, case=case: acknowledgement(library, desk, case, BEFORE_EASTER))
        wrap = _milliseconds(lambda draft=draft, head=head: compose(draft, head))
        print(f"{desk.key:16} render {render:.3f}  compose {wrap:.3f}  both {_milliseconds(both):.3f} ms")


def _milliseconds(work) -> float:  # type: ignore[no-untyped-def]
    return min(timeit.repeat(work, number=ROUNDS, repeat=5, timer=time.process_time)) / ROUNDS * 1000


if __name__ == "__main__":
    main()
