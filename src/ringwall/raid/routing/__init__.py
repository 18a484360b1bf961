"""Who must hear of a case, and what of it may leave: pure, over tables of data.

Must never plan that an enforcing body be told of a case, nor hand away what RAID owns.
"""

__all__: list[str] = []
