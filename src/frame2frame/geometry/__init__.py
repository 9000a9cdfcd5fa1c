"""The edit as a curve in feature space: its measures, better routes, and its picture in the plane."""
