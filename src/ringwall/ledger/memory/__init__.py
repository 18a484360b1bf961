"""What stands beside the log so that it can be forgotten.

Must never let a person's words into the bytes that are hashed.
"""
