import { invalidMessage as shared } from "../../../rules/invalid-message.js";

/** A prompt without content is passed over. */
export const invalidMessage = { ...shared, explains: [...(shared.explains ?? []), "hidden-session"] };
