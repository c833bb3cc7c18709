//! Markdown that comes back from ADF as it was, and Markdown that settles after one pass.

use super::{document, fits, markdown};

fn pass(words: &str) -> String {
    let document = document(words);
    fits(&document);
    markdown(&document)
}

/// Written as `to_markdown` writes, one document for each thing that it can say.
const CANONICAL: [&str; 70] = [
    "",
    "plain words",
    "two paragraphs\n\nof plain words",
    "one\\\ntwo\\\nthree",
    "**strong**",
    "_em_",
    "~~strike~~",
    "<u>underlined</u>",
    "H<sub>2</sub>O and e<sup>x</sup>",
    "`code`",
    "``a`b``",
    "**strong with _em_ inside** and after",
    "_em with **strong** inside_",
    "**_both_**",
    "inside a**wo**rd and a*wo*rd",
    "a<strong>b.</strong>c and a<em>(b)</em>c and a<del>b\\!</del>c",
    "[a link](https://example.com/a_b)",
    "[a link](https://example.com \"with \\\"title\\\"\")",
    "[**strong** link](https://example.com)",
    "[`code` link](https://example.com)",
    "[odd target](<https://example.com/a(b) c>)",
    "<https://example.com/?a=1&b=2>",
    "[/browse/ED-1](/browse/ED-1)",
    "# one\n\n## two\n\n### three\n\n#### four\n\n##### five\n\n###### six",
    "## with **strong** and `code`",
    "# C \\#",
    "***",
    "above\n\n***\n\nbelow",
    "- a\n- b\n- c",
    "1. a\n2. b",
    "7. seven\n8. eight",
    "0. zero",
    "- a\n  - b\n    - c\n- d",
    "- a\n  1. b\n  2. c\n     - d",
    "9. nine\n10. ten\n    - below ten",
    "- a\n\n  more of a\n\n- b",
    "- a\n\n  ```\n  code\n\n  in a list\n  ```\n\n- b",
    "- a\n\n+ b\n\n- c",
    "1. a\n\n1) b",
    "-",
    "- - inner only",
    "- [x] done\n- [ ] to do",
    "- [ ] outer\n  - [x] inner\n  - [ ] inner too\n- [x] next",
    "- [x] first\n\n  second paragraph",
    "- [ ] a\n- note\n- [x] b",
    "- [ ] parent\n  - detail one\n  - detail two\n- [x] other",
    "- [ ] run it\n\n  ```sh\n  make\n  ```\n\n- [x] done",
    "- [ ] one\n- [ ]\n- [x] two",
    "1. [ ] first\n2. second",
    "> - [ ] a\n> - [x] b",
    "![A cat](https://example.com/cat.png)",
    "[@Anna Gray](accountid:5b10a2844c20165700ede21g) by [2026-01-01](date:2026-01-01): [DONE](status:green)",
    "- a\n  - [ ] task in a list",
    "```\nplain code\n```",
    "```rust\nfn main() {}\n```",
    "````\n```\nfence in a fence\n```\n````",
    "```\n```",
    "> quote",
    "> one\n>\n> two\n>\n> - list\n>\n> ```\n> code\n> ```",
    "> [!NOTE]\n> info\n\n> [!IMPORTANT]\n> note\n\n> [!TIP]\n> tip\n\n> [!WARNING]\n> warning\n\n> [!CAUTION]\n> error",
    "> [!TIP]\n> ## Title\n>\n> - [x] task\n>\n> ***\n>\n> ```sh\n> code\n> ```",
    "| a | b |\n| --- | --- |\n| c | d |\n| e |  |",
    "|  |  |\n| --- | --- |\n| no | head |",
    "| **a** | `b \\| c` | [d](https://x.y) |\n| --- | --- | --- |\n| e<br>f | \\* | g \\| h |",
    "<details>\n<summary>More &lt;b&gt; &amp; less</summary>\n\nhidden\n\n| a |\n| --- |\n| b |\n\n</details>",
    "<details>\n\nouter\n\n<details>\n<summary>inner</summary>\n\n> quote\n\n</details>\n\n</details>",
    r"\*not em\*, \_not em\_, snake_case, \`not code\`, \[not\](a link), 2 \* 3, a < b, \<u>, \&amp;, R&D, wow\!",
    "\\# no heading\n\n\\- no list\n\n1\\. no number\n\n\\> no quote\n\n\\===\n\n\\| --- |",
    "@Ada said: ünïcödé 😄, 漢字 and עברית",
    "# Report\n\nIt **breaks** when:\n\n1. You open `a.txt`\n2. You wait\n   - at least a _minute_\n\n> [!WARNING]\n> Do not try this\\\n> at home.\n\n| Version | Result |\n| --- | --- |\n| 1.0 | fails |\n\nSee [the log](https://example.com/log).",
];

#[test]
fn canonical_markdown_comes_back_as_it_was() {
    let changed = CANONICAL.map(|words| (words, pass(words)));
    let changed = changed.iter().filter(|(words, again)| words != again);
    assert_eq!(changed.collect::<Vec<_>>(), Vec::<&(&str, String)>::new());
}

/// What it is, and what it settles at.
const SETTLING: [(&str, &str); 25] = [
    ("see https://x.y/a_b.", "see <https://x.y/a_b>."),
    ("a\nb", "a\\\nb"),
    ("a  \nb", "a\\\nb"),
    ("Title\n=====\n\nSub\n---", "# Title\n\n## Sub"),
    ("* a\n* b", "- a\n- b"),
    ("+ a", "- a"),
    ("1) a\n2) b", "1. a\n2. b"),
    ("1. a\n1. b\n1. c", "1. a\n2. b\n3. c"),
    ("__a__ *b* ~c~", "**a** _b_ ~~c~~"),
    ("---", "***"),
    ("    indented\n      code", "```\nindented\n  code\n```"),
    ("~~~js title=x\na\n~~~", "```js\na\n```"),
    ("![alt](p.png)", "[alt](p.png)"),
    (
        "[ref][1]\n\n[1]: https://x.y 'T'",
        "[ref](https://x.y \"T\")",
    ),
    ("<a@b.cd>", "[a@b.cd](mailto:a@b.cd)"),
    ("&lt;b&gt; &copy; \\#", r"\<b> © #"),
    ("<div>**raw**</div>", r"\*\*raw\*\*"),
    ("a <!-- b --> c", "a c"),
    ("[attachment]", r"\[attachment\]"),
    ("> - [x] a\n> - ☐ b", "> - [x] a\n> - [ ] b"),
    ("* [ ] ", "- [ ]"),
    ("- # heading in a list", "- **heading in a list**"),
    ("- > quote in a list", "- quote in a list"),
    ("> > > deep\n\n> # head", "> deep\n\n> **head**"),
    ("|a|b|\n|-|-|\n|c|", "| a | b |\n| --- | --- |\n| c |  |"),
];

#[test]
fn other_markdown_settles_after_one_pass() {
    let others = SETTLING.map(|(words, settled)| (words, settled, pass(words), pass(settled)));
    let others =
        (others.iter()).filter(|(_, settled, once, again)| settled != once || once != again);
    assert_eq!(
        others.collect::<Vec<_>>(),
        Vec::<&(&str, &str, String, String)>::new()
    );
}
