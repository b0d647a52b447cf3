// The quiz: gradients are hidden, the learner types them, and a wrong answer is told the known slip
// that it comes from. What is a slip is in the data (autograd/views/mistakes.py).

const QUESTIONS = 8;
let quiz = { asked: [] };

const close = (given, number) => Math.abs(given - number) <= data.tolerance * Math.abs(number);

const numbersOf = (steps) =>
  Object.fromEntries(["upstream", "local", "contribution"].map((key) => [key, steps.map((s) => s[key])]));

const askGradient = (index) => {
  const steps = received_by(index);
  const terms = steps.map(
    ({ node, argument }) => `${node === root ? "1" : total(node)} · ${local(node, index, argument)}`,
  );
  const values = steps.map((s, i) => `${(i ? guarded : String)(text(s.upstream))} × ${guarded(text(s.local))}`);
  return {
    kind: "gradient",
    cards: [index],
    symbol: total(index),
    ask: () => say("ask_gradient"),
    answer: gradientOf(index),
    numbers: numbersOf(steps),
    hints: [
      `${total(index)} = ${product(terms, " + ")}`,
      `= ${product(values, " + ")} = ${text(gradientOf(index))}`,
    ],
  };
};

const askLocal = (step) => {
  const { node, parent, argument } = step;
  const siblings = run.steps.filter((each) => each.node === node);
  const same = siblings.filter((each) => each.parent === parent);
  const formula = formulas[nodes[node].rule];
  const symbol = local(node, parent, argument);
  return {
    kind: "local",
    cards: [node, parent],
    symbol,
    ask: () => say("ask_local", argument + 1, nodes[node].name),
    answer: step.local,
    numbers: {
      ...numbersOf([step]),
      total: [gradientOf(parent), same.reduce((sum, each) => sum + each.local, 0)],
      other: siblings.filter((each) => each !== step).map((each) => each.local),
    },
    hints: [
      `${nodes[node].name} = ${withNames(formula.forward, node)}`,
      chained(
        symbol,
        withNames(formula.local[argument], node),
        withNumbers(formula.local[argument], node, run.values),
        text(step.local),
      ).join(" = "),
    ],
  };
};

// Some by chance, a third of them local derivatives, then in backward's order.
const some = (pool, count) => {
  const left = pool.map((_, i) => i);
  while (left.length > count) left.splice(Math.floor(Math.random() * left.length), 1);
  return left.map((i) => pool[i]);
};
const newQuiz = () => {
  const steps = run.steps.filter(({ parent, local: slope }) => isAsked(nodes[parent]) && Number.isFinite(slope));
  const given = [...new Set(steps.map(({ parent }) => parent))].filter((i) => Number.isFinite(gradientOf(i)));
  const gradients = Math.min(given.length, QUESTIONS - Math.min(steps.length, Math.floor(QUESTIONS / 3)));
  quiz = {
    asked: [...some(steps, QUESTIONS - gradients).map(askLocal), ...some(given, gradients).map(askGradient)],
    at: 0,
    tries: 0, // of this question; a hint is one too
    hints: 0,
    done: false,
    verdict: "",
    first: 0,
  };
};

const mistakeIn = (given, { kind, numbers, answer }) =>
  data.mistakes.find(([question, takes, alone, factors]) => {
    const taken = numbers[takes];
    const bases = question !== kind ? [] : alone ? taken : [taken.reduce((sum, x) => sum + x, 0)];
    const wrongs = bases.flatMap((base) => factors.map((factor) => base * factor));
    return wrongs.some((wrong) => !close(wrong, answer) && close(given, wrong));
  });

// A number as in the editor, or a fraction of two; undefined for all else.
const readAnswer = (content) => {
  const numbers = content.split("/").map((each) => read(each).number);
  const [above, below = 1] = numbers;
  const given = numbers.length > 2 || numbers.includes(undefined) ? NaN : above / below;
  return Number.isNaN(given) ? undefined : given;
};

const answerQuiz = (content) => {
  const question = quiz.asked[quiz.at];
  const given = readAnswer(content);
  quiz.content = content;
  if (given === undefined) quiz.verdict = say("type_number");
  else if (close(given, question.answer)) {
    if (quiz.tries === 0) quiz.first += 1;
    Object.assign(quiz, { done: true, verdict: `${say("right")} ${question.symbol} = ${text(question.answer)}` });
  } else {
    quiz.tries += 1;
    const mistake = mistakeIn(given, question);
    quiz.verdict = mistake ? say("wrong_by", mistake[language === "zh" ? 5 : 4]) : say("wrong");
  }
  openTab("quiz");
};
const nextQuestion = () => {
  Object.assign(quiz, { at: quiz.at + 1, tries: 0, hints: 0, done: false, verdict: "", content: "" });
  openTab("quiz");
  (find(".answer") ?? find(".lesson button")).focus();
};

// The cards that a question is about, and nothing of the step that is shown.
const mark = (indices) => {
  const classes = ["sought", "current", "new", "incoming"];
  for (const each of [...cards, ...links]) each.classList.remove(...classes);
  for (const index of indices) cards[nodes[index].card].classList.add("sought", "current");
  if (indices.length) scrollTo(".card.sought");
};

const questionParts = () => {
  const question = quiz.asked[quiz.at];
  mark(question.cards);
  const form = element("form", "bar");
  const answer = element("input", "answer");
  Object.assign(answer, { value: quiz.content ?? "", autocomplete: "off", readOnly: quiz.done });
  answer.ariaLabel = question.symbol;
  const submit = push(quiz.done ? "next" : "check_answer", () => {});
  submit.type = "submit";
  const hint = push("hint", () => {
    Object.assign(quiz, { hints: quiz.hints + 1, tries: quiz.tries + 1 });
    openTab("quiz");
    find(".answer").focus();
  });
  hint.disabled = quiz.done || quiz.hints === question.hints.length;
  form.append(line("asked", `${question.symbol} = `), answer, submit, hint);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (quiz.done) return nextQuestion();
    answerQuiz(answer.value);
    find(".answer").focus();
    find(".answer").select();
  });
  const verdict = element("output", quiz.done ? "verdict final" : "verdict", quiz.verdict);
  const hints = element("div", "rule", ...question.hints.slice(0, quiz.hints).map((each) => line("more", each)));
  hints.hidden = quiz.hints === 0;
  return [line("count", say("question", quiz.at + 1, quiz.asked.length)), line("", question.ask()), form, verdict, hints];
};

const quizKeys = (event) => {
  if (event.key === "Escape") openTab("steps");
  else if (event.key in keys) event.stopPropagation();
};
const holdClick = (event) => event.stopPropagation();

tabs.quiz = {
  enter: () => {
    newQuiz();
    pause();
    current = course.seed - 1; // all values are known, and no gradient
    show();
    find(".player").classList.add("quizzing");
    find(".toolbar").inert = true;
    find(".footer").inert = true;
    document.addEventListener("keydown", quizKeys, true);
    svg.addEventListener("click", holdClick, true);
    setTimeout(() => find(".answer")?.focus());
  },
  leave: () => {
    mark([]);
    show();
    find(".player").classList.remove("quizzing");
    find(".toolbar").inert = false;
    find(".footer").inert = false;
    document.removeEventListener("keydown", quizKeys, true);
    svg.removeEventListener("click", holdClick, true);
  },
  content: () => {
    const leave = push("leave", () => openTab("steps"));
    if (quiz.at < quiz.asked.length) return [...questionParts(), note(say("quiz_keys")), leave];
    const again = push("again", () => {
      newQuiz();
      openTab("quiz");
      find(".answer")?.focus();
    });
    const count = quiz.asked.length;
    const rest = line("", say("hinted", count - quiz.first));
    return [line("score", say("score", quiz.first, count)), rest, element("div", "bar", again, leave)];
  },
};
