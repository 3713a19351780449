"""Key rotations: started, followed and taken up again."""
