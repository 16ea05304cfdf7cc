"""Standing reports of the acts: each as a preview on the screen, a file, and a command."""
