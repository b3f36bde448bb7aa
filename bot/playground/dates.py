"""Slack's dates as a reader sees them in the own time zone (pure).

Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone

_MONTHS = tuple(calendar.month_name)[1:]
_DAYS = tuple(calendar.day_name)
_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"))


def shown(stamp: int, pattern: str, offset: int, now: float) -> str:
    """Write a moment as Slack's `{date_short} at {time}` and the like; unknown tokens stay as they are.

    `stamp` and `now` are seconds since 1970, `offset` is the reader's zone in seconds east of UTC. Raises
    ValueError for a moment that no calendar holds.
    """
    zone = timezone(timedelta(seconds=offset))
    try:
        moment = datetime.fromtimestamp(stamp, UTC).astimezone(zone)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{stamp} is not a moment") from error
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()

    def token(match: re.Match[str]) -> str:
        return _token(match.group(1), moment, today) or _ago(match, now - stamp)

    return re.sub(r"\{(\w+)\}", token, pattern)


def _token(name: str, moment: datetime, today: date) -> str:
    if name.endswith("_pretty"):
        near = {today: "today", today + timedelta(days=1): "tomorrow", today - timedelta(days=1): "yesterday"}
        return near.get(moment.date()) or _token(name.removesuffix("_pretty"), moment, today)
    month = _MONTHS[moment.month - 1]
    match name:
        case "date_num":
            return f"{moment:%Y-%m-%d}"
        case "date":
            return f"{moment.day} {month} {moment.year}"
        case "date_short":
            return f"{moment.day} {month[:3]} {moment.year}"
        case "date_long":
            return f"{_DAYS[moment.weekday()]}, {moment.day} {month} {moment.year}"
        case "time":
            return f"{moment:%H:%M}"
        case "time_secs":
            return f"{moment:%H:%M:%S}"
    return ""


def _ago(match: re.Match[str], seconds: float) -> str:
    if match.group(1) != "ago":
        return match.group()
    for size, unit in _UNITS:
        count = int(abs(seconds) // size)
        if count:
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"
