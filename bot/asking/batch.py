"""A batch: the questions of a table are answered in order, and the answers written to another table.

It does not know the formats of the tables.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.answer import Answer
from bot.asking.answer_file import AnswerFile
from bot.asking.answer_table import REFUSED, Values, answer_values, failure_values
from bot.asking.questions import ending, read_questions
from bot.conversation import Conversation
from bot.retrieval.sources import CORPUS, Scope
from index.console import STOPPED
from index.errors import QuestionError, TableError
from index.sync.table import check_place


class Answering(Protocol):
    """What a batch needs of the engine."""

    def answer(self, question: str, conversation: Conversation, scope: Scope) -> Answer:
        """The cited answer. Raises QuestionError for a question that cannot be asked."""
        ...


class Batch:
    """The questions in one file and the answers in another; a context that closes the second."""

    def __init__(self, questions: Path, out: Path, corpus: Path) -> None:
        """Opens both files. Raises TableError or SettingsError, before any work is done."""
        ending(out)
        self.questions = read_questions(questions)
        check_place(out, corpus, "--out")
        if out.exists() and out.samefile(questions):
            raise TableError(f"{out}: is the table of questions; name another file for the answers")
        self._out = out
        self._file = AnswerFile(out, self.questions)
        self._resumed_at = len(self._file.answers)
        self._conversations: dict[str, Conversation] = {}
        each = enumerate(map(self.questions.conversation, range(len(self.questions))))
        self._last = {name: number for number, name in each}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def run(self, engine: Answering, scope: Scope = CORPUS) -> int:
        """Answer what is not answered yet. 0; 2 if a question could not be asked; 130 if interrupted."""
        count = len(self.questions)
        try:
            with _progress(count) as progress:
                for done in self.steps(engine, scope):
                    progress(done)
        except KeyboardInterrupt:
            done = len(self._file.answers)
            line = f"bot: stopped, {done} of {count} answered; the same command continues"
            print(line, file=sys.stderr)
            return STOPPED
        print(self.summary())
        return 2 if self._file.failures else 0

    def steps(self, engine: Answering, scope: Scope = CORPUS) -> Iterator[int]:
        """Answer what is not answered yet; after each question, how many are done."""
        for number in range(len(self.questions)):
            self._take(engine, number, scope)
            yield number + 1

    def _take(self, engine: Answering, number: int, scope: Scope) -> None:
        """Answer question `number` unless that has been done.

        A conversation that goes on beyond the answers in the file is asked again from its beginning,
        because the answers' candidates are not in the file.
        """
        name = self.questions.conversation(number)
        is_new = number >= len(self._file.answers)
        if not is_new and not (name and self._last[name] >= self._resumed_at):
            return
        before = self._conversations.get(name, Conversation())
        values: Values
        try:
            answer = engine.answer(self.questions.question(number), before, scope)
            values = answer_values(answer)
            if name and number < self._last[name]:
                self._conversations[name] = before.with_turn(answer, scope.selection)
            else:
                self._conversations.pop(name, None)
        except QuestionError as error:
            values = failure_values(str(error))
        if is_new:
            self._file.append(values)

    def summary(self) -> str:
        """How many questions were answered and refused, in a line."""
        answers, failures = self._file.answers, self._file.failures
        refused = sum(values[REFUSED] in (True, "true") for values in answers)
        answered = len(answers) - refused - failures
        line = f"{len(answers)} questions: {answered} answered, {refused} refused"
        return f"{line}, {failures} could not be asked" if failures else line


@contextmanager
def _progress(of: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, if that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("questions"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("questions", total=of)
        yield lambda done: bar.update(task, completed=done)
