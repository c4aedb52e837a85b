"""Set photohash up in a virtual environment beside this file, then run it. Needs Python 3.11 or later and nothing else.

python3 start.py demo              make and search a small demo library
python3 start.py scan FOLDER       scan a folder of photos
python3 start.py COMMAND ...       any other command of photohash
python3 start.py test              lint, type-check and test
python3 start.py bench NAME ...    one of the benchmarks
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FOLDER = Path(os.environ.get("PHOTOHASH_VENV", ROOT / ".venv"))
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
EXTRAS = {"test": "test", "bench": "bench"}


def main() -> int:
    """Install what the command needs, unless it is there, and run it."""
    if sys.version_info < (3, 11):  # noqa: UP036  this file alone may meet an older Python
        print("photohash needs Python 3.11 or later; this is", sys.version.split()[0], file=sys.stderr)
        return 2
    words = sys.argv[1:] or ["--help"]
    install(EXTRAS.get(words[0], "demo"))
    if words[0] == "test":
        return test(words[1:])
    if words[0] == "bench":
        if len(words) < 2:
            names = sorted(
                path.stem for path in (ROOT / "benchmarks").glob("*.py") if "report.run(" in path.read_text()
            )
            print("Which benchmark? One of", ", ".join(names), file=sys.stderr)
            return 2
        return run("-m", f"benchmarks.{words[1]}", *words[2:])
    return run("-m", "photohash", *words, folder=Path.cwd())


def install(extras: str) -> None:
    """Make the environment and install photohash into it, once for each state of pyproject.toml."""
    state = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + extras.encode()).hexdigest()
    mark = FOLDER / f"photohash-{extras.replace(',', '-')}"
    if mark.exists() and mark.read_text() == state:
        return
    print("Installing photohash and what it needs; the first time this takes some minutes ...", file=sys.stderr)
    if not PYTHON.exists():
        venv.create(FOLDER, with_pip=True)
    command = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", f"{ROOT}[{extras}]"]
    if run(*command):
        raise SystemExit("The installation failed; the reason stands above. Mend it and run the same command again.")
    mark.write_text(state)


def test(words: list[str]) -> int:
    """Lint, types, tests: all of them run, the first failure decides."""
    codes = [run("-m", "ruff", "check", "."), run("-m", "ruff", "format", "--check", "."), run("-m", "mypy")]
    codes.append(run("-m", "pytest", *words))
    return max(codes)


def run(*words: str, folder: Path = ROOT) -> int:
    """Run the environment's Python; its exit code. Ctrl+C goes to it alone."""
    process = subprocess.Popen([PYTHON, *words], cwd=folder)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    raise SystemExit(main())
