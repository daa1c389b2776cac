"""Processes that verify beside the service, each on a core of its own.

One process runs one request after the other, however many cores there are. The most frequent question, a small
badge of ours, needs nothing but the database and the published lists to answer, so others can: `pool` runs them
from the service, `process` is what they run, `frames` is what the two say to each other.
"""
