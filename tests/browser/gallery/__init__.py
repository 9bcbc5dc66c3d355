"""The component gallery: the design system shown whole, in every look."""
