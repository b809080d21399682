"""The Python API: the verbs of the command line as functions, their results for notebooks."""
