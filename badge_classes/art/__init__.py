"""Draws the art of the packaged badge classes: one family, a shape a strand, a mark a stage, a sign a badge."""
