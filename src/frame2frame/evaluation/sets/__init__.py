"""Sets of edits that answers are measured on: docs/how-to/evaluate.md.

case      an edit of a set: its source, what is wanted, and what is known of the truth
listed    a set in a manifest
public    the sets that go by a name, in the layouts that they are published in
fetched   the same, fetched from the hub
"""
