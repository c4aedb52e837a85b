"""The networks: numpy arrays in, numpy arrays out, torch inside."""

from __future__ import annotations

import os

# Read once, when torch is loaded. Its threads otherwise spin while they wait for each other; on cores that also decode
# photos that cost a factor of ten.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
