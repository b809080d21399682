"""Months of a run beside the calendar's, where the scenario has a base date."""

from datetime import date

from neocloud_mc.scenario import months


def numbered(month: int, base_date: str | None) -> str:
    """A month in a sentence: ``Jun 2026 (month 12)``."""
    return f"month {month}" if base_date is None else f"{short(month, base_date)} (month {month})"


def alone(month: int, base_date: str | None) -> str:
    """A month where its number is told elsewhere: ``Jun 2026``."""
    return f"month {month}" if base_date is None else short(month, base_date)


def stacked(month: int, base_date: str | None) -> str:
    """A month at the head of a column, on two lines."""
    return f"month {month}" if base_date is None else f"month {month}\n{short(month, base_date)}"


def beside(month: int, base_date: str | None) -> str:
    """A month at the head of a row: ``12 Jun 2026``."""
    return str(month) if base_date is None else f"{month:>3} {short(month, base_date)}"


def short(month: int, base_date: str) -> str:
    """The calendar month alone: ``Jun 2026``."""
    name, year = months.name(month, date.fromisoformat(base_date)).split()
    return f"{name[:3]} {year}"
