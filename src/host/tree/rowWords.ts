/** Words per row of the tree: three for the description, the rest for the tooltip. */
export const TOKENS_PER_ROW = 10;
