"""One text in several languages, as desk files have it and as the tables of words do."""

from __future__ import annotations

from collections.abc import Mapping

Texts = Mapping[str, str]
"""Language code ("sv") to text."""
