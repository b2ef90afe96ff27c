"""What can be wrong with an index."""


class IndexUnavailable(Exception):
    """There is no index, or none that can be read; a rebuild mends it."""


class RebuildRunning(Exception):
    """Another process is rebuilding the index."""
