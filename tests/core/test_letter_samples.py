"""Each sample mail in tests/letters is read as the file beside it says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.letter import Letter, read_letter
from mailbot.core.machine import machine_reason

SAMPLES = sorted((Path(__file__).parent.parent / "letters").glob("*.toml"))


def _read(sample: Path) -> tuple[dict[str, Any], Letter]:
    expected = tomllib.loads(sample.read_text(encoding="utf-8"))
    raw = sample.with_suffix(".eml").read_bytes()
    return expected, read_letter(raw, language=expected.get("language", ""))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_mail_is_read_as_its_expectation_says(sample: Path) -> None:
    """Senders, subjects, texts, attachments, bounces and machine rules come out as a reader would expect."""
    expected, letter = _read(sample)
    assert not any("could not be read" in fault for fault in letter.faults)
    plain = {
        "from": letter.sender.address if letter.sender else "",
        "from_name": letter.sender.name if letter.sender else "",
        "subject": letter.subject,
        "text": letter.text,
        "reply": letter.reply,
        "attachments": [part.name for part in letter.attachments],
        "inline": [part.name for part in letter.attachments if part.inline],
        "no_sender": letter.sender is None,
        "message_id": letter.message_id,
    }
    assert {key: plain[key] for key in expected if key in plain} == {
        key: value for key, value in expected.items() if key in plain
    }
    for words in expected.get("text_has", []):
        assert words in letter.text
    for words in expected.get("text_lacks", []):
        assert words not in letter.text
    recipients = letter.bounce.recipients if letter.bounce else ()
    assert "\0" not in "".join(one.address for one in recipients)
    assert [[one.address, one.status, one.action] for one in recipients] == expected.get("bounce", [])
    reason = machine_reason(letter, own_addresses=frozenset({"help@visma-control.example"}))
    if "auto" in expected:
        assert reason is not None
        assert reason.rule == expected["auto"]
    if expected.get("human"):
        assert reason is None


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_mail_cut_off_anywhere_is_still_read(sample: Path) -> None:
    """Truncation at every offset breaks nothing: no error is contained, and new words stand wherever text does.

    Of the longer mails a thousand offsets are taken, evenly, so that all of them together take a few seconds.
    """
    raw = sample.with_suffix(".eml").read_bytes()
    for end in range(0, len(raw) + 1, 1 + len(raw) // 1000):
        letter = read_letter(raw[:end])
        assert not any("could not be read" in fault for fault in letter.faults), end
        assert bool(letter.reply.strip()) == bool(letter.text.strip()), end
