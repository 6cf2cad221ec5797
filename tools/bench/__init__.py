"""`make bench`: what requests cost, each figure beside the limit measured in the same run."""
