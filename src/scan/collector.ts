import type { Finding, InputReport } from "../model/report.js";
import { type BatchResult, emptyResult } from "./batch.js";
import { FindingList, inOrder, pack, unpack } from "./findings.js";
import { mergeLosses } from "./readiness.js";
import type { StreamOptions } from "./sink.js";
import type { Attendance, Receiver } from "./threads.js";

/** Collects the results of one database's batches; findings go to the sink where there is one. */
export class Collector implements Receiver {
  findings: FindingList;
  total = emptyResult();
  /** True if the sink has taken findings. */
  isTold = false;
  readonly #path: string;
  readonly #options: StreamOptions;
  readonly #keep: NonNullable<Attendance["keep"]>;
  #input: Pick<InputReport, "kind" | "hostVersion"> = { kind: "unknown", hostVersion: null };
  #conversations = 0;

  /** `keep`: as in `Attendance`. */
  constructor(path: string, options: StreamOptions, keep: Attendance["keep"] = (answer) => answer) {
    this.#keep = keep;
    this.#path = path;
    this.#options = options;
    this.findings = new FindingList(options.onManyFindings);
  }

  /** Begins an attempt to read the file. `conversations`: their number. */
  begin(input: Pick<InputReport, "kind" | "hostVersion">, conversations: number): void {
    this.#input = input;
    this.#conversations = conversations;
    this.findings = new FindingList(this.#options.onManyFindings);
    this.total = emptyResult();
  }

  get isStream(): boolean {
    return this.#options.sink !== undefined;
  }

  isOver(): boolean {
    return this.#options.sink?.isClosed ?? false;
  }

  async take(batch: BatchResult, done: number): Promise<void> {
    if (this.isStream) await this.#tell(batch.findings.flatMap(unpack), batch.sessions);
    else {
      this.findings.add(batch.findings);
      for (const session of batch.sessions) this.total.sessions.push(session);
    }
    for (const answer of batch.attended) this.total.attended.push(this.#keep(answer));
    this.#count(batch);
    this.#options.onProgress?.(done, this.#conversations, this.#path);
  }

  /** Adds findings that belong to no conversation that was read. */
  async add(findings: Finding[]): Promise<void> {
    if (this.isStream) await this.#tell(inOrder(findings), []);
    else this.findings.add(pack(findings));
  }

  async #tell(findings: readonly Finding[], sessions: BatchResult["sessions"]): Promise<void> {
    if (findings.length === 0) return;
    this.isTold = true;
    await this.#options.sink?.take({ input: { path: this.#path, ...this.#input }, findings, sessions });
  }

  #count(batch: BatchResult): void {
    const { total } = this;
    total.messages += batch.messages;
    total.parts += batch.parts;
    total.unopened += batch.unopened;
    total.damaged += batch.damaged;
    mergeLosses(total.losses, batch.losses);
    for (const [directory, sessions] of batch.gone)
      total.gone.set(directory, (total.gone.get(directory) ?? 0) + sessions);
  }
}
