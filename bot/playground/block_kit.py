"""Block Kit's text, options and interactive elements with their published limits, as data.

Source: https://docs.slack.dev/reference/block-kit (block elements and composition objects). Unknown members
are refused, as Slack does. Elements that Slack knows and this local Slack does not (file inputs, workflow
buttons, the parts made for assistants) are refused too: nobody should rely on what was never looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

TAG = "type:"
"""Prefix of the marks that pydantic leaves in an error's location for a part chosen by its type."""


def refuse(sentence: str) -> PydanticCustomError:
    """Make the error for a rule of Slack's that is more than a plain length or type."""
    return PydanticCustomError("slack", "{sentence}", {"sentence": sentence})


def kind_of(value: Any) -> str:
    """Say which part of a union a raw value claims to be."""
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return f"{TAG}{kind}"


class Part(BaseModel):
    """Anything inside a payload: strict types, no unknown members, no nulls."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _no_nulls(cls, value: Any) -> Any:
        nulls = (
            [str(key) for key, member in value.items() if member is None] if isinstance(value, dict) else []
        )
        if nulls:
            raise refuse(f"{', '.join(nulls)} is null; leave it out instead")
        return value


Words = Annotated[str, Field(min_length=1)]
Url = Annotated[str, Field(min_length=1, max_length=3000, pattern=r"^(https?://|mailto:|tel:|slack://)\S+$")]
Identifier = Annotated[str, Field(min_length=1, max_length=255)]


class PlainText(Part):
    """Text without formatting."""

    type: Literal["plain_text"]
    text: Words
    emoji: bool | None = None


class Mrkdwn(Part):
    """Text in Slack's own markup."""

    type: Literal["mrkdwn"]
    text: Words
    verbatim: bool | None = None


AnyText = TypeVar("AnyText", PlainText, Mrkdwn, PlainText | Mrkdwn)


def at_most(limit: int) -> AfterValidator:
    """Limit the characters of a text object."""

    def check(value: AnyText) -> AnyText:
        if len(value.text) > limit:
            raise refuse(f"must be at most {limit} characters, not {len(value.text)}")
        return value

    return AfterValidator(check)


Text = Annotated[
    Annotated[PlainText, Tag(f"{TAG}plain_text")] | Annotated[Mrkdwn, Tag(f"{TAG}mrkdwn")],
    Discriminator(kind_of),
]
Plain30 = Annotated[PlainText, at_most(30)]
Plain75 = Annotated[PlainText, at_most(75)]
Plain100 = Annotated[PlainText, at_most(100)]
Plain150 = Annotated[PlainText, at_most(150)]
Plain2000 = Annotated[PlainText, at_most(2000)]
Text75 = Annotated[Text, at_most(75)]


class Confirm(Part):
    """A question asked before an action is sent."""

    title: Plain100
    text: Annotated[Text, at_most(300)]
    confirm: Plain30
    deny: Plain30
    style: Literal["primary", "danger"] | None = None


class Option(Part):
    """One choice of a menu."""

    text: Plain75
    value: Annotated[str, Field(min_length=1, max_length=150)]
    description: Plain75 | None = None


class LinkOption(Option):
    """One choice of an overflow menu, which may be a link."""

    url: Url | None = None


class ListedOption(Part):
    """One checkbox or radio button, whose words may be formatted."""

    text: Text75
    value: Annotated[str, Field(min_length=1, max_length=150)]
    description: Text75 | None = None


class OptionGroup(Part):
    """Choices under a heading."""

    label: Plain75
    options: Annotated[list[Option], Field(min_length=1, max_length=100)]


class DispatchConfig(Part):
    """When a text input sends block_actions while one types."""

    trigger_actions_on: Annotated[
        list[Literal["on_enter_pressed", "on_character_entered"]], Field(min_length=1, max_length=2)
    ]


class ConversationFilter(Part):
    """Which conversations a menu lists."""

    include: Annotated[list[Literal["im", "mpim", "private", "public"]], Field(min_length=1)] | None = None
    exclude_external_shared_channels: bool | None = None
    exclude_bot_users: bool | None = None


class Element(Part):
    """Anything that a person can act on."""

    action_id: Identifier | None = None


class Confirmable(Element):
    """An element whose action may be confirmed first."""

    confirm: Confirm | None = None


class Focusable(Confirmable):
    """An element that may take the focus when a view opens."""

    focus_on_load: bool | None = None


class WithPlaceholder(Focusable):
    """An element that shows a hint while it is empty."""

    placeholder: Plain150 | None = None


class Button(Confirmable):
    """A button; with a url it opens a page and still sends its action."""

    type: Literal["button"]
    text: Plain75
    url: Url | None = None
    value: Annotated[str, Field(max_length=2000)] | None = None
    style: Literal["primary", "danger"] | None = None
    accessibility_label: Annotated[str, Field(max_length=75)] | None = None


class Overflow(Confirmable):
    """The menu behind three dots."""

    type: Literal["overflow"]
    options: Annotated[list[LinkOption], Field(min_length=2, max_length=5)]


def _known(chosen: Sequence[Part], options: Sequence[Part]) -> None:
    for choice in chosen:
        if choice not in options:
            raise refuse("the initial choice is not one of the options (it must be exactly equal to one)")


class Checkboxes(Focusable):
    """Boxes of which several may be ticked."""

    type: Literal["checkboxes"]
    options: Annotated[list[ListedOption], Field(min_length=1, max_length=10)]
    initial_options: Annotated[list[ListedOption], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _initial_is_known(self) -> Self:
        _known(self.initial_options or (), self.options)
        return self


class RadioButtons(Focusable):
    """Buttons of which one is chosen."""

    type: Literal["radio_buttons"]
    options: Annotated[list[ListedOption], Field(min_length=1, max_length=10)]
    initial_option: ListedOption | None = None

    @model_validator(mode="after")
    def _initial_is_known(self) -> Self:
        _known((self.initial_option,) if self.initial_option else (), self.options)
        return self


def _written_as(parse: Callable[[str], object], length: int, shape: str) -> AfterValidator:
    def check(value: str) -> str:
        try:
            parse(value)
        except ValueError:
            raise refuse(f"must be {shape}") from None
        if len(value) != length:
            raise refuse(f"must be {shape}")
        return value

    return AfterValidator(check)


class DatePicker(WithPlaceholder):
    """A day."""

    type: Literal["datepicker"]
    initial_date: Annotated[str, _written_as(date.fromisoformat, 10, "a date as YYYY-MM-DD")] | None = None


class TimePicker(WithPlaceholder):
    """A time of day."""

    type: Literal["timepicker"]
    initial_time: (
        Annotated[str, _written_as(time.fromisoformat, 5, "a time as HH:MM, 00:00 to 23:59")] | None
    ) = None
    timezone: Words | None = None


class DateTimePicker(Focusable):
    """A moment, in seconds since 1970."""

    type: Literal["datetimepicker"]
    initial_date_time: Annotated[int, Field(ge=1_000_000_000, le=9_999_999_999)] | None = None


class WithOptions(WithPlaceholder):
    """A menu that carries its own options, flat or in groups."""

    options: Annotated[list[Option], Field(min_length=1, max_length=100)] | None = None
    option_groups: Annotated[list[OptionGroup], Field(min_length=1, max_length=100)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.options is None) == (self.option_groups is None):
            raise refuse("needs either options or option_groups, and not both")
        return self

    def every_option(self) -> list[Option]:
        """All options, whichever way they were given."""
        return [option for group in self.option_groups or () for option in group.options] + (
            self.options or []
        )


class StaticSelect(WithOptions):
    """One of the given options."""

    type: Literal["static_select"]
    initial_option: Option | None = None

    @model_validator(mode="after")
    def _initial_is_known(self) -> Self:
        _known((self.initial_option,) if self.initial_option else (), self.every_option())
        return self


Most = Annotated[int, Field(ge=1)]


class MultiStaticSelect(WithOptions):
    """Several of the given options."""

    type: Literal["multi_static_select"]
    initial_options: Annotated[list[Option], Field(min_length=1)] | None = None
    max_selected_items: Most | None = None

    @model_validator(mode="after")
    def _initial_is_known(self) -> Self:
        _known(self.initial_options or (), self.every_option())
        return self


class ExternalSelect(WithPlaceholder):
    """One of the options that the bot offers while one types."""

    type: Literal["external_select"]
    initial_option: Option | None = None
    min_query_length: Annotated[int, Field(ge=0)] | None = None


class MultiExternalSelect(WithPlaceholder):
    """Several of the options that the bot offers while one types."""

    type: Literal["multi_external_select"]
    initial_options: Annotated[list[Option], Field(min_length=1)] | None = None
    min_query_length: Annotated[int, Field(ge=0)] | None = None
    max_selected_items: Most | None = None


class UsersSelect(WithPlaceholder):
    """One person."""

    type: Literal["users_select"]
    initial_user: Words | None = None


class MultiUsersSelect(WithPlaceholder):
    """Several people."""

    type: Literal["multi_users_select"]
    initial_users: list[Words] | None = None
    max_selected_items: Most | None = None


class ConversationsSelect(WithPlaceholder):
    """One conversation."""

    type: Literal["conversations_select"]
    initial_conversation: Words | None = None
    default_to_current_conversation: bool | None = None
    response_url_enabled: bool | None = None
    filter: ConversationFilter | None = None


class MultiConversationsSelect(WithPlaceholder):
    """Several conversations."""

    type: Literal["multi_conversations_select"]
    initial_conversations: list[Words] | None = None
    default_to_current_conversation: bool | None = None
    max_selected_items: Most | None = None
    filter: ConversationFilter | None = None


class ChannelsSelect(WithPlaceholder):
    """One public channel."""

    type: Literal["channels_select"]
    initial_channel: Words | None = None
    response_url_enabled: bool | None = None


class MultiChannelsSelect(WithPlaceholder):
    """Several public channels."""

    type: Literal["multi_channels_select"]
    initial_channels: list[Words] | None = None
    max_selected_items: Most | None = None


class TextInput(Element):
    """A field that one types into."""

    placeholder: Plain150 | None = None
    focus_on_load: bool | None = None
    dispatch_action_config: DispatchConfig | None = None


class PlainTextInput(TextInput):
    """Free text."""

    type: Literal["plain_text_input"]
    initial_value: Annotated[str, Field(max_length=3000)] | None = None
    multiline: bool | None = None
    min_length: Annotated[int, Field(ge=0, le=3000)] | None = None
    max_length: Annotated[int, Field(ge=1, le=3000)] | None = None

    @model_validator(mode="after")
    def _lengths_agree(self) -> Self:
        if self.min_length is not None and self.max_length is not None and self.min_length > self.max_length:
            raise refuse("min_length must not be greater than max_length")
        return self


class EmailInput(TextInput):
    """An e-mail address."""

    type: Literal["email_text_input"]
    initial_value: str | None = None


class UrlInput(TextInput):
    """A web address."""

    type: Literal["url_text_input"]
    initial_value: str | None = None


Number = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]


class NumberInput(TextInput):
    """A number, written as a string."""

    type: Literal["number_input"]
    is_decimal_allowed: bool
    initial_value: Number | None = None
    min_value: Number | None = None
    max_value: Number | None = None

    @model_validator(mode="after")
    def _bounds_agree(self) -> Self:
        if self.min_value is None or self.max_value is None:
            return self
        if float(self.min_value) > float(self.max_value):
            raise refuse("min_value must not be greater than max_value")
        return self
