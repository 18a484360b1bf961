"""Who reported: sealed to custodians at the door, and opened to one asker alone.

Must never let anything but a box leave here with who somebody is.
"""
