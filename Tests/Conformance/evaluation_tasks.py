#!/usr/bin/env python3
"""Tasks scored by `winnow evaluate` and by lm-evaluation-harness on the same model and records. Opt-in, not part of `make test`.

    python3 -m venv venv && venv/bin/pip install torch transformers accelerate lm_eval==0.4.13 sacrebleu==2.6.0 rouge-score==0.1.2
    venv/bin/python Tests/Conformance/evaluation_tasks.py --winnow .build/release/winnow MODEL

MODEL is a folder that `winnow train` wrote. Records are made from words of the model's own vocabulary. Compared: the log-likelihood of
every choice and every metric within 1e-4, the text of every answer exactly, and BLEU, ROUGE and SQuAD scores of the answers with
sacrebleu, rouge_score and evaluate's rules. Exit code 1 when anything differs.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from importlib.metadata import version

import lm_eval
import sacrebleu
from lm_eval.models.huggingface import HFLM
from rouge_score import rouge_scorer
from transformers import AutoTokenizer

CHOICE = dict(output_type="multiple_choice", doc_to_choice="{{choices.text}}", doc_to_target="{{choices.label.index(answerKey)}}",
              doc_to_text="Question: {{question}}\nAnswer:")
TASKS = {
    "arc": CHOICE,
    "space-at-end": {**CHOICE, "doc_to_text": "{{question}}  "},
    "no-context": {**CHOICE, "doc_to_text": "{{''}}"},
    "no-delimiter": {**CHOICE, "target_delimiter": "", "doc_to_text": "{{question | upper}}:{% if question.startswith('a') %} a{% endif %}"},
    "few-shot": {**CHOICE, "num_fewshot": 3, "description": "Answer these.\n\n"},
    "long": {**CHOICE, "doc_to_text": "{{question}} {% for w in choices.text %}{{w}} {{question}} {% endfor %}" * 12},
    "generate": dict(output_type="generate_until", doc_to_text="{{question}}", doc_to_target="{{choices.text[0]}}",
                     generation_kwargs={"until": [".", "\n\n"], "max_gen_toks": 24, "do_sample": False}),
}
METRICS = {"multiple_choice": ["acc", "acc_norm", "acc_bytes", "acc_mutual_info"], "generate_until": ["exact_match", "bleu"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--winnow", required=True)
    parser.add_argument("--records", type=int, default=60)
    arguments = parser.parse_args()
    print(", ".join(f"{name} {version(name)}" for name in ["lm_eval", "transformers", "torch", "sacrebleu", "rouge-score"]))
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    # The written form of a special token is ordinary text to winnow, the token itself to transformers.
    names = sorted(set(tokenizer.get_vocab().values()) - set(tokenizer.all_special_ids))
    words = [word for word in (tokenizer.decode([id]).strip() for id in names) if word.isprintable() and "\ufffd" not in word and word]
    draw = random.Random(7)

    def phrase(count):
        return " ".join(draw.choice(words) for _ in range(count))

    failures = 0
    model = HFLM(pretrained=arguments.model, dtype="float32", device="cpu", batch_size=8)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for name, count in [("test.jsonl", arguments.records), ("examples.jsonl", 8)]:
            with open(folder / name, "w", encoding="utf-8") as file:
                for _ in range(count):
                    size = draw.randint(2, 5)
                    file.write(json.dumps({
                        "question": phrase(draw.randint(1, 20)), "choices": {"text": [phrase(draw.randint(1, 4)) for _ in range(size)],
                        "label": "ABCDE"[:size].replace("", " ").split()}, "answerKey": draw.choice("ABCDE"[:size])}) + "\n")
        for name, task in TASKS.items():
            failures += compare(arguments.winnow, arguments.model, model, folder, name, task)
    sys.exit(1 if failures else 0)


def compare(winnow, folder_of_model, model, folder, name, task):
    metrics = METRICS[task["output_type"]]
    ours = {**task, "task": name, "test_file": "test.jsonl", "metric_list": metrics + (["squad_f1", "rouge1", "rouge2", "rougeL", "rougeLsum"] if "bleu" in metrics else [])}
    config = {**task, "task": name, "dataset_path": "json", "dataset_kwargs": {"data_files": {"test": str(folder / "test.jsonl"), "dev": str(folder / "examples.jsonl")}},
              "test_split": "test", "metric_list": [{"metric": metric, "aggregation": "bleu" if metric == "bleu" else "mean", "higher_is_better": True} for metric in metrics]}
    if task.get("num_fewshot"):
        ours["fewshot_file"] = "examples.jsonl"
        config.update(fewshot_split="dev", fewshot_config={"sampler": "first_n"})
    (folder / "task.yaml").write_text(json.dumps(ours), encoding="utf-8")
    log = folder / "log.jsonl"
    output = subprocess.run([winnow, "evaluate", folder_of_model, "--task", str(folder / "task.yaml"), "--json", "--log-samples", str(log)],
                            check=True, capture_output=True).stdout
    scores = json.loads(output)["tasks"][0]
    results = lm_eval.simple_evaluate(model=model, tasks=[config], bootstrap_iters=0, log_samples=True)
    expected = results["results"][name]
    samples = sorted(results["samples"][name], key=lambda sample: sample["doc_id"])
    logged = [json.loads(line) for line in open(log, encoding="utf-8")]
    problems, largest = [], 0.0
    for metric in metrics:
        # Bootstrap aside, standard errors are those of the mean.
        if abs(scores[metric] - expected[f"{metric},none"]) > 1e-4:
            problems.append(f"{metric} {scores[metric]} and {expected[f'{metric},none']}")
    for ours, sample in zip(logged, samples, strict=True):
        if task["output_type"] == "multiple_choice":
            theirs = [response[0][0] for response in sample["resps"]][: len(ours["choices"])]
            largest = max([largest] + [abs(a - b) / max(1, abs(b)) for a, b in zip(ours["log-likelihoods"], theirs, strict=True)])
        elif ours["answer"] != sample["resps"][0][0]:
            problems.append(f"answers {ours['answer']!r} and {sample['resps'][0][0]!r}")
    if largest > 1e-4:
        problems.append(f"log-likelihoods differ by {largest}")
    if task["output_type"] == "generate_until":
        answers, references = [line["answer"] for line in logged], [line["references"][0] for line in logged]
        bleu = sacrebleu.corpus_bleu(answers, [references])
        scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"])
        rouge = [scorer.score(reference, answer) for answer, reference in zip(answers, references)]
        checks = {"bleu": bleu.score, **{key: sum(score[key].fmeasure for score in rouge) / len(rouge) for key in rouge[0]}}
        problems += [f"{key} {scores[key]} and {value}" for key, value in checks.items() if abs(scores[key] - value) > 1e-4]
    print(f"{'equal' if not problems else 'DIFFERENT':9}  {name}: {len(logged)} records, "
          + ", ".join(f"{metric} {scores[metric]:.4f}" for metric in metrics)
          + (f"; log-likelihoods within {largest:.1e}" if task["output_type"] == "multiple_choice" else "") + "".join(f"\n  {p}" for p in problems[:4]), flush=True)
    return bool(problems)


if __name__ == "__main__":
    main()
