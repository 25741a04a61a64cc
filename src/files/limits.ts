/** Rows larger than this are sized, never opened (bytes). */
export const MAX_ROW_BYTES = 32 * 1024 * 1024;
