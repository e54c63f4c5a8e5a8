"""What is held about somebody: said once for all tables, handed out, erased, kept for a time or on hold."""
