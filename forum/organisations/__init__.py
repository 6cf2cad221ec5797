"""What each organisation has said in public and what became of it: pages, and a document."""
