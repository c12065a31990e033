"""An object that no domain knows: courses, by a model and a description alone, with every kind of field."""
