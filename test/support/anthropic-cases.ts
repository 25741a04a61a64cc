import {
  assistant,
  bye,
  closed,
  hi,
  result,
  search,
  text,
  thinking,
  use,
  user,
} from "./anthropic-messages.js";

type Message = Record<string, unknown>;

/**
 * Shapes that every peer tests, as Anthropic messages, and what becomes of them. Where the most peers do otherwise,
 * the name says why: `move`, the real result moves instead of being dropped; `rename`, nothing is dropped.
 */
export const CASES: [name: string, before: Message[], after: Message[] | "same"][] = [
  ["C01 whole", [hi, assistant(text("a"), use("1")), user(result("1")), assistant(text("b")), bye], "same"],
  [
    "C02 dangling, then user",
    [hi, assistant(use("1")), bye],
    [hi, assistant(use("1")), user(closed("1"), text("go on"))],
  ],
  ["C03 dangling at the end", [hi, assistant(use("1"))], [hi, assistant(use("1")), user(closed("1"))]],
  [
    "C04 dangling, then assistant",
    [hi, assistant(use("1")), assistant(text("b")), bye],
    [hi, assistant(use("1")), user(closed("1")), assistant(text("b")), bye],
  ],
  [
    "C05 one of two answered",
    [hi, assistant(use("1"), use("2")), user(result("2"), text("x"))],
    [hi, assistant(use("1"), use("2")), user(result("2"), closed("1"), text("x"))],
  ],
  [
    "C06 two dangling: each id once",
    [hi, assistant(use("1"), use("2")), bye],
    [hi, assistant(use("1"), use("2")), user(closed("1"), closed("2"), text("go on"))],
  ],
  [
    "C07 result without call",
    [hi, user(result("9")), assistant(text("a")), bye],
    [hi, assistant(text("a")), bye],
  ],
  [
    "C07 result without call, beside text",
    [hi, assistant(text("a")), user(result("9"), text("t"))],
    [hi, assistant(text("a")), user(text("t"))],
  ],
  [
    "C08 result again later",
    [hi, assistant(use("1")), user(result("1")), assistant(text("a")), user(result("1")), bye],
    [hi, assistant(use("1")), user(result("1")), assistant(text("a")), bye],
  ],
  [
    "C09 two results at once",
    [hi, assistant(use("1")), user(result("1"), result("1", "second"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  [
    "C10 result before call (move)",
    [hi, user(result("1")), assistant(use("1")), bye],
    [hi, assistant(use("1")), user(result("1"), text("go on"))],
  ],
  [
    "C11 late result",
    [hi, assistant(use("1")), bye, assistant(text("a")), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"), text("go on")), assistant(text("a"))],
  ],
  [
    "C12 results in another order",
    [hi, assistant(use("1"), use("2")), user(result("2"), result("1"))],
    "same",
  ],
  [
    "C13 results over two user messages: the API reads them as one",
    [hi, assistant(use("1"), use("2")), user(result("1")), user(result("2"))],
    "same",
  ],
  [
    "C15 id used again, second open",
    [hi, assistant(use("1")), user(result("1")), assistant(use("1")), bye],
    [hi, assistant(use("1")), user(result("1")), assistant(use("1")), user(closed("1"), text("go on"))],
  ],
  [
    "C16 id used again while open (rename)",
    [hi, assistant(use("1")), assistant(use("1")), user(result("1"))],
    [hi, assistant(use("1")), user(closed("1")), assistant(use("1_2")), user(result("1_2"))],
  ],
  [
    "C17 id twice in one turn (rename)",
    [hi, assistant(use("1"), use("1"), use("2")), user(result("1"), result("1", "b"), result("2"))],
    [hi, assistant(use("1"), use("1_2"), use("2")), user(result("1"), result("1_2", "b"), result("2"))],
  ],
  [
    "C18 id with other characters",
    [hi, assistant(use("a#b")), user(result("a#b"))],
    [hi, assistant(use("a_b")), user(result("a_b"))],
  ],
  [
    "C18 two ids that would become one",
    [hi, assistant(use("a#b"), use("a.b")), user(result("a#b"), result("a.b"))],
    [hi, assistant(use("a_b"), use("a_b_2")), user(result("a_b"), result("a_b_2"))],
  ],
  [
    "C19 empty id on both sides",
    [hi, assistant(use("")), user(result(""))],
    [hi, assistant(use("f00d9ca07")), user(result("f00d9ca07"))],
  ],
  [
    "C20 name with spaces around",
    [hi, assistant({ ...use("1"), name: " read " }), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  [
    "C20 no name (kept, as the host's own `invalid` tool)",
    [hi, assistant({ ...use("1"), name: "" }), user(result("1"))],
    [hi, assistant({ ...use("1"), name: "invalid" }), user(result("1"))],
  ],
  [
    "C21 no input (kept with {}: the result is real)",
    [hi, assistant({ type: "tool_use", id: "1", name: "read" }), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  ["C24 blank reply", [hi, assistant(text("\n")), bye], [hi, bye]],
  [
    "C24 blank prompt",
    [hi, assistant(text("a")), user(text(""))],
    [hi, assistant(text("a")), { role: "user", content: "[This message had no text.]" }],
  ],
  [
    "C25 empty text beside a call",
    [hi, assistant(text(""), use("1")), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  ["C26 empty result: taken by Anthropic", [hi, assistant(use("1")), user(result("1", ""))], "same"],
  [
    "C27 blank text inside a result",
    [hi, assistant(use("1")), user(result("1", [text(" ")]))],
    [hi, assistant(use("1")), user(result("1", "(no tool output)"))],
  ],
  [
    "a tool error without a word",
    [hi, assistant(use("1")), user({ ...result("1", []), is_error: true })],
    [hi, assistant(use("1")), user({ ...result("1", "(no tool output)"), is_error: true })],
  ],
  ["C30 starts with assistant: taken by Anthropic", [assistant(text("a")), hi], "same"],
  [
    "blank text beside a call: taken by Anthropic",
    [hi, assistant(text("\n"), use("1")), user(result("1"))],
    "same",
  ],
  ["C31 two users", [hi, bye, assistant(text("a")), bye], "same"],
  ["C33 only thinking", [hi, assistant(thinking("x", "s")), bye], [hi, bye]],
  [
    "C34 unsigned thinking",
    [hi, assistant(thinking("x"), use("1")), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  [
    "C35 signed but empty thinking",
    [hi, assistant(thinking("", "s"), use("1")), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  [
    "C36 thinking of the user",
    [hi, assistant(text("a")), user(thinking("x", "s"), text("x"))],
    [hi, assistant(text("a")), user(text("x"))],
  ],
  [
    "C37 misplaced-tool-call of the user",
    [hi, assistant(text("a")), user(use("1"), text("x"))],
    [hi, assistant(text("a")), user(text("x"))],
  ],
  [
    "C37 result of the assistant",
    [hi, assistant(use("1")), assistant(result("1"), text("x")), bye],
    [hi, assistant(use("1")), user(result("1")), assistant(text("x")), bye],
  ],
  [
    "C38 text behind the call",
    [hi, assistant(use("1"), text("x")), user(result("1"), text("y"))],
    [hi, assistant(use("1")), user(result("1")), assistant(text("x")), user(text("y"))],
  ],
  [
    "C39 two steps glued",
    [hi, assistant(text("x"), use("a"), text("y"), use("b")), user(result("a"), result("b"))],
    [
      hi,
      assistant(text("x"), use("a")),
      user(result("a")),
      assistant(text("y"), use("b")),
      user(result("b")),
    ],
  ],
  [
    "C40 text before the result",
    [hi, assistant(use("1")), user(text("x"), result("1"))],
    [hi, assistant(use("1")), user(result("1"), text("x"))],
  ],
  [
    "C41 provider-executed call",
    [
      hi,
      assistant(search, { type: "web_search_tool_result", tool_use_id: "s", content: [] }, text("x")),
      bye,
    ],
    "same",
  ],
  ["C41 provider-executed call whose turn was paused", [hi, assistant(text("x"), search)], "same"],
  [
    "C41 provider-executed call, its result lost: both halves go",
    [hi, assistant(search, text("x")), bye],
    [hi, assistant(text("x")), bye],
  ],
  [
    "C44 content as a string",
    [{ role: "user", content: "hi" }, { role: "assistant", content: "hi" }, bye],
    "same",
  ],
  [
    "C45 prose that mentions an id",
    [hi, assistant(use("call_1")), user(text("result of call_1"))],
    [hi, assistant(use("call_1")), user(closed("call_1"), text("result of call_1"))],
  ],
  [
    "C47 lone surrogate",
    [hi, assistant(use("1", { x: "\ud83d!" })), user(result("1"))],
    [hi, assistant(use("1", { x: "\ufffd!" })), user(result("1"))],
  ],
  [
    "content that is a block instead of a list of them",
    [hi, { role: "assistant", content: text("x") }, bye],
    [hi, assistant(text("x")), bye],
  ],
  [
    "content that is an object of no kind, behind a call",
    [hi, assistant(use("1")), { role: "assistant", content: {} }, user(result("1"))],
    [hi, { role: "assistant", content: "{}" }, assistant(use("1")), user(result("1"))],
  ],
];
