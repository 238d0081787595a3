"""`stanagraph init`: a workspace with settings that explain themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stanagraph.graph.errors import BadArgument
from stanagraph.graph.resources import SETTINGS

from ..words import Words, message
from .app import app, examples
from .session import session_of

# Each part: what it says to people, and the lines as they would be written.
PARTS = (
    (message("The settings of a Stanagraph workspace. All of them may be left out."), ""),
    (
        message(
            "“public”: the public data set that comes with the software is part of each release; “none”: it is not."
        ),
        'tables = "public"',
    ),
    (
        message(
            "Who may see what. Every audience sees what is unmarked; “sees” names the markings that it sees besides. "
            "What is releasable to some only is seen by audiences that belong to one of them. With more than one "
            "audience every source needs a label, or this default:"
        ),
        '# default-label = "unmarked"\n#\n# [audiences.allies]\n# sees = ["NATO UNCLASSIFIED", "NATO RESTRICTED"]\n'
        '# belongs-to = ["NATO"]',
    ),
    (
        message(
            "Which source prevails where several disagree, for all fields and for single ones. "
            "What they say is all kept."
        ),
        '# [precedence]\n# order = ["national-tables", "nso-2021-07"]\n'
        '# fields = { promulgatedOn = ["nso-2021-07", "nisp"] }',
    ),
    (
        message(
            "Which hosts may be asked. All others are refused; this machine and private networks too, unless named with"
            " their port."
        ),
        '# [network]\n# allow = ["query.wikidata.org", "localhost:7878"]',
    ),
    (
        message("SPARQL services to harvest: stanagraph ingest endpoint:partner"),
        '# [endpoints.partner]\n# url = "https://partner.example/sparql"',
    ),
    (
        message(
            "A store on another machine that answers in place of the releases here: stanagraph store copy fills it. "
            "Its password is read from STANAGRAPH_STORE_PASSWORD."
        ),
        '# [store]\n# query = "https://graph.example/query"\n# update = "https://graph.example/update"\n'
        '# graph-store = "https://graph.example/store"\n# user = "reader"',
    ),
    (
        message("The HTTP service: stanagraph serve. docs/administration.md has all that may stand here."),
        '# [service]\n# workers = 4\n# trusted-proxies = ["127.0.0.1"]',
    ),
)


@app.command(epilog=examples("stanagraph init my-workspace", "cd my-workspace && stanagraph ingest holdings.xlsx"))
def init(
    ctx: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help=message("Folder of the workspace; made if missing."))
    ],
) -> None:
    """Make a workspace: a folder that keeps settings, sources and releases.

    Commands that are run in it, or below it, work on it.
    """
    session = session_of(ctx)
    path = directory / SETTINGS
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(settings_text(session.words))
    except FileExistsError:
        raise BadArgument("DIR", message("there is a workspace or a file of this name already")) from None
    except OSError as error:
        raise BadArgument("DIR", str(error)) from None
    session.print(session.words("Made the workspace {path}", path=path), whole=True)
    session.print(session.words("try: {command}", command=f"cd {directory} && stanagraph release build"), whole=True)


def settings_text(words: Words) -> str:
    """The settings of a new workspace, each with what it means."""
    import textwrap

    parts = []
    for told, lines in PARTS:
        said = "\n".join(f"# {line}" for line in textwrap.wrap(words(told), 100))
        parts.append(f"{said}\n{lines}".rstrip())
    return "\n\n".join(parts) + "\n"
