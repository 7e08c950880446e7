"""`mailbot` and `python -m mailbot`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from mailbot.cli import app  # noqa: PLC0415 - `import mailbot.__main__` stays free of side effects

    app()


if __name__ == "__main__":
    main()
