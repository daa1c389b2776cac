"""Facts in, report out: whether a credential is genuine, in force and what it says it is."""
