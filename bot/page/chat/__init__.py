"""The chat as Gradio shows it: layout, events and session.

It knows no HTTP routes.
"""
