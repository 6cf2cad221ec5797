"""The pages of a thread: recommendation, paragraph, comment, and what people do there."""
