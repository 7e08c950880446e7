"""The file of signing keys: read, and refused where others may read it too."""

from __future__ import annotations

import re
from pathlib import Path

from mailbot.core.tags import Key
from mailbot.problems import ConfigError, Problem


def load_keys(path: Path) -> tuple[Key, ...]:
    """The signing keys, current one first. ConfigError for a missing file, one open to others, or a bad line."""
    problems: list[Problem] = []
    keys: list[Key] = []
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        if path.stat().st_mode & 0o077:
            problems.append(Problem(path, None, "", f"others may read the signing keys: chmod 600 {path}"))
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError((Problem(path, None, "keys_file", f"cannot be read: {exc}"),)) from exc
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"([a-z2-7]):([0-9a-f]{64,})", line.strip())
        if not match:
            problems.append(
                Problem(path, number, "", "expected `id:secret`, id one of a-z 2-7, secret at least 64 hex digits")
            )
        elif any(key.id == match[1] for key in keys):
            problems.append(Problem(path, number, "", f"the id {match[1]!r} is used twice"))
        else:
            keys.append(Key(match[1], bytes.fromhex(match[2])))
    if not keys and not problems:
        problems.append(Problem(path, None, "", "holds no key; `mailbot init` makes one"))
    if problems:
        raise ConfigError(tuple(problems))
    return tuple(keys)
