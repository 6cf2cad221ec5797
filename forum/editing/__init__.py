"""The Redaktion's desk: drafts of what stands in a round, their preview, and publishing them."""
