"""One file per engine: what it needs (frames at a size, sound) and how it runs. See `TABLE` in `registry.py`."""
