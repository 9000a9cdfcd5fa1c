"""Questions with pictures to a vision-language model, over any server that speaks OpenAI's chat protocol.

The server is named by OPENAI_API_KEY, OPENAI_BASE_URL and FRAME2FRAME_VLM_MODEL, read when a question is
asked. A key must be set, for a server of one's own any word, or nothing leaves the machine. Answers are kept
by what was asked, so that a run repeats without the server.

The answer is a stranger's text: only the fields that were asked for are read, each checked. The key is in
nothing that this module returns, raises or writes, and neither are the server's own error texts, which may
repeat it.
"""

from .prompts import read_prompts
from .question import Fields, Question, Reply, Worked, plain
from .server import Answerer, Server, is_set, told

__all__ = [
    "Answerer",
    "Fields",
    "Question",
    "Reply",
    "Server",
    "Worked",
    "is_set",
    "plain",
    "read_prompts",
    "told",
]
