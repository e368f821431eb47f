"""The pages. Streamlit runs this script for every visitor and every interaction."""

from pathlib import Path

import streamlit as st

from dashboard.messages import refused_in_one_line as page
from dashboard.views.compare import show_compare
from dashboard.views.find import show_find
from dashboard.views.generate import show_generate
from dashboard.views.learn import show_learn
from dashboard.views.models import show_models
from dashboard.views.read import show_read
from dashboard.views.train import show_train
from dashboard.views.unit import show_unit

STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3.5rem 2rem 1rem; max-width: 1160px; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding-inline: 1rem; } }
.st-key-train_back { padding-top: 0.75rem; }
.st-key-train_live [data-stale="true"] { opacity: 1; }
:has(> :is(.st-key-reader_ahead, .st-key-address_bar, .st-key-recall, [class*="st-key-draft_"])) {
  position: absolute; visibility: hidden; }
.js-plotly-plot :is(.cartesianlayer, .infolayer) text { fill: currentColor !important; }
</style>
"""

IMAGES = Path(__file__).parent / "images"
ICON, LOGO = str(IMAGES / "icon.svg"), str(IMAGES / "logo.svg")

st.set_page_config(page_title="Charscope", page_icon=ICON, layout="wide")
st.logo(LOGO, size="large")
st.html(STYLE)
read = st.Page(page(show_read), title="Read", icon=":material/menu_book:", url_path="read", default=True)
find = st.Page(page(lambda: show_find(read, unit, compare)), title="Find", icon=":material/search:", url_path="find")
unit = st.Page(page(lambda: show_unit(read, compare)), title="Unit", icon=":material/account_tree:", url_path="unit")
compare = st.Page(page(show_compare), title="Compare", icon=":material/compare_arrows:", url_path="compare")
generate = st.Page(page(show_generate), title="Generate", icon=":material/edit_note:", url_path="generate")
train = st.Page(
    page(lambda: show_train(read, find, train)), title="Train", icon=":material/model_training:", url_path="train"
)
learn = st.Page(page(show_learn), title="Learn", icon=":material/school:", url_path="learn")
models = st.Page(page(lambda: show_models(read)), title="Models", icon=":material/monitoring:", url_path="models")
st.navigation([read, find, unit, compare, generate, train, learn, models], position="top").run()
