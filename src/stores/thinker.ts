/** Models of makers whose services copy Anthropic's API. */
const OTHER_MAKERS =
  /deepseek|minimax|kimi|moonshot|glm|qwen|gpt|\bo[1-9]\b|gemini|gemma|grok|mimo|llama|mistral|nova|nemotron|step-/i;

/**
 * The model by which stored thinking is judged. A name of no known maker, such as the alias of a gateway, tells nothing:
 * undefined, so that the service checks the thinking as its own.
 */
export function thinkerOf(model: string): string | undefined {
  return OTHER_MAKERS.test(model) || /claude|anthropic/i.test(model) ? model : undefined;
}
