"""The door: `streamlit run` finds it. It looks for `st.App(...)` in this file's source, so that stands here."""

import streamlit as st

from dashboard.server import PAGES, middleware, routes, warm_start

app = st.App(str(PAGES), routes=routes(), middleware=middleware(), lifespan=warm_start)
