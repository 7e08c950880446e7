"""Where the templates and desk files that come with the program lie: beside it in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped_templates() -> Path:
    """The folder of the shipped templates."""
    return _shipped("templates")


def shipped_config() -> Path:
    """The folder of the shipped configuration; the desk files lie in `desks` below it."""
    return _shipped("config")


def _shipped(name: str) -> Path:
    packed = _PACKAGE / "shipped" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
