"""The specifications' algorithms over bytes and JSON values: no network, no clock, no storage."""
