"""Plotly figures: data in, figure out. No Streamlit and no torch."""
