"""The economics, one room for each section of the model.

A room holds its mathematics (the module's docstring), its *terms* (the YAML of the mechanism, as
typed models) and its *steps*. Rooms never import each other: what one needs from another is handed
over by `neocloud_mc.engine.path`, where every coupling can be read in one loop. What passes between
them is declared in `columns`, with its unit, its meaning, who writes it and who reads it.

How a step is written
---------------------
A step is one event of one record on all lanes (paths side by side). Its loops over the lanes become
vector instructions if they keep to this:

- Terms are read into local names before the loop: a store to a lane might alias any scalar, so one
  that is read inside is loaded again on every pass.
- No branch inside: both sides are worked out and one is selected (`x if condition else y`), with
  `&` and `|` between conditions. What must branch (a walk-away, a launch, an estate) is kept apart:
  the loop gathers the lanes that it befalls as a set (`lane_sets`), and only those are visited. On
  one lane, what does not wait for each other is worked out side by side, not behind a branch.
- A normal waits for its own arithmetic: two that are drawn in one loop take little longer than one.
  For the same reason a step of draws or powers is marked as a `jit.chain`, whose loop takes four
  vectors at once: 5% less of a path; where numbers are moved rather than worked out it would lose.
- Sums over entities go lane by lane. Nothing is summed over lanes but counts, in integers: vector
  instructions would regroup a float sum, and bits must not depend on the processor.
- "Does any lane …?" is such a count, made by the step that knows and kept in a scalar (`n_live`,
  `is_dormant`); the path loop, or the step itself, asks it and leaves out what concerns nobody.
- An exponential of the market that many entities share is worked out once a month (`powers`), what
  all estates share once a run or once a month (`haircut_odds`, `cost_index`).
- Tables are indexed, never sliced: a slice counts references.

What a scalar leaves out must change nothing: the path-by-path twin (one lane) asks the same
questions and must give the same bits. So it may leave out what adds nothing, or sets what is set
already, and never the place of a term in a sum: the running GPUs and their cost are kept from month
to month and grow in the order of service, where a count of those that run on every lane, added
apart, took an order of additions from the other paths of the block.
"""
