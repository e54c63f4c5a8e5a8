"""What is looked for, and how ratings become numbers. Pure: no web, no SQL, no files but the shipped library."""
