"""The page: a picture and a wish go in; the edit, its clip and the reason come out. Needs the extra `ui`.

form.py      what stands in the page's fields → Request
status.py    the stream of events → the line of progress (fragments.py: from templates)
answer.py    a finished edit → what is shown of it
page.py      the fields and what happens when they are used (Gradio)
gate.py      what may reach Gradio, each call made anew (calls.py) of what is the visitor's own (visitors.py)
server.py    the page on this machine's own address
"""

from .server import main

__all__ = ["main"]
