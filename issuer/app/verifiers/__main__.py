"""``python -m issuer.app.verifiers``: a verifier process."""

from __future__ import annotations

import gc

gc.disable()  # as in `issuer.__main__`; `collect_seldom` enables it when the process is ready

from issuer.app.verifiers.process import main  # noqa: E402

if __name__ == "__main__":
    main()
