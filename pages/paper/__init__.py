"""Papers: what a screen or a report shows, once, and the writers that turn it into files. No Streamlit here."""
