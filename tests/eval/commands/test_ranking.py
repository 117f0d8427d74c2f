"""`python -m eval rank` through its command line."""

import json
from pathlib import Path

import pytest

from eval.__main__ import main

RUN = "".join(f"1 Q0 d{n} {n} {-n} me\n" for n in range(1, 13)) + "2 Q0 x 1 1 me\n9 Q0 x 1 1 me\n"
QRELS = "1 0 d2 3\n1 0 d11 1\n1 0 d1 0\n2 0 x 1\n3 0 y 1\n4 0 z 0\n"


class Ranking:
    """The command over two files, and what it said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.run_file, self.qrels, self.json = (folder / n for n in ("a.run", "qrels", "out.json"))
        self.run_file.write_text(RUN)
        self.qrels.write_text(QRELS)
        self._capsys = capsys

    def run(self, *flags: str) -> tuple[int, str, str]:
        code = main(["rank", "--run", str(self.run_file), "--qrels", str(self.qrels), *flags])
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err


@pytest.fixture
def ranking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ranking:
    return Ranking(tmp_path, capsys)


def test_the_figures_are_means_over_every_question_that_has_a_relevant_document(
    ranking: Ranking,
) -> None:
    code, out, err = ranking.run("--json", str(ranking.json))
    told = json.loads(ranking.json.read_text(encoding="utf-8"))
    means = {name: figure["mean"] for name, figure in told["figures"].items()}
    # question 1 finds d2 second and d11 eleventh, 2 finds its one first, 3 was not ranked
    assert code == 0 and told["questions"] == 3
    assert means["recall@4"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert means["recall@100"] == pytest.approx(2 / 3)
    assert means["Hits@10"] == pytest.approx(2 / 3)
    assert means["MRR@10"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert means["MAP@100"] == pytest.approx(((1 / 2 + 2 / 11) / 2 + 1) / 3)
    for figure in told["figures"].values():
        assert figure["low"] <= figure["mean"] <= figure["high"]
    assert "a.run: 3 questions" in out and "nDCG" in out and "@100" in out
    assert err.splitlines() == [
        "eval: 1 questions are not in the run and count as 0",
        "eval: 1 questions have no relevant document and are left out",
        "eval: 1 questions of the run are not in the qrels and are left out",
    ]


def test_beir_s_judgements_give_the_same_figures(ranking: Ranking) -> None:
    _, out, _ = ranking.run()
    rows = [line.split() for line in QRELS.splitlines()]
    ranking.qrels.write_text(
        "query-id\tcorpus-id\tscore\n" + "".join(f"{q}\t{d}\t{r}\n" for q, _, d, r in rows)
    )
    assert ranking.run()[1] == out


def test_files_that_do_not_belong_together_are_told(ranking: Ranking) -> None:
    ranking.qrels.write_text("q1 0 d1 1\n")
    code, _, err = ranking.run()
    assert code == 2 and "expected the same ids in both; give the qrels of this run" in err
    assert err.count("\n") == 1


def test_a_report_that_cannot_be_written_is_told(ranking: Ranking) -> None:
    code, _, err = ranking.run("--json", str(ranking.json / "below"))
    assert code == 2 and "cannot be written" in err and "give another --json FILE" in err
