"""The policy information point: what the record knows, read for whoever decides."""

__all__: list[str] = []
