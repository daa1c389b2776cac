"""Badges of the edition before: Open Badges 2.0 assertions, signed or hosted."""
