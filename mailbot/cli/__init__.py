"""The command line: what an admin types. One module a group of commands; heavy imports stand inside the commands."""

from __future__ import annotations

from mailbot.cli import (
    agents,
    cases,
    customers,
    explain,
    figures,
    held,
    looking,
    opted_out,
    repromise,
    routes,
    running,
    setup,
    suppressed,
)
from mailbot.cli.common import app

__all__ = [
    "agents",
    "app",
    "cases",
    "customers",
    "explain",
    "figures",
    "held",
    "looking",
    "opted_out",
    "repromise",
    "routes",
    "running",
    "setup",
    "suppressed",
]
