"""`python -m photohash` is the command `photohash`."""

from __future__ import annotations

from photohash.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
