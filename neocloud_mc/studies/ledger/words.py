"""Amounts of one path, in words."""


def money(amount: float) -> str:
    """Dollars as millions: ``$12.34m``."""
    return f"${amount / 1e6:,.2f}m"
