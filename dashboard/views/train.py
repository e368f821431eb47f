"""Train: a network of one's own text, without a command. The address names the training that is shown, if one is.

A training is a process of its own: it goes on when this page, the browser or the server is closed.
"""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from corpora import InputError
from corpora.places import is_read_only
from dashboard.location import Location
from dashboard.messages import show_error
from dashboard.session import arrive, choose, show_training_address
from dashboard.views.explained import show_explained
from dashboard.views.train_list import show_trainings
from dashboard.views.train_options import min_count, show_options
from dashboard.views.train_start import show_start
from dashboard.views.train_text import offer_example, show_look, show_text
from dashboard.views.train_watch import show_training, training_folder
from models.status import status_of

NOT_HERE = (
    "You cannot train here: this Charscope is shared, and keeps nothing for its visitors. "
    "To train a network on your text, run Charscope on your own machine."
)
INTRODUCTION = (
    "Give a text, choose a network, press **Start training**. Within minutes you see what its units do on your text. "
    "The training goes on when you close this page."
)


def show_train(read: StreamlitPage, find: StreamlitPage, train: StreamlitPage) -> None:
    """The Train view; `train` is its own page, to which a training's link leads."""
    location, _ = arrive("train")
    choose(location)
    if name := st.query_params.get("run"):
        try:
            folder = training_folder(name)
        except InputError as error:
            show_error(error)
        else:
            if status_of(folder) == "finished" and location.model != name:  # other views go on with this network
                location = Location(model=name)
                choose(location)
            show_training_address(location, name)
            with st.container(key="train_back"):
                if st.button("All trainings", icon=":material/arrow_back:", type="tertiary"):
                    st.switch_page(train)  # a link to the same page keeps its query
            show_training(name, read, find)
            return
    show_training_address(location, "")
    st.markdown("### Train a network on a text of your own")
    if is_read_only():
        st.info(NOT_HERE, icon=":material/lock:")
    else:
        with st.container(key="train_form"):
            st.markdown(INTRODUCTION)
            _show_form(train)
    with st.container(key="train_list"):
        show_trainings(train)
    show_explained("train")


def _show_form(train: StreamlitPage) -> None:
    """The three steps, each once the one before it is done."""
    text = show_text()
    if text is None:
        offer_example()
        return
    look = show_look(text, min_count())
    if look is None:
        return
    plan = show_options(text.training_characters(look.characters), look)
    if plan is not None:
        show_start(text, look, plan, train)
