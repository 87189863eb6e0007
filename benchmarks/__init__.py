"""How fast the product is against something that does only the one thing (`make bench`; docs/benchmarks.md).

`rows.py` lists what is measured, against what, and the goals; `table.py` says what rounds come to. Contestants are in
`alone/`, where each works in a process of its own, and in `served/`, where a server answers people.
"""
