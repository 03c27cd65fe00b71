import importlib.util
import sys
from pathlib import Path

# `--import-mode=importlib` puts no folder on the path; the paper timeline is shared by the tests beside it.
spec = importlib.util.spec_from_file_location("paper", Path(__file__).with_name("paper.py"))
module = importlib.util.module_from_spec(spec)
sys.modules.setdefault("paper", module)
if sys.modules["paper"] is module:
    spec.loader.exec_module(module)
