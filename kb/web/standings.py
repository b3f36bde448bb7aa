"""Where contacts stand, asked of the record at most once a minute for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tiering.domain.service import Prose
from tiering.usecases.record import Store
from tiering.usecases.standing import Standing, standing_of

_FRESH = timedelta(minutes=1)
_MOST = 10_000


@dataclass(frozen=True)
class Standings:
    """Remembers standings for a minute; safe for any number of threads, which may at worst ask twice."""

    store: Store
    _known: dict[str, tuple[datetime, Standing | None]] = field(default_factory=dict)

    def of(self, contact: str, now: datetime, today: date, prose: Prose) -> Standing | None:
        """Return where a contact stands; None for one who may not be let in. Raises RecordUnavailable."""
        asked, standing = self._known.get(contact, (None, None))
        if asked is None or not asked <= now < asked + _FRESH:
            standing = standing_of(self.store, contact, today, prose)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[contact] = (now, standing)
        return standing
