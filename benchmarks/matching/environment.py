"""The environment of the peers: a standard venv of their own that also sees the packages leadbridge runs with."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
USUAL = Path(tempfile.gettempdir()) / "leadbridge-peers"


def python_of_peers(folder: Path) -> str:
    """The interpreter of the environment in `folder`, which is made and filled unless the peers are there already."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    known = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, check=True
    )
    seen = Path(known.stdout.decode().strip()) / "leadbridge-packages.pth"
    seen.write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    if subprocess.run(
        [python, "-c", "import duckdb, pandas, sklearn, splink"], capture_output=True, check=False
    ).returncode:
        print(f"installing the peers into {folder} …", file=sys.stderr)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS], check=True)
    return str(python)
