"""The command line before a command runs: help, usage errors, completion, and how little is loaded for them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

import nis2map
from nis2map.cli import _handlers
from nis2map.cli._handlers._completion import script
from nis2map.cli._main import main
from nis2map.cli._parser import COMMANDS, SHELLS, _entity, _files, _law, _scoring, parser_of
from nis2map.formats import catalogue
from nis2map.law import Administration, Designation, Exemption, TrustService, fact_kind
from nis2map.law._incident import MOMENTS
from nis2map.planning._objective import OBJECTIVES
from nis2map.scoring import BASES, DEFAULTS, WEIGHTS

from .test_cli import WORSE, run

HELPS = [[*name.split(), "--help"] for name in COMMANDS]


# --- what is loaded


@pytest.mark.parametrize("arguments", [["--help"], ["coverage", "--help"], ["scope", "--help"], ["review", "--help"]])
def test_help_loads_neither_the_library_nor_data(arguments: list[str]) -> None:
    """Of the package only the parser is imported, of others none; argparse is for the help of one command."""
    code = (
        "import sys; before = set(sys.modules)\n"
        "from nis2map.cli import main\n"
        f"assert main({arguments!r}) == 0\n"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = found.stderr.split()
    ours = {name for name in loaded if name.startswith("nis2map.")}
    parser = {"nis2map._shared", "nis2map._shared._door", "nis2map.cli", "nis2map.cli._main"}
    assert {name for name in ours if not name.startswith("nis2map.cli._parser")} == parser
    assert not {name.partition(".")[0] for name in loaded} & {"attrs", "attr", "cattrs", "networkx", "json", "typing"}
    assert ("argparse" in loaded) is (arguments[0] in ("coverage", "scope"))


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_is_written_without_data(shell: str) -> None:
    """A script that runs at the start of every shell may not read tables."""
    code = (
        "import sys; from nis2map.cli import main\n"
        f"assert main(['completion', {shell!r}]) == 0\n"
        "assert 'nis2map.data._tables' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)


# --- words that the parser has once more


def test_the_words_of_the_parser_are_those_of_the_library() -> None:
    """The parser can't import them, or help would wait for the library."""
    data = nis2map.load()
    assert _scoring.WEIGHTS == WEIGHTS
    assert tuple(BASES) == _scoring.BASES
    assert tuple(OBJECTIVES) == _scoring.OBJECTIVES
    assert tuple(map(str, nis2map.GapClass)) == _scoring.GAP_CLASSES
    assert set(_scoring.FRAMEWORKS) == {f.id for f in data.frameworks.values() if f.side == "requirement"}
    assert set(_scoring.CROSSWALKS) <= set(data.crosswalks)
    assert {state.code for state in nis2map.law.member_states()} == set(_entity.STATES)
    assert set(_files.FORMS.values()) == {row.name for row in catalogue() if "Assessment" in row.writes}
    words = {
        "trust_service": TrustService,
        "designated": Designation,
        "state_exemption": Exemption,
        "public_administration": Administration,
    }
    assert {name: tuple(map(str, kind)) for name, kind in words.items()} == _entity.WORDS


def test_the_defaults_of_the_parser_are_those_of_the_library() -> None:
    """A command without options asks what the function asks without arguments."""
    arguments = parser_of("coverage").parsed(["soa.csv"])
    for name in ("framework", "weights", "support", "basis"):
        assert getattr(arguments, name) == DEFAULTS[name]


def test_every_fact_of_an_incident_has_its_flag() -> None:
    """No moment and no fact is left out, and each flag takes what its fact is."""
    assert tuple(_law.MOMENTS) == MOMENTS
    flags = {name: kind for _, facts in _law.OCCURRENCES for name, (kind, _) in facts.items()}
    fields = {field.name: str(fact_kind(field.name)) for field in attrs.fields(nis2map.IncidentFacts)}
    del fields["entity_types"]
    assert {name: {"users": "number of users"}.get(kind, kind) for name, kind in flags.items()} == fields


# --- help


@pytest.mark.parametrize("arguments", HELPS, ids=" ".join)
def test_every_option_has_a_word_of_help(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """Each command tells what it does, what it takes, and has the options that all commands have."""
    code, out, err = run(capsys, *arguments)
    assert (code, err) == (0, "")
    name = " ".join(arguments[:-1])
    assert out.startswith(f"usage: nis2map {name} [options]")
    assert len(out.splitlines()[0]) <= 80
    parser = parser_of(name)
    assert all(action.help for action in parser.actions)
    flags = {flag for action in parser.actions for flag in action.option_strings}
    assert {"-h", "--help"} <= flags
    assert ({"--json", "-q", "--quiet"} <= flags) is (name != "completion")
    assert callable(getattr(_handlers, f"run_{name.replace('-', '_').replace(' ', '_')}"))


def test_help_lists_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """One screen: the commands in groups with a line each, then what the exit codes mean."""
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert re.findall(r"^    ([a-z][a-z-]*(?: [a-z]+)?)  ", out, re.M) == list(COMMANDS)
    assert re.findall(r"^    (\d+) ", out, re.M) == ["0", "1", "2", "70"]
    assert run(capsys, "-h") == (code, out, "")
    assert max(map(len, out.splitlines())) <= 120


@pytest.mark.parametrize("columns", ["60", "100", "", "0", "wide"])
def test_help_is_as_wide_as_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """COLUMNS is honoured, and ignored where it is no width."""
    monkeypatch.setenv("COLUMNS", columns)
    lines = run(capsys, "find", "--help")[1].splitlines()
    assert max(map(len, lines)) <= (int(columns) if columns in ("60", "100") else 80)


def test_options_of_all_commands_may_stand_before_them(capsys: pytest.CaptureFixture[str]) -> None:
    """`nis2map --json show` is `nis2map show --json`."""
    assert run(capsys, "--json", "show", "A.8.24") == run(capsys, "show", "A.8.24", "--json")
    assert run(capsys, "-q", "coverage", WORSE) == run(capsys, "coverage", WORSE, "--quiet")


def test_versions_are_told_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the package and of its data, which have versions of their own."""
    told = (nis2map.__version__, nis2map.load().version)
    assert run(capsys, "--version") == (0, "nis2map {}, data {}\n".format(*told), "")
    for arguments in (("--version", "--json"), ("--json", "--version")):
        assert json.loads(run(capsys, *arguments)[1]) == dict(zip(("nis2map", "data"), told, strict=True))


# --- usage errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nis2map: a command is missing; nis2map --help lists the commands"),
        (
            ("covrage", WORSE),
            "nis2map: there is no command 'covrage'; nearest: coverage; nis2map --help lists the commands",
        ),
        (("--jsn", "show"), "nis2map: there is no option '--jsn'; nis2map --help lists the commands"),
        (
            ("review",),
            "nis2map: there is no command 'review'; nearest: review agree; nis2map --help lists the commands",
        ),
        (
            ("review", "exprt"),
            "nis2map: there is no command 'review exprt'; nearest: review export; nis2map --help lists the commands",
        ),
        (
            ("coverage", WORSE, "--suport", "1"),
            "nis2map coverage: there is no option '--suport'; nearest: --support; see nis2map coverage --help",
        ),
        (
            ("coverage", WORSE, "more.csv"),
            "nis2map coverage: 'more.csv' is one argument too many; see nis2map coverage --help",
        ),
        (
            ("coverage", WORSE, "--weights", "mesure"),
            "nis2map coverage: argument --weights: 'mesure' is not one of unit, demand, measure; nearest: measure; "
            "see nis2map coverage --help",
        ),
        (
            ("coverage", WORSE, "--fail-under", "120%"),
            "nis2map coverage: argument --fail-under: '120%' is not a share; expected a number from 0 to 1, "
            "or a percentage such as 20%; see nis2map coverage --help",
        ),
        (
            ("scope", "--headcount", "a\x1b[31m\nb"),
            "nis2map scope: argument --headcount: 'a\\x1b[31m\\nb' is not a number; expected annual work units, "
            "such as 120 or 2.5e6; see nis2map scope --help",
        ),
    ],
)
def test_a_wrong_command_line_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    """What is wrong, what was meant, where to look; no usage of forty lines before it."""
    assert run(capsys, *arguments) == (2, "", f"{said}\n")


# --- completion

BASH = """
source /dev/stdin <<'SCRIPT'
{script}
SCRIPT
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_nis2map
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

COMPLETED = [
    (["co"], {"coverage", "compare", "convert", "completion"}),
    (["--json", "mem"], {"member-state"}),
    (["--ver"], {"--version"}),
    (["coverage", "--we"], {"--weights"}),
    (["coverage", "soa.csv", "--weights", ""], {"unit", "demand", "measure"}),
    (["coverage", "--framework", ""], {"nis2", "cir"}),
    (["gaps", "soa.csv", "--class", "s"], {"structural"}),
    (["gaps", "soa.csv", "--order", "legal", "--format", ""], {"text", "csv", "md", "html"}),
    (["scope", "--established-in", "B"], {"BE", "BG"}),
    (["member-state", "F"], {"FI", "FR"}),
    (["formats", ""], {"soa"}),
    (["review", ""], {"export", "import", "agree"}),
    (["review", "export", "--unit"], {"--units"}),
    (["completion", ""], set(SHELLS)),
]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "expected"), COMPLETED, ids=lambda value: " ".join(sorted(value) if isinstance(value, set) else value)
)
def test_bash_completes(words: list[str], expected: set[str]) -> None:
    """Commands, steps, options, and the words and States that an option takes."""
    text = BASH.format(script=script("bash"), words=" ".join(f"'{word}'" for word in ("nis2map", *words)))
    found = subprocess.run(["bash", "--norc"], input=text, capture_output=True, text=True, check=True)
    assert (set(found.stdout.split()), found.stderr) == (expected, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize("words", [["coverage", ""], ["coverage", "so"], ["export", "soa.csv", "-o", ""]])
def test_bash_completes_names_of_files_by_itself(words: list[str]) -> None:
    """Where a file is asked for the script is silent, and `complete -o default` has bash list files."""
    text = BASH.format(script=script("bash"), words=" ".join(f"'{word}'" for word in ("nis2map", *words)))
    found = subprocess.run(["bash", "--norc"], input=text, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
    assert script("bash").splitlines()[-1] == "complete -o default -F _nis2map nis2map"


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
@pytest.mark.parametrize(
    ("words", "expected"), COMPLETED, ids=lambda value: " ".join(sorted(value) if isinstance(value, set) else value)
)
def test_fish_completes(words: list[str], expected: set[str], tmp_path: Path) -> None:
    """As in bash; fish says its help behind each."""
    asked = " ".join(("nis2map", *words))
    text = f"{script('fish')}\ncomplete -C '{asked}'"
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    found = subprocess.run(["fish", "--no-config"], input=text, capture_output=True, text=True, check=True, env=env)
    assert {line.split("\t")[0] for line in found.stdout.splitlines()} == expected


ZSH = """
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1= ; setopt no_beep; autoload -Uz compinit; compinit -u -D; source {script}"
zpty -w z "bindkey '^I' complete-word; zstyle ':completion:*' list-colors ''; LISTMAX=9999; print READY"
zpty -r z line '*READY*READY*'
zpty -n -w z {asked}$'\\t'
sleep 1
zpty -n -w z $'\\x04'
sleep 1
while zpty -r -t z line; do print -rn -- "$line"; done
zpty -d z
"""


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
@pytest.mark.parametrize(
    ("words", "expected"), COMPLETED, ids=lambda value: " ".join(sorted(value) if isinstance(value, set) else value)
)
def test_zsh_completes(words: list[str], expected: set[str], tmp_path: Path) -> None:
    """In a real zsh on a terminal of its own: what is typed, a tab, and what zsh then shows."""
    path = tmp_path / "_nis2map"
    path.write_text(script("zsh"), encoding="utf-8")
    asked = " ".join(("nis2map", *words))
    text = ZSH.format(script=path, asked=f"'{asked}'")
    found = subprocess.run(["zsh", "-f"], input=text, capture_output=True, text=True, check=False, timeout=60)
    shown = set(re.findall(r"[\w-]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", " ", found.stdout)))
    assert expected <= shown, found.stdout


def test_scripts_quote_what_the_shells_would_read() -> None:
    """A help text with an apostrophe, a bracket or a dollar is a text in the script."""
    for shell in SHELLS:
        assert "$(" not in script(shell).replace("$(compgen", "")
    if shutil.which("bash"):
        subprocess.run(["bash", "-n"], input=script("bash"), text=True, check=True)


def test_main_is_what_the_command_runs() -> None:
    """The exit code is returned, never raised, so that a caller can embed the command."""
    assert main(["--help"]) == 0
    assert main(["show", "--help"]) == 0
    assert main(["show", "--nonsense"]) == 2
