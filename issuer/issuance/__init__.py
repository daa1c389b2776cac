"""Preparing a badge, sealing it, and handing on what was sealed; signing happens in `seal` and `publish` alone."""
