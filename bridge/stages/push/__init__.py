"""Push: what may go is sent, and what became of each write is kept."""

from bridge.stages.push.delivering import push

__all__ = ["push"]
