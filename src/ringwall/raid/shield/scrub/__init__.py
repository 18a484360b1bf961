"""Working copies of attachments: without what a file tells about who made it.

Must never pass on a file of which that can't be said.
"""
