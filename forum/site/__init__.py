"""The pages around the features: home, explanations, texts with history, health."""
