"""The chat page: an engine's answers as text with clickable citations, beside a viewer of the source.

It knows the engine's answers and articles, not how they are found. Gradio may never call home:
its switch has to be off before Gradio is imported, hence here.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# For a dashboard that is off Gradio keeps figures of 10,000 events, and works them out anew after each.
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "100"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000"
