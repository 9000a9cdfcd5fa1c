"""Many edits from a list, done completely and once: docs/how-to/batch.md.

manifest   the list, in whatever form it is, as rows
rows       one edit of the list, checked before anything is drawn
ledger     what has come of each row, a line as it is finished
drawing    rows of one shape drawn together
work       a batch from its manifest to its end
sheet      the page on which all of it is seen
"""
