"""Use cases as verbs: the first argument is a Session, then the person acting. No request, no commit."""
