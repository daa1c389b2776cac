"""``python -m issuer`` and the `issuer` command."""

from __future__ import annotations

import gc

gc.disable()  # what is imported stays; looking through it for garbage took a sixth of the start

from issuer.cli.root import main  # noqa: E402

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main(prog_name="issuer")
