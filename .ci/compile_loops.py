"""What an installation does first: it compiles the engine's inner loops, where it can.

Without a C compiler, or with the environment variable ``STEPGRAD_PURE_PYTHON`` set to 1, nothing is
compiled, and the package is the same but for its speed.
"""

import os
import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileLoops(BuildHookInterface):
    """Hatchling's custom hook; see `autograd.speed`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and put what came out into the wheel, which is then this Python's alone."""
        if os.environ.get("STEPGRAD_PURE_PYTHON", "0") not in ("", "0"):
            return
        built = runpy.run_path(str(Path(self.root, "autograd", "speed", "build.py")))["build"]()
        if built is not None:
            build_data["artifacts"].append(built.relative_to(self.root).as_posix())
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
