"""Answers to the edits of a set, and what they are worth: docs/how-to/evaluate.md.

asked         what is asked of it, as options
found, made   answers that are there already, or a batch that is made of the set
controls      other frames of a batch's clips in their place
scored        what measuring an answer has given
grading       all of this, one after the other
systems       the tables: systems against measures
reproduction  a published evaluation run anew
"""
