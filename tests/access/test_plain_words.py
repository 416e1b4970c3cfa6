import pytest
from django.core.exceptions import ValidationError as ModelRefusal
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from access.plain_words import in_plain_words, reworded
from markets.models import Symbol

KINDS = [
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DateField,
    serializers.DateTimeField,
    serializers.DecimalField,
    serializers.DictField,
    serializers.EmailField,
    serializers.FloatField,
    serializers.IntegerField,
    serializers.ListField,
    serializers.MultipleChoiceField,
    serializers.SlugField,
    serializers.TimeField,
    serializers.URLField,
    serializers.Serializer,
]
VALUES = dict.fromkeys(
    ("min_value", "max_value", "min_length", "max_length", "max_digits", "max_decimal_places"), 3
)
VALUES |= {"max_whole_digits": 3, "input": "x", "format": "f", "timezone": "UTC"}
VALUES |= {"input_type": "str", "datatype": "str"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_nothing_a_field_of_the_library_says_reaches_callers_as_it_is(kind):
    said = {}
    for ancestor in reversed(kind.__mro__):
        said |= getattr(ancestor, "default_error_messages", {})

    texts = [str(text).format(**VALUES) for text in said.values()]

    assert [text for text in texts if reworded(text) == text] == []


@pytest.mark.django_db
def test_nothing_a_model_of_the_library_says_reaches_callers_as_it_is():
    with pytest.raises(ModelRefusal) as refused:
        Symbol(code="", digits=99, pip_size=None, feed="pigeon").full_clean()

    texts = [
        text for name in ("code", "digits", "pip_size") for text in refused.value.message_dict[name]
    ]

    assert [text for text in texts if reworded(text) == text] == []


@pytest.mark.parametrize(
    ("library", "ours"),
    [
        ("Ensure this value is less than or equal to 200.", "Must be at most 200."),
        ("Ensure this field has no more than 64 characters.", "Write at most 64 characters."),
        ("Ensure that there are no more than 2 decimal places.", "At most 2 decimal places."),
        ('"HOLD" is not a valid choice.', "There is no such choice as HOLD."),
        ("This field is required.", "It must be sent."),
        ("There is no symbol EURXXX: add it first.", "There is no symbol EURXXX: add it first."),
    ],
)
def test_the_numbers_and_words_in_a_complaint_stay(library, ours):
    assert reworded(library) == ours


def test_fields_and_codes_stay_where_they_were():
    detail = {"bars": [{}, {"open": [ErrorDetail("A valid number is required.", "invalid")]}]}

    plain = in_plain_words(detail)

    assert plain == {"bars": [{}, {"open": ["Write a number."]}]}
    assert plain["bars"][1]["open"][0].code == "invalid"
