"""The economics, one room for each section of the model.

A room holds its mathematics (the module's docstring), its *terms* (the YAML of the mechanism, as
typed models) and its *steps*. Rooms never import each other: what one needs from another is handed
over by `neocloud_mc.engine.path`, where every coupling can be read in one loop.
"""
