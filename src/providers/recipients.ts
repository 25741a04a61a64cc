/** Signs in a body of the service that it was made for. */
export interface Addressed {
  readonly format?: string;
  readonly model?: string;
  /** The body carries Bedrock's own version key. */
  readonly isForBedrock?: boolean;
}

/** Makers that sell their models under `maker/model` themselves, or through gateways that pass refusals on. */
const CLOSED =
  /^(openai|anthropic|google|x-ai|deepseek|moonshotai|minimax|z-ai|amazon|cohere|mistral|azure|azure_ai|bedrock|vertex_ai|gemini|openrouter)\//i;
/** Open weights, which anybody serves: by a tag as Ollama has it, by the name of a hub, or by their family. */
const OPEN_WEIGHTS =
  /^(?!ft:|.*claude)[^/:]+:[^/]+$|\/|^(gpt-oss|llama|codellama|qwen|qwq|gemma|phi|mixtral|yi|falcon|granite|hermes|nemotron|smollm|palmyra|starcoder|vicuna|zephyr)/i;

/**
 * The provider whose answer counts for a captured body, where the body itself tells; undefined where the large providers of
 * its format count.
 */
export function recipientOf({ format, model, isForBedrock }: Addressed): string | undefined {
  if (format === "gemini") return "gemini";
  if (format === "converse" || isForBedrock) return "bedrock";
  if (model === undefined) return undefined;
  if (format === "anthropic") return isBedrockModel(model) ? "bedrock" : undefined;
  if (format !== "openai-chat" && format !== "openai-responses") return undefined;
  if (format === "openai-responses" && /^(deepseek\/)?deepseek-/i.test(model) && !isHubName(model))
    return "deepseek";
  return isOpenWeights(model) ? "openai-compatible" : undefined;
}

function isHubName(model: string): boolean {
  return model.includes("/") && !CLOSED.test(model);
}

function isOpenWeights(model: string): boolean {
  return !CLOSED.test(model) && OPEN_WEIGHTS.test(model);
}

function isBedrockModel(model: string): boolean {
  return /^(?:[a-z-]+\.)?anthropic\.claude|^arn:aws:bedrock:/i.test(model);
}
