"""Hypothesis strategies of what is taught: any class, place, roll and rules that the domain can say."""

import string
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from chalicelib.schedule.domain import (
    Ages,
    Attendance,
    ClassGroup,
    Enrolment,
    EnrolmentKind,
    EnrolmentStatus,
    Mark,
    Occurrence,
    OccurrenceStatus,
    Price,
)
from chalicelib.schedule.roll import Roll, Seat, Wish
from chalicelib.schedule.terms import EnrolmentTerms, RefundStep

names = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=12)
words = st.text(max_size=20)
maybe_name = st.just("") | names
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
maybe_moment = st.none() | moments
days = moments.map(lambda moment: moment.date())
texts = st.dictionaries(st.sampled_from(["fr", "en", "ru"]), words, min_size=1)
counts = st.integers(0, 10_000)
maybe_count = st.none() | counts

steps = st.builds(RefundStep, st.integers(-1000, 1000), st.integers(0, 1_000_000))
rules = st.builds(
    EnrolmentTerms,
    preset=st.just(""),
    absence_notice_minutes=counts,
    makeups=st.booleans(),
    makeup_limit=maybe_count,
    makeup_days=counts,
    makeup_programmes=st.lists(names, max_size=3).map(tuple),
    makeup_notice_minutes=counts,
    leave=st.booleans(),
    refund=st.lists(steps, max_size=3).map(tuple),
    fee_minor=counts,
    fee_ppm=st.integers(0, 1_000_000),
    free_before_start=st.booleans(),
    withdrawal_days=counts,
    transfer=st.booleans(),
    transfer_limit=maybe_count,
    offer_minutes=counts,
)
prices = st.builds(Price, counts, st.sampled_from(["CAD", "EUR"]), maybe_name, st.integers(0, 9))
marks = st.builds(Mark, st.sampled_from(Attendance), moments, words, maybe_name, maybe_name)
places = st.builds(
    Enrolment,
    id=names,
    person=names,
    class_group=names,
    household=names,
    status=st.sampled_from(EnrolmentStatus),
    starts_on=days,
    ends_on=days,
    enrolled_at=moments,
    source=maybe_name,
    kind=st.sampled_from(EnrolmentKind),
    meeting=maybe_name,
    terms=st.none() | rules,
    price=st.none() | prices,
    marks=st.dictionaries(names, marks, max_size=4),
    right=maybe_name,
    until=maybe_moment,
    ended_at=maybe_moment,
    ended_by=st.sampled_from(["", "family", "staff"]),
    reason=words,
    successor=maybe_name,
    returned=st.none() | prices,
    wanted=maybe_name,
    version=st.none() | counts,
)
meetings = st.builds(
    Occurrence, names, moments, moments, words, st.sampled_from(OccurrenceStatus), words, counts, maybe_moment, words
)
groups = st.builds(
    ClassGroup,
    id=names,
    title=texts,
    programme=maybe_name,
    instructor=words,
    occurrences=st.lists(meetings, max_size=5, unique_by=lambda meeting: meeting.id).map(tuple),
    source=maybe_name,
    version=st.none() | counts,
    capacity=maybe_count,
    level=words,
    ages=st.builds(Ages, maybe_count, maybe_count),
    online=words,
    online_opens_minutes=counts,
    price_minor=counts,
    open=st.booleans(),
    terms=st.dictionaries(st.just("makeup_days"), counts),
)
seats = st.builds(Seat, names, names, names, days, days, maybe_name, maybe_moment)
wishes = st.builds(Wish, names, names, names, moments, maybe_name, maybe_name, maybe_moment, counts, maybe_moment)
rolls = st.builds(
    Roll,
    class_group=names,
    seats=st.lists(seats, max_size=6, unique_by=lambda seat: seat.enrolment).map(tuple),
    waiting=st.lists(wishes, max_size=6, unique_by=lambda wish: wish.id).map(tuple),
    away=st.dictionaries(names, st.frozensets(names, min_size=1, max_size=3), max_size=3),
    look=maybe_moment,
    version=st.none() | counts,
)

WEEK = timedelta(days=7)
