"""One torch thread for every test: several that wait for each other on a busy machine take many times as long."""

from __future__ import annotations

import torch

torch.set_num_threads(1)
