"""With nothing held and no entry asked for, the fold answers early, as the whole step would."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from risk.guards.base import Book
from risk.holes import hole_before
from risk.positions import fold, folded
from risk.states import Decision, Hole, State
from tests.risk.drawn import START, Refuse, bar, terms

PRICES = st.floats(min_value=0.5, max_value=2.0)
NUMBERS = st.none() | st.floats(min_value=0.0, max_value=1.0)
FLAGS = st.booleans()
IDLE = st.builds(
    Decision, exit_long=FLAGS, exit_short=FLAGS, confidence=NUMBERS, atr=NUMBERS, trail=NUMBERS
)
BEFORE = st.none() | st.integers(min_value=-90, max_value=-1)  # minutes
HOLES = st.none() | st.just(Hole(START, 9))


@given(IDLE, PRICES, BEFORE, HOLES, FLAGS, st.sampled_from([(), (Refuse(),)]))
def test_a_bar_that_asks_for_no_entry_leaves_what_is_flat_flat(
    decision, price, before, hole, trails, guards
):
    last = None if before is None else bar(before).time
    state, drawn, said = State(last_bar=last, hole=hole), bar(0, price), terms(trails=trails)
    asked = {"terms": said, "guards": guards, "book": Book()}

    early = fold(state, drawn, decision, **asked)

    assert early == folded(state, drawn, decision, hole_before(state, drawn, said), **asked)
    assert early == (replace(state, last_bar=drawn.time, hole=early[0].hole), [])
