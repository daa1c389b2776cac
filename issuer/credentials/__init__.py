"""Open Badges documents made from plain values, and what they must be held against."""
