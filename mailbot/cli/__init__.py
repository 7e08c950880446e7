"""The command line: what an admin types. One module a group of commands; heavy imports stand inside the commands."""

from __future__ import annotations

from mailbot.cli import (
    cases,
    customers,
    desk_work,
    explain,
    figures,
    looking,
    repromise,
    routes,
    running,
    setup,
    suppressed,
)
from mailbot.cli.common import app

__all__ = [
    "app",
    "cases",
    "customers",
    "desk_work",
    "explain",
    "figures",
    "looking",
    "repromise",
    "routes",
    "running",
    "setup",
    "suppressed",
]
