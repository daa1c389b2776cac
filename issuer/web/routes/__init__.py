"""One module per part of the HTTP face."""
