"""A local Slack for trying and testing the bot without a workspace.

It is a Slack in one process: a page in the browser, Slack's Web API on loopback, and real signed requests
(or a real Socket Mode websocket) to the real bot. In five steps::

    from bot.playground.app import serve
    from bot.playground.workspace import Credentials, Disturbance, InstalledBot, SlashCommand, Workspace

    # 1. The world: who the bot is, with the secrets that both sides share.
    bot = InstalledBot(
        Credentials(bot_token="xoxb-...", app_token="xapp-...", signing_secret="..."),
        commands=(SlashCommand("/tier", usage="acme | why acme | help", summary="Which tier, and why"),),
    )
    workspace = Workspace(bot, clock=time.time, randomness=random.Random())

    # 2. The local Slack on a port of 127.0.0.1 (0 chooses a free one), in threads of its own.
    with serve(workspace, port=3000) as local:
        # 3. What the bot needs as SLACK_API_URL, and the page for the browser.
        local.api_url  # "http://127.0.0.1:3000/api/"
        local.page_url  # "http://127.0.0.1:3000/"
        # 4. Where the bot listens. In Socket Mode there is nothing to tell: the bot connects by itself.
        local.connect("http://127.0.0.1:3001/slack/events")
        # 5. Act as a person and read what that person sees (see `bot.playground.local.LocalSlack`).
        for message in local.command("olivia", "customer-success", "/tier acme"):
            print(message.text, message.blocks)
        # What can go wrong with Slack itself is ordered, not waited for.
        workspace.disturb(Disturbance("chat.postMessage", retry_after=30))

The people are Vera (`vera`, a full member with plain rights), Olivia (`olivia`, operations), Marco (`marco`,
customer success manager), Gita (`gita`, a guest), Simon (`simon`, a guest of a single channel), Stella
(`stella`, a stranger of another organisation) and Xenia (`xenia`, of that organisation too, but known from a
shared channel, so that Slack does not mark her `is_stranger`). The channels are `customer-success`, `sales`
(both without Stella and Xenia), `globex-shared` (Slack Connect, without guests) and `longtail` (the direct
message with the bot). `bot.playground.people` has their ids.
"""
