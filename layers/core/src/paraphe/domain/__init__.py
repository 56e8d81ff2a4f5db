"""The rules: pure, standard library only. State, command and `now` in; state and events out."""
