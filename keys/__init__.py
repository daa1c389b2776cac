"""Custody of the signing keys: encrypted files, their public registry, and the ceremonies that change them.

A ground package: it imports nothing of the issuer. Private keys are reached through `keys.software` and
`keys.ceremony` alone; `keys.registry` is public.
"""
