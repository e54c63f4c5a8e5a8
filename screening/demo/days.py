"""The calendar of the demonstration: working days counted from today, so that the round is always half way through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

SATURDAY = 5
QUARTER = timedelta(minutes=15)
FIRST = time(9)
LAST = time(17, 50)


@dataclass(frozen=True, slots=True)
class Days:
    """Moments around `now` (UTC). Day -1 is the last working day before today, day 1 the next one after it; day 0 is today."""

    now: datetime

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        step = timedelta(days=-1 if day < 0 else 1)
        found, left = self._midnight(), abs(day)
        while left:
            found += step
            left -= found.weekday() < SATURDAY
        return found + timedelta(hours=hour, minutes=minute)

    def ago(self, minutes: int) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def earlier_today(self, minutes: int) -> datetime:
        """About so many minutes ago, on a quarter of an hour, but never yesterday."""
        moment = self.ago(minutes)
        return max(moment - (moment - datetime.min.replace(tzinfo=moment.tzinfo)) % QUARTER, self._midnight())

    def within_hours(self, moment: datetime) -> datetime:
        """The same moment, or an early one of the next working day where it falls after closing time or on a weekend."""
        if moment.time() <= LAST and moment.weekday() < SATURDAY:
            return moment
        following = moment + timedelta(days=1)
        while following.weekday() >= SATURDAY:
            following += timedelta(days=1)
        return datetime.combine(following, FIRST, moment.tzinfo) + timedelta(minutes=moment.minute)

    def _midnight(self) -> datetime:
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)
