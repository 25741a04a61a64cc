// Ordinary rows that a quick look does not clear.

/** `late`: the session row is older than its messages; `before-wrap`: its ids sort behind those of today. */
export const ODDITIES = ["abort", "open-tool", "before-wrap", "rejected", "unknown-part", "late"];

/** Ids wrapped on 2026-08-14. */
export const BEFORE_WRAP = Date.parse("2026-05-01T08:00:00Z");

export const TOKENS = { input: 100, output: 20, reasoning: 0, cache: { read: 0, write: 0 } };

/** The content of a reply that begins now. */
export function replyTo(user, { clock }, model) {
  return {
    role: "assistant",
    parentID: user,
    mode: "build",
    agent: "build",
    path: { cwd: "/home/dev/demo", root: "/home/dev/demo" },
    cost: 0.01,
    tokens: TOKENS,
    ...model,
    time: { created: clock, completed: clock + 900 },
  };
}

const MODEL = { providerID: "anthropic", modelID: "claude" };

/** Adds a turn to the end of a conversation. */
export function addOddity(writer, session, kind) {
  if (!["abort", "open-tool", "rejected", "unknown-part"].includes(kind)) return;
  const user = writer.id("msg");
  writer.tick();
  const time = { created: writer.clock };
  writer.message(user, session, { role: "user", time, agent: "build", model: MODEL });
  writer.part(session, user, { type: "text", text: "go on" });
  writer.tick();
  const reply = writer.id("msg");
  const { error, parts } = replyOf(kind, writer);
  const content = replyTo(user, writer, MODEL);
  writer.message(reply, session, { ...content, ...(error ? { error } : { finish: "stop" }) });
  for (const part of parts) writer.part(session, reply, part);
}

function replyOf(kind, { clock, counter }) {
  const text = { type: "text", text: "Looking at it", time: { start: clock, end: clock } };
  const start = { type: "step-start" };
  const finish = { type: "step-finish", reason: "stop", tokens: TOKENS, cost: 0.01 };
  if (kind === "rejected") return { error: rejection(counter), parts: [start] };
  if (kind === "unknown-part") return { parts: [start, text, { type: "canvas", shape: "square" }, finish] };
  const call = { type: "tool", tool: "bash", callID: `toolu_${counter}` };
  const input = { command: "ls" };
  const open = { ...call, state: { status: "running", input, time: { start: clock } } };
  const ended = {
    status: "error",
    input,
    error: "Tool execution aborted",
    time: { start: clock, end: clock },
  };
  const aborted = { name: "MessageAbortedError", data: { message: "Aborted" } };
  return { error: aborted, parts: [start, text, kind === "abort" ? { ...call, state: ended } : open] };
}

function rejection(counter) {
  const message = `messages.3: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: toolu_${counter}`;
  return { name: "APIError", data: { message, isRetryable: false, statusCode: 400 } };
}
