"""Checks for authors of strategies: what would make a backtest lie or the desk stumble."""
