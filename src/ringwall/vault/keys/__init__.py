"""Key-encryption keys: made, described, and used to wrap the data keys of containers.

Must never write a key-encryption key anywhere but into a file of mode 0600, nor let a
secret into a message, a `repr` or a log line.
"""
