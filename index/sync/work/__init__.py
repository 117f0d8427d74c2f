"""Reading and embedding the files of a plan: in this process, or by workers on many machines.

It does not know where the result is written.
"""
