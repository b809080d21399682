"""Stage 4: questions asked of several runs on the same draws, one room each."""
