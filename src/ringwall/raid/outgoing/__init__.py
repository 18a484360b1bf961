"""What leaves the desk: labels, the barrier and its exits, aggregates.

Must never let a single case go to whoever enforces, save by an exit of the data.
"""
