"""What a run of the evaluation found, and where it is written.

columns     figures of some answers, for the table and the JSON alike
statistics  figures with their uncertainty
rows        the cases one by one, in a file beside the JSON
gallery     the worst, middle and best answers
forms       JSON, CSV and LaTeX
page        the same as a page with pictures
outputs     all of them, as far as they are asked for
comparison  two runs, case by case
"""
