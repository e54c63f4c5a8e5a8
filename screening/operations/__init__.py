"""What whoever runs an installation needs: backups that are checked before use, and a look at what is wrong with it."""
