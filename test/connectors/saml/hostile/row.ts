/** A message that must not be believed: what it is, which check must say so, and how it is made. */
export type Row = readonly [name: string, check: string, make: () => string];
