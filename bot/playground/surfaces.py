"""Block Kit's blocks, and which of them a message, a modal and an App Home may hold.

Source: https://docs.slack.dev/reference/block-kit/blocks and https://docs.slack.dev/surfaces. Blocks that
Slack knows and this local Slack does not (video, file, and the blocks made for assistants) are refused.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from bot.playground import block_kit as kit
from bot.playground.block_kit import (
    TAG,
    Identifier,
    Part,
    Plain150,
    Plain2000,
    Text,
    Url,
    Words,
    at_most,
    kind_of,
    refuse,
)

RICH_TEXT_INDENT = 8


class Block(Part):
    """Anything that stands in a list of blocks."""

    block_id: Identifier | None = None


class Image(Part):
    """A small picture beside or among text."""

    type: Literal["image"]
    image_url: Url
    alt_text: Annotated[str, Field(min_length=1, max_length=2000)]


Menu = (
    Annotated[kit.StaticSelect, Tag(f"{TAG}static_select")]
    | Annotated[kit.MultiStaticSelect, Tag(f"{TAG}multi_static_select")]
    | Annotated[kit.ExternalSelect, Tag(f"{TAG}external_select")]
    | Annotated[kit.MultiExternalSelect, Tag(f"{TAG}multi_external_select")]
    | Annotated[kit.UsersSelect, Tag(f"{TAG}users_select")]
    | Annotated[kit.MultiUsersSelect, Tag(f"{TAG}multi_users_select")]
    | Annotated[kit.ConversationsSelect, Tag(f"{TAG}conversations_select")]
    | Annotated[kit.MultiConversationsSelect, Tag(f"{TAG}multi_conversations_select")]
    | Annotated[kit.ChannelsSelect, Tag(f"{TAG}channels_select")]
    | Annotated[kit.MultiChannelsSelect, Tag(f"{TAG}multi_channels_select")]
)
Picker = (
    Annotated[kit.Checkboxes, Tag(f"{TAG}checkboxes")]
    | Annotated[kit.RadioButtons, Tag(f"{TAG}radio_buttons")]
    | Annotated[kit.DatePicker, Tag(f"{TAG}datepicker")]
    | Annotated[kit.TimePicker, Tag(f"{TAG}timepicker")]
)
Pressed = Annotated[kit.Button, Tag(f"{TAG}button")] | Annotated[kit.Overflow, Tag(f"{TAG}overflow")]
DateTime = Annotated[kit.DateTimePicker, Tag(f"{TAG}datetimepicker")]
TaggedImage = Annotated[Image, Tag(f"{TAG}image")]
Typed = (
    Annotated[kit.PlainTextInput, Tag(f"{TAG}plain_text_input")]
    | Annotated[kit.EmailInput, Tag(f"{TAG}email_text_input")]
    | Annotated[kit.UrlInput, Tag(f"{TAG}url_text_input")]
    | Annotated[kit.NumberInput, Tag(f"{TAG}number_input")]
)
Accessory = Annotated[Menu | Picker | Pressed | TaggedImage, Discriminator(kind_of)]
ActionElement = Annotated[Menu | Picker | Pressed | DateTime, Discriminator(kind_of)]
InputElement = Annotated[Menu | Picker | DateTime | Typed, Discriminator(kind_of)]
ContextElement = Annotated[
    Annotated[kit.PlainText, Tag(f"{TAG}plain_text")]
    | Annotated[kit.Mrkdwn, Tag(f"{TAG}mrkdwn")]
    | TaggedImage,
    Discriminator(kind_of),
]


class Section(Block):
    """Text, or up to ten short fields, with one element beside it."""

    type: Literal["section"]
    text: Annotated[Text, at_most(3000)] | None = None
    fields: Annotated[list[Annotated[Text, at_most(2000)]], Field(min_length=1, max_length=10)] | None = None
    accessory: Accessory | None = None
    expand: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and self.fields is None:
            raise refuse("needs text or fields")
        return self


class Header(Block):
    """A large line of plain text."""

    type: Literal["header"]
    text: Plain150


class Divider(Block):
    """A line."""

    type: Literal["divider"]


class Context(Block):
    """Small text and pictures."""

    type: Literal["context"]
    elements: Annotated[list[ContextElement], Field(min_length=1, max_length=10)]


def _distinct(elements: list[ActionElement]) -> list[ActionElement]:
    names = [element.action_id for element in elements if element.action_id is not None]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise refuse(f"action_id {twice[0]!r} stands more than once in this block")
    return elements


class Actions(Block):
    """A row of interactive elements."""

    type: Literal["actions"]
    elements: Annotated[list[ActionElement], Field(min_length=1, max_length=25), AfterValidator(_distinct)]


class ImageBlock(Block):
    """A picture of its own."""

    type: Literal["image"]
    image_url: Url
    alt_text: Annotated[str, Field(min_length=1, max_length=2000)]
    title: Plain2000 | None = None


class Input(Block):
    """A labelled field."""

    type: Literal["input"]
    label: Plain2000
    element: InputElement
    hint: Plain2000 | None = None
    optional: bool | None = None
    dispatch_action: bool | None = None


class Markdown(Block):
    """Text in standard Markdown."""

    type: Literal["markdown"]
    text: Annotated[str, Field(min_length=1, max_length=12_000)]


class Style(Part):
    """How a run of rich text looks."""

    bold: bool | None = None
    italic: bool | None = None
    strike: bool | None = None
    code: bool | None = None
    underline: bool | None = None
    highlight: bool | None = None
    client_highlight: bool | None = None
    unlink: bool | None = None


class Run(Part):
    """A piece of a line of rich text."""

    style: Style | None = None


class TextRun(Run):
    """Words."""

    type: Literal["text"]
    text: Words


class LinkRun(Run):
    """A link."""

    type: Literal["link"]
    url: Url
    text: str | None = None
    unsafe: bool | None = None


class UserRun(Run):
    """A mention of a person."""

    type: Literal["user"]
    user_id: Words


class ChannelRun(Run):
    """A mention of a channel."""

    type: Literal["channel"]
    channel_id: Words


class UserGroupRun(Run):
    """A mention of a group."""

    type: Literal["usergroup"]
    usergroup_id: Words


class EmojiRun(Run):
    """An emoji by its name."""

    type: Literal["emoji"]
    name: Words
    unicode: str | None = None
    skin_tone: int | None = None


class DateRun(Run):
    """A moment shown in the reader's own time zone."""

    type: Literal["date"]
    timestamp: int
    format: Words
    url: Url | None = None
    fallback: str | None = None


class BroadcastRun(Run):
    """A mention of everybody."""

    type: Literal["broadcast"]
    range: Literal["here", "channel", "everyone"]


class ColourRun(Run):
    """A colour by its hexadecimal value."""

    type: Literal["color"]
    value: Words


AnyRun = Annotated[
    Annotated[TextRun, Tag(f"{TAG}text")]
    | Annotated[LinkRun, Tag(f"{TAG}link")]
    | Annotated[UserRun, Tag(f"{TAG}user")]
    | Annotated[ChannelRun, Tag(f"{TAG}channel")]
    | Annotated[UserGroupRun, Tag(f"{TAG}usergroup")]
    | Annotated[EmojiRun, Tag(f"{TAG}emoji")]
    | Annotated[DateRun, Tag(f"{TAG}date")]
    | Annotated[BroadcastRun, Tag(f"{TAG}broadcast")]
    | Annotated[ColourRun, Tag(f"{TAG}color")],
    Discriminator(kind_of),
]


class RichSection(Part):
    """A paragraph of rich text."""

    type: Literal["rich_text_section"]
    elements: list[AnyRun]


class RichList(Part):
    """A list of rich text."""

    type: Literal["rich_text_list"]
    style: Literal["bullet", "ordered"]
    elements: Annotated[list[RichSection], Field(min_length=1)]
    indent: Annotated[int, Field(ge=0, le=RICH_TEXT_INDENT)] | None = None
    offset: Annotated[int, Field(ge=0)] | None = None
    border: Literal[0, 1] | None = None


class RichPreformatted(Part):
    """Text kept as it is."""

    type: Literal["rich_text_preformatted"]
    elements: list[AnyRun]
    border: Literal[0, 1] | None = None
    language: str | None = None


class RichQuote(Part):
    """A quotation."""

    type: Literal["rich_text_quote"]
    elements: list[AnyRun]
    border: Literal[0, 1] | None = None


class RichText(Block):
    """Formatted text as a tree."""

    type: Literal["rich_text"]
    elements: Annotated[
        list[
            Annotated[
                Annotated[RichSection, Tag(f"{TAG}rich_text_section")]
                | Annotated[RichList, Tag(f"{TAG}rich_text_list")]
                | Annotated[RichPreformatted, Tag(f"{TAG}rich_text_preformatted")]
                | Annotated[RichQuote, Tag(f"{TAG}rich_text_quote")],
                Discriminator(kind_of),
            ]
        ],
        Field(min_length=1),
    ]


class RawText(Part):
    """A plain cell of a table."""

    type: Literal["raw_text"]
    text: Words


class ColumnSetting(Part):
    """How a column of a table is set."""

    align: Literal["left", "center", "right"] | None = None
    is_wrapped: bool | None = None


Cell = Annotated[
    Annotated[RawText, Tag(f"{TAG}raw_text")] | Annotated[RichText, Tag(f"{TAG}rich_text")],
    Discriminator(kind_of),
]


class Table(Block):
    """Rows and columns."""

    type: Literal["table"]
    rows: Annotated[
        list[Annotated[list[Cell], Field(min_length=1, max_length=20)]], Field(min_length=1, max_length=100)
    ]
    column_settings: Annotated[list[ColumnSetting], Field(max_length=20)] | None = None


Anywhere = (
    Annotated[Section, Tag(f"{TAG}section")]
    | Annotated[Header, Tag(f"{TAG}header")]
    | Annotated[Divider, Tag(f"{TAG}divider")]
    | Annotated[Context, Tag(f"{TAG}context")]
    | Annotated[Actions, Tag(f"{TAG}actions")]
    | Annotated[ImageBlock, Tag(f"{TAG}image")]
    | Annotated[Input, Tag(f"{TAG}input")]
    | Annotated[RichText, Tag(f"{TAG}rich_text")]
)
InMessages = Annotated[Markdown, Tag(f"{TAG}markdown")] | Annotated[Table, Tag(f"{TAG}table")]
MessageBlock = Annotated[Anywhere | InMessages, Discriminator(kind_of)]
ViewBlock = Annotated[Anywhere, Discriminator(kind_of)]
MessageBlocks = Annotated[list[MessageBlock], Field(max_length=50)]
ViewBlocks = Annotated[list[ViewBlock], Field(min_length=1, max_length=100)]
Metadata = Annotated[str, Field(max_length=3000)]
Plain24 = Annotated[kit.PlainText, at_most(24)]


class Surface(Part):
    """What modals and App Homes share."""

    blocks: ViewBlocks
    private_metadata: Metadata | None = None
    callback_id: Annotated[str, Field(max_length=255)] | None = None
    external_id: Annotated[str, Field(max_length=255)] | None = None


class Home(Surface):
    """An App Home tab."""

    type: Literal["home"]


class Modal(Surface):
    """A modal window."""

    type: Literal["modal"]
    title: Plain24
    submit: Plain24 | None = None
    close: Plain24 | None = None
    clear_on_close: bool | None = None
    notify_on_close: bool | None = None
    submit_disabled: bool | None = None

    @model_validator(mode="after")
    def _inputs_can_be_submitted(self) -> Self:
        if self.submit is None and any(isinstance(block, Input) for block in self.blocks):
            raise refuse("a modal with input blocks needs submit")
        return self


View = Annotated[
    Annotated[Modal, Tag(f"{TAG}modal")] | Annotated[Home, Tag(f"{TAG}home")], Discriminator(kind_of)
]
