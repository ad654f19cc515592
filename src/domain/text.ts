const unsafe = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/u;

/** No control characters and no change of writing direction: what shows in a list or a log is what was typed. */
export const isOneLine = (text: string, most: number): boolean => text.length <= most && !unsafe.test(text);
