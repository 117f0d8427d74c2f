"""The chat page: an engine's answers as text with clickable citations, beside a viewer of the source.

It knows the engine's answers and articles, not how they are found. Gradio may never call home:
its switch has to be off before Gradio is imported, hence here.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
