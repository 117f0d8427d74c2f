"""The catalog and what people leave behind in PostgreSQL: the home that several machines share.

It needs the packages of requirements-fleet.txt, which nothing imports before a database is set.
"""
