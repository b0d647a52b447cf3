// What people read in the page around the player, in each language; the player has its own. In the
// page's HTML, data-say names an element's text, data-label its name for screen readers. What Python
// says of a formula at fault is English in both.

const en = {
  title: "Backpropagation through any formula",
  question: "Formula and values",
  formula: "formula",
  examples: "Examples",
  choose: "examples …",
  copy: "copy link",
  copied: "copied",
  copy_by_hand: "copy the address above",
  other_language: "中文",
  values: "Values",
  slider: (name) => `${name}, slider`,
  at: (character) => ` (at character ${character})`,
  computing: "computing …",
  starting: "Starting Python in this page, a download of about 13 MB the first time …",
  help: "what can be written",
  help_numbers: "Numbers, names of your own, and the constants",
  help_signs: "The signs of arithmetic, parentheses, and one comparison:",
  help_functions: "The functions",
  help_parts: "A part with a name is computed once, however often it is used:",
  help_link:
    "What stands behind the # of this page's address is the formula, the values and the step: " +
    "it opens the same state in any page of this kind.",
  player: "The player: step by step through the formula",
  no_player: "The player did not come up; reload this page.",
  ended: "The program has ended: run “stepgrad play” again, and open its new address.",
  too_deep:
    "this formula is too long or nested too deeply for Python in a browser; " +
    "the program “stepgrad play” reads longer ones",
  no_python: (reason) => `Python cannot run here: ${reason}`,
  no_host: "this folder must be opened through a file host, such as python -m http.server",
};

const zh = {
  title: "任意公式的反向传播",
  question: "公式与数值",
  formula: "公式",
  examples: "示例",
  choose: "示例…",
  copy: "复制链接",
  copied: "已复制",
  copy_by_hand: "请复制上方地址栏中的地址",
  other_language: "English",
  values: "数值",
  slider: (name) => `${name}，滑块`,
  at: (character) => `（第 ${character} 个字符）`,
  computing: "正在计算…",
  starting: "正在此页面中启动 Python，首次需下载约 13 MB…",
  help: "可以写什么",
  help_numbers: "数字、自己取的名字，以及常数",
  help_signs: "算术符号、括号，以及一次比较：",
  help_functions: "函数",
  help_parts: "有名字的部分无论用到几次，只计算一次：",
  help_link: "本页地址中 # 之后的内容是公式、数值和步骤；在任何同类页面中打开，都会回到同样的状态。",
  player: "播放器：逐步走过这个公式",
  no_player: "播放器没有启动，请重新加载本页。",
  ended: "程序已经结束：请重新运行“stepgrad play”，并打开新的地址。",
  too_deep: "这个公式太长或嵌套太深，浏览器中的 Python 无法读取；程序“stepgrad play”能读更长的公式",
  no_python: (reason) => `Python 无法在此运行：${reason}`,
  no_host: "这个文件夹必须通过文件服务器打开，例如 python -m http.server",
};

const texts = { en, zh };
export const isLanguage = (name) => Object.hasOwn(texts, name);
export const ofBrowser = () => (navigator.language.startsWith("zh") ? "zh" : "en");

let language = "en";

export const say = (key, ...content) => {
  const found = texts[language][key];
  return typeof found === "function" ? found(...content) : found;
};

// Puts the texts of a language into the page's own elements; an example has its titles with it.
export const speakIn = (chosen) => {
  language = chosen;
  document.documentElement.lang = language;
  document.title = say("title");
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = say(each.dataset.say);
  for (const each of document.querySelectorAll("[data-label]")) {
    each.setAttribute("aria-label", say(each.dataset.label));
  }
  for (const each of document.querySelectorAll("[data-zh]")) each.textContent = each.dataset[language];
};
