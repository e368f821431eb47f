"""The entry point for `streamlit run`, which looks for `st.App(...)` in the source of this file."""

import streamlit as st

from dashboard.hosts import middleware
from dashboard.memory import limit_arenas
from dashboard.server import PAGES, routes, warm_start

limit_arenas()
app = st.App(str(PAGES), routes=routes(), middleware=middleware(), lifespan=warm_start)
