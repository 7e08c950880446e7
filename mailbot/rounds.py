"""The rounds of what the clock alone brings: each thing that is due is seen to apart from the others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)


@contextmanager
def apart(trouble: str) -> Iterator[None]:
    """See to one thing that is due: where that raises, `trouble` is logged with it, and the round goes on.

    It is due again in the next round. What the database raises when it cannot be used ends the round: it would be
    raised for everything else too.
    """
    try:
        yield
    except DBAPIError:
        raise
    except Exception:
        log.exception(trouble)
