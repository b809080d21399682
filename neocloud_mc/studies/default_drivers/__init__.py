"""What stood behind the defaults: trigger events and counterfactual worlds."""
