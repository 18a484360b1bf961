"""Decision tables of the incident desk: what they hold, and what follows from them.

Tables are data, checked when they are read. Must never make an unknown milder than
any value that it could have.
"""
