"""Reports, and what moderators decide about contributions."""
