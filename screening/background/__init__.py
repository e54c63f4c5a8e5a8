"""Work outside the web: the queue that wakes workers, the worker process, and what it can make."""
