"""The door: `streamlit run` finds it."""

from dashboard.server import build_app

app = build_app()
