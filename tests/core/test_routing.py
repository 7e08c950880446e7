"""Which desk a mail is for."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from mailbot.core.calendar import Calendar, Hours
from mailbot.core.desk import Desk, ReplyTags
from mailbot.core.routing import desk_of

TAG = "a" * 38


def make_desk(key: str, *addresses: str, reply_tags: ReplyTags = "none") -> Desk:
    """A desk of which only key and addresses matter."""
    hours = Hours(((), (), (), (), (), (), ()))
    calendar = Calendar(ZoneInfo("UTC"), (hours,))
    return Desk(key, key, addresses, ("sv",), key[:2].upper(), calendar, (), "", reply_tags=reply_tags)


DESKS = (
    make_desk("first", "support@first.test", "help@first.test"),
    make_desk("second", "support@second.test", "support+vip@first.test"),
    make_desk("tagged", "support@tagged.test", reply_tags="catch-all"),
)


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        ((), "default"),
        (("anna@customer.test",), "default"),
        (("support@first.test",), "first"),
        (("help@first.test",), "first"),
        (("anna@customer.test", "support@second.test", "support@first.test"), "second"),
        ((f"support+{TAG}@first.test",), "first"),
        (("support+a+b@second.test",), "second"),
        (("support+vip@first.test",), "second"),
        (("support+vip+x@first.test",), "second"),
        ((f"support+{TAG}@first.test", "support@second.test"), "first"),
        ((f"{TAG}@tagged.test",), "tagged"),
        ((f"{TAG}@first.test",), "default"),
        (("other@tagged.test",), "default"),
        (("support+x@elsewhere.test",), "default"),
        (("+x@first.test",), "default"),
        (("support",), "default"),
        (("",), "default"),
    ],
)
def test_desk_of(recipients: tuple[str, ...], expected: str) -> None:
    """The first recipient that names a desk decides; the longest matching address of a desk wins; else the default."""
    assert desk_of(recipients, DESKS, "default") == expected
