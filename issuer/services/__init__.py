"""The use cases, one module each: who may do it, what changes together, what happens after."""
