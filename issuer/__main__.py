"""``python -m issuer`` and the `issuer` command."""

from __future__ import annotations

from issuer.cli.root import main

if __name__ == "__main__":
    main(prog_name="issuer")
